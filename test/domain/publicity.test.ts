import { describe, expect, test } from 'vitest';
import { needsHistory, type PublicityRule, publicityOf } from '../../lib/disclosure/publicity.ts';
import { CalendarDate, parseInstant } from '../../lib/kernel/clock.ts';
import type { EventRecord, StandingEvent } from '../../lib/listing/event.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';

const date = (text: string) => CalendarDate.parse(text);
const RULE: PublicityRule = { exitDays: 30, workingDays: (day) => ({ day, provisional: false }) };
const listing = (changes: Record<string, unknown> = {}): Listing =>
  Listing.parse({
    id: 'l',
    list: 'black',
    domain: 'court-defaulters',
    authority: '样例市中级人民法院',
    grade: 'serious',
    document: { number: '样例', type: 'enforcement-decision', issuedOn: '2026-03-01' },
    measures: [],
    from: '2026-03-05',
    until: '2026-08-31',
    repair: { repairable: true },
    state: 'active',
    ...changes,
  });
const imported = (changes: Record<string, unknown> = {}) => listing({ source: 'court-defaulters-list', ...changes });
const ended = (reason: string, at: string) => ({ state: 'ended', ended: { reason, at } });

/** What is said on each of some days: the stage, with its dates. */
function saidOn(of: Listing, days: readonly string[], rule = RULE, history: readonly EventRecord[] = []) {
  return days.map((day) => {
    const said = publicityOf(of, rule, history, date(day));
    if (!said) return 'nothing';
    const reason = said.stage === 'exit' ? ` ${said.reason}` : '';
    return `${said.stage}${reason} ${said.from}..${said.until ?? ''}`;
  });
}

describe('a listing in force', () => {
  const IN_FORCE = 'in-force 2026-03-05..2026-08-31';
  const EXPIRED = 'exit expired 2026-09-01..2026-09-30';

  test('is public from its first day to its last, and its expiry is announced for the days of the rule', () => {
    const days = ['2026-03-04', '2026-03-05', '2026-08-31', '2026-09-01', '2026-09-30', '2026-10-01'];
    expect(saidOn(imported(), days)).toEqual(['nothing', IN_FORCE, IN_FORCE, EXPIRED, EXPIRED, 'nothing']);
  });

  test('is not public before its document', () => {
    const document = { number: '样例', type: 'enforcement-decision', issuedOn: '2026-03-20' };
    expect(saidOn(imported({ document }), ['2026-03-19', '2026-03-20'])).toEqual(['nothing', IN_FORCE]);
  });

  test('without a term has no last day', () => {
    expect(saidOn(imported({ until: null }), ['2026-03-05', '2046-03-05'])).toEqual([
      'in-force 2026-03-05..',
      'in-force 2026-03-05..',
    ]);
  });

  test('of a list that is abolished leaves with it, if its own term is longer', () => {
    const days = ['2026-06-30', '2026-07-01', '2026-07-31'];
    const abolished = 'exit abolished 2026-07-01..2026-07-30';
    const rule = { ...RULE, abolishedAfter: date('2026-06-30') };
    expect(saidOn(imported(), days, rule)).toEqual(['in-force 2026-03-05..2026-06-30', abolished, 'nothing']);
    expect(saidOn(imported({ until: null }), days, rule).slice(1)).toEqual([abolished, 'nothing']);
    expect(saidOn(imported({ until: '2026-06-29' }), ['2026-06-30'], rule)).toEqual([
      'exit expired 2026-06-30..2026-07-29',
    ]);
  });

  test('stays public under objection, and is shielded while its subject is reorganised', () => {
    const since = '2026-05-01T00:00:00.000Z';
    expect(saidOn(imported({ suspensions: [{ cause: 'objection', since }] }), ['2026-06-01'])).toEqual([IN_FORCE]);
    for (const day of ['2026-06-01', '2026-09-01'])
      expect(saidOn(imported({ suspensions: [{ cause: 'reorganisation', since }] }), [day])).toEqual(['nothing']);
  });
});

describe('a listing that has ended', () => {
  test('is announced from the day of its end in Beijing', () => {
    const repaired = imported(ended('repaired', '2026-05-31T16:00:00.000Z'));
    expect(saidOn(repaired, ['2026-05-31', '2026-06-01', '2026-06-30', '2026-07-01'])).toEqual([
      'nothing',
      'exit repaired 2026-06-01..2026-06-30',
      'exit repaired 2026-06-01..2026-06-30',
      'nothing',
    ]);
  });

  test('as expired left on the day after its last, however late that was written', () => {
    const expired = imported(ended('expired', '2026-09-03T02:00:00.000Z'));
    expect(saidOn(expired, ['2026-09-01', '2026-09-30', '2026-10-01'])).toEqual([
      'exit expired 2026-09-01..2026-09-30',
      'exit expired 2026-09-01..2026-09-30',
      'nothing',
    ]);
  });

  test('on its last day, left on that day for its own reason', () => {
    const revoked = imported(ended('revoked', '2026-08-31T15:59:59.999Z'));
    expect(saidOn(revoked, ['2026-08-31'])).toEqual(['exit revoked 2026-08-31..2026-09-29']);
  });

  test('before its first day was never public', () => {
    expect(saidOn(imported(ended('revoked', '2026-03-04T15:59:59.999Z')), ['2026-03-04', '2026-03-05'])).toEqual([
      'nothing',
      'nothing',
    ]);
  });
});

describe('a decision made here', () => {
  const PUBLICISED = '2026-04-01T02:00:00.000Z';
  type Step = readonly [string, StandingEvent];
  const proposed: Step = ['2026-03-20T02:00:00.000Z', { type: 'proposed', listing: listing({ state: 'candidate' }) }];
  const hearing = { from: date('2026-04-01'), workingDays: 20, until: date('2026-05-06') };
  const publicised: Step = [PUBLICISED, { type: 'publicised', listingId: 'l', hearing }];
  const notified: Step = [PUBLICISED, { type: 'notified', listingId: 'l', hearing }];
  const decided: Step = ['2026-05-07T02:00:00.000Z', { type: 'decided', listingId: 'l' }];
  const activated: Step = [
    '2026-05-08T02:00:00.000Z',
    { type: 'activated', listingId: 'l', from: date('2026-05-10'), until: date('2026-08-31'), links: undefined },
  ];
  const end = (at: string): Step => [at, { type: 'ended', listingId: 'l', reason: 'objection-upheld' }];

  function lived(...steps: readonly Step[]) {
    let standing = unknownSubject({ scheme: 'uscc' });
    const history: EventRecord[] = [];
    for (const [at, event] of steps) {
      const change = advance(standing, [event], { actor: 'steward' }, parseInstant(at));
      standing = change.after;
      history.push(...change.records);
    }
    const [now] = standing.listings;
    if (!now) throw new Error('nothing happened');
    return { now, history };
  }
  const said = (steps: readonly Step[], ...days: string[]) => {
    const { now, history } = lived(...steps);
    return saidOn(now, days, RULE, history);
  };

  test('is public as a candidate exactly in its publicity', () => {
    expect(said([proposed], '2026-04-01')).toEqual(['nothing']);
    const candidate = 'candidate 2026-04-01..2026-05-06';
    expect(said([proposed, publicised], '2026-03-31', '2026-04-01', '2026-05-06', '2026-05-07')).toEqual([
      'nothing',
      candidate,
      candidate,
      'nothing',
    ]);
  });

  test('is not public while its subject is heard by notice, nor when it is decided and not in force', () => {
    expect(said([proposed, notified], '2026-04-02')).toEqual(['nothing']);
    expect(said([proposed, publicised, decided], '2026-05-07')).toEqual(['nothing']);
    expect(said([proposed, publicised, decided, activated], '2026-05-09', '2026-05-10')).toEqual([
      'nothing',
      'in-force 2026-05-10..2026-08-31',
    ]);
  });

  test('that was public as a candidate is announced to have ended; one that never was is not', () => {
    const upheld = 'exit objection-upheld 2026-04-20..2026-05-19';
    expect(said([proposed, publicised, end('2026-04-20T02:00:00.000Z')], '2026-04-20', '2026-05-20')).toEqual([
      upheld,
      'nothing',
    ]);
    expect(said([proposed, end('2026-04-20T02:00:00.000Z')], '2026-04-20')).toEqual(['nothing']);
    expect(said([proposed, notified, end('2026-04-20T02:00:00.000Z')], '2026-04-20')).toEqual(['nothing']);
    expect(said([proposed, notified, decided, activated, end('2026-05-09T02:00:00.000Z')], '2026-05-09')).toEqual([
      'nothing',
    ]);
    expect(said([proposed, notified, decided, activated, end('2026-05-10T02:00:00.000Z')], '2026-05-10')).toEqual([
      'exit objection-upheld 2026-05-10..2026-06-08',
    ]);
  });

  test('tells by its history alone that it was public: without it, nothing is said', () => {
    const { now } = lived(proposed, publicised);
    expect([needsHistory(now), needsHistory(imported()), needsHistory(listing())]).toEqual([true, false, false]);
    expect(saidOn(now, ['2026-04-02'])).toEqual(['nothing']);
    expect(saidOn(lived(proposed, publicised, end('2026-04-20T02:00:00.000Z')).now, ['2026-04-20'])).toEqual([
      'nothing',
    ]);
  });
});
