import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import sample from '../../events/samples/check-log-stream.json' with { type: 'json' };
import { meterHandler } from '../../functions/meter/handler.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import { DynamoCallerMeter } from '../../lib/dynamo/caller-meter.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoViolationReader } from '../../lib/dynamo/violation-reader.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { instant } from '../../lib/kernel/clock.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-11-21T04:00:30.000Z');

let engine: Engine;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await startEngine({ dataFolder: ':memory:' });
  client = dynamoClient({ endpoint: engine.endpoint, region: 'local' });
  await createTables(client);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

/** What this is not about. */
const IDLE = {
  looks: { count: async () => undefined },
  violations: { append: async () => undefined },
  followUps: { open: async () => undefined },
  matters: { read: async () => undefined, write: async () => true },
  tombstones: { excuses: async () => false },
};

/** Checks of one caller, as the log's stream tells of them. */
const checksOf = (caller: string, count: number) => ({
  Records: Array.from({ length: count }, () => ({
    eventName: 'INSERT',
    dynamodb: {
      Keys: { pk: { S: 'C#1' }, sk: { S: 'R' } },
      NewImage: {
        caller: { S: caller },
        matter: { S: 'm' },
        scene: { S: 'land' },
        at: { S: '2026-11-21T04:00:00.000Z#1' },
        ttl: { N: '2200000000' },
        outcome: { S: 'pass' },
      },
    },
  })),
});

async function blockedUntil(caller: string): Promise<string | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: TABLE_NAMES.registry,
      Key: { pk: { S: `CALLER#${caller}` }, sk: { S: 'C' } },
      ConsistentRead: true,
    }),
  );
  return Item?.blockedUntil?.S;
}

async function register(id: string): Promise<void> {
  await new DynamoCallerStore(client, TABLE_NAMES.registry).write(
    {
      id,
      name: id,
      organisation: id,
      scenes: [],
      state: 'active',
      appliedBy: 'a',
      quota: { perSecond: 0.1, burst: 4 },
    },
    undefined,
  );
}

describe('the quota over all execution environments', () => {
  let now = NOON;
  const metered = () =>
    meterHandler({ ...IDLE, meter: new DynamoCallerMeter(client, TABLE_NAMES.registry), clock: () => instant(now) });

  it('blocks a caller until the end of the minute in which it went over', async () => {
    await register('over');
    await metered()(checksOf('over', 10));
    expect(await blockedUntil('over')).toBeUndefined();
    await metered()(checksOf('over', 1));
    expect(await blockedUntil('over')).toBe('2026-11-21T04:01:00.000Z');
  });

  it('stays blocked when somebody changes its name meanwhile', async () => {
    const store = new DynamoCallerStore(client, TABLE_NAMES.registry);
    await register('renamed');
    await metered()(checksOf('renamed', 11));
    const before = await store.read('renamed');
    if (!before) throw new Error('not registered');
    expect(await store.write({ ...before, name: 'another name' }, before)).toBe(true);
    expect(await blockedUntil('renamed')).toBe('2026-11-21T04:01:00.000Z');
    expect(await store.write({ ...before, name: 'a third' }, before)).toBe(false);
  });

  it('starts again with each minute, and late news of an earlier one counts nothing', async () => {
    await register('again');
    await metered()(checksOf('again', 10));
    now += MINUTE;
    await metered()(checksOf('again', 10));
    now -= MINUTE;
    await metered()(checksOf('again', 10));
    expect(await blockedUntil('again')).toBeUndefined();
  });

  it('counts records, not their members, and no caller that is not registered', async () => {
    await register('procurement');
    for (let index = 0; index < 10; index += 1) await metered()(sample);
    expect(await blockedUntil('procurement')).toBeUndefined();
    await metered()(sample);
    expect(await blockedUntil('procurement')).toBeDefined();
    await expect(metered()(checksOf('nobody', 100))).resolves.toBeUndefined();
  });
});

describe('what must not happen to a log', () => {
  const count = vi.fn(async () => ({}));
  const metrics = async (record: object) => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await meterHandler({ ...IDLE, meter: { count }, clock: () => instant(NOON) })({
      Records: [{ dynamodb: { Keys: { pk: { S: 'C#1' }, sk: { S: 'R' } } }, ...record }],
    });
    const said = lines.mock.calls.map(([line]) => String(line)).join();
    lines.mockRestore();
    return said;
  };

  it('a record that was changed raises the alarm', async () => {
    expect(await metrics({ eventName: 'MODIFY' })).toContain('"RecordModified":1');
  });

  it.each([
    ['stopped by a hold', { ttl: '1' }, { heldTtl: '1' }, false],
    ['that goes on after one', { heldTtl: '1' }, { ttl: '1' }, false],
    ['that is another than before', { ttl: '1' }, { heldTtl: '2' }, true],
    ['shortened', { ttl: '2' }, { ttl: '1' }, true],
    ['gone', { ttl: '1' }, {}, true],
    ['beside a stopped one', { ttl: '1' }, { heldTtl: '1', ttl: '1' }, true],
    ['stopped, and the record edited meanwhile', { ttl: '1' }, { heldTtl: '1', outcome: 'pass' }, true],
  ])('a term %s raises the alarm: %#', async (_, before, after, raised) => {
    const image = (terms: Readonly<Record<string, string>>) => ({
      outcome: { S: 'veto' },
      ...Object.fromEntries(
        Object.entries(terms).map(([name, value]) => [name, name === 'outcome' ? { S: value } : { N: value }]),
      ),
    });
    const Keys = { pk: { S: 'C#1' }, sk: { S: 'R' } };
    const said = await metrics({
      eventName: 'MODIFY',
      dynamodb: { Keys, OldImage: image(before), NewImage: image(after) },
    });
    expect(said.includes('"RecordModified":1')).toBe(raised);
  });

  it.each([
    ['at the last moment of its day', '2026-11-20T15:59:59.999Z', '2026-11-20T16:59:59Z', false],
    ['an hour after its day, which has been counted by then', '2026-11-20T15:59:59.999Z', '2026-11-20T17:00:00Z', true],
    ['of the day that has just begun', '2026-11-20T16:00:00.000Z', '2026-11-20T17:00:00Z', false],
  ])('a record written %s: %s at %s is too late: %s', async (_, at, written, late) => {
    const said = await metrics({
      eventName: 'INSERT',
      dynamodb: {
        Keys: { pk: { S: 'C#1' }, sk: { S: 'R' } },
        ApproximateCreationDateTime: Date.parse(written) / 1_000,
        NewImage: {
          caller: { S: 'procurement' },
          matter: { S: 'm' },
          scene: { S: 'land' },
          at: { S: `${at}#1` },
          ttl: { N: '2200000000' },
          outcome: { S: 'pass' },
        },
      },
    });
    expect(said.includes('"RecordTooLate":1')).toBe(late);
  });

  it('a record that was removed raises it too, unless DynamoDB swept it when its time was over', async () => {
    expect(await metrics({ eventName: 'REMOVE' })).toContain('"RecordRemovedEarly":1');
    const swept = { eventName: 'REMOVE', userIdentity: { principalId: 'dynamodb.amazonaws.com' } };
    expect(await metrics(swept)).not.toContain('RecordRemovedEarly');
  });

  const image = checksOf('procurement', 1).Records[0]?.dynamodb.NewImage;
  it.each([
    ['a record whose caller is a number', 'R', { ...image, caller: { N: '1' } }],
    ['a record of no moment', 'R', { ...image, at: { S: 'yesterday#1' } }],
    ['a record of a moment that is none', 'R', { ...image, at: { S: '2026-13-41T04:00:00.000Z#1' } }],
    ['a record without a matter', 'R', { ...image, matter: undefined }],
    ['a record of no outcome that there is', 'R', { ...image, outcome: { S: 'maybe' } }],
    ['a record with a term that is no number', 'R', { ...image, ttl: { N: 'soon' } }],
    ['nothing at all', 'R', undefined],
    ['a look at no moment', 'L', { looker: { S: 'auditor' }, at: { S: '' } }],
    ['a look by a number', 'L', { looker: { N: '1' }, at: { S: '2026-11-21T04:00:00.000Z#1' } }],
  ])('%s is named and hides nothing beside it', async (_, sk, NewImage) => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const opened: string[] = [];
    const written: string[] = [];
    const meter = { count: vi.fn(async () => ({})) };
    const handler = meterHandler({
      ...IDLE,
      ...{ meter, clock: () => instant(NOON) },
      followUps: { open: async ({ checkId }) => void opened.push(checkId) },
      matters: { ...IDLE.matters, write: async ({ next }) => written.push(next.matter) > 0 },
    });
    const Keys = { pk: { S: 'C#bad' }, sk: { S: sk } };
    await handler({
      Records: [
        { eventName: 'INSERT', dynamodb: { Keys, ...(NewImage && { NewImage }) } },
        { eventName: 'REMOVE', dynamodb: { Keys: { pk: { S: 'C#gone' }, sk: { S: 'R' } } } },
        {
          eventName: 'MODIFY',
          dynamodb: { Keys: { pk: { S: 'C#moved' }, sk: { S: 'R' } }, NewImage: { caller: { N: '1' } } },
        },
        ...sample.Records,
      ],
    });
    const said = lines.mock.calls.map(([line]) => JSON.parse(String(line)));
    lines.mockRestore();
    expect(said).toMatchObject([
      { message: 'RecordUnreadable', checkId: `C#bad ${sk}`, RecordUnreadable: 1 },
      { message: 'RecordRemovedEarly', checkId: 'C#gone R' },
      { message: 'RecordModified', checkId: 'C#moved R' },
    ]);
    expect([opened, written]).toEqual([['pylot0Y5DFx_gNmahhegiA'], ['HN-2026-000142']]);
    expect(meter.count).toHaveBeenCalledExactlyOnceWith('procurement', 1, NOON);
  });

  it('what is no change at all is counted, and the others go on', async () => {
    expect(await metrics({ eventName: 'REPLACE' })).toContain('"RecordUnreadable":1');
  });
});

test('a caller that checks more than it is registered for is in the register of violations, once an hour', async () => {
  await register('fishing');
  let now = Date.parse('2026-11-21T08:58:30.000Z');
  const registered = new DynamoViolationRegister(client, TABLE_NAMES.registry);
  const handler = meterHandler({
    ...IDLE,
    ...{
      meter: new DynamoCallerMeter(client, TABLE_NAMES.registry),
      violations: registered,
      clock: () => instant(now),
    },
  });
  const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  for (const checks of [10, 1, 20, 11, 11]) {
    await handler(checksOf('fishing', checks));
    if (checks > 1) now += MINUTE;
  }
  lines.mockRestore();
  const { items } = await new DynamoViolationReader(client, TABLE_NAMES.registry).page(undefined, 10);
  const violation = {
    ...{ kind: 'bulk-query', who: { actor: 'fishing', caller: 'fishing' } },
    what: { counts: 'checks', moreThan: '10', windowMinutes: '1' },
  };
  expect(items).toEqual([
    { ...violation, at: '2026-11-21T09:00:00.000Z' },
    { ...violation, at: '2026-11-21T08:00:00.000Z' },
  ]);
});
