import { type Instant, toIso } from '../kernel/clock.ts';
import { type Fault, shownIn } from '../kernel/problem.ts';
import type { IdentifierFault } from '../subject/identifier.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import type { Asking } from './asking.ts';
import { aliasId, type RegistryView } from './ports.ts';
import { asked, type Prepared, type PreparedQuestion, principalKey } from './prepare.ts';
import type { CheckRecord } from './record.ts';

interface AttemptIds {
  readonly id: string;
  readonly nonce: string;
  readonly fingerprint: string;
  readonly keepUntil: string;
  readonly personsKeepUntil: string;
  readonly now: Instant;
}

/** How many faults of one question get a suggestion: more than anyone mends by hand, and each takes its time. */
const MAX_SUGGESTIONS = 20;
/** Characters of a refused code that are kept: enough to find it in the caller's own file, too few to be anybody's number. */
const KEPT_CHARACTERS = 6;

/** Every fault of the identifiers that are neither valid nor attested, in the order of the question. */
export const identifierFaults = (prepared: PreparedQuestion, view: RegistryView): Fault[] =>
  [prepared.principal, ...asked(prepared)]
    .filter((one) => !isAttested(one, view))
    .flatMap(({ pointer, faults }) => faults.map((fault) => ({ pointer: `${pointer}/id`, fault })))
    .map(({ pointer, fault }, index) => faultAt(pointer, fault, index < MAX_SUGGESTIONS));

/** The record of a question that was refused for its identifiers. It holds no identifier of a person, nor what may be one. */
export function attemptRecord(
  prepared: PreparedQuestion,
  view: RegistryView,
  faults: readonly Fault[],
  { caller, language }: Pick<Asking, 'caller' | 'language'>,
  { now, ...ids }: AttemptIds,
): Omit<CheckRecord, 'link'> {
  const { question } = prepared;
  const checkedAt = toIso(now);
  const attempt = {
    id: ids.id,
    outcome: 'invalid',
    checkedAt,
    scene: question.scene,
    matter: question.matter,
    caller,
    operator: question.operator,
    purpose: question.purpose,
    subjects: question.subjects.map(({ scheme, id }) =>
      isPersonScheme(scheme) ? { scheme } : { scheme, id: hidden(id) },
    ),
    // What was probably meant is one character from what was typed: it is for the answer alone.
    errors: faults.map((fault) => shownIn(language, fault)).map(({ suggestion: _, ...fault }) => fault),
  };
  return {
    ...ids,
    outcome: 'invalid',
    scene: question.scene,
    caller,
    matterId: question.matter.id,
    principal: principalKey(prepared),
    operator: question.operator,
    checkedAt,
    expiresAt: checkedAt,
    answer: JSON.stringify(attempt),
    detail: { headSequence: view.head.sequence, sealHead: view.sealHead, subjects: [] },
    persons: [],
    personDigests: {},
    subjects: [],
    membersDigest: undefined,
    through: [],
  };
}

function faultAt(pointer: string, fault: IdentifierFault, suggesting: boolean): Fault {
  const { rule, message, position, character } = fault;
  const suggestion = suggesting ? fault.suggestion : undefined;
  return {
    pointer,
    code: rule,
    message,
    ...(position !== undefined && { position }),
    ...(character !== undefined && { character }),
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** A person's number is often typed where a code belongs. */
function hidden(typed: string): string {
  const characters = [...typed];
  return [...characters.slice(0, KEPT_CHARACTERS), ...characters.slice(KEPT_CHARACTERS).map(() => '*')].join('');
}

const isAttested = ({ attestable }: Prepared, { aliases }: RegistryView): boolean =>
  attestable !== undefined && aliases.has(aliasId({ scheme: 'attested-code', value: attestable.value }));
