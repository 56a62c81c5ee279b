import { type Instant, toIso } from '../kernel/clock.ts';
import type { Fault } from '../kernel/problem.ts';
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
        message: message[language],
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
      isPersonScheme(scheme) ? { scheme } : { scheme, id: typed },
    ),
    errors: faults,
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

const isAttested = ({ attestable }: Prepared, { aliases }: RegistryView): boolean =>
  attestable !== undefined && aliases.has(aliasId({ scheme: 'attested-code', value: attestable.value }));
