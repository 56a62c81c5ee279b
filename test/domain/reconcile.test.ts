import { describe, expect, it } from 'vitest';
import { againstAll, againstNamed, type CheckFacts, type GrantLine, Tally } from '../../lib/check-log/reconcile.ts';

const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}T00:00:00.000Z`;

const LINE: GrantLine = {
  line: 2,
  subjects: ['o:A'],
  principal: 'uscc:P',
  matter: 'M',
  lot: undefined,
  scene: undefined,
  from: day(10),
  to: day(11),
  reference: undefined,
  checkId: undefined,
  caller: undefined,
};
const CHECK: CheckFacts = {
  id: 'c',
  caller: 'procurement',
  subjects: ['o:A'],
  principal: 'uscc:P',
  matter: 'M',
  lot: undefined,
  scene: 'land',
  checkedAt: day(9),
  expiresAt: day(20),
  outcome: 'pass',
  annulled: false,
  determinations: [],
};
const MAY = { at: day(9), decision: 'may-grant' as const };
const MUST_NOT = { at: day(10), decision: 'must-not-grant' as const };

const SCENARIOS: [kind: string, line: Partial<GrantLine>, ...checks: Partial<CheckFacts>[]][] = [
  ['fine', {}, {}],
  ['fine', {}, { outcome: 'restrict' }],
  ['fine', {}, { checkedAt: day(10) }],
  ['fine', {}, { expiresAt: '2026-11-10T00:00:00.001Z' }],
  ['fine', { scene: 'land' }, {}],
  ['fine', { lot: '1' }, {}],
  ['fine', {}, { outcome: 'indeterminate', determinations: [MAY] }],
  ['fine', {}, { outcome: 'veto', checkedAt: day(8) }, { checkedAt: day(9) }],
  ['fine', {}, { checkedAt: day(9) }, { outcome: 'veto', checkedAt: day(12) }],
  ['fine', {}, { annulled: true, outcome: 'veto', checkedAt: day(10) }, { checkedAt: day(9) }],
  ['without-check', {}],
  ['without-check', {}, { matter: 'N' }],
  ['without-check', { scene: 'tendering' }, {}],
  ['without-check', { lot: '1' }, { lot: '2' }],
  ['without-check', {}, { lot: '2' }],
  ['without-check', {}, { annulled: true }],
  ['on-other-principal', {}, { principal: 'uscc:Q' }],
  ['before-check', {}, { checkedAt: day(11) }],
  ['before-check', {}, { checkedAt: day(12), outcome: 'veto' }],
  ['after-veto', {}, { outcome: 'veto' }],
  ['after-veto', {}, { outcome: 'veto', expiresAt: day(9) }],
  ['after-veto', {}, { checkedAt: day(8) }, { outcome: 'veto', checkedAt: day(9) }],
  ['on-expired-check', {}, { expiresAt: day(10) }],
  ['undetermined', {}, { outcome: 'indeterminate' }],
  ['undetermined', {}, { outcome: 'indeterminate', determinations: [MAY, MUST_NOT] }],
  ['undetermined', {}, { outcome: 'indeterminate', determinations: [{ ...MAY, at: day(11) }] }],
];

describe('a grant, held against every check of its subject in its matter', () => {
  it.each(SCENARIOS)('%s: %j %j %j', (kind, line, ...checks) => {
    const facts = checks.map((check) => ({ ...CHECK, ...check }));
    for (const order of [facts, facts.toReversed()]) expect(againstAll({ ...LINE, ...line }, order).kind).toBe(kind);
  });
});

describe('a grant, held against the check that it names', () => {
  it.each<[string, Partial<GrantLine>, Partial<CheckFacts> | undefined]>([
    ['fine', {}, {}],
    ['without-check', {}, undefined],
    ['without-check', {}, { annulled: true }],
    ['on-other-subject', {}, { subjects: ['o:B'] }],
    ['on-other-principal', {}, { principal: 'uscc:Q' }],
    ['on-other-matter', {}, { matter: 'N' }],
    ['on-other-matter', { lot: '1' }, { lot: '2' }],
    ['before-check', {}, { checkedAt: day(11) }],
    ['after-veto', {}, { outcome: 'veto' }],
  ])('%s: %j %j', (kind, line, check) => {
    expect(againstNamed({ ...LINE, ...line }, check && { ...CHECK, ...check }).kind).toBe(kind);
  });
});

it('coverage counts what was checked before, whatever came of it', () => {
  const tally = new Tally();
  const add = (checks: Partial<CheckFacts>[], line: Partial<GrantLine> = {}) =>
    tally.add(
      { ...LINE, ...line },
      againstAll(
        { ...LINE, ...line },
        checks.map((check) => ({ ...CHECK, ...check })),
      ),
    );
  add([{}]);
  add([{ outcome: 'veto' }]);
  add([], { caller: 'grants' });
  add([{ expiresAt: day(10) }]);
  add([], { principal: 'uscc:R' });
  expect(tally.kinds).toMatchObject({ fine: 1, 'after-veto': 1, 'without-check': 2, 'on-expired-check': 1 });
  expect(tally.coverage).toEqual({
    principals: [
      { principal: 'uscc:P', granted: 4, checked: 2 },
      { principal: 'uscc:R', granted: 1, checked: 0 },
    ],
    callers: [
      { caller: 'procurement', granted: 3, checked: 2 },
      { caller: 'grants', granted: 1, checked: 0 },
      { caller: null, granted: 1, checked: 0 },
    ],
  });
});
