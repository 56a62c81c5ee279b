import fc from 'fast-check';
import type { CheckRecord } from '../../lib/check/record.ts';

/** What a made-up check says, in the words of the test alone. */
export interface Fact {
  readonly caller: string;
  readonly scene: string;
  readonly principal: string;
  /** From 0, of the period. */
  readonly day: number;
  /** Milliseconds since midnight in Beijing. */
  readonly millisecond: number;
  readonly outcome: 'veto' | 'restrict' | 'pass' | 'invalid';
  /** Each subject with what is listed against it. */
  readonly members: readonly {
    readonly subject: string;
    readonly veto: readonly [domain: string, measure: string][];
    readonly restrict: readonly [domain: string, measure: string][];
  }[];
}

export const DAY_MS = 86_400_000;

const ground = fc.tuple(fc.constantFrom('court', 'tax', 'procurement'), fc.constantFrom('m-1', 'm-2'));
const member = fc.record({
  subject: fc.constantFrom('o:1', 'o:2', 'o:3', 'p1:abc', 'p1:def'),
  veto: fc.uniqueArray(ground, { maxLength: 3, selector: String }),
  restrict: fc.uniqueArray(ground, { maxLength: 2, selector: String }),
});

/** Checks of a few callers over so many days; the first and the last millisecond of a day are frequent. */
export const facts = (days: number, maxLength: number) =>
  fc.array(
    fc
      .record({
        caller: fc.constantFrom('procurement', 'grants', 'steward#1'),
        scene: fc.constantFrom('land', 'fiscal-fund'),
        principal: fc.constantFrom('o:a', 'o:b'),
        day: fc.nat(days - 1),
        millisecond: fc.oneof(fc.constantFrom(0, DAY_MS - 1), fc.nat(DAY_MS - 1)),
        invalid: fc.boolean(),
        members: fc.oneof(
          fc.uniqueArray(member, { minLength: 1, maxLength: 3, selector: ({ subject }) => subject }),
          fc.tuple(member).map(([only]) => [{ ...only, veto: [], restrict: [] }]),
        ),
      })
      .map(({ invalid, ...fact }): Fact => ({ ...fact, outcome: outcomeOf(fact.members, invalid) })),
    { maxLength },
  );

function outcomeOf(members: Fact['members'], invalid: boolean): Fact['outcome'] {
  if (members.some(({ veto }) => veto.length > 0)) return 'veto';
  if (members.some(({ restrict }) => restrict.length > 0)) return 'restrict';
  return invalid ? 'invalid' : 'pass';
}

/** The record of such a check. */
export function recordOf(fact: Fact, index: number, firstDay: number): CheckRecord {
  const id = String(index).padStart(22, '0');
  const checkedAt = new Date(firstDay + fact.day * DAY_MS + fact.millisecond).toISOString();
  const reasons = (effect: string, grounds: readonly [string, string][]) =>
    grounds.map(([domain, code]) => ({ domain, effect, measure: { code } }));
  const verdicts = fact.members.map(({ veto, restrict }) => ({
    outcome: veto.length > 0 ? 'veto' : restrict.length > 0 ? 'restrict' : 'pass',
    reasons: [...reasons('veto', veto), ...reasons('restrict', restrict)],
  }));
  return {
    id,
    outcome: fact.outcome,
    scene: fact.scene,
    caller: fact.caller,
    matterId: 'm',
    principal: fact.principal,
    operator: 'u',
    checkedAt,
    expiresAt: checkedAt,
    keepUntil: '2060-01-01T00:00:00.000Z',
    personsKeepUntil: '2060-01-01T00:00:00.000Z',
    answer: JSON.stringify({ id, outcome: fact.outcome, verdicts }),
    detail: { headSequence: 1, sealHead: null, subjects: [] },
    persons: [],
    personDigests: {},
    subjects: fact.members.map(({ subject, veto, restrict }) => ({
      key: subject,
      scheme: 'uscc',
      id: subject,
      listings: [...veto, ...restrict].map(String),
    })),
    membersDigest: undefined,
    through: [],
    nonce: id,
    fingerprint: id,
    link: { writer: 'AAAAAAAAAAAA', sequence: index + 1, durable: index, previous: null },
  };
}
