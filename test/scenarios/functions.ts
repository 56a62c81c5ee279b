import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { checkHandler } from '../../functions/check/handler.ts';
import { replayHandler } from '../../functions/replay/handler.ts';
import { reviewHandler } from '../../functions/review/handler.ts';
import type { Handler } from '../../infra/local/invocation.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import { Quota } from '../../lib/check/quota.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoNoteWriter } from '../../lib/dynamo/note-writer.ts';
import { DynamoRegistryReader } from '../../lib/dynamo/registry-reader.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { type Instant, instant } from '../../lib/kernel/clock.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring } from '../../lib/subject/key.ts';

export interface Functions {
  readonly check: Handler;
  readonly review: Handler;
  readonly replay: Handler;
  readonly client: DynamoDBClient;
  readonly time: { now: Instant };
  readonly renewQuota: () => void;
}

/** The functions as their index.ts wires them, but for the clock. */
export function functionsOn({
  endpoint,
  registryTable,
  checkLogTable,
  personKeyring,
  recordKey: key,
  signingKeys,
}: Stack): Functions {
  const client = dynamoClient({ endpoint, region: 'local' });
  const time = { now: instant(0) };
  const clock = () => time.now;
  const ring = parseKeyring(personKeyring);
  const recordKey = Buffer.from(key, 'base64');
  const checking = {
    registry: new DynamoRegistryReader(client, registryTable),
    log: new DynamoCheckLogWriter(client, checkLogTable),
    chain: new WriterChain(),
    clock,
    quota: new Quota(),
    ring,
    recordKey,
    receipts: receiptSigner(parseSigningKeys(signingKeys).current),
  };
  const heads = new DynamoHeadStore(client, registryTable);
  const aliases = new DynamoAliasStore(client, registryTable);
  const log = keptLog(client, { registry: registryTable, checkLog: checkLogTable }, clock);
  const check = checkHandler(checking);
  const review = reviewHandler({
    log,
    looks: new DynamoLookWriter(client, checkLogTable),
    notes: new DynamoNoteWriter(client, checkLogTable),
    catalogue: () => heads.current(),
    callers: async () => [],
    resolve: (value) => aliases.subjectsOf({ scheme: 'registration-no', value }),
    subjectOf: async () => undefined,
    ring,
    recordKey,
    clock,
  });
  const standings = new DynamoStandingStore(client, registryTable);
  const replay = replayHandler({
    log,
    looks: new DynamoLookWriter(client, checkLogTable),
    catalogue: (version) => heads.body(version),
    head: (sequence) => heads.at(sequence),
    history: (key) => standings.history(key),
    clock,
  });
  return {
    check: async (event, context) => await check(event, lambdaContext(context)),
    review: async (event, context) => await review(event, lambdaContext(context)),
    replay: async (event, context) => await replay(event, lambdaContext(context)),
    client,
    time,
    // A scenario may be of an earlier year than the one before it.
    renewQuota: () => {
      checking.quota = new Quota();
    },
  };
}

const lambdaContext = (context: Parameters<Handler>[1]): Context => ({
  ...context,
  invokedFunctionArn: '',
  logGroupName: '',
  logStreamName: '',
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
});
