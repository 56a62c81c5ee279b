import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { expiryHandler } from '../../functions/expiry/handler.ts';
import { type Engine, engineKinds, isInstalled, startEngine } from '../../infra/local/engine.ts';
import sampleCatalogue from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { localClient } from '../../infra/local/stack.ts';
import { createTables } from '../../infra/local/tables.ts';

import { publish } from '../../lib/catalogue/change.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { expiryPorts } from '../../lib/dynamo/expiry-ports.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { standingKey } from '../../lib/dynamo/keys.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { addDays, type CalendarDate, dateOf, endOf, type Instant, instant, startOf } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import type { ExpiryPorts } from '../../lib/listing/run-expiry.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, fold, unknownSubject } from '../../lib/listing/transition.ts';
import { organisation } from '../api-client.ts';
import { keyOf, listing, NOW, SIGNED } from '../conformance/samples.ts';
import { FaultProxy } from './fault-proxy.ts';

const LIMITS = { subjects: 100, pages: 100 };
const TODAY = dateOf(NOW);
const day = (offset: number): CalendarDate => addDays(TODAY, offset);

const installed = new Map(await Promise.all(engineKinds.map(async (kind) => [kind, await isInstalled(kind)] as const)));
for (const [kind, there] of installed)
  if (!there) console.warn(`${kind} is not installed: its tests of expiry are skipped.`);

describe.each(engineKinds)('on %s', (kind) => {
  if (!installed.get(kind)) {
    test.skip('listings expire (the engine is not installed)', () => undefined);
    return;
  }
  let engine: Engine;
  let client: DynamoDBClient;
  let tables = 0;
  let table = '';
  let store: DynamoStandingStore;

  beforeAll(async () => {
    engine = await startEngine({ dataFolder: ':memory:', kind });
    client = localClient(engine.endpoint);
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });
  /** Each test has tables of its own: what is due is due for all of them. */
  beforeEach(async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    tables += 1;
    table = `Registry-${tables}`;
    await createTables(client, { registry: table, checkLog: `CheckLog-${tables}`, seals: `Seals-${tables}` });
    store = new DynamoStandingStore(client, table);
  });

  const made = (id: string, until: CalendarDate | null, changes: Partial<Listing> = {}): Listing =>
    Listing.parse({ ...listing(id), until, ...changes });

  async function write(number: number, events: StandingEvent[], at: Instant = NOW, into = store): Promise<void> {
    const code = organisation(number);
    const key = keyOf(code);
    const before = (await into.standings([key])).get(key) ?? unknownSubject({ scheme: 'uscc', code });
    await into.commit([{ key, change: advance(before, events, SIGNED, at), documents: [], names: [] }]);
  }
  const list = (number: number, ...listings: Listing[]) =>
    write(
      number,
      listings.map((each) => ({ type: 'listed', listing: each })),
    );
  const history = (number: number) => store.history(keyOf(organisation(number)));
  const endsOf = async (number: number) =>
    (await history(number)).flatMap(({ event, by, at }) => (event.type === 'ended' ? [{ ...event, by, at }] : []));

  /** The schedule's function at a moment, with other ports where a test gives them. */
  const run = (at: Instant, changes: (ports: ExpiryPorts) => Partial<ExpiryPorts> = () => ({}), limits = LIMITS) => {
    const ports = expiryPorts(client, table, () => at, limits);
    return expiryHandler({ ...ports, ...changes(ports) })();
  };

  describe('a term', () => {
    it('ends after its last day in Beijing, and its end is signed and stays on record once', async () => {
      await list(1, made('t1', TODAY), made('t2', day(1)), made('t3', null));
      await list(2, made('t4', day(40)));
      expect(await run(instant(endOf(TODAY) - 1))).toEqual({ ended: 0, failed: 0, more: false });
      expect(await run(endOf(TODAY))).toEqual({ ended: 1, failed: 0, more: false });
      expect(await run(endOf(TODAY))).toEqual({ ended: 0, failed: 0, more: false });
      expect(await endsOf(1)).toMatchObject([
        { listingId: 't1', reason: 'expired', by: { actor: 'grantgate-expiry' }, at: '2026-11-21T16:00:00.000Z' },
      ]);
      // Late by a year: all that has run out meanwhile, in one event each.
      expect(await run(startOf(day(370)))).toEqual({ ended: 2, failed: 0, more: false });
      expect((await endsOf(1)).map(({ listingId }) => listingId)).toEqual(['t1', 't2']);
      expect((await endsOf(2)).map(({ listingId }) => listingId)).toEqual(['t4']);
      const key = keyOf(organisation(1));
      expect((await store.standings([key])).get(key)).toEqual(fold(await history(1)));
    });

    it('that had passed when it was written ends at the next run, ten years late too', async () => {
      await list(1, made('old', day(-3650)));
      await list(2, made('yesterday', day(-1)));
      expect(await run(NOW)).toEqual({ ended: 2, failed: 0, more: false });
    });

    it('of what rests ends as well; one of a candidate or of what has ended does not', async () => {
      await list(1, made('rests', day(-1)), made('candidate', day(-1), { state: 'candidate' }), made('gone', day(-1)));
      await write(1, [
        { type: 'suspended', listingId: 'rests', cause: 'reorganisation' },
        { type: 'ended', listingId: 'gone', reason: 'repaired' },
      ]);
      expect(await run(NOW)).toMatchObject({ ended: 1 });
      expect((await endsOf(1)).map(({ listingId, reason }) => [listingId, reason])).toEqual([
        ['gone', 'repaired'],
        ['rests', 'expired'],
      ]);
    });

    it('waits while the listing is objected to, and ends it after the answer', async () => {
      await list(1, made('o1', day(-1)));
      await write(1, [{ type: 'objected', listingId: 'o1', objectionId: 'x', ground: 'facts-wrong' }]);
      expect(await run(NOW)).toMatchObject({ ended: 0, failed: 0, more: false });
      await write(1, [{ type: 'objection-closed', listingId: 'o1', objectionId: 'x', outcome: 'rejected' }]);
      expect(await run(NOW)).toMatchObject({ ended: 1 });
    });

    it('that is moved is what counts', async () => {
      await list(1, made('longer', TODAY), made('shorter', day(900)));
      await write(1, [
        { type: 'changed', listing: made('longer', day(10)) },
        { type: 'changed', listing: made('shorter', day(2)) },
      ]);
      expect(await run(startOf(day(1)))).toMatchObject({ ended: 0 });
      expect(await run(startOf(day(3)))).toMatchObject({ ended: 1 });
      expect(await run(startOf(day(11)))).toMatchObject({ ended: 1 });
    });
  });

  describe('a run', () => {
    it('does so much and says that there is more; the next ones go on', async () => {
      for (let number = 1; number <= 7; number += 1) await list(number, made(`m${number}`, day(number - 8)));
      const limits = { ...LIMITS, subjects: 3 };
      const runs = [];
      for (let each = 0; each < 3; each += 1) runs.push(await run(NOW, undefined, limits));
      expect(runs).toEqual([
        { ended: 3, failed: 0, more: true },
        { ended: 3, failed: 0, more: true },
        { ended: 1, failed: 0, more: false },
      ]);
    });

    it('that another transition overtakes reads again, and ends what is still to be ended', async () => {
      await list(1, made('r1', day(-1)), made('r2', day(-1)));
      let rivals = 3;
      const overtaken = await run(NOW, ({ standings }) => ({
        standings: {
          standings: (keys) => standings.standings(keys),
          commit: async (changes) => {
            rivals -= 1;
            if (rivals === 2) await write(1, [{ type: 'suspended', listingId: 'r1', cause: 'objection' }]);
            if (rivals === 1) await write(1, [{ type: 'ended', listingId: 'r2', reason: 'repaired' }]);
            await standings.commit(changes);
          },
        },
      }));
      expect(overtaken).toEqual({ ended: 1, failed: 0, more: false });
      expect((await endsOf(1)).map(({ listingId, reason }) => [listingId, reason])).toEqual([
        ['r2', 'repaired'],
        ['r1', 'expired'],
      ]);
    });

    it('that is killed half-way is finished by the next, and nothing ends twice', async () => {
      const subjects = Array.from({ length: 12 }, (_, index) => index + 1);
      for (const number of subjects) await list(number, made(`k${number}`, day(-1)));
      let commits = 0;
      const killed = await run(NOW, ({ standings }) => ({
        standings: {
          standings: (keys) => standings.standings(keys),
          commit: async (changes) => {
            commits += 1;
            const mine = commits;
            if (mine > 5) throw new Error('killed');
            await standings.commit(changes);
            // Written, and the answer is lost.
            if (mine === 5) throw new Error('killed');
          },
        },
      }));
      expect(killed).toEqual({ ended: 4, failed: 8, more: false });
      expect(await run(NOW)).toEqual({ ended: 7, failed: 0, more: false });
      for (const number of subjects) expect(await endsOf(number)).toHaveLength(1);
    });

    it('beside another ends each listing once', async () => {
      const subjects = Array.from({ length: 10 }, (_, index) => index + 1);
      for (const number of subjects) await list(number, made(`b${number}`, day(-1)));
      const both = await Promise.all([run(NOW), run(NOW)]);
      expect(both.map(({ failed }) => failed)).toEqual([0, 0]);
      expect(both.reduce((sum, { ended }) => sum + ended, 0)).toBe(10);
      for (const number of subjects) expect(await endsOf(number)).toHaveLength(1);
    });

    it('goes on without a subject that cannot be read, and says so', async () => {
      for (const number of [1, 2, 3]) await list(number, made(`p${number}`, day(-1)));
      const Key = { pk: { S: standingKey(keyOf(organisation(2))).pk }, sk: { S: 'S' } };
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key }));
      await client.send(new PutItemCommand({ TableName: table, Item: { ...Item, body: { S: '{"version":"one"}' } } }));
      expect(await run(NOW)).toEqual({ ended: 2, failed: 1, more: false });
      const lines = vi.mocked(console.log).mock.calls.map(([line]) => String(line));
      expect(lines.filter((line) => line.includes('"ExpiryUnfinished":1'))).toHaveLength(1);
      expect(lines.join()).not.toContain('MA5T');
    });
  });

  // DynamoDB Local's figures of capacity are unusable.
  if (kind === 'dynoxide')
    it('costs a standing one unit when its listing is given a term, two when that moves, and one at its end', async () => {
      const proxy = new FaultProxy(engine.endpoint);
      const counted = localClient(await proxy.start());
      const into = new DynamoStandingStore(counted, table);
      const unitsOf = async (number: number, ...events: StandingEvent[]) => {
        proxy.heal();
        await write(number, events, NOW, into);
        return proxy.units.write;
      };
      const life = async (number: number, until: CalendarDate | null, later: CalendarDate | null) => [
        await unitsOf(number, { type: 'listed', listing: made(`u${number}`, until) }),
        await unitsOf(number, { type: 'suspended', listingId: `u${number}`, cause: 'objection' }),
        await unitsOf(number, { type: 'changed', listing: made(`u${number}`, later) }),
        await unitsOf(number, { type: 'ended', listingId: `u${number}`, reason: 'revoked' }),
      ];
      const without = await life(1, null, null);
      const withTerm = await life(2, day(30), day(60));
      expect(withTerm.map((units, index) => units - (without[index] ?? 0))).toEqual([1, 0, 2, 1]);
      counted.destroy();
      await proxy.stop();
    });

  describe('a domain that is abolished', () => {
    const ABOLISHED = 'tax-major-violation';
    /** The sample catalogue, in which one domain ends after a day. */
    async function publishWith(lastDay: CalendarDate, version: string): Promise<void> {
      const catalogue = PublishedCatalogue.parse({
        ...sampleCatalogue,
        version,
        domains: sampleCatalogue.domains.map((each) =>
          each.code === ABOLISHED ? { ...each, abolishedAfter: lastDay } : each,
        ),
      });
      await new DynamoHeadStore(client, table).change((head) => publish(head, catalogue), catalogue);
    }
    const ofIt = (id: string, until: CalendarDate | null = null) => made(id, until, { domain: ABOLISHED });
    const pagesOf = (ports: ExpiryPorts, size: number, asked: (string | undefined)[]): Partial<ExpiryPorts> => ({
      // Pages as small as those of a large table are to it.
      walk: {
        page: async (from) => {
          asked.push(from);
          const { subjects } = await ports.walk.page(undefined);
          const start = Number(from ?? 0);
          const next = start + size < subjects.length ? String(start + size) : undefined;
          return { subjects: subjects.slice(start, start + size), next };
        },
      },
    });

    it('takes its listings with it the day after, those without a term too, and no other', async () => {
      await publishWith(TODAY, 'a-1');
      await list(1, ofIt('a1'), made('a2', null));
      await list(2, ofIt('a3', day(5)), ofIt('a4', day(-1)));
      expect(await run(NOW)).toMatchObject({ ended: 1 });
      expect(await run(startOf(day(1)))).toEqual({ ended: 2, failed: 0, more: false });
      expect((await endsOf(1)).map(({ listingId, reason }) => [listingId, reason])).toEqual([['a1', 'abolished']]);
      expect((await endsOf(2)).map(({ listingId, reason }) => [listingId, reason])).toEqual([
        ['a4', 'expired'],
        ['a3', 'abolished'],
      ]);
    });

    it('takes what was objected to once that is answered, without another walk', async () => {
      await publishWith(day(-1), 'd-1');
      await list(1, ofIt('objected'), ofIt('other'));
      const objection = { listingId: 'objected', objectionId: 'o1' };
      await write(1, [{ type: 'objected', ...objection, ground: 'wrong-facts' }]);
      expect(await run(NOW)).toEqual({ ended: 1, failed: 0, more: false });
      const asked: (string | undefined)[] = [];
      const walk = (ports: ExpiryPorts) => pagesOf(ports, 2, asked);
      expect(await run(NOW, walk)).toEqual({ ended: 0, failed: 0, more: false });

      await write(1, [{ type: 'objection-closed', ...objection, outcome: 'refused' }]);
      expect(await run(NOW, walk)).toEqual({ ended: 1, failed: 0, more: false });
      expect((await endsOf(1)).map(({ listingId, reason }) => [listingId, reason])).toEqual([
        ['other', 'abolished'],
        ['objected', 'abolished'],
      ]);
      expect(await run(NOW, walk)).toEqual({ ended: 0, failed: 0, more: false });
      expect(asked).toEqual([]);
    });

    it('is walked for in so many pages a run, from where the last one stopped, and then no more', async () => {
      await publishWith(day(-1), 'b-1');
      for (let number = 1; number <= 9; number += 1) await list(number, ofIt(`w${number}`));
      const asked: (string | undefined)[] = [];
      const walk = (ports: ExpiryPorts) => pagesOf(ports, 2, asked);
      const limits = { ...LIMITS, pages: 2 };
      expect(await run(NOW, walk, limits)).toEqual({ ended: 4, failed: 0, more: true });
      expect(await run(NOW, walk, limits)).toEqual({ ended: 4, failed: 0, more: true });
      expect(await run(NOW, walk, limits)).toEqual({ ended: 1, failed: 0, more: false });
      expect(asked).toEqual([undefined, '2', '4', '6', '8']);
      expect(await run(NOW, walk, limits)).toEqual({ ended: 0, failed: 0, more: false });
      expect(asked).toHaveLength(5);
      // Another last day is another abolition.
      await publishWith(TODAY, 'b-2');
      await run(startOf(day(1)), walk);
      expect(asked.length).toBeGreaterThan(5);
    });

    it('is walked for again where a subject has failed', async () => {
      await publishWith(day(-1), 'c-1');
      for (let number = 1; number <= 4; number += 1) await list(number, ofIt(`f${number}`));
      let commits = 0;
      const faulty = await run(NOW, ({ standings }) => ({
        standings: {
          standings: (keys) => standings.standings(keys),
          commit: async (changes) => {
            commits += 1;
            if (commits === 2) throw new Error('throttled');
            await standings.commit(changes);
          },
        },
      }));
      expect(faulty).toEqual({ ended: 3, failed: 1, more: true });
      expect(await run(NOW)).toEqual({ ended: 1, failed: 0, more: false });
    });
  });
});
