import { rm } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { dynoxideBinary } from '../../infra/local/dynoxide.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { StartFailure } from '../../infra/local/start-failure.ts';
import { TABLE_NAMES } from '../../infra/local/tables.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { callerHit, callerMatter } from '../../lib/dynamo/keys.ts';
import { TABLES } from '../../lib/dynamo/tables.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { importItems } from './engine-import.ts';
import { type LogFunction, logFunction, requestOf } from './log-function.ts';
import { logItems, matterAt, subjectAt } from './log-records.ts';
import { sealedMonth } from './month-bench.ts';
import { CALLER } from './questions.ts';
import { complete } from './registry.ts';
import { ratioOf } from './statistics.ts';
import { type Figure, holds, latency, note } from './table.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { REGION } from './variables.ts';

const PAGE = 50;
const ROUNDS = 300;
const WARM_UP = 60;
const PARTS = 10;
const PAGE_RATIO = 1.8;
const EXPORT_PAGE = 2_000;
/** Bytes by which the heap may grow over an export: what a page and the JIT's code take, and no more with more records. */
const HEAP_BAR = 16_000_000;
const MEGABYTE = 1_000_000;

const Page = z.object({ items: z.array(z.unknown()), next: z.string().nullable() });

/** Searching and exporting a log of so many records. @throws StartFailure where dynoxide is not installed */
export async function logFigures(records: number, progress: (line: string) => void): Promise<Figure[]> {
  const binary = dynoxideBinary();
  if (binary === undefined) throw new StartFailure('The benchmarks need dynoxide: run `npm ci` on Linux x64.');
  const folder = temporaryFolder('grantgate-bench-log-');
  let engine: Engine | undefined;
  try {
    const started = performance.now();
    await importItems(binary, folder, TABLE_NAMES.checkLog, logItems(records));
    progress(
      `${records.toLocaleString('en')} records loaded in ${((performance.now() - started) / 1_000).toFixed(1)} s`,
    );
    engine = await startEngine({ dataFolder: folder, kind: 'dynoxide' });
    const { endpoint } = engine;
    await complete(endpoint);
    const review = await logFunction('review', folder, endpoint);
    const figures = [
      ...(await pages(review, endpoint, records)),
      await rare(review),
      await wholeExport(review, records, progress),
      await sealedMonth(folder, endpoint, records, progress),
    ];
    return figures;
  } finally {
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A first page of 50 by one key, the look that is put on record included, against a bare Query of 50 lines: by the SDK's
 * client as it comes, and, told and not judged, by this product's, which leaves out what it does for a logger.
 */
async function pages(review: LogFunction, endpoint: string, records: number): Promise<Figure[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const bare = new DynamoDBClient({ endpoint, region: REGION, credentials });
  const own = dynamoClient({ endpoint, region: REGION });
  const { uscc, code9 } = subjectAt(records - 1);
  const matter = matterAt(records - 1);
  const cases = [
    ['a subject', { subject: `uscc:${uscc}` }, 'bySubject', organisationKey(code9)],
    ['a matter', { matter }, 'byMatter', callerMatter(CALLER, matter)],
    ['interceptions of a caller', { outcome: 'veto' }, 'byCaller', callerHit(CALLER, 'hit')],
  ] as const;
  const figures: Figure[] = [];
  for (const [name, query, index, key] of cases) {
    const ours = async () => {
      const { items } = Page.parse(JSON.parse((await review(requestOf('GET /v1/checks', query))).body));
      if (items.length !== PAGE) throw new Error(`a page of ${items.length} of ${name}`);
    };
    const query50 = async (client: DynamoDBClient) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: TABLE_NAMES.checkLog,
          IndexName: index,
          KeyConditionExpression: '#p = :p',
          ExpressionAttributeNames: { '#p': TABLES.checkLog.indexes[index].partitionKey },
          ExpressionAttributeValues: { ':p': { S: key } },
          ScanIndexForward: false,
          Limit: PAGE,
        }),
      );
      if (Items.length !== PAGE) throw new Error(`a query of ${Items.length}`);
    };
    const [measured = [], theirs = [], quiet = []] = await interleaved([ours, () => query50(bare), () => query50(own)]);
    const { ratio } = ratioOf(measured, quiet, PARTS);
    figures.push(
      latency(`search: 50 of ${name} / Query of 50`, ratioOf(measured, theirs, PARTS), PAGE_RATIO),
      note(`  the same / Query by the product's own client`, `${ratio.toFixed(2)} ×`),
    );
  }
  bare.destroy();
  own.destroy();
  return figures;
}

/** Milliseconds of each side, which follow one another; who goes first changes with every round. */
async function interleaved(sides: readonly (() => Promise<void>)[]): Promise<number[][]> {
  const measured = sides.map((): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS; round += 1)
    for (let turn = 0; turn < sides.length; turn += 1) {
      const side = (Math.abs(round) + turn) % sides.length;
      const started = performance.now();
      await sides[side]?.();
      if (round >= 0) measured[side]?.push(performance.now() - started);
    }
  return measured;
}

/** A filter that nothing meets: the first page comes short, with a cursor. */
async function rare(review: LogFunction): Promise<Figure> {
  const started = performance.now();
  const { items, next } = Page.parse(
    JSON.parse((await review(requestOf('GET /v1/checks', { operator: 'nobody' }))).body),
  );
  const ms = performance.now() - started;
  return holds(
    'search: a filter that nothing meets',
    `${items.length} lines and ${next === null ? 'no' : 'a'} cursor in ${ms.toFixed(0)} ms`,
    'a short page with a cursor',
    items.length === 0 && next !== null,
  );
}

/** The whole log, page by page: what is held at the end is what was held after the first tenth. */
async function wholeExport(review: LogFunction, records: number, progress: (line: string) => void): Promise<Figure> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const started = performance.now();
  let lines = 0;
  let early: number | undefined;
  const resident = { early: 0, late: 0 };
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const reply = await review(
      requestOf('POST /v1/checks/export', {}, { body: { limit: EXPORT_PAGE, ...(cursor && { cursor }) } }),
    );
    lines += reply.body.split('\n').length - 1;
    cursor = reply.headers['grantgate-next'];
    const part = early === undefined ? 'early' : 'late';
    resident[part] = Math.max(resident[part], process.memoryUsage.rss());
    if (early === undefined && lines >= records / PARTS) early = heap();
  }
  const grown = heap() - (early ?? 0);
  const most = resident.late - resident.early;
  const rate = Math.round((lines * 1_000) / (performance.now() - started));
  progress(`${lines.toLocaleString('en')} lines exported`);
  return holds(
    'export: every record once, at constant memory',
    `${lines.toLocaleString('en')} lines, ${rate.toLocaleString('en')}/s, heap ${megabytes(grown)} more at the end than after a tenth, RSS ${megabytes(most)} more at most`,
    `${records.toLocaleString('en')} lines, ≤ ${HEAP_BAR / MEGABYTE} MB more`,
    lines === records && grown <= HEAP_BAR,
  );
}

const megabytes = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(1)} MB`;
