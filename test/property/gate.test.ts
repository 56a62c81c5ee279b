import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksSince } from '../../lib/check-log/checks-since.ts';
import { gate } from '../../lib/check-log/gate.ts';
import type { LogRow } from '../../lib/check-log/ports.ts';
import { againstAll, againstNamed, type GrantLine } from '../../lib/check-log/reconcile.ts';
import { type CheckFacts, endOfMoment, misfitsOf } from '../../lib/check-log/rests-on.ts';
import { instant, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';

/** Few moments, so that things often happen at the same one. */
const MOMENTS = 8;
const at = (moment: number): string => toIso(instant(Date.UTC(2026, 10, 1) + moment));
const moment = fc.nat(MOMENTS).map(at);

/** Two full codes with one 主体标识码, the old code in them, and another subject; the same as principals. */
const A1 = { scheme: 'uscc', value: 'A-1', keys: ['o:1'] };
const B1 = { scheme: 'uscc', value: 'B-1', keys: ['o:1'] };
const A2 = { scheme: 'uscc', value: 'A-2', keys: ['o:2'] };
const NAMES = [A1, B1, { scheme: 'org-code', value: '1', keys: ['o:1'] }, A2];
const name = fc.constantFrom(...NAMES);
const lot: fc.Arbitrary<string | undefined> = fc.constantFrom(undefined, '1', '2');
const scene: fc.Arbitrary<string> = fc.constantFrom('land', 'commendation');

const check = fc.record({
  caller: fc.constantFrom('procurement', 'grants'),
  subjects: fc.array(name, { minLength: 1, maxLength: 2 }),
  principal: name,
  matter: fc.constantFrom('m-1', 'm-1', 'm-1', 'm-2'),
  lot,
  scene,
  checkedAt: moment,
  expiresAt: moment,
  outcome: fc.constantFrom('pass', 'pass', 'veto', 'indeterminate', 'restrict', 'warn', 'favour'),
  annulledAt: fc.option(moment, { nil: undefined, freq: 4 }),
  determinations: fc.array(fc.record({ at: moment, decision: fc.constantFrom('may-grant', 'must-not-grant') }), {
    maxLength: 2,
  }),
});
const checks = fc.array(check, { minLength: 1, maxLength: 5 }).map((all) =>
  all.map(
    (each, index): CheckFacts => ({
      ...each,
      id: String(index),
      determinations: each.determinations.toSorted((one, other) => (one.at < other.at ? -1 : 1)),
    }),
  ),
);
const grant = fc.record({ subject: name, principal: name, lot, scene, moment: fc.nat(MOMENTS) });
type Made = typeof grant extends fc.Arbitrary<infer T> ? T : never;

const lineOf = ({ moment: when, ...of }: Made, more: Partial<GrantLine> = {}): GrantLine => ({
  ...{ line: 1, matter: 'm-1', reference: undefined, checkId: undefined, caller: undefined, ...of },
  from: at(when),
  to: toIso(endOfMoment(instant(Date.parse(at(when))))),
  ...more,
});

/** Reported long after, and with whatever its outcome asks for. */
function taken(made: Made, on: CheckFacts, since: readonly CheckFacts[]): boolean {
  const identifier = { scheme: 'uscc' as const, id: 'x' };
  const request = {
    ...{ checkId: on.id, subject: identifier, principal: identifier, reference: 'R', grantedAt: at(made.moment) },
    matter: { id: 'm-1', ...(made.lot !== undefined && { lot: made.lot }) },
    ...{ scene: made.scene, acknowledged: true as const, condition: '附条件' },
  };
  try {
    gate({ check: on, since }, request, made, { subject: 'x' }, instant(Date.parse('2027-01-01T00:00:00Z')));
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

const since = (on: CheckFacts, all: readonly CheckFacts[]) => all.filter(({ checkedAt }) => checkedAt >= on.checkedAt);

test('a list that names the check of a grant says `fine` where the gate takes the grant, and nowhere else', () => {
  fc.assert(
    fc.property(checks, grant, (all, made) => {
      for (const on of all) {
        const fine = againstNamed(lineOf(made), on, all).kind === 'fine';
        // Without a lot a list means the check's own, and asks the others too.
        if (made.lot === undefined && on.lot !== undefined)
          expect(fine && !taken({ ...made, lot: on.lot }, on, since(on, all))).toBe(false);
        else expect(fine).toBe(taken(made, on, since(on, all)));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a list that names none says `fine` where the gate would take the grant on one of the checks, in whatever order they come', () => {
  fc.assert(
    fc.property(checks, grant, lot, (all, of, inLot) => {
      const made = { ...of, lot: inLot ?? '1' };
      const any = all.some((on) => taken(made, on, since(on, all)));
      for (const order of [all, all.toReversed()]) expect(againstAll(lineOf(made), order).kind === 'fine').toBe(any);
    }),
    { numRuns: 2_000 },
  );
});

test('what happens after a grant changes nothing about it', () => {
  fc.assert(
    fc.property(checks, grant, (all, made) => {
      const when = at(made.moment);
      const then = all
        .filter(({ checkedAt }) => checkedAt <= when)
        .map((each) => ({
          ...each,
          annulledAt: each.annulledAt !== undefined && each.annulledAt <= when ? each.annulledAt : undefined,
          determinations: each.determinations.filter((one) => one.at <= when),
        }));
      for (const on of then) {
        const now = all.find(({ id }) => id === on.id) ?? on;
        expect(againstNamed(lineOf(made), now, all)).toMatchObject({
          kind: againstNamed(lineOf(made), on, then).kind,
        });
      }
    }),
    { numRuns: 1_000 },
  );
});

test('without a lot, a line is fine where each lot of its checks is, and any other where the whole matter was checked', () => {
  fc.assert(
    fc.property(checks, grant, (all, of) => {
      const made = { ...of, lot: undefined };
      const before = all.filter(({ checkedAt }) => checkedAt <= at(made.moment));
      const fitting = (each: CheckFacts) => misfitsOf(lineOf({ ...made, lot: each.lot }), each).join();
      const own = before.filter((each) => fitting(each) === '');
      // Where the whole matter was checked, also the lots in which a member may have been checked by itself.
      const whole = own.some((each) => each.lot === undefined);
      const lots = (whole ? before.filter((each) => ['', 'subject'].includes(fitting(each))) : own).map(
        ({ lot }) => lot,
      );
      const kinds = lots.map((each) => againstAll(lineOf({ ...made, lot: each ?? 'none of them' }), all).kind);
      const { kind } = againstAll(lineOf(made), all);
      expect(kind === 'fine').toBe(own.length > 0 && kinds.every((each) => each === 'fine'));
    }),
    { numRuns: 1_000 },
  );
});

test('without a scene, a line is fine where each scene of its checks is', () => {
  fc.assert(
    fc.property(checks, grant, lot, (all, of, inLot) => {
      const made = { ...of, lot: inLot ?? '1' };
      const own = all.filter((each) => misfitsOf(lineOf(made, { scene: undefined }), each).length === 0);
      const kinds = own.map((each) => againstAll(lineOf({ ...made, scene: each.scene }), all).kind);
      const { kind } = againstAll(lineOf(made, { scene: undefined }), all);
      expect(kind === 'fine').toBe(own.length > 0 && kinds.every((each) => each === 'fine'));
    }),
    { numRuns: 1_000 },
  );
});

/**
 * A consortium passes in lot 2; one of its members is vetoed by itself in lot 1, for which the other was never checked; a list
 * without lots has the other.
 */
const IN_LOT: Omit<CheckFacts, 'id' | 'subjects' | 'lot' | 'outcome'> = {
  ...{ caller: 'procurement', principal: B1, matter: 'm-1', scene: 'commendation', checkedAt: at(0), expiresAt: at(1) },
  ...{ annulledAt: undefined, determinations: [] },
};
const VETOED_ELSEWHERE: [CheckFacts[], Made] = [
  [
    { ...IN_LOT, id: '0', subjects: [A2, A1], lot: '2', outcome: 'pass' },
    { ...IN_LOT, id: '1', subjects: [A2], lot: '1', outcome: 'veto' },
  ],
  { subject: A1, principal: B1, lot: undefined, scene: 'commendation', moment: 0 },
];

test.each([[['may-grant', 'must-not-grant'] as const], [['must-not-grant', 'may-grant'] as const]])(
  'of two determinations in one moment the one against it counts, as of two checks: %j',
  (decisions) => {
    const determinations = decisions.map((decision) => ({ at: at(0), decision }));
    const on: CheckFacts = { ...IN_LOT, id: '0', subjects: [A1], lot: '1', outcome: 'indeterminate', determinations };
    const made = { subject: A1, principal: B1, lot: '1', scene: 'commendation', moment: 0 };
    expect(taken(made, on, [])).toBe(false);
    expect(againstNamed(lineOf(made), on, [on]).kind).toBe('undetermined');
    expect(
      taken(made, { ...on, determinations: determinations.filter((one) => one.decision === 'may-grant') }, []),
    ).toBe(true);
  },
);

test('without a lot, a line that names a check of one is fine where that check allows it there, and so is each other lot of its subject', () => {
  fc.assert(
    fc.property(checks, grant, (all, of) => {
      const made = { ...of, lot: undefined };
      const own = all.filter(
        (each) => each.checkedAt <= at(made.moment) && misfitsOf(lineOf({ ...made, lot: each.lot }), each).length === 0,
      );
      // Where the whole matter was checked, each lot of any member counts.
      if (own.some((each) => each.lot === undefined)) return;
      for (const on of all.filter((each) => each.lot !== undefined)) {
        const others = new Set(own.map((each) => each.lot).filter((each) => each !== on.lot));
        const kinds = [...others].map((each) => againstAll(lineOf({ ...made, lot: each }), all).kind);
        const allowed = taken({ ...made, lot: on.lot }, on, since(on, all)) && kinds.every((kind) => kind === 'fine');
        expect(againstNamed(lineOf(made), on, all).kind === 'fine').toBe(allowed);
      }
    }),
    { numRuns: 2_000, examples: [VETOED_ELSEWHERE] },
  );
});

/**
 * The contract once more, in other words: no member of what was granted was barred by the last that was known of it. Written
 * without the product's functions, over names that are one or are not. Without a lot a grant is one in the lot of its check,
 * and in each where that has none.
 */
const ONE: Readonly<Record<string, string>> = { 'A-1': 'A-1 1', 'B-1': 'B-1 1', '1': '1 A-1 B-1', 'A-2': 'A-2' };
const one = (name: { value: string | null }, other: { value: string | null }) =>
  ONE[name.value ?? '']?.split(' ').includes(other.value ?? '') ?? false;

function barredMembers(made: Made, on: CheckFacts, all: readonly CheckFacts[]) {
  const then = at(made.moment);
  const own = all.filter(
    (each) =>
      each.matter === 'm-1' && each.scene === on.scene && one(each.principal, made.principal) && each.checkedAt <= then,
  );
  const inLot = made.lot ?? on.lot;
  const members = on.subjects.map((member) => (one(member, made.subject) ? made.subject : member));
  return members.flatMap((member) => {
    const ofMember = own.filter(
      (each) =>
        each.checkedAt >= on.checkedAt &&
        each.subjects.some((subject) => one(subject, member)) &&
        (inLot === undefined || each.lot === undefined || each.lot === inLot),
    );
    const last = ofMember
      .map(({ checkedAt }) => checkedAt)
      .toSorted()
      .at(-1);
    return ofMember.some(({ checkedAt, outcome }) => checkedAt === last && outcome === 'veto') ? [member.value] : [];
  });
}

test('no grant is taken, and no line is fine, where the last check of any member in any lot of it was a veto', () => {
  fc.assert(
    fc.property(checks, grant, (all, made) => {
      for (const on of all) {
        if (barredMembers(made, on, all).length === 0) continue;
        expect(taken(made, on, since(on, all))).toBe(false);
        expect(againstNamed(lineOf(made), on, all).kind).not.toBe('fine');
      }
    }),
    { numRuns: 5_000, examples: [VETOED_ELSEWHERE] },
  );
});

/** What the log's index tells of a check along one of its subjects. */
const rowOf = (check: CheckFacts): LogRow => ({
  ...{ id: check.id, checkedAt: check.checkedAt, outcome: check.outcome, scene: check.scene, matter: check.matter },
  ...{ caller: check.caller, member: 0, scheme: 'uscc', subjectId: null, principal: check.principal.keys[0] },
  ...{ operator: 'u-1', listings: [], via: undefined, position: `${check.checkedAt}#${check.id}`, keptUntil: 0 },
});

/** A log of these checks, which counts those that are opened. */
function logOf(all: readonly CheckFacts[]) {
  const opened: string[] = [];
  return {
    opened,
    stretch: async (
      on: { readonly by: string; readonly key?: string },
      {
        from = '',
        to = '~',
        before = to,
      }: { from?: string | undefined; to?: string | undefined; before?: string | undefined },
      limit: number,
      keep: (row: LogRow) => boolean,
    ) => {
      const rows = all
        .filter(({ subjects }) => subjects.some(({ keys }) => keys.includes(on.key ?? '')))
        .map(rowOf)
        .filter(({ position }) => position >= from && position < before)
        .toSorted((one, other) => (one.position < other.position ? 1 : -1));
      const page = rows.slice(0, limit);
      return { rows: page.filter(keep), reached: rows.length > limit ? page.at(-1)?.position : undefined };
    },
    check: async (id: string) => {
      opened.push(id);
      return all.find((each) => each.id === id);
    },
  };
}

test('the gate takes on what it opens what it would take on every check there is', async () => {
  await fc.assert(
    fc.asyncProperty(checks, grant, async (all, made) => {
      for (const on of all) {
        const read = await checksSince(lineOf(made), on, logOf(all));
        expect(taken(made, on, read)).toBe(taken(made, on, since(on, all)));
      }
    }),
    { numRuns: 4_000 },
  );
});

test.each([
  ['passes', 'pass', {}, 0],
  [
    'determined by their caller',
    'indeterminate',
    { determinations: [{ at: at(4), decision: 'may-grant' as const }] },
    0,
  ],
  ['warnings', 'warn', {}, 10],
  ['passes in other lots', 'pass', { lot: '2' }, 0],
])('however often another caller asked: 2,000 checks that are %s', async (_, outcome, more, most) => {
  const [name_] = NAMES;
  if (!name_) return expect.unreachable();
  const on: CheckFacts = {
    ...{ id: 'own', caller: 'procurement', subjects: [name_], principal: name_, matter: 'm-1', lot: '1' },
    ...{
      scene: 'land',
      checkedAt: at(0),
      expiresAt: at(9_000),
      outcome: 'pass',
      annulledAt: undefined,
      determinations: [],
    },
  };
  const foreign = Array.from({ length: 2_000 }, (_each, index): CheckFacts => {
    const checkedAt = at(1 + index);
    return { ...on, ...more, id: `f-${index}`, caller: 'other', checkedAt, outcome: outcome as CheckFacts['outcome'] };
  });
  const made: Made = { subject: name_, principal: name_, lot: '1', scene: 'land', moment: 5_000 };
  const log = logOf([on, ...foreign]);
  expect(taken(made, on, await checksSince(lineOf(made), on, log))).toBe(true);
  expect(log.opened.length).toBeLessThanOrEqual(most);
});
