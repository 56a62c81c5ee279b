import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { meterHandler } from '../../functions/meter/handler.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import { BULK_RULES } from '../../lib/check-log/bulk-rules.ts';
import { keyItem } from '../../lib/dynamo/attributes.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { lookingKey } from '../../lib/dynamo/keys.ts';
import { DynamoLookMeter } from '../../lib/dynamo/look-meter.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import type { Violation } from '../../lib/listing/violation.ts';

const limit = (of: string) => BULK_RULES.find(({ counts }) => counts === of)?.moreThan ?? 0;

let engine: Engine;
let client: DynamoDBClient;
const registered: Violation[] = [];
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  engine = await startEngine({ dataFolder: ':memory:' });
  client = dynamoClient({ endpoint: engine.endpoint, region: 'local' });
  await createTables(client);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

interface Seen {
  readonly at?: string;
  readonly subject?: string;
  readonly lines?: number;
  readonly further?: true;
  readonly others?: number;
}

/** What the log's stream tells of looks, in a batch; what is registered goes to the engine and to the test. */
async function looked(looker: string, looks: readonly Seen[]): Promise<Violation[]> {
  registered.length = 0;
  const register = new DynamoViolationRegister(client, TABLE_NAMES.registry);
  const handler = meterHandler({
    meter: { count: async () => ({}) },
    looks: new DynamoLookMeter(client, TABLE_NAMES.registry),
    violations: {
      append: async (violation) => {
        registered.push(violation);
        await register.append(violation);
      },
    },
    matters: { read: async () => undefined, write: async () => true },
    tombstones: { excuses: async () => false },
    followUps: { open: async () => undefined },
    clock: systemClock,
  });
  await handler({
    Records: looks.map(({ at = '2026-11-21T04:10:00.000Z', subject, lines = 1, further, others }, index) => ({
      eventName: 'INSERT',
      dynamodb: {
        Keys: { pk: { S: `LOOK#${index}` }, sk: { S: further ? 'L#01' : 'L' } },
        NewImage: {
          looker: { S: looker },
          at: { S: `${at}#${index}` },
          ...(!further && { lines: { N: String(lines) } }),
          ...(others !== undefined && { others: { N: String(others) } }),
          ...(subject !== undefined && { subject: { S: `LOOK#${subject}` } }),
        },
      },
    })),
  });
  return [...registered];
}

const many = (count: number, each: (index: number) => Seen): Seen[] =>
  Array.from({ length: count }, (_, index) => each(index));

test('an unusual number of looks in an hour is registered, over any batches; the last one allowed is not', async () => {
  expect(
    await looked(
      'one',
      many(limit('looks') - 1, () => ({})),
    ),
  ).toEqual([]);
  expect(await looked('one', [{}])).toEqual([]);
  expect(await looked('one', [{}])).toEqual([
    {
      at: '2026-11-21T04:00:00.000Z',
      kind: 'bulk-query',
      who: { actor: 'one', caller: 'one' },
      what: { counts: 'looks', moreThan: String(limit('looks')), windowMinutes: '60' },
    },
  ]);
});

test('so are distinct subjects, counted once each, consortia included', async () => {
  const subjects = limit('subjects');
  expect(
    await looked(
      'two',
      many(subjects, (index) => ({ subject: `o:${index}` })),
    ),
  ).toEqual([]);
  expect(
    await looked(
      'two',
      many(50, (index) => ({ subject: `o:${index}` })),
    ),
  ).toEqual([]);
  const [violation] = await looked('two', [{ subject: 'o:another', further: true }]);
  expect(violation?.what.counts).toBe('subjects');
});

test('and so are lines, though they came in one look', async () => {
  expect(await looked('three', [{ lines: limit('lines') }])).toEqual([]);
  expect((await looked('three', [{ lines: 1 }])).map(({ what }) => what.counts)).toEqual(['lines']);
});

test('the next hour starts afresh, and late news of an earlier one counts nothing', async () => {
  expect(
    await looked(
      'four',
      many(limit('looks'), () => ({})),
    ),
  ).toEqual([]);
  expect(await looked('four', [{ at: '2026-11-21T05:00:00.000Z', subject: 'o:1' }])).toEqual([]);
  expect(await looked('four', [{}])).toEqual([]);
  expect(
    await looked(
      'four',
      many(limit('looks') - 1, () => ({ at: '2026-11-21T05:59:59.999Z' })),
    ),
  ).toEqual([]);
  expect(await looked('four', [{ at: '2026-11-21T05:30:00.000Z' }])).toHaveLength(1);
});

test('clients are counted apart', async () => {
  expect(
    await looked(
      'five',
      many(limit('looks'), () => ({})),
    ),
  ).toEqual([]);
  expect(await looked('six', [{}])).toEqual([]);
});

test('the subjects of a list count, named or not, over any batches', async () => {
  const half = limit('subjects') / 2;
  const persons = () => many(half, (index) => ({ subject: `p:1:${index}`, lines: 0 }));
  expect(await looked('lists', [{ others: half }, ...persons()])).toEqual([]);
  expect(await looked('lists', [{ others: 1 }])).toMatchObject([{ what: { counts: 'subjects' } }]);
});

test('what is kept of a client’s hour stays small, however many persons are on its lists', async () => {
  const list = (from: number) => many(limit('subjects') * 3, (index) => ({ subject: `p:1:${from + index}`, lines: 0 }));
  for (const from of [0, 1_000, 2_000])
    expect((await looked('persons', list(from))).map(({ what }) => what.counts)).toContain('subjects');
  const { Item } = await client.send(
    new GetItemCommand({ TableName: TABLE_NAMES.registry, Key: keyItem(lookingKey('persons')) }),
  );
  expect(Item?.subjects?.SS?.length).toBeLessThanOrEqual(2 * limit('subjects') + 2);
});
