import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type Shard,
  type _Record as StreamRecord,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import * as z from 'zod';
import type { StreamPosition } from './stream-position.ts';

/** A function that consumes a stream: it answers with the part of the batch that is to be delivered again, if any. */
type Consumer = (event: { readonly Records: readonly unknown[] }) => Promise<unknown>;

export interface StreamPollerOptions {
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly table: string;
  readonly consumer: Consumer;
  readonly position: StreamPosition;
  /** Where a consumer's failure is told. */
  readonly log?: (message: string, error: unknown) => void;
}

export interface StreamPoller {
  /** Resolves after the batch that is under way. */
  stop(): Promise<void>;
}

const BATCH_SIZE = 100;
/** Milliseconds for which the shards that were found are all: looking for them reads the whole stream of an engine. */
const SHARDS_KNOWN = 30_000;
/** Milliseconds between two looks at a stream in which nothing was new, and after a failure. */
const IDLE_PAUSE = 250;
const FAILURE_PAUSE = 500;

const Failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** Feeds a table's stream to a function as Lambda's event source mapping does: in order, at least once, until it succeeds. */
export async function startStreamPoller(options: StreamPollerOptions): Promise<StreamPoller> {
  const { client, table, log = console.error } = options;
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  const StreamArn = Table?.LatestStreamArn;
  if (StreamArn === undefined) throw new Error(`the table ${table} has no stream`);
  const stopped = new AbortController();
  const reader = new ShardReader(options, StreamArn);

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      let pause = IDLE_PAUSE;
      try {
        for (const shard of await reader.shards()) if (await reader.deliver(shard)) pause = 0;
      } catch (error) {
        if (!stopped.signal.aborted) log(`The stream of ${table} could not be delivered:`, error);
        pause = FAILURE_PAUSE;
      }
      await sleep(pause, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** Reads the shards of one stream, each after its parent, and remembers how far the consumer has come in each. */
class ShardReader {
  readonly #options: StreamPollerOptions;
  readonly #streamArn: string;
  readonly #iterators = new Map<string, string>();
  readonly #drained = new Set<string>();
  #found: { readonly shards: readonly Shard[]; readonly until: number } = { shards: [], until: 0 };

  constructor(options: StreamPollerOptions, streamArn: string) {
    this.#options = options;
    this.#streamArn = streamArn;
  }

  async shards(): Promise<readonly Shard[]> {
    if (this.#found.until > Date.now()) return this.#found.shards;
    const { streams } = this.#options;
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: this.#streamArn }));
    this.#found = { shards: StreamDescription?.Shards ?? [], until: Date.now() + SHARDS_KNOWN };
    return this.#found.shards;
  }

  /** Gives the consumer one batch of a shard; resolves with whether there was anything. */
  async deliver({ ShardId: shard, ParentShardId: parent }: Shard): Promise<boolean> {
    if (shard === undefined || this.#drained.has(shard)) return false;
    const waits = this.#found.shards.some(({ ShardId }) => ShardId === parent);
    if (parent !== undefined && waits && !this.#drained.has(parent)) return false;
    const { consumer, position } = this.#options;
    const page = await this.#page(shard);
    if (page === undefined) return false;
    const { Records = [], NextShardIterator } = page;
    if (Records.length > 0) {
      const answer = await consumer({ Records: Records.map((record) => asDelivered(record, this.#streamArn)) });
      const failed = new Set(Failures.safeParse(answer).data?.batchItemFailures.map((each) => each.itemIdentifier));
      const numbers = Records.flatMap(({ dynamodb }) => dynamodb?.SequenceNumber ?? []);
      const first = numbers.findIndex((number) => failed.has(number));
      const last = first === -1 ? numbers.at(-1) : numbers[first - 1];
      if (last !== undefined) position.move(this.#nameOf(shard), last);
      if (first !== -1) throw new Error(`the consumer failed from record ${numbers[first]} on`);
    }
    if (NextShardIterator === undefined) {
      this.#drained.add(shard);
      this.#found = { ...this.#found, until: 0 };
    } else this.#iterators.set(shard, NextShardIterator);
    return Records.length > 0;
  }

  /** What comes next in a shard; undefined where DynamoDB Local finds one that is still empty trimmed. */
  async #page(shard: string): Promise<GetRecordsCommandOutput | undefined> {
    const ShardIterator = this.#iterators.get(shard) ?? (await this.#iteratorOf(shard));
    // Whatever goes wrong from here on, the shard is read again from where the consumer has come.
    this.#iterators.delete(shard);
    try {
      return await this.#options.streams.send(new GetRecordsCommand({ ShardIterator, Limit: BATCH_SIZE }));
    } catch (error) {
      if (error instanceof TrimmedDataAccessException) return undefined;
      throw error;
    }
  }

  async #iteratorOf(shard: string): Promise<string | undefined> {
    const after = this.#options.position.of(this.#nameOf(shard));
    if (after === undefined) return await this.#iterator(shard, { ShardIteratorType: 'TRIM_HORIZON' });
    try {
      return await this.#iterator(shard, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after });
    } catch (error) {
      if (!(error instanceof TrimmedDataAccessException)) throw error;
      return await this.#iterator(shard, { ShardIteratorType: 'TRIM_HORIZON' });
    }
  }

  async #iterator(
    shard: string,
    from: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'SequenceNumber'>,
  ): Promise<string | undefined> {
    const { streams } = this.#options;
    const command = new GetShardIteratorCommand({ StreamArn: this.#streamArn, ShardId: shard, ...from });
    return (await streams.send(command)).ShardIterator;
  }

  /** A table that is made anew has another stream, whose shards may have the names of the old one's. */
  #nameOf(shard: string): string {
    return `${this.#streamArn}/${shard}`;
  }
}

/** A record as Lambda hands it to a function: JSON, with bytes in base64 and the moment in seconds. */
function asDelivered({ dynamodb, ...record }: StreamRecord, streamArn: string): unknown {
  const at = dynamodb?.ApproximateCreationDateTime;
  const delivered = {
    ...record,
    eventSourceARN: streamArn,
    dynamodb: { ...dynamodb, ...(at && { ApproximateCreationDateTime: Math.floor(at.getTime() / 1000) }) },
  };
  return JSON.parse(
    JSON.stringify(delivered, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
}
