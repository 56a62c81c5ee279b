import { describe, expect, it } from 'vitest';
import { addDays, startOf } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { linkedEvent } from '../../lib/listing/linked.ts';
import { advance, apply, fold, TransitionRefused, unknownSubject } from '../../lib/listing/transition.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { TODAY } from '../scenarios/evidence.ts';
import { listingsOf } from '../scenarios/facts.ts';

const AT = startOf(TODAY);
const LATER = startOf(addDays(TODAY, 1));
const EMPTY = unknownSubject({ scheme: 'uscc', code: '91350100M000100Y43' });
const [COURT] = listingsOf({ like: 'court' }, TODAY);
if (!COURT) throw new Error('no listing');
const LISTED: StandingEvent = { type: 'listed', listing: COURT };
const suspended = (cause: 'objection' | 'reorganisation'): StandingEvent => ({
  type: 'suspended',
  listingId: 'court',
  cause,
});
const resumed = (cause: 'objection' | 'reorganisation'): StandingEvent => ({
  type: 'resumed',
  listingId: 'court',
  cause,
});
const ENDED: StandingEvent = { type: 'ended', listingId: 'court', reason: 'repaired' };

const standingOf = (...events: StandingEvent[]) => advance(EMPTY, events, { actor: 'steward' }, AT).after;
const stateIn = (...events: StandingEvent[]): string => {
  try {
    standingOf(...events);
    return 'applied';
  } catch (error) {
    if (error instanceof TransitionRefused) return error.state;
    throw error;
  }
};

describe('a transition that the state does not allow names the state', () => {
  it.each<[string, StandingEvent[], string]>([
    ['a listing that is there already', [LISTED, LISTED], 'known already'],
    ['a listing that has ended, listed again', [LISTED, ENDED, LISTED], 'known already'],
    ['a change of what is not listed', [{ type: 'changed', listing: COURT }], 'unknown'],
    ['a suspension of what is not listed', [suspended('objection')], 'unknown'],
    ['an end of what is not listed', [ENDED], 'unknown'],
    ['a change of what has ended', [LISTED, ENDED, { type: 'changed', listing: COURT }], 'ended'],
    ['a suspension of what has ended', [LISTED, ENDED, suspended('objection')], 'ended'],
    ['a second end', [LISTED, ENDED, { ...ENDED, reason: 'revoked' }], 'ended'],
    ['a resumption of what was never suspended', [LISTED, resumed('objection')], 'not suspended'],
    [
      'a resumption of what is suspended for another cause',
      [LISTED, suspended('reorganisation'), resumed('objection')],
      'not suspended',
    ],
    [
      'a second resumption',
      [LISTED, suspended('objection'), resumed('objection'), resumed('objection')],
      'not suspended',
    ],
  ])('%s', (_, events, state) => {
    expect(stateIn(...events)).toBe(state);
  });
});

describe('suspensions', () => {
  it('of two causes rest side by side, and end one by one', () => {
    const both = standingOf(LISTED, suspended('objection'), suspended('reorganisation'));
    expect(both.listings[0]?.suspensions?.map(({ cause }) => cause)).toEqual(['objection', 'reorganisation']);
    const one = apply(both, resumed('objection'), LATER);
    expect(one.listings[0]?.suspensions?.map(({ cause }) => cause)).toEqual(['reorganisation']);
    const none = apply(one, resumed('reorganisation'), LATER);
    expect(none.listings).toEqual([COURT]);
  });

  it('do not outlive the listing: what has ended stays as it was then', () => {
    const [listing] = standingOf(LISTED, suspended('objection'), ENDED).listings;
    expect(listing).toMatchObject({ state: 'ended', ended: { reason: 'repaired' } });
  });
});

describe('a standing', () => {
  it('has no history and no version before its first event', () => {
    expect(EMPTY.version).toBe(0);
    expect(fold([])).toBeUndefined();
    expect(advance(EMPTY, [], { actor: 'steward' }, AT)).toEqual({ before: EMPTY, after: EMPTY, records: [] });
  });

  it('keeps a code that is confirmed twice, and a predecessor that is named twice, once', () => {
    const confirmed: StandingEvent = { type: 'code-confirmed', code: '91430100M000100Y4H' };
    const succeeded: StandingEvent = { type: 'succeeded', predecessor: organisationKey('MA4L12346') };
    const standing = standingOf(confirmed, confirmed, succeeded, succeeded);
    expect(standing.version).toBe(4);
    expect(standing.subject.confirmedCodes).toEqual(['91430100M000100Y4H']);
    expect(standing.predecessors).toEqual(['o:MA4L12346']);
  });

  it('signs each event with its version, its moment and whom it is about', () => {
    const { records } = advance(
      EMPTY,
      [LISTED, suspended('objection')],
      { actor: 'steward', person: 'judge-chen' },
      AT,
    );
    expect(records).toMatchObject([
      { version: 1, at: '2026-11-20T16:00:00.000Z', by: { person: 'judge-chen' }, subject: EMPTY.subject },
      { version: 2, at: '2026-11-20T16:00:00.000Z', event: { type: 'suspended' } },
    ]);
  });
});

describe('a linked person', () => {
  const known = {
    ...COURT,
    id: 'own',
    grade: 'minor' as const,
    linkedTo: { listingId: 'court', role: 'r', citation: 'c' },
  };
  const gradeAfter = (event: StandingEvent) =>
    linkedEvent(event, COURT, 'own', undefined, known).map((each) => 'grade' in each && each.grade);

  it('keeps the lighter grade that its own case has won, whatever becomes of the main listing', () => {
    const corrected: StandingEvent = { type: 'corrected', listingId: 'court', grade: 'ordinary' };
    const lowered: StandingEvent = { type: 'lowered', listingId: 'court', grade: 'ordinary', measures: [] };
    expect([gradeAfter(corrected), gradeAfter(lowered)]).toEqual([['minor'], ['minor']]);
  });
});

describe('red beside black', () => {
  const RED: StandingEvent = { type: 'listed', listing: { ...COURT, id: 'red', list: 'red', measures: ['priority'] } };
  const other: StandingEvent = { type: 'listed', listing: { ...COURT, id: 'other' } };
  const upheld = (listingId: string): StandingEvent => ({ type: 'ended', listingId, reason: 'objection-upheld' });
  const redAfter = (...events: StandingEvent[]) => standingOf(...events).listings.find(({ id }) => id === 'red');

  it('is back once every black listing that stood beside it was wrong', () => {
    expect(redAfter(RED, LISTED, other, upheld('court'))?.state).toBe('ended');
    expect(redAfter(RED, LISTED, other, upheld('court'), upheld('other'))?.state).toBe('active');
    const annulled: StandingEvent = { type: 'ended', listingId: 'court', reason: 'revoked', wrong: true };
    expect(redAfter(RED, LISTED, other, annulled, upheld('other'))?.state).toBe('active');
  });

  it('stays under a name alone, whichever came first: the black one may be a namesake’s', () => {
    const unnamed = unknownSubject({ scheme: 'org-name', name: '甲有限公司' });
    for (const events of [
      [RED, LISTED],
      [LISTED, RED],
    ]) {
      const { after } = advance(unnamed, events, { actor: 'a-source' }, AT);
      expect(after.listings.map(({ state }) => state)).toEqual(['active', 'active']);
    }
  });

  it('is back though the black listing had ended before it was found wrong', () => {
    const found: StandingEvent = { type: 'found-wrong', listingId: 'court' };
    expect(redAfter(RED, LISTED, ENDED, found)?.state).toBe('active');
    expect(redAfter(RED, LISTED, other, ENDED, found)?.state).toBe('ended');
    expect(stateIn(LISTED, found)).toBe('active');
  });

  it('is not back once it has lost its own ground: its source has dropped it, or it was wrong as well', () => {
    const lapsed: StandingEvent = { type: 'lapsed', listingId: 'red', reason: 'withdrawn-by-source' };
    const found: StandingEvent = { type: 'found-wrong', listingId: 'red' };
    for (const lost of [lapsed, found]) expect(redAfter(RED, LISTED, lost, upheld('court'))?.state).toBe('ended');
    expect(stateIn(RED, LISTED, lapsed, { type: 'reinstated', listingId: 'red' })).toBe('ended as blacklisted');
    expect(stateIn(RED, LISTED, lapsed, lapsed)).toBe('ended as blacklisted');
    expect(stateIn(RED, lapsed)).toBe('active');
  });

  it('is not back where one that was right has ended it, or still stands', () => {
    expect(redAfter(RED, LISTED, ENDED)?.state).toBe('ended');
    expect(redAfter(RED, LISTED, ENDED, other, upheld('other'))?.state).toBe('ended');
    expect(redAfter(RED, LISTED, { ...ENDED, reason: 'revoked' })?.state).toBe('ended');
  });

  it('is not back by what is found wrong later, where another had stood when the one that ended it was found wrong', () => {
    const third: StandingEvent = { type: 'listed', listing: { ...COURT, id: 'third' } };
    const since = [RED, LISTED, other, upheld('court')];
    expect(redAfter(...since)?.ended).toMatchObject({ reason: 'blacklisted', by: 'other' });
    const expired: StandingEvent = { type: 'ended', listingId: 'other', reason: 'expired' };
    expect(redAfter(...since, expired, third, upheld('third'))?.state).toBe('ended');
    const found: StandingEvent = { type: 'found-wrong', listingId: 'other' };
    expect(redAfter(...since, expired, third, upheld('third'), found)?.state).toBe('active');
  });

  it('is back without what it rested for before', () => {
    const resting: StandingEvent = { type: 'suspended', listingId: 'red', cause: 'objection' };
    expect(redAfter(RED, resting, LISTED, upheld('court'))).not.toHaveProperty('suspensions');
  });
});
