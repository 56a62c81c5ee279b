import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { statisticsHandler } from '../../functions/statistics/handler.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { createTables } from '../../infra/local/tables.ts';
import { Dimension, Statistics } from '../../lib/check-log/statistics.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoTallyStore } from '../../lib/dynamo/tally-store.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { DAY_MS, type Fact, facts, recordOf } from './random-log.ts';

const FIRST = '2026-02-26';
const DATES = [FIRST, '2026-02-27', '2026-02-28', '2026-03-01'] as const;
const FIRST_DAY = Date.parse(`${FIRST}T00:00:00+08:00`);
const CALLERS = ['procurement', 'grants', 'steward#1'];

let engine: Engine;
let client: DynamoDBClient;
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  engine = await startEngine({ dataFolder: ':memory:' });
  client = dynamoClient({ endpoint: engine.endpoint, region: 'local' });
});
afterAll(async () => {
  client?.destroy();
  await engine?.stop();
});

/** Every row that a check stands in, by these dimensions. */
function rowsOf(fact: Fact, by: readonly Dimension[]): string[] {
  const kind = fact.outcome === 'veto' ? 'veto' : 'restrict';
  const grounds = fact.members
    .filter((each) => fact.outcome === 'veto' || each.restrict.length > 0)
    .flatMap((each) => each[kind]);
  return [...new Set((grounds.length === 0 ? [[null, null] as const] : grounds).map((each) => rowIn(fact, by, each)))];
}

function rowIn(fact: Fact, by: readonly Dimension[], [domain, measure]: readonly [string | null, string | null]) {
  const date = DATES[fact.day] ?? '';
  const { caller, scene, principal, outcome } = fact;
  const values = { caller, scene, principal, outcome, domain, measure, day: date, month: date.slice(0, 7) };
  return JSON.stringify(Object.fromEntries(by.map((each) => [each, values[each]])));
}

/** The same figures by counting everything once more for each row, from what the log was made of. */
function recount(log: readonly Fact[], by: readonly Dimension[]) {
  const checks = log.filter(({ outcome }) => outcome !== 'invalid');
  const figures = (row: string | undefined) => {
    const of = checks.filter((fact) => row === undefined || rowsOf(fact, by).includes(row));
    const interceptions = of.filter(({ outcome }) => outcome === 'veto');
    const subjects = interceptions.flatMap((fact) =>
      fact.members
        .filter(({ veto }) => veto.some((each) => row === undefined || rowIn(fact, by, each) === row))
        .map(({ subject }) => subject),
    );
    return {
      checks: of.length,
      interceptions: interceptions.length,
      interceptedSubjects: new Set(subjects).size,
    };
  };
  const rows = by.length === 0 ? [] : [...new Set(checks.flatMap((fact) => rowsOf(fact, by)))];
  return {
    totals: figures(undefined),
    rows: new Map(rows.map((row) => [row, figures(row)])),
  };
}

const Reply = z.object({ statusCode: z.number(), body: z.string() });

async function startLog(log: readonly Fact[], now: number) {
  const run = randomUUID();
  const tables = { registry: `Registry-${run}`, checkLog: `CheckLog-${run}`, seals: `Seals-${run}` };
  await createTables(client, tables);
  const writer = new DynamoCheckLogWriter(client, tables.checkLog);
  await Promise.all(
    log.map((fact, index) => writer.append(recordOf(fact, index, FIRST_DAY), AbortSignal.timeout(30_000))),
  );
  const handler = statisticsHandler({
    log: new DynamoCheckLogReader(client, tables.checkLog),
    looks: { append: async () => undefined },
    tallies: new DynamoTallyStore(client, tables.checkLog),
    answered: { answered: async () => 0, annulled: async () => 0 },
    exits: {
      subjects: async () => [],
      history: async () => [],
      abolitions: async () => new Map(),
      completeAsOf: async () => undefined,
    },
    grants: { held: none, reported: none },
    callers: async () => CALLERS,
    recordKey: Buffer.alloc(32, 1),
    clock: () => instant(now),
  });
  return async (query: Record<string, string>, as: { client_id: string; scope: string }) => {
    const event = {
      rawQueryString: new URLSearchParams({ from: FIRST, to: DATES[3], ...query }).toString(),
      headers: {},
      requestContext: {
        requestId: 'r',
        routeKey: 'GET /v1/statistics',
        authorizer: { jwt: { claims: { sub: 's', ...as } } },
      },
    };
    const { statusCode, body } = Reply.parse(await Reflect.apply(handler, undefined, [event, {}]));
    expect(statusCode, body).toBe(200);
    const { totals, rows, ...period } = Statistics.parse(JSON.parse(body));
    return {
      period,
      totals,
      rows: new Map(rows.map(({ key, ...figures }) => [JSON.stringify(key), figures])),
    };
  };
}

const dimensions = fc.uniqueArray(fc.constantFrom(...Dimension.options), { maxLength: 2 });
const AUDITOR = { client_id: 'auditor', scope: 'grantgate/audit' };

test('statistics are a recount of the log, of closed days and of open ones, whoever asks first', async () => {
  await fc.assert(
    fc.asyncProperty(
      facts(DATES.length, 25),
      fc.array(dimensions, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 6 * 24 }),
      async (log, asked, hours) => {
        const now = FIRST_DAY + hours * 3_600_000;
        // What is still to come is on nobody's record.
        const past = log.filter(({ day, millisecond }) => FIRST_DAY + day * DAY_MS + millisecond < now);
        const ask = await startLog(past, now);
        for (const by of [...asked, ...asked]) {
          const query = by.length === 0 ? {} : { by: by.join() };
          const own = past.filter(({ caller }) => caller === 'grants');
          const answers = [
            { asked: await ask(query, { client_id: 'grants', scope: 'grantgate/read' }), of: own },
            { asked: await ask(query, AUDITOR), of: past },
            {
              asked: await ask({ ...query, scene: 'land' }, AUDITOR),
              of: past.filter(({ scene }) => scene === 'land'),
            },
          ];
          for (const { asked: said, of } of answers) {
            const { totals, rows } = recount(of, by);
            expect(said.totals).toEqual(totals);
            expect([...said.rows].toSorted()).toEqual([...rows].toSorted());
          }
          const open = DATES.filter((_, day) => now < FIRST_DAY + (day + 1) * DAY_MS + 3_600_000);
          expect(answers.map(({ asked: { period } }) => period.openDays)).toEqual([open, open, open]);
        }
      },
    ),
    { numRuns: 20 },
  );
}, 240_000);

/** Nothing, a page at a time. */
async function* none(): AsyncGenerator<never> {}
