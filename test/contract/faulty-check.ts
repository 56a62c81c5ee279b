import { randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import * as z from 'zod';
import { checkHandler } from '../../functions/check/handler.ts';
import { startEngine } from '../../infra/local/engine.ts';
import { loadSample } from '../../infra/local/sample.ts';
import { LOCAL_REGION } from '../../infra/local/stack.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import { Quota } from '../../lib/check/quota.ts';
import { answerOf } from '../../lib/check/receipt.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadBoard } from '../../lib/dynamo/head-board.ts';
import { DynamoRegistryReader } from '../../lib/dynamo/registry-reader.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { FaultProxy } from '../functions/fault-proxy.ts';

const PERSON_KEYRING = `1:${Buffer.alloc(32, 7).toString('base64')}`;
const RECORD_KEY = Buffer.alloc(32, 9);
const CATALOGUE_MS = 5_000;
const SIGNING_KEYS = Buffer.alloc(32, 11).toString('base64');

const Reply = z.object({ statusCode: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });

export interface CheckReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** How long it took. */
  readonly milliseconds: number;
}

/** The check function in this process, with a proxy that injects faults between it and an engine of its own. */
export interface FaultyCheck {
  readonly proxy: FaultProxy;
  readonly aliases: DynamoAliasStore;
  readonly standings: DynamoStandingStore;
  ask(body: unknown, key?: string): Promise<CheckReply>;
  /** Every record of the log. */
  records(): Promise<CheckRecord[]>;
  killEngine(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFaultyCheck(): Promise<FaultyCheck> {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const engine = await startEngine({ dataFolder: ':memory:' });
  const direct = dynamoClient({ endpoint: engine.endpoint, region: LOCAL_REGION });
  await createTables(direct);
  const { registry, checkLog } = TABLE_NAMES;
  await loadSample({
    endpoint: engine.endpoint,
    registryTable: registry,
    checkLogTable: checkLog,
    personKeyring: PERSON_KEYRING,
    now: new Date(),
  });
  // As in a log that has long been sealed: every record carries the head, and its bytes count.
  await new DynamoHeadBoard(direct, registry).show({
    segment: 1_234_567,
    digest: randomBytes(32).toString('base64url'),
  });
  const proxy = new FaultProxy(engine.endpoint);
  const client = dynamoClient({ endpoint: await proxy.start(), region: LOCAL_REGION });
  const reader = new DynamoRegistryReader(client, registry);
  // The catalogue is had before faults begin: what they are counted on is a check like any other.
  await reader.read({ caller: 'nobody', subjects: [], aliases: [] }, AbortSignal.timeout(CATALOGUE_MS));
  const handler = checkHandler({
    registry: reader,
    log: new DynamoCheckLogWriter(client, checkLog),
    chain: new WriterChain(),
    clock: systemClock,
    quota: new Quota(),
    ring: parseKeyring(PERSON_KEYRING),
    recordKey: RECORD_KEY,
    receipts: receiptSigner(parseSigningKeys(SIGNING_KEYS).current),
  });
  const log = new DynamoCheckLogReader(direct, checkLog);
  return {
    proxy,
    aliases: new DynamoAliasStore(direct, registry),
    standings: new DynamoStandingStore(direct, registry),
    ask: async (body, key) => {
      const started = performance.now();
      const reply = Reply.parse(await Reflect.apply(handler, undefined, [eventOf(body, key), {}]));
      return {
        status: reply.statusCode,
        headers: reply.headers,
        text: reply.body,
        milliseconds: performance.now() - started,
      };
    },
    records: async () => {
      const { Items = [] } = await direct.send(
        new ScanCommand({
          TableName: checkLog,
          FilterExpression: 'sk = :r',
          ExpressionAttributeValues: { ':r': { S: 'R' } },
        }),
      );
      const ids = Items.flatMap(({ pk }) => pk?.S?.slice('C#'.length) ?? []);
      return (await Promise.all(ids.map((id) => log.record(id)))).flatMap((found) => found?.record ?? []);
    },
    killEngine: () => engine.stop(),
    stop: async () => {
      client.destroy();
      direct.destroy();
      await proxy.stop();
      await engine.stop();
    },
  };
}

const eventOf = (body: unknown, key: string | undefined) => ({
  headers: key === undefined ? {} : { 'idempotency-key': key },
  requestContext: {
    requestId: 'test',
    routeKey: 'POST /v1/checks',
    authorizer: { jwt: { claims: { sub: 'procurement', client_id: 'procurement', scope: 'grantgate/check' } } },
  },
  body: JSON.stringify(body),
  isBase64Encoded: false,
});

/** The records that hold the bytes of an answer. */
export const holding = (records: readonly CheckRecord[], { text }: CheckReply): CheckRecord[] =>
  records.filter((record) => answerOf(record) === text);
