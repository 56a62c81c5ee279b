import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Coverage, coverageOf, heldGrants } from '../../lib/check-log/coverage.ts';
import { FINDING_KINDS, type Finding, type GrantLine } from '../../lib/check-log/reconcile.ts';

const KEY = Buffer.alloc(32, 7);
const DATES = ['2026-02-28', '2026-03-01', '2026-03-02'];
/** An old and a new code of one principal, and another principal. */
const PRINCIPALS = {
  'uscc:91430100MA00001700': 'o:MA0000170',
  'org-code:MA0000170': 'o:MA0000170',
  'org-code:B': 'o:B',
};

const keyOf = (principal: string): string => Object.entries(PRINCIPALS).find(([each]) => each === principal)?.[1] ?? '';

const entry = fc.record({
  subject: fc.constantFrom('o:1', 'o:2', 'p:1:x'),
  principal: fc.constantFrom(...Object.keys(PRINCIPALS)),
  matter: fc.constantFrom('m-1', 'm-2'),
  lot: fc.constantFrom(undefined, '1'),
  day: fc.constantFrom(...DATES),
  hour: fc.nat(23),
  kind: fc.constantFrom(...FINDING_KINDS),
  caller: fc.constantFrom(undefined, 'grants', 'procurement'),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

const lineOf = ({ subject, principal, matter, lot, day, hour, caller }: Entry, index: number): GrantLine => {
  const from = new Date(Date.parse(`${day}T00:00:00+08:00`) + hour * 3_600_000).toISOString();
  // A person is known under an older key too, in whatever order.
  const keys = subject.startsWith('p:') ? ['p:2:y', subject] : [subject];
  return {
    ...{ line: index, matter, lot, from, to: from, caller },
    subject: { scheme: 'uscc', value: null, keys },
    principal: { scheme: 'uscc', value: principal, keys: [keyOf(principal)] },
    scene: undefined,
    reference: String(index),
    checkId: undefined,
  };
};

/** Every grant looked for anew in all lists: what the last line that names it says, counts. */
function recount(lists: readonly (readonly Entry[])[], only: string | undefined): Coverage[] {
  const nameOf = ({ subject, principal, matter, lot, day }: Entry) =>
    [subject, keyOf(principal), matter, lot, day].join();
  const lines = lists.flat();
  const last = lines.filter((line, at) => !lines.slice(at + 1).some((later) => nameOf(later) === nameOf(line)));
  const rows = new Map<string, Coverage>();
  for (const line of last.filter(({ caller }) => only === undefined || caller === only)) {
    const principal = keyOf(line.principal);
    const caller = line.caller ?? null;
    const before = rows.get(`${principal} ${caller}`) ?? { granted: 0, checked: 0, allowed: 0 };
    rows.set(`${principal} ${caller}`, {
      ...{ principal, caller, reported: 0 },
      granted: before.granted + 1,
      checked:
        before.checked + (['fine', 'after-veto', 'undetermined', 'in-several-scenes'].includes(line.kind) ? 1 : 0),
      allowed: before.allowed + (line.kind === 'fine' ? 1 : 0),
    });
  }
  return [...rows.values()];
}

const found = ({ kind }: Entry): Finding => ({ kind, check: undefined });
const sorted = (rows: readonly Coverage[]) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();

test('coverage is a recount of the lists, however they overlap', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(entry, { maxLength: 12 }), { maxLength: 4 }),
      fc.constantFrom(undefined, 'grants'),
      (lists, only) => {
        const held = lists.flatMap((list) =>
          heldGrants(
            list.map((each, index) => ({ line: lineOf(each, index), finding: found(each) })),
            KEY,
          ),
        );
        expect(sorted(coverageOf(held, [], only))).toEqual(sorted(recount(lists, only)));
      },
    ),
  );
});
