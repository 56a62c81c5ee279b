import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../lib/edge/routes.ts';
import { parseInstant } from '../../lib/kernel/clock.ts';
import { Case } from '../../lib/listing/case.ts';
import { StandingEvent } from '../../lib/listing/event.ts';
import { allowedOf, type Papers, stateDiagram } from '../../lib/listing/phase.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { apply } from '../../lib/listing/transition.ts';

it('the documentation shows the table of transitions as it is', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/listings.md'), 'utf8');
  expect(/```mermaid\n([\s\S]*?)```/.exec(page)?.[1]).toBe(stateDiagram());
});

const NOW = parseInstant('2026-11-21T13:25:00+08:00');
const HEARING = { from: '2026-11-21', workingDays: 20, until: '2026-12-20' };
const AT = '2026-11-01T02:00:00.000Z';
const listingIn = (state: string, more: object = {}): Listing =>
  Listing.parse({
    id: 'l1',
    list: 'black',
    domain: 'tax-major-violation',
    authority: '样例省税务局',
    grade: 'serious',
    document: { number: '样罚1号', type: 'penalty-decision', issuedOn: '2026-01-01' },
    measures: ['no-fiscal-fund'],
    from: '2026-02-01',
    until: null,
    repair: { repairable: true },
    state,
    ...more,
  });
const decided = { at: AT, by: { actor: 'steward' } };
const repair = (state: string) =>
  Case.parse({
    ...{ kind: 'repair', id: 'l1.r1', listingId: 'l1', methods: [], statement: '已改正', state, requested: decided },
  });
const revocation = Case.parse({
  ...{ kind: 'revocation', id: 'l1.v1', listingId: 'l1', reason: 'revoked', state: 'signed', proposed: decided },
});
const ended = (reason: string) => ({ ended: { reason, at: AT } });
const OBJECTION = { id: 'l1.o1', ground: 'procedure', accepted: false };
const ALWAYS = ['suspended', 'objected', 'repair-requested', 'proceedings', 'ended'];

const CASES: readonly [string, Listing, readonly string[], Papers?][] = [
  ['a candidate', listingIn('candidate'), ['publicised', 'notified', 'proceedings', 'ended']],
  ['one that is heard', listingIn('notified'), ['decided', 'objected', 'proceedings', 'ended']],
  [
    'one that is objected to while it is heard',
    listingIn('publicised', { objections: [OBJECTION] }),
    ['objected', 'objection-accepted', 'objection-closed', 'proceedings', 'ended'],
  ],
  ['one that was decided', listingIn('decided'), ['activated', 'objected', 'proceedings', 'ended']],
  ['one in force', listingIn('active'), ALWAYS],
  [
    'one that cannot be repaired',
    listingIn('active', { repair: { repairable: false, citation: '某法第一条' } }),
    ALWAYS.filter((event) => event !== 'repair-requested'),
  ],
  [
    'one under an accepted objection',
    listingIn('active', {
      objections: [{ ...OBJECTION, accepted: true }],
      suspensions: [{ cause: 'objection', since: AT }],
    }),
    ['suspended', 'objected', 'objection-closed', 'repair-requested', 'corrected', 'proceedings', 'ended'],
  ],
  [
    'one under reorganisation',
    listingIn('active', { suspensions: [{ cause: 'reorganisation', since: AT }] }),
    ['suspended', 'resumed', 'objected', 'repair-requested', 'proceedings', 'ended'],
  ],
  [
    'one with a repair to be taken up',
    listingIn('active', { repairId: 'l1.r1' }),
    ['suspended', 'objected', 'repair-closed', 'proceedings', 'ended'],
    { cases: [repair('requested')] },
  ],
  [
    'one with a repair to be decided',
    listingIn('active', { repairId: 'l1.r1' }),
    ['suspended', 'objected', 'repair-closed', 'lowered', 'proceedings', 'ended'],
    { cases: [repair('accepted')] },
  ],
  [
    'a red one that a black one ended',
    listingIn('ended', { list: 'red', ...ended('blacklisted') }),
    ['found-wrong', 'lapsed'],
  ],
  ['one that has expired', listingIn('ended', ended('expired')), ['found-wrong']],
  ['one that was revoked', listingIn('ended', ended('revoked')), ['found-wrong'], { cases: [revocation] }],
  ['a candidate that was dropped', listingIn('ended', ended('revoked')), []],
  ['one that was wrong', listingIn('ended', ended('objection-upheld')), []],
  [
    'one whose papers are deleted',
    listingIn('ended', ended('expired')),
    [],
    { cases: [], papersDeleted: { deletedAt: AT } },
  ],
];

/** What is asked for by the routes, in words that the listing as it is can take. */
function eventOf(type: string, { objections = [], repairId }: Listing): StandingEvent {
  const objectionId = objections[0]?.id;
  const words: Record<string, object> = {
    publicised: { hearing: HEARING },
    notified: { hearing: HEARING },
    activated: { from: '2026-11-21', until: null },
    suspended: { cause: 'reorganisation' },
    resumed: { cause: 'reorganisation' },
    objected: { objectionId: 'l1.o2', ground: 'wrong-facts' },
    'objection-accepted': { objectionId },
    'objection-closed': { objectionId, outcome: 'rejected' },
    'repair-requested': { repairId: 'l1.r2' },
    'repair-closed': { repairId, outcome: 'refused' },
    lowered: { grade: 'ordinary', measures: [] },
    proceedings: { pending: true },
    ended: { reason: 'revoked' },
    lapsed: { reason: 'withdrawn-by-subject' },
  };
  return StandingEvent.parse({ type, listingId: 'l1', ...words[type] });
}

describe('what a listing allows', () => {
  it.each(CASES)('of %s is what the transition takes, by routes that there are', (_, listing, expected, papers) => {
    const { allows, routes } = allowedOf(listing, papers ?? { cases: [] });
    expect(allows).toEqual(expected);
    const standing = { version: 1, subject: { scheme: 'uscc' as const }, listings: [listing] };
    for (const type of allows) expect(() => apply(standing, eventOf(type, listing), NOW)).not.toThrow();
    const paths = routes.map((route) => route.replace(/\/(listings|objections|repairs)\/[^/]+/, '/$1/{id}'));
    const known = ROUTES.map(({ method, path }) => `${method} ${path}`);
    for (const path of paths) expect(known).toContain(path);
    expect(routes.length === 0).toBe(allows.length === 0);
  });

  it('names the case that is next', () => {
    const repairing = listingIn('active', { repairId: 'l1.r1' });
    expect(allowedOf(repairing, { cases: [repair('requested')] }).routes).toContain(
      'POST /v1/repairs/l1.r1/acceptance',
    );
    expect(allowedOf(repairing, { cases: [repair('accepted')] }).routes).toContain('POST /v1/repairs/l1.r1/decision');
    const objected = listingIn('decided', { objections: [OBJECTION] });
    expect(allowedOf(objected, { cases: [] }).routes).toContain('POST /v1/objections/l1.o1/acceptance');
  });
});
