import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoImportStore } from '../../lib/dynamo/import-store.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { type Instant, instant, toIso } from '../../lib/kernel/clock.ts';
import { Delisting } from '../../lib/listing/delisting.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { Listing, type Standing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { organisation } from '../api-client.ts';
import { keyOf, listing, SIGNED } from '../conformance/samples.ts';
import { type ClockedStack, startClockedStack } from './clocked.ts';
import { faultsIn, problemIn } from './shapes.ts';

/** The first day of the period, in Beijing; the listings are older. */
const FIRST = Date.parse('2026-11-21T00:00:00+08:00');
const PERIOD = { from: '2026-11-21', to: '2026-11-23' };
const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const DOMAINS = ['court-defaulters', 'tax-major-violation'];
const AUTHORITIES = ['样例法院', '样例税务局'];

/** What happened, in the test's own words: who left what, why, when, asked when. */
interface Fact {
  readonly domain: string;
  readonly authority: string;
  readonly reason: Delisting['reason'];
  readonly at: number;
  readonly askedAt?: number;
  readonly dueAt?: number;
}

let clocked: ClockedStack;
let client: DynamoDBClient;
let store: DynamoStandingStore;
const facts: Fact[] = [];
let subjects = 100;

beforeAll(async () => {
  clocked = await startClockedStack(new Date(FIRST - 10 * DAY));
  client = localClient(clocked.api.stack.endpoint);
  store = new DynamoStandingStore(client, clocked.api.stack.registryTable);
});
afterAll(async () => {
  client?.destroy();
  await clocked?.api.stack.stop();
});

type Step = readonly [at: number, events: readonly StandingEvent[], ground?: string];

/** One subject's listing through its life, each step a transaction. */
async function live(entered: Listing, steps: readonly Step[]): Promise<void> {
  subjects += 1;
  const code = organisation(subjects);
  let standing: Standing = unknownSubject({ scheme: 'uscc', code });
  const type = entered.state === 'candidate' ? 'proposed' : 'listed';
  for (const [at, events, ground] of [[FIRST - 9 * DAY, [{ type, listing: entered }]] as Step, ...steps]) {
    const change = advance(standing, events, { ...SIGNED, ...(ground && { ground }) }, instant(at));
    await store.commit([{ key: keyOf(code), change, documents: [], names: [] }]);
    standing = change.after;
  }
}

const entered = (id: string, more: Partial<Listing> = {}): Listing => Listing.parse({ ...listing(id), ...more });
const ended = (listingId: string, reason: Delisting['reason']): StandingEvent => ({ type: 'ended', listingId, reason });
const ask = async (query: Record<string, string> = {}, as = 'auditor') =>
  clocked.api.get(`/v1/statistics?${new URLSearchParams({ ...PERIOD, delisting: 'true', ...query })}`, as);
const answered = async (query: Record<string, string> = {}) => {
  const { status, json, text } = await ask(query);
  expect(status, text).toBe(200);
  return z.object({ delisting: z.array(Delisting) }).parse(json).delisting;
};

/** The least number of seconds within which at least half of them were done, looked for one by one. */
function spanOf(milliseconds: readonly number[]) {
  const all = milliseconds.map((each) => Math.floor(each / SECOND));
  const half = all.filter((each) => all.filter((other) => other <= each).length * 2 >= all.length);
  return all.length === 0
    ? null
    : {
        exits: all.length,
        median: half.reduce((a, b) => Math.min(a, b)),
        greatest: all.reduce((a, b) => Math.max(a, b)),
      };
}

function recount(of: readonly Fact[]): Delisting[] {
  const groups = Object.values(
    Object.groupBy(of, ({ domain, authority, reason }) => `${domain} ${authority} ${reason}`),
  ).flatMap((group) => (group ? [group] : []));
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return {
      domain: first.domain,
      authority: first.authority,
      reason: first.reason,
      exits: group.length,
      waited: spanOf(group.flatMap(({ at, askedAt }) => (askedAt === undefined ? [] : [at - askedAt]))),
      late: spanOf(group.flatMap(({ at, dueAt }) => (dueAt === undefined ? [] : [at - dueAt]))),
    };
  });
}
const sorted = (rows: readonly Delisting[]) =>
  rows.toSorted((a, b) => (`${a.domain}${a.authority}${a.reason}` < `${b.domain}${b.authority}${b.reason}` ? -1 : 1));

describe('the time to delist', () => {
  beforeAll(async () => {
    const imports = new DynamoImportStore(client, clocked.api.stack.registryTable);
    const complete: Instant = instant(FIRST - 5 * 3_600_000);
    await imports.create({
      id: 'import-1',
      order: { profile: 'generic', mode: 'full', file: { name: 'list.csv', size: 1 } },
      source: 'penalty-publicity',
      asOf: toIso(complete),
      state: 'running',
      proposedBy: SIGNED,
      createdAt: toIso(instant(FIRST)),
    });
    for (let index = 0; index < 24; index += 1) {
      const of = {
        domain: DOMAINS[index % 2] ?? '',
        authority: AUTHORITIES[Math.floor(index / 2) % 2] ?? '',
      };
      const id = `exit-${index}`;
      // The first and the last moment of the period are in it.
      const at = index < 4 ? FIRST : index < 8 ? FIRST + 3 * DAY - 1 : FIRST + index * 7_919 * SECOND;
      const askedAt = FIRST - index * index * 977 * SECOND;
      const listed = entered(id, of);
      if (index % 6 < 2) {
        await live(listed, [
          [askedAt, [{ type: 'repair-requested', listingId: id, repairId: 'r' }]],
          [at, [{ type: 'repair-closed', listingId: id, repairId: 'r', outcome: 'ended' }, ended(id, 'repaired')]],
        ]);
        facts.push({ ...of, reason: 'repaired', at, askedAt, dueAt: at });
      } else if (index % 6 < 4) {
        await live(listed, [
          // An objection that was rejected, and one that was upheld.
          [askedAt - DAY, [{ type: 'objected', listingId: id, objectionId: 'o1', ground: 'wrong-term' }]],
          [askedAt - 1, [{ type: 'objection-closed', listingId: id, objectionId: 'o1', outcome: 'rejected' }]],
          [askedAt, [{ type: 'objected', listingId: id, objectionId: 'o2', ground: 'wrong-facts' }]],
          [
            at,
            [
              { type: 'objection-closed', listingId: id, objectionId: 'o2', outcome: 'upheld' },
              ended(id, 'objection-upheld'),
            ],
          ],
        ]);
        facts.push({ ...of, reason: 'objection-upheld', at, askedAt, dueAt: at });
      } else if (index % 6 === 4) {
        await live(listed, [
          [askedAt - DAY, [{ type: 'case-moved', listingId: id, caseId: `${id}.v1`, state: 'proposed' }]],
          [askedAt - 1, [{ type: 'case-moved', listingId: id, caseId: `${id}.v1`, state: 'declined' }]],
          [askedAt, [{ type: 'case-moved', listingId: id, caseId: `${id}.v2`, state: 'proposed' }]],
          [at, [ended(id, 'revoked')]],
        ]);
        facts.push({ ...of, reason: 'revoked', at, askedAt, dueAt: at });
      } else {
        await live(listed, [[at, [ended(id, 'withdrawn-by-source')], index < 12 ? 'import import-1' : 'import lost']]);
        facts.push({ ...of, reason: 'withdrawn-by-source', at, ...(index < 12 && { dueAt: complete }) });
      }
    }
    // Out of the period by a millisecond, never in force, and still there.
    await live(entered('early'), [[FIRST - 1, [ended('early', 'revoked')]]]);
    await live(entered('late'), [[FIRST + 3 * DAY, [ended('late', 'revoked')]]]);
    await live(entered('dropped', { state: 'candidate' }), [[FIRST, [ended('dropped', 'revoked')]]]);
    await live(entered('stays'), []);
  });

  test('is a recount of what happened, by domain, authority and reason', async () => {
    expect(sorted(await answered())).toEqual(sorted(recount(facts)));
    const day = { from: '2026-11-23', to: '2026-11-23' };
    const ofDay = facts.filter(({ at }) => at >= FIRST + 2 * DAY);
    expect(ofDay.length).toBeGreaterThan(3);
    expect(sorted(await answered(day))).toEqual(sorted(recount(ofDay)));
  });

  test('of a listing whose last day has passed is counted from that day’s end to its exit on record', async () => {
    const of = { domain: 'wage-arrears', authority: '样例人社局' };
    await live(entered('expires', { ...of, until: Listing.shape.until.parse('2026-11-25') }), []);
    clocked.clock.now = Date.parse('2026-11-26T00:10:00+08:00');
    await clocked.expire();
    const late = { exits: 1, median: 600, greatest: 600 };
    const own = async (query: Record<string, string>) =>
      (await answered(query)).filter(({ authority }) => authority === of.authority);
    expect(await own({ from: '2026-11-25', to: '2026-11-26' })).toEqual([
      { ...of, reason: 'expired', exits: 1, waited: null, late },
    ]);
    expect(await own({ from: '2026-11-25', to: '2026-11-25' })).toEqual([]);
  });

  test('is an auditor’s to ask for, of all lists', async () => {
    problemIn(await ask({}, 'procurement'), 403, 'forbidden');
    for (const one of [{ scene: 'land' }, { caller: 'procurement' }])
      expect(faultsIn(problemIn(await ask(one), 400, 'invalid-request'))).toEqual(['/delisting delisting-of-all']);
  });
});
