import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { bundleFunction } from '../../infra/build.ts';
import { dynoxideBinary } from '../../infra/local/dynoxide.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { loadSample } from '../../infra/local/sample.ts';
import { StartFailure } from '../../infra/local/start-failure.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { callerHit, callerMatter } from '../../lib/dynamo/keys.ts';
import { TABLES } from '../../lib/dynamo/tables.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { importItems } from './engine-import.ts';
import { logItems, matterAt, subjectAt } from './log-records.ts';
import { CALLER } from './questions.ts';
import { ratioOf } from './statistics.ts';
import { type Figure, holds, latency } from './table.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { PERSON_KEYRING, REGION, variables } from './variables.ts';

const PAGE = 50;
const PAIRS = 300;
const WARM_UP = 60;
const PARTS = 10;
const PAGE_RATIO = 1.8;
const EXPORT_PAGE = 2_000;
/** Bytes by which the heap may grow over an export: what a page and the JIT's code take, and no more with more records. */
const HEAP_BAR = 16_000_000;
const MEGABYTE = 1_000_000;

const Exports = z.object({
  handler: z.custom<(event: unknown) => Promise<unknown>>((value) => typeof value === 'function'),
});
const Reply = z.object({ statusCode: z.literal(200), body: z.string(), headers: z.record(z.string(), z.string()) });
const Page = z.object({ items: z.array(z.unknown()), next: z.string().nullable() });
type Handler = (event: unknown) => Promise<z.infer<typeof Reply>>;

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
    const bundle = join(folder, 'review');
    await bundleFunction('review', bundle);
    const review = handlerOf(join(bundle, 'index.js'), endpoint);
    const figures = [
      ...(await pages(review, endpoint, records)),
      await rare(review),
      await wholeExport(review, records, progress),
    ];
    return figures;
  } finally {
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function complete(endpoint: string): Promise<void> {
  const client = dynamoClient({ endpoint, region: REGION });
  const { registry: registryTable, checkLog: checkLogTable } = TABLE_NAMES;
  await createTables(client);
  await loadSample({ endpoint, registryTable, checkLogTable, personKeyring: PERSON_KEYRING, now: new Date() });
  client.destroy();
}

function handlerOf(file: string, endpoint: string): Handler {
  Object.assign(process.env, variables(endpoint));
  const { handler } = Exports.parse(createRequire(file)(file));
  return async (event) => {
    const { log } = console;
    console.log = () => undefined;
    try {
      return Reply.parse(await handler(event));
    } finally {
      console.log = log;
    }
  };
}

const eventOf = (routeKey: string, query: Readonly<Record<string, string>>, body?: unknown) => ({
  rawQueryString: new URLSearchParams(query).toString(),
  headers: { accept: 'application/x-ndjson' },
  requestContext: {
    requestId: 'bench',
    routeKey,
    authorizer: { jwt: { claims: { sub: CALLER, client_id: CALLER, scope: 'grantgate/read' } } },
  },
  ...(body !== undefined && { body: JSON.stringify(body) }),
});

/** A first page of 50 by one key, against the SDK's client's Query of 50 lines alone; the look that is put on record included. */
async function pages(review: Handler, endpoint: string, records: number): Promise<Figure[]> {
  const client = dynamoClient({ endpoint, region: REGION });
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
      const { items } = Page.parse(JSON.parse((await review(eventOf('GET /v1/checks', query))).body));
      if (items.length !== PAGE) throw new Error(`a page of ${items.length} of ${name}`);
    };
    const theirs = async () => {
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
    const measured = await interleaved(ours, theirs);
    figures.push(
      latency(`search: 50 of ${name} / Query of 50`, ratioOf(measured.ours, measured.theirs, PARTS), PAGE_RATIO),
    );
  }
  client.destroy();
  return figures;
}

/** Who goes first changes with every pair. */
async function interleaved(ours: () => Promise<void>, theirs: () => Promise<void>) {
  const measured = { ours: [] as number[], theirs: [] as number[] };
  for (let pair = -WARM_UP; pair < PAIRS; pair += 1)
    for (const side of pair % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
      const started = performance.now();
      await (side === 'ours' ? ours : theirs)();
      if (pair >= 0) measured[side].push(performance.now() - started);
    }
  return measured;
}

/** A filter that nothing meets: the first page comes short, with a cursor. */
async function rare(review: Handler): Promise<Figure> {
  const started = performance.now();
  const { items, next } = Page.parse(
    JSON.parse((await review(eventOf('GET /v1/checks', { operator: 'nobody' }))).body),
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
async function wholeExport(review: Handler, records: number, progress: (line: string) => void): Promise<Figure> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const started = performance.now();
  let lines = 0;
  let early: number | undefined;
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const reply = await review(
      eventOf('POST /v1/checks/export', {}, { limit: EXPORT_PAGE, ...(cursor && { cursor }) }),
    );
    lines += reply.body.split('\n').length - 1;
    cursor = reply.headers['grantgate-next'];
    if (early === undefined && lines >= records / PARTS) early = heap();
  }
  const grown = heap() - (early ?? 0);
  const rate = Math.round((lines * 1_000) / (performance.now() - started));
  progress(`${lines.toLocaleString('en')} lines exported`);
  return holds(
    'export: every record once, at constant memory',
    `${lines.toLocaleString('en')} lines, ${rate.toLocaleString('en')}/s, heap ${(grown / MEGABYTE).toFixed(1)} MB more at the end than after a tenth`,
    `${records.toLocaleString('en')} lines, ≤ ${HEAP_BAR / MEGABYTE} MB more`,
    lines === records && grown <= HEAP_BAR,
  );
}
