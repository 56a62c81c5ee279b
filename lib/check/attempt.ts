import { type Instant, toIso } from '../kernel/clock.ts';
import { type Fault, shownIn } from '../kernel/problem.ts';
import { foldIdentifier } from '../subject/fold.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import type { Asking } from './asking.ts';
import { aliasId, type RegistryView } from './ports.ts';
import { asked, type Prepared, type PreparedQuestion } from './prepare.ts';
import type { CheckRecord } from './record.ts';

interface AttemptIds {
  readonly id: string;
  readonly nonce: string;
  readonly keepUntil: string;
  readonly now: Instant;
}

/**
 * The record of a question whose identifiers are not valid, with every fault; undefined where all are valid or attested.
 * It holds no identifier of a person, masked or not: what was typed is not known to be anybody's.
 */
export function attemptRecord(
  prepared: PreparedQuestion,
  view: RegistryView,
  { caller, language }: Pick<Asking, 'caller' | 'language'>,
  { id, nonce, keepUntil, now }: AttemptIds,
): { record: CheckRecord; faults: Fault[] } | undefined {
  const { question } = prepared;
  const faults: Fault[] = [prepared.principal, ...asked(prepared)]
    .filter((one) => !isAttested(one, view))
    .flatMap(({ pointer, faults: found }) =>
      found.map(({ rule, message, suggestion, position, character }) => ({
        pointer: `${pointer}/id`,
        code: rule,
        message,
        ...(position !== undefined && { position }),
        ...(character !== undefined && { character }),
        ...(suggestion !== undefined && { suggestion }),
      })),
    );
  if (faults.length === 0) return undefined;

  const checkedAt = toIso(now);
  const attempt = {
    id,
    outcome: 'invalid',
    checkedAt,
    scene: question.scene,
    matter: question.matter,
    caller,
    operator: question.operator,
    purpose: question.purpose,
    subjects: question.subjects.map(({ scheme, id: typed }) =>
      isPersonScheme(scheme) || mayBePersons(typed) ? { scheme } : { scheme, id: typed },
    ),
    errors: faults.map((fault) => shownIn(language, fault)).map(withoutCode),
  };
  return {
    faults,
    record: {
      id,
      outcome: 'invalid',
      scene: question.scene,
      caller,
      matterId: question.matter.id,
      checkedAt,
      expiresAt: checkedAt,
      keepUntil,
      answer: JSON.stringify(attempt),
      detail: { headSequence: view.head.sequence, subjects: [] },
      persons: [],
      subjects: [],
      listings: [],
      nonce,
      fingerprint: '',
    },
  };
}

/** Fifteen or eighteen digits typed under the wrong scheme are most likely a resident's number. */
const mayBePersons = (typed: string): boolean => /^\d{15}$|^\d{17}[\dX]$/.test(foldIdentifier(typed));

/** What was probably meant is one character from what was typed: for the answer, not for the record. */
const withoutCode = <T extends { suggestion?: string }>({ suggestion: _, ...fault }: T) => fault;

const isAttested = ({ attestable }: Prepared, { aliases }: RegistryView): boolean =>
  attestable !== undefined && aliases.has(aliasId({ scheme: 'attested-code', value: attestable.value }));
