import { describe, expect, it } from 'vitest';
import catalogueData from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { ruleOf } from '../../lib/catalogue/list-rule.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { CalendarDate, instant } from '../../lib/kernel/clock.ts';
import type { ObjectionCase, RepairCase } from '../../lib/listing/case.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { proposeMark, signMark } from '../../lib/listing/mark.ts';
import type { Seen } from '../../lib/listing/move.ts';
import { type Answering, resolveObjection } from '../../lib/listing/objection.ts';
import { decideRepair } from '../../lib/listing/repair.ts';
import type { Signer } from '../../lib/listing/signer.ts';
import type { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { organisationKey } from '../../lib/subject/key.ts';

const { listKeeping, ...catalogue } = PublishedCatalogue.parse(catalogueData);
if (!listKeeping) throw new Error('the sample says how lists are kept');
const DOMAIN = 'research-misconduct';
const NOW = instant(Date.parse('2026-06-01T04:00:00Z'));
const AT = '2026-05-20T02:00:00.000Z';

const signer = (person: string): Signer => ({
  actor: person,
  person,
  authority: 'science',
  onlySigns: false,
  domains: [DOMAIN],
});
const signed = (person: string) => ({ at: AT, by: { actor: person, person } });

const BLACK: Listing = {
  id: 'black',
  list: 'black',
  domain: DOMAIN,
  authority: '样例省科学技术厅',
  grade: 'serious',
  document: { number: '样科〔2026〕1号', type: 'listing-decision', issuedOn: CalendarDate.parse('2026-01-10') },
  measures: ['no-research-fund'],
  from: CalendarDate.parse('2026-02-01'),
  until: CalendarDate.parse('2029-01-10'),
  repair: { repairable: true },
  state: 'active',
};
const RED: Listing = { ...BLACK, id: 'red', list: 'red', domain: 'tax-a-grade', measures: [], until: null };

/** The black listing, with what has happened to it, beside a red one that it ended. */
function seen(events: readonly StandingEvent[] = []): Seen {
  const listed: StandingEvent[] = [RED, BLACK].map((listing) => ({ type: 'listed', listing }));
  const nobody = unknownSubject({ scheme: 'uscc' });
  const standing = advance(nobody, [...listed, ...events], { actor: 'steward' }, NOW).after;
  const listing = standing.listings.find(({ id }) => id === 'black');
  if (!listing) throw new Error('listed');
  return {
    file: { listingId: 'black', subject: organisationKey('MA0000170'), cases: [] },
    standing,
    listing,
    persons: new Map(),
    tied: new Map(),
  };
}

const answering = (person: string): Answering => ({
  terms: listKeeping.terms,
  workingDays: (day) => ({ day, provisional: false }),
  signer: signer(person),
  owner: 'science',
  rule: ruleOf(listKeeping, DOMAIN, 'black'),
  lowerRule: ruleOf(listKeeping, DOMAIN, 'ordinary'),
  now: NOW,
});

describe('a correction of the grade', () => {
  const objection: ObjectionCase = {
    kind: 'objection',
    id: 'black.o1',
    listingId: 'black',
    by: 'subject',
    ground: 'wrong-grade',
    statement: '不属严重失信',
    evidence: [],
    state: 'accepted',
    filed: signed('one'),
  };
  const open: StandingEvent[] = [
    { type: 'objected', listingId: 'black', objectionId: 'black.o1', ground: 'wrong-grade' },
    { type: 'objection-accepted', listingId: 'black', objectionId: 'black.o1' },
    { type: 'suspended', listingId: 'black', cause: 'objection' },
  ];
  const corrected = (correction: object, from = seen(open), more: Partial<Answering> = {}) => {
    const request = { outcome: 'corrected', ground: '查明', correction } as const;
    return resolveObjection(from, objection, request, catalogue, { ...answering('another'), ...more });
  };
  const corrections = (correction: object) => {
    const { events, by } = corrected(correction);
    const { listings } = advance(seen(open).standing, events, by, NOW).after;
    return Object.fromEntries(listings.map((listing) => [listing.id, listing]));
  };

  it('takes what was never serious off the black list, and brings back what that had ended', () => {
    expect(seen(open).standing.listings.find(({ id }) => id === 'red')).toMatchObject({
      ended: { reason: 'blacklisted' },
    });
    const { black, red } = corrections({ grade: 'ordinary' });
    expect(black).toMatchObject({ list: 'ordinary', grade: 'ordinary', state: 'active', wronglyBlack: true });
    expect(black).not.toHaveProperty('suspensions');
    // It lasts as long as the ordinary list has one last, and no longer.
    expect(black?.until).toBe('2028-01-10');
    expect(red).toMatchObject({ state: 'active' });
    expect(corrections({ grade: 'ordinary', until: '2026-08-01' }).black?.until).toBe('2026-08-01');
  });

  it('leaves one that stays serious where it is', () => {
    const { black, red } = corrections({ until: '2027-01-01' });
    expect(black).toMatchObject({ list: 'black', grade: 'serious', until: '2027-01-01' });
    expect(red).toMatchObject({ state: 'ended' });
  });

  it('is refused where the list has no such grade', () => {
    const ordinary = ruleOf(listKeeping, DOMAIN, 'ordinary');
    const withoutMinor = { lowerRule: ordinary && { ...ordinary, grades: ['ordinary' as const] } };
    const refused = expect.objectContaining({
      extras: { errors: [expect.objectContaining({ pointer: '/correction/grade', code: 'unknown-value' })] },
    });
    expect(() => corrected({ grade: 'minor' }, seen(open), withoutMinor)).toThrow(refused);
    const lowered = seen([{ type: 'lowered', listingId: 'black', grade: 'ordinary', measures: [] }, ...open]);
    const tooFew = { rule: withoutMinor.lowerRule };
    expect(() => corrected({ grade: 'minor' }, lowered, tooFew)).toThrow(refused);
    expect(() => corrected({ grade: 'minor' }, lowered, { rule: ordinary })).not.toThrow();
  });
});

describe('a mark', () => {
  it('is not signed by who proposed it', () => {
    const body = { pending: true, reference: '决定书' };
    const proposed = proposeMark(seen(), 'reorganisation', body, answering('one').workingDays, signer('one'), NOW);
    const { file, ...rest } = seen();
    const waiting = { ...rest, file: { ...file, cases: proposed.cases } };
    expect(() => signMark(waiting, 'reorganisation', {}, signer('one'), NOW)).toThrow(/own proposal/);
    expect(proposed.events).toMatchObject([{ type: 'case-moved' }]);
    expect(signMark(waiting, 'reorganisation', {}, signer('two'), NOW).events).toMatchObject([{ type: 'suspended' }]);
  });
});

describe('a repair', () => {
  it('is approved neither by who registered it nor by who accepted it', () => {
    const repair: RepairCase = {
      kind: 'repair',
      id: 'black.r1',
      listingId: 'black',
      methods: [],
      statement: '已改正',
      state: 'accepted',
      requested: signed('one'),
      acceptance: signed('two'),
    };
    const under = seen([{ type: 'repair-requested', listingId: 'black', repairId: 'black.r1' }]);
    const decide = (person: string) => {
      const asked = answering(person);
      const decision = { decision: 'approved', leadsTo: 'ended', ground: '属实' } as const;
      return decideRepair(under, repair, decision, asked.rule, asked.lowerRule, catalogue, asked);
    };
    for (const person of ['one', 'two']) expect(() => decide(person)).toThrow(/own proposal/);
    expect(decide('three').events).toMatchObject([{ type: 'repair-closed' }, { type: 'ended', reason: 'repaired' }]);
  });
});
