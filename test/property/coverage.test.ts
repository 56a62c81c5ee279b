import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Coverage, coverageOf, type HeldGrants, heldGrants } from '../../lib/check-log/coverage.ts';
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
  reference: fc.constantFrom(undefined, 'r-0', 'r-1', 'r-2'),
  day: fc.constantFrom(...DATES),
  hour: fc.nat(23),
  kind: fc.constantFrom(...FINDING_KINDS),
  caller: fc.constantFrom(undefined, 'grants', 'procurement'),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

const lineOf = ({ subject, principal, matter, lot, reference, day, hour, caller }: Entry, index: number): GrantLine => {
  const from = new Date(Date.parse(`${day}T00:00:00+08:00`) + hour * 3_600_000).toISOString();
  // A person is known under an older key too, in whatever order.
  const keys = subject.startsWith('p:') ? ['p:2:y', subject] : [subject];
  return {
    ...{ line: index, matter, lot, from, to: from, caller },
    subject: { scheme: 'uscc', value: null, keys },
    principal: { scheme: 'uscc', value: principal, keys: [keyOf(principal)] },
    scene: undefined,
    reference,
    checkId: undefined,
  };
};

const CHECKED = new Set(['fine', 'after-veto', 'undetermined', 'in-several-scenes', 'in-several-lots']);

/** Every grant looked for anew in all lists: what the last line that names it says, counts. */
function recount(lists: readonly (readonly Entry[])[], only: string | undefined): Coverage[] {
  const grantOf = ({ subject, principal, matter, lot, day }: Entry) =>
    [subject, keyOf(principal), matter, lot, day].join();
  const nameOf = (each: Entry) => `${grantOf(each)},${each.reference}`;
  const all = lists.flat();
  // Where some list numbers what was granted that day, a line without a number is of one of those.
  const lines = all.filter(
    (line) =>
      line.reference !== undefined ||
      !all.some((other) => other.reference !== undefined && grantOf(other) === grantOf(line)),
  );
  const last = lines.filter((line, at) => !lines.slice(at + 1).some((later) => nameOf(later) === nameOf(line)));
  const rows = new Map<string, Coverage>();
  for (const line of last.filter(({ caller }) => only === undefined || caller === only)) {
    const principal = keyOf(line.principal);
    const caller = line.caller ?? null;
    const before = rows.get(`${principal} ${caller}`) ?? { granted: 0, checked: 0, allowed: 0 };
    rows.set(`${principal} ${caller}`, {
      ...{ principal, caller, reported: 0 },
      granted: before.granted + 1,
      checked: before.checked + (CHECKED.has(line.kind) ? 1 : 0),
      allowed: before.allowed + (line.kind === 'fine' ? 1 : 0),
    });
  }
  return [...rows.values()];
}

const found = ({ kind }: Entry): Finding => ({ kind, check: undefined });
const sorted = (rows: readonly Coverage[]) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();

async function* inParts(held: HeldGrants): AsyncGenerator<HeldGrants> {
  for (const entry of held) yield [entry];
}
const NEVER = { grants: 1_000, isOver: () => false };

test('coverage is a recount of the lists, however they overlap', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(entry, { maxLength: 12 }), { maxLength: 4 }),
      fc.constantFrom(undefined, 'grants'),
      async (lists, only) => {
        const held = lists.flatMap((list) =>
          heldGrants(
            list.map((each, index) => ({ line: lineOf(each, index), finding: found(each) })),
            KEY,
          ),
        );
        expect(sorted(await coverageOf(inParts(held), [], only, NEVER))).toEqual(sorted(recount(lists, only)));
      },
    ),
  );
});

test('coverage is a whole figure or none: beyond its bounds it asks for a shorter period', async () => {
  const lines = (['r-0', 'r-1', 'r-2'] as const).map((reference, index) => ({
    line: lineOf(
      {
        subject: 'o:1',
        principal: 'org-code:B',
        matter: 'm-1',
        lot: undefined,
        reference,
        day: '2026-03-01',
        hour: 1,
        kind: 'fine',
        caller: undefined,
      },
      index,
    ),
    finding: { kind: 'fine' as const, check: undefined },
  }));
  const held = heldGrants(lines, KEY);
  const reported = [{ caller: 'grants', principals: inPages([['o:B', null], ['o:B']]) }];
  expect(await coverageOf(inParts(held), reported, undefined, { ...NEVER, grants: 3 })).toEqual([
    { principal: 'o:B', caller: 'grants', granted: 0, checked: 0, allowed: 0, reported: 2 },
    { principal: 'o:B', caller: null, granted: 3, checked: 3, allowed: 3, reported: 0 },
    { principal: null, caller: 'grants', granted: 0, checked: 0, allowed: 0, reported: 1 },
  ]);
  const refused = { code: 'invalid-request', extras: { errors: [{ pointer: '/coverage', code: 'too-large' }] } };
  await expect(coverageOf(inParts(held), [], undefined, { ...NEVER, grants: 2 })).rejects.toMatchObject(refused);
  const over = { ...NEVER, isOver: () => true };
  await expect(coverageOf(inParts(held), [], undefined, over)).rejects.toMatchObject(refused);
  const pages = [{ caller: 'grants', principals: inPages([['o:B']]) }];
  await expect(coverageOf(inParts([]), pages, undefined, over)).rejects.toMatchObject(refused);
});

async function* inPages<T>(pages: readonly T[]): AsyncGenerator<T> {
  yield* pages;
}
