import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ListingEvent } from '../../events/listing-events.ts';
import sample from '../../events/samples/registry-stream.json' with { type: 'json' };
import { outgoingHandler } from '../../functions/outgoing/handler.ts';
import { startEventBus } from '../../infra/local/event-bus.ts';
import { close, listen } from '../../infra/local/listen.ts';
import { eventBridgeClient } from '../../lib/bus/client.ts';
import { EventBridgeBus } from '../../lib/bus/event-bridge.ts';

/** Records of standings' writes: of each subject the versions given, each of which ends one listing. */
const writes = (...wanted: [code9: string, version: number, listings?: number][]) => ({
  Records: wanted.map(([code9, version, listings = 1], index) => {
    const body = (now: number, state: object) =>
      JSON.stringify({
        version: now,
        subject: { scheme: 'uscc' },
        listings: Array.from({ length: listings }, (_, number) => ({
          id: `${code9}-${version}-${number}`,
          list: 'black',
          domain: 'court-defaulters',
          authority: '样例法院',
          document: { number: '样例1号', type: 'enforcement-decision', issuedOn: '2026-01-01' },
          measures: [],
          from: '2026-01-01',
          until: null,
          repair: { repairable: true },
          ...state,
        })),
      });
    const image = (now: number, state: object) => ({ v: { N: '1' }, body: { S: body(now, state) } });
    return {
      eventName: 'MODIFY',
      dynamodb: {
        ApproximateCreationDateTime: 1_772_413_200 + index,
        Keys: { pk: { S: `S#o:${code9}` }, sk: { S: 'S' } },
        OldImage: image(version - 1, { state: 'active' }),
        NewImage: image(version, { state: 'ended', ended: { reason: 'revoked', at: '2026-03-02T00:00:00.000Z' } }),
        SequenceNumber: String(100 + index),
      },
    };
  }),
});

const told = ({ type, detail }: ListingEvent) => `${detail.listing.id} ${detail.standingVersion} ${type}`;

describe('a batch of the stream', () => {
  const sent: ListingEvent[] = [];
  /** Takes so many events. */
  const busOf = (capacity: number) => ({
    send: async (events: readonly ListingEvent[]) => {
      sent.push(...events);
      return Math.min(capacity, events.length);
    },
  });
  beforeEach(() => {
    sent.length = 0;
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
  });

  it('becomes the events of its standings, in order; other items mean nothing', async () => {
    expect(await outgoingHandler(busOf(9))(sample)).toEqual({ batchItemFailures: [] });
    expect(sent.map(told)).toEqual([
      'sample-ccgp-1 1 listing-in-force',
      'sample-ccgp-1 2 listing-ended',
      'sample-ccgp-1 2 listing-corrected',
    ]);
    expect(sent[0]?.detail).toEqual(
      expect.objectContaining({
        version: 1,
        occurredAt: '2026-03-02T01:00:01.000Z',
        subject: { kind: 'organisation', key: 'M000100Y4', code: '91350100M000100Y43' },
      }),
    );
  });

  it('is to be delivered again from the record of the first event that was not taken', async () => {
    const batch = writes(['MA5T00016', 2], ['MA5T00024', 2, 3], ['MA5T00032', 2]);
    for (const [capacity, from] of [
      [0, '100'],
      [1, '101'],
      [3, '101'],
      [4, '102'],
    ] as const)
      expect(await outgoingHandler(busOf(capacity))(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: from }] });
    expect(await outgoingHandler(busOf(5))(batch)).toEqual({ batchItemFailures: [] });
  });

  it('tells a deflated standing too', async () => {
    const { deflateRawSync } = await import('node:zlib');
    const batch = writes(['MA5T00016', 2]);
    const packed = JSON.parse(JSON.stringify(batch), (key, value) =>
      key === 'body' ? { B: deflateRawSync(value.S).toString('base64') } : value,
    );
    await outgoingHandler(busOf(1))(batch);
    await outgoingHandler(busOf(1))(packed);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('goes on without what cannot be understood, which raises an alarm and names nobody', async () => {
    const [first, second, third] = writes(['MA5T00016', 2], ['MA5T00024', 2], ['MA5T00032', 2]).Records;
    const unreadable = { ...second, dynamodb: { ...second?.dynamodb, NewImage: { v: { N: '2' }, body: { S: '{}' } } } };
    const removed = { ...second, eventName: 'REMOVE', dynamodb: { ...second?.dynamodb, NewImage: undefined } };
    const lines = vi.mocked(console.log);
    expect(await outgoingHandler(busOf(9))({ Records: [first, unreadable, removed, third] })).toEqual({
      batchItemFailures: [],
    });
    expect(sent.map(({ detail }) => detail.listing.id)).toEqual(['MA5T00016-2-0', 'MA5T00032-2-0']);
    const alarms = lines.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('"EventUnmade":1'));
    expect(alarms).toHaveLength(2);
    expect(alarms[0]).toContain('"sequenceNumber":"101"');
    expect(alarms.join()).not.toContain('MA5T');
  });
});

describe('the bus', () => {
  /** What arrived, and what is refused before it is taken. */
  const arrived: string[] = [];
  let refusals: Record<string, number> = {};
  let bus: Awaited<ReturnType<typeof startEventBus>>;
  let client: ReturnType<typeof eventBridgeClient>;
  let events: ListingEvent[] = [];

  async function eventsOf(batch: unknown): Promise<ListingEvent[]> {
    const made: ListingEvent[] = [];
    await outgoingHandler({ send: async (each) => made.push(...each) })(batch);
    return made;
  }

  beforeAll(async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    bus = await startEventBus({
      port: 0,
      receive: ({ detail }) => {
        const id = String(events.find(({ detail: { id } }) => JSON.stringify(detail).includes(id))?.detail.listing.id);
        const left = refusals[id] ?? 0;
        refusals[id] = left - 1;
        if (left > 0) throw new Error('refused');
        arrived.push(id);
      },
    });
    client = eventBridgeClient({ endpoint: bus.url, region: 'local' });
  });
  beforeEach(() => {
    arrived.length = 0;
    refusals = {};
  });
  afterAll(async () => {
    client.destroy();
    await bus.stop();
  });
  const send = () => new EventBridgeBus(client, 'grantgate').send(events);

  it('is given ten events a request, and all of them', async () => {
    events = await eventsOf(writes(...Array.from({ length: 37 }, (_, n): [string, number] => [`MA5T${1000 + n}6`, 2])));
    expect(await send()).toBe(37);
    expect(arrived).toEqual(events.map(({ detail }) => detail.listing.id));
  });

  it('is asked again for those that it refused alone', async () => {
    events = await eventsOf(writes(['MA5T00016', 2], ['MA5T00024', 2], ['MA5T00032', 2]));
    refusals = { 'MA5T00024-2-0': 2 };
    expect(await send()).toBe(3);
    expect(arrived).toEqual(['MA5T00016-2-0', 'MA5T00032-2-0', 'MA5T00024-2-0']);
  });

  it('that goes on refusing one is sent nothing after its request, and the count ends before it', async () => {
    events = await eventsOf(writes(['MA5T00016', 2, 8], ['MA5T00024', 2], ['MA5T00032', 2, 4]));
    refusals = { 'MA5T00024-2-0': 99 };
    expect(await send()).toBe(8);
    // The tenth event went in the same request; the rest waits for the next delivery.
    expect(arrived).toHaveLength(9);
    refusals = {};
    expect(await send()).toBe(13);
    expect(new Set(arrived)).toEqual(new Set(events.map(({ detail }) => detail.listing.id)));
  });

  it('never takes a later version of a subject before an earlier one', async () => {
    events = await eventsOf(writes(['MA5T00016', 2], ['MA5T00024', 2], ['MA5T00016', 3], ['MA5T00016', 4]));
    refusals = { 'MA5T00016-2-0': 3, 'MA5T00016-3-0': 1 };
    expect(await send()).toBe(4);
    const ofOne = arrived.filter((id) => id.startsWith('MA5T00016'));
    expect(ofOne).toEqual(['MA5T00016-2-0', 'MA5T00016-3-0', 'MA5T00016-4-0']);
  });

  it('whose answer is lost has perhaps taken them: they count as not taken', async () => {
    events = await eventsOf(writes(['MA5T00016', 2]));
    let asked = 0;
    const silent = createServer((request) => {
      asked += 1;
      request.resume().on('end', () => request.socket.resetAndDestroy());
    });
    const endpoint = `http://127.0.0.1:${await listen(silent, 0, '')}`;
    const lost = eventBridgeClient({ endpoint, region: 'local' });
    expect(await new EventBridgeBus(lost, 'grantgate').send(events)).toBe(0);
    expect(asked).toBe(4);
    lost.destroy();
    await close(silent);
  });
});
