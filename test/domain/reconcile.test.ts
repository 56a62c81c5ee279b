import { describe, expect, it } from 'vitest';
import type { Named } from '../../lib/check-log/named.ts';
import { againstAll, againstNamed, type GrantLine, Tally } from '../../lib/check-log/reconcile.ts';
import type { CheckFacts } from '../../lib/check-log/rests-on.ts';

const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}T00:00:00.000Z`;

/** Of the ninth to the seventeenth character. */
const CODE9 = [8, 17] as const;
const uscc = (value: string): Named => ({ scheme: 'uscc', value, keys: [`o:${value.slice(...CODE9)}`] });
const orgCode = (value: string): Named => ({ scheme: 'org-code', value, keys: [`o:${value}`] });
const SUBJECT = uscc('91430100MA00001700');
/** The same 主体标识码 behind another region. */
const TWIN = uscc('91350100MA00001705');
const OTHER = uscc('91430100MA00002702');
const PRINCIPAL = uscc('11430000000006146T');
const OTHER_PRINCIPAL = uscc('11430000000007140X');

const LINE: GrantLine = {
  line: 2,
  subject: SUBJECT,
  principal: PRINCIPAL,
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
  subjects: [SUBJECT],
  principal: PRINCIPAL,
  matter: 'M',
  lot: undefined,
  scene: 'land',
  checkedAt: day(9),
  expiresAt: day(20),
  outcome: 'pass',
  annulledAt: undefined,
  determinations: [],
};
const MAY = { at: day(9), decision: 'may-grant' as const };
const MUST_NOT = { at: day(10), decision: 'must-not-grant' as const };

const CONSORTIUM = { subjects: [SUBJECT, OTHER] };

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
  // An annulment counts from its moment on; it brings no older check back, and a veto stays one until a fresh check.
  ['fine', {}, { annulledAt: '2026-11-10T00:00:00.001Z' }],
  ['fine', {}, { checkedAt: day(8), annulledAt: day(9) }, { checkedAt: day(9) }],
  ['fine', {}, { checkedAt: day(8), outcome: 'veto', annulledAt: day(9) }, { checkedAt: day(9) }],
  ['on-annulled-check', {}, { annulledAt: day(10) }],
  ['on-annulled-check', {}, { checkedAt: day(8) }, { outcome: 'indeterminate', annulledAt: day(9) }],
  ['after-veto', {}, { checkedAt: day(8) }, { outcome: 'veto', annulledAt: day(10) }],
  // A later check of the same caller has the last word; of another one, a veto and what lifts it.
  ['undetermined', {}, { checkedAt: day(8) }, { outcome: 'indeterminate' }],
  ['undetermined', {}, { checkedAt: day(8) }, { outcome: 'indeterminate', determinations: [MUST_NOT] }],
  ['fine', {}, { checkedAt: day(8) }, { outcome: 'indeterminate', caller: 'grants' }],
  ['after-veto', {}, { checkedAt: day(8) }, { outcome: 'veto', caller: 'grants' }],
  ['fine', {}, { checkedAt: day(7) }, { checkedAt: day(8), outcome: 'veto' }, { caller: 'grants' }],
  // The old code is the same principal and subject; two full codes are not.
  ['fine', { principal: orgCode('000006146') }, {}],
  ['fine', {}, { principal: orgCode('000006146') }],
  ['fine', { subject: orgCode('MA0000170') }, {}],
  ['on-other-subject', { subject: TWIN }, {}],
  // A list that does not say in which scene: where they disagree, so does the finding.
  ['fine', {}, {}, { scene: 'commendation' }],
  ['in-several-scenes', {}, { outcome: 'veto' }, { scene: 'commendation' }],
  ['in-several-scenes', {}, { checkedAt: day(12) }, { scene: 'commendation' }],
  ['after-veto', { scene: 'land' }, { outcome: 'veto' }, { scene: 'commendation' }],
  ['fine', { scene: 'commendation' }, { outcome: 'veto' }, { scene: 'commendation' }],
  ['after-veto', {}, { outcome: 'veto' }, { scene: 'commendation', checkedAt: day(12) }],
  ['without-check', {}],
  ['without-check', {}, { matter: 'N' }],
  // In another lot or scene it was checked all the same, which is no grant without a check.
  ['on-other-matter', { scene: 'tendering' }, {}],
  ['on-other-matter', { lot: '1' }, { lot: '2' }],
  ['on-other-matter', { lot: '1', scene: 'tendering' }, { lot: '2' }],
  ['on-other-principal', {}, { principal: OTHER_PRINCIPAL }],
  ['on-other-principal', {}, { principal: OTHER_PRINCIPAL, lot: '2' }],
  ['without-check', { subject: TWIN }, { principal: OTHER_PRINCIPAL }],
  // A list that does not say in which lot: the only one, or all of them have to allow it.
  ['fine', {}, { lot: '2' }],
  ['fine', {}, { lot: '1' }, { lot: '2' }],
  ['after-veto', {}, { lot: '2', outcome: 'veto' }],
  ['in-several-lots', {}, { lot: '1' }, { lot: '2', outcome: 'veto' }],
  ['in-several-lots', {}, { checkedAt: day(8) }, { lot: '1', outcome: 'veto' }],
  ['after-veto', { lot: '1' }, { checkedAt: day(8) }, { lot: '1', outcome: 'veto' }],
  ['fine', { lot: '2' }, { checkedAt: day(8) }, { lot: '1', outcome: 'veto' }],
  ['in-several-scenes', {}, { lot: '1' }, { lot: '1', scene: 'commendation', outcome: 'veto' }],
  // A consortium is granted as a whole: a fresh check of one member says nothing of another.
  ['fine', {}, { checkedAt: day(8), ...CONSORTIUM }, {}],
  ['after-veto', {}, { checkedAt: day(8), ...CONSORTIUM }, { subjects: [OTHER], outcome: 'veto' }],
  ['in-several-lots', {}, { checkedAt: day(8), ...CONSORTIUM }, { subjects: [OTHER], outcome: 'veto', lot: '1' }],
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
    const facts = checks.map((check, index) => ({ ...CHECK, id: `c-${index}`, ...check }));
    for (const order of [facts, facts.toReversed()]) expect(againstAll({ ...LINE, ...line }, order).kind).toBe(kind);
  });
});

describe('a grant, held against the check that it names', () => {
  it.each<[string, Partial<GrantLine>, Partial<CheckFacts> | undefined, ...Partial<CheckFacts>[]]>([
    ['fine', {}, {}],
    ['without-check', {}, undefined],
    ['on-annulled-check', {}, { annulledAt: day(9) }],
    ['fine', {}, { annulledAt: day(11) }],
    ['on-other-subject', {}, { subjects: [OTHER] }],
    ['on-other-subject', {}, { subjects: [TWIN] }],
    ['fine', {}, { subjects: [OTHER, orgCode('MA0000170')] }],
    ['on-other-principal', {}, { principal: OTHER_PRINCIPAL }],
    ['fine', {}, { principal: orgCode('000006146') }],
    ['on-other-matter', {}, { matter: 'N' }],
    ['on-other-matter', { lot: '1' }, { lot: '2' }],
    ['before-check', {}, { checkedAt: day(11) }],
    ['after-veto', {}, { outcome: 'veto' }],
    // What else was checked before the grant.
    ['after-veto', {}, { checkedAt: day(8) }, { outcome: 'veto' }],
    ['after-veto', {}, { checkedAt: day(9) }, { outcome: 'veto' }],
    ['after-veto', {}, { checkedAt: day(8) }, { outcome: 'veto', annulledAt: day(10) }],
    ['after-veto', {}, { checkedAt: day(8) }, { outcome: 'veto', principal: orgCode('000006146') }],
    ['fine', {}, { checkedAt: day(7) }, { checkedAt: day(8), outcome: 'veto' }, {}],
    ['fine', {}, {}, { checkedAt: day(8), outcome: 'veto' }],
    ['fine', {}, {}, { checkedAt: day(11), outcome: 'veto' }],
    ['fine', {}, { checkedAt: day(8) }, { outcome: 'veto', principal: OTHER_PRINCIPAL }],
    ['in-several-lots', {}, { checkedAt: day(8) }, { outcome: 'veto', lot: '2' }],
    ['fine', { lot: '1' }, { checkedAt: day(8) }, { outcome: 'veto', lot: '2' }],
    ['fine', {}, { lot: '1' }],
    ['after-veto', {}, { lot: '1', outcome: 'veto' }],
    ['in-several-lots', {}, { lot: '1' }, { lot: '2', outcome: 'veto' }],
    // Of a consortium each member's last check counts.
    ['after-veto', {}, { checkedAt: day(7), ...CONSORTIUM }, { checkedAt: day(8), ...CONSORTIUM, outcome: 'veto' }, {}],
    ['after-veto', {}, { checkedAt: day(7), ...CONSORTIUM }, { subjects: [OTHER], outcome: 'veto' }],
    [
      'fine',
      {},
      { checkedAt: day(7), ...CONSORTIUM },
      { checkedAt: day(8), ...CONSORTIUM, outcome: 'veto' },
      {},
      { subjects: [OTHER] },
    ],
    ['fine', { scene: 'land' }, { checkedAt: day(8) }, { outcome: 'veto', scene: 'tendering' }],
    ['in-several-scenes', {}, { scene: 'commendation', checkedAt: day(8) }, { outcome: 'veto' }],
  ])('%s: %j %j %j', (kind, line, check, ...others) => {
    const facts = others.map((other, index) => ({ ...CHECK, id: `c-${index}`, ...other }));
    const named = check && { ...CHECK, ...check };
    expect(againstNamed({ ...LINE, ...line }, named, named ? [named, ...facts] : facts).kind).toBe(kind);
  });
});

it('coverage counts what was checked before, whatever came of it, and a principal once', () => {
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
  add([], { principal: OTHER_PRINCIPAL });
  add([], { principal: orgCode('000006146') });
  expect(tally.kinds).toMatchObject({ fine: 1, 'after-veto': 1, 'without-check': 3, 'on-expired-check': 1 });
  expect(tally.coverage).toEqual({
    principals: [
      { principal: 'o:000006146', granted: 5, checked: 2 },
      { principal: 'o:000007140', granted: 1, checked: 0 },
    ],
    callers: [
      { caller: 'procurement', granted: 3, checked: 2 },
      { caller: 'grants', granted: 1, checked: 0 },
      { caller: null, granted: 2, checked: 0 },
    ],
  });
});
