import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { ALERT_EVENTS } from '../../events/alert-events.ts';
import { LISTING_EVENTS, type ListingEvent } from '../../events/listing-events.ts';
import { type Engine, engineKinds, isInstalled, startEngine } from '../../infra/local/engine.ts';
import type { ReceivedEvent } from '../../infra/local/event-bus.ts';
import { startFeeds } from '../../infra/local/feeds.ts';
import { LOCAL_REGION, localClient } from '../../infra/local/stack.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { type ApiClient, organisation, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { keyOf, listing, SIGNED } from '../conformance/samples.ts';
import { answerIn } from '../contract/shapes.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

/** One event as a receiver reads it; it is as its contract says. */
function read({ 'detail-type': type, detail }: ReceivedEvent): ListingEvent['detail'] & { type: string } {
  const [, contract] = Object.entries(LISTING_EVENTS).find(([name]) => name === type) ?? [];
  if (!contract) throw new Error(`no contract for ${type}`);
  return { type, ...contract.parse(detail) };
}

/** A receiver that keeps what is in force by events alone, though they come twice and in any order. */
function inForce(events: readonly ReceivedEvent[]): Set<string> {
  const known = new Map<string, { version: number; inForce: boolean }>();
  for (const { type, standingVersion, listing: told } of events.map(read)) {
    const before = known.get(told.id);
    if (before && before.version > standingVersion) continue;
    if (type === 'listing-in-force') known.set(told.id, { version: standingVersion, inForce: true });
    else if (type === 'listing-ended') known.set(told.id, { version: standingVersion, inForce: false });
  }
  return new Set([...known].flatMap(([id, each]) => (each.inForce ? [id] : [])));
}

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'grantgate-test-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** What a steward does to a subject, in one transaction. */
async function act({ endpoint, table }: Where, code: string, ...events: StandingEvent[]): Promise<void> {
  const client = localClient(endpoint);
  const store = new DynamoStandingStore(client, table);
  const key = keyOf(code);
  const before = (await store.standings([key])).get(key) ?? unknownSubject({ scheme: 'uscc', code });
  const change = advance(before, events, SIGNED, systemClock());
  await store.commit([{ key, change, documents: [], names: [] }]);
  client.destroy();
}

interface Where {
  readonly endpoint: string;
  readonly table: string;
}

const installed = new Map(await Promise.all(engineKinds.map(async (kind) => [kind, await isInstalled(kind)] as const)));
for (const [kind, there] of installed)
  if (!there) console.warn(`${kind} is not installed: its tests of events are skipped.`);

describe.each(engineKinds)('on %s', (kind) => {
  if (!installed.get(kind)) {
    test.skip('events go out (the engine is not installed)', () => undefined);
    return;
  }
  const events: ReceivedEvent[] = [];
  /** While it says so, nothing is taken. */
  let outage = () => false;
  let engine: Engine | undefined;
  let client: DynamoDBClient | undefined;
  let stopFeeds: (() => Promise<void>) | undefined;
  let where: Where = { endpoint: '', table: '' };
  const eventsOf = (id: string) => events.map(read).filter(({ listing: told }) => told.id === id);

  // The feeds without the rest: the sample is loaded with a check's patience, which is too little for a JVM.
  beforeAll(async () => {
    engine = await startEngine({ dataFolder: ':memory:', kind });
    client = localClient(engine.endpoint);
    await createTables(client);
    where = { endpoint: engine.endpoint, table: TABLE_NAMES.registry };
    stopFeeds = await startFeeds({
      client,
      endpoint: engine.endpoint,
      tables: TABLE_NAMES,
      dataFolder: ':memory:',
      distFolder: join(import.meta.dirname, '../../dist'),
      variables: { AWS_REGION: LOCAL_REGION, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      meter: false,
      receive: (event) => {
        if (outage()) throw new Error('outage');
        events.push(event);
      },
    });
  });
  afterAll(async () => {
    await stopFeeds?.();
    client?.destroy();
    await engine?.stop();
  });

  it('a listing is followed through its life', async () => {
    const code = organisation(11);
    const id = `life-${kind}`;
    await act(where, code, { type: 'listed', listing: Listing.parse({ ...listing(id), state: 'candidate' }) });
    await act(where, code, { type: 'changed', listing: listing(id) });
    await act(where, code, { type: 'suspended', listingId: id, cause: 'objection' });
    await act(where, code, { type: 'suspended', listingId: id, cause: 'reorganisation' });
    await act(where, code, { type: 'resumed', listingId: id, cause: 'objection' });
    await act(where, code, { type: 'resumed', listingId: id, cause: 'reorganisation' });
    await act(where, code, { type: 'changed', listing: Listing.parse({ ...listing(id), until: '2031-01-01' }) });
    await act(where, code, { type: 'ended', listingId: id, reason: 'objection-upheld' });
    await vi.waitFor(() => expect(eventsOf(id)).toHaveLength(6), PATIENCE);
    expect(eventsOf(id)).toMatchObject([
      { type: 'listing-in-force', standingVersion: 2, reinstated: false, listing: { until: null } },
      { type: 'listing-suspended', standingVersion: 3, causes: ['objection'] },
      { type: 'listing-resumed', standingVersion: 6 },
      {
        type: 'listing-corrected',
        standingVersion: 7,
        correction: 'changed',
        changed: ['until'],
        listing: { until: '2031-01-01' },
      },
      { type: 'listing-ended', standingVersion: 8, reason: 'objection-upheld' },
      { type: 'listing-corrected', standingVersion: 8, correction: 'withdrawn' },
    ]);
    expect(new Set(eventsOf(id).map((event) => event.id)).size).toBe(6);
  });

  it('what a bus does not take for a while arrives after it, of each subject in order', async () => {
    const before = events.length;
    let refused = 0;
    outage = () => {
      refused += 1;
      return refused <= 6;
    };
    const codes = [21, 22, 23].map(organisation);
    for (const [index, code] of codes.entries()) {
      await act(where, code, { type: 'listed', listing: listing(`outage-${kind}-${index}`) });
      await act(where, code, { type: 'suspended', listingId: `outage-${kind}-${index}`, cause: 'objection' });
      await act(where, code, { type: 'ended', listingId: `outage-${kind}-${index}`, reason: 'revoked' });
    }
    const arrived = () => new Set(events.slice(before).map((event) => read(event).id));
    await vi.waitFor(() => expect(arrived().size).toBe(9), PATIENCE);
    outage = () => false;
    for (const [index] of codes.entries()) {
      const told = eventsOf(`outage-${kind}-${index}`);
      const first = told.filter(({ id }, place) => told.findIndex((other) => other.id === id) === place);
      expect(first.map(({ standingVersion }) => standingVersion)).toEqual([1, 2, 3]);
    }
    expect([...inForce(events)].filter((id) => id.startsWith('outage'))).toEqual([]);
  });
});

describe('the stack with its sample', () => {
  const events: ReceivedEvent[] = [];
  let api: ApiClient;
  beforeAll(async () => {
    api = await startSampleStack({ feeds: { meter: true, receive: (event) => void events.push(event) } });
  });
  afterAll(async () => await api?.stack.stop());

  it('tells every listing in force, and names nobody that is a person', async () => {
    const personal = () => events.filter((event) => read(event).subject.kind === 'person');
    await vi.waitFor(() => expect(personal().length).toBeGreaterThan(0), PATIENCE);
    expect(events.map(read).filter(({ type }) => !/in-force|suspended/.test(type))).toEqual([]);
    for (const event of personal()) expect(read(event).listing.document).toBeUndefined();
    const all = JSON.stringify(events);
    for (const secret of [SAMPLE.person, SAMPLE.personName, 'p:1:', 'resident']) expect(all).not.toContain(secret);
  });

  it('the meter is fed from the log', async () => {
    expect((await api.check(question())).status).toBe(201);
    const client = localClient(api.stack.endpoint);
    const command = new GetItemCommand({
      TableName: api.stack.registryTable,
      Key: { pk: { S: 'CALLER#procurement' }, sk: { S: 'C' } },
      ConsistentRead: true,
    });
    await vi.waitFor(async () => expect((await client.send(command)).Item?.minuteCount?.N).toBe('1'), PATIENCE);
    client.destroy();
  });
});

describe('one that is killed after it has sent, and before it says so', () => {
  it('sends again what it had sent, with the same ids, and a receiver ends where it was', async () => {
    const dataFolder = newFolder();
    const events: ReceivedEvent[] = [];
    const start = () =>
      startSampleStack({ dataFolder, feeds: { meter: false, receive: (event) => void events.push(event) } });
    const position = join(dataFolder, 'stream-outgoing.json');

    const first = await start();
    await vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(10), PATIENCE);
    await first.stack.stop();
    const beforeKilled = events.length;
    copyFileSync(position, `${position}.killed`);

    const second = await start();
    const code = organisation(31);
    await act(
      at(second),
      code,
      { type: 'listed', listing: listing('killed-1') },
      { type: 'listed', listing: listing('killed-2') },
    );
    await act(at(second), code, { type: 'ended', listingId: 'killed-1', reason: 'repaired' });
    await vi.waitFor(() => expect(read(events.at(-1) ?? fail()).type).toBe('listing-ended'), PATIENCE);
    await second.stack.stop();
    const once = events.map(read);
    expect(new Set(once.map(({ id }) => id)).size).toBe(once.length);
    copyFileSync(`${position}.killed`, position);

    const third = await start();
    const again = once.slice(beforeKilled);
    expect(again.length).toBeGreaterThanOrEqual(3);
    await vi.waitFor(() => expect(events.length).toBe(once.length + again.length), PATIENCE);
    await third.stack.stop();
    expect(events.map(read).slice(once.length)).toEqual(again);
    expect(inForce(events)).toEqual(inForce(events.slice(0, once.length)));
    expect(inForce(events).has('killed-2')).toBe(true);
    expect(inForce(events).has('killed-1')).toBe(false);
  });
});

describe('a check that passed, and a listing that comes into force afterwards', () => {
  it('are an alert to its caller, by the built bundle that the stream is given to: in its list and on the bus', async () => {
    const events: ReceivedEvent[] = [];
    const api = await startSampleStack({
      feeds: { meter: false, alerts: true, receive: (event) => void events.push(event) },
    });
    try {
      const code = organisation(41);
      const { id, outcome } = answerIn(await api.check(question(code)));
      expect(outcome).toBe('pass');
      await act(at(api), code, { type: 'listed', listing: listing('alerted-1') });
      const told = () =>
        events.flatMap(({ 'detail-type': type, detail }) =>
          type === 'alert-raised' ? [ALERT_EVENTS[type].parse(detail)] : [],
        );
      await vi.waitFor(() => expect(told()).toHaveLength(1), PATIENCE);
      const [alert] = told();
      expect(alert).toMatchObject({ kind: 'listed-after-clearance', caller: 'procurement', check: { id } });
      expect((await api.get('/v1/alerts', 'procurement')).json).toMatchObject({
        items: [{ id: alert?.id, checkId: id, outcome: 'pass', listing: { id: 'alerted-1' } }],
      });
      expect((await api.get('/v1/alerts', 'grants')).json).toMatchObject({ items: [] });
    } finally {
      await api.stack.stop();
    }
  });
});

const at = ({ stack }: ApiClient): Where => ({ endpoint: stack.endpoint, table: stack.registryTable });

const fail = (): never => {
  throw new Error('nothing has arrived');
};
