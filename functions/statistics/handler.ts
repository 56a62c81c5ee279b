import { isClosed } from '../../lib/check-log/closing-day.ts';
import { type CoverageReader, coverageOf } from '../../lib/check-log/coverage.ts';
import { type AnsweredChecks, feedbackRates } from '../../lib/check-log/feedback-rate.ts';
import type { LookLog } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { type Statistics, StatisticsParameters, statisticsOf } from '../../lib/check-log/statistics.ts';
import { days, type TalliesPorts, talliesOf } from '../../lib/check-log/tallies.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { Delisting } from '../../lib/listing/delisting.ts';
import { type DelistingPorts, runDelisting } from '../../lib/listing/run-delisting.ts';

const ROUTE = 'GET /v1/statistics';

/** Milliseconds after which it counts no further: the gateway gives up after 30 seconds. */
const COUNTING_MS = 15_000;
/** Milliseconds from the start after which no further histories and findings are read, of which nothing is kept. */
const READING_MS = 24_000;
/** Distinct grants of one question about coverage: some 100 MB of memory. */
const MAX_GRANTS = 500_000;
/** What an answer of a few megabytes holds. */
const MAX_ROWS = 10_000;

export interface StatisticsPorts extends TalliesPorts {
  readonly looks: LookLog;
  readonly answered: AnsweredChecks;
  readonly grants: CoverageReader;
  readonly exits: DelistingPorts;
  readonly clock: Clock;
}

/** `GET /v1/statistics`: an auditor sees all, a caller its own. */
export function statisticsHandler(ports: StatisticsPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    const claims = authorise(request, SCOPES.read, SCOPES.audit);
    const asked = readQuery(request, StatisticsParameters);
    const { from, to, by = [], caller: named, scene, feedback, coverage, delisting } = asked;
    const audits = claims.scopes.has(SCOPES.audit);
    const caller = audits ? named : claims.client_id;
    if (delisting && !audits)
      throw new Problem('forbidden', {
        zh: '退出时长由审计统计',
        en: 'The time to delist is an auditor’s to ask for.',
      });
    if (named !== undefined && named !== caller)
      throw new Problem('forbidden', { zh: '只能查看本单位的统计', en: 'A caller sees its own statistics alone.' });
    const now = ports.clock();
    const started = performance.now();
    const isOver = (milliseconds: number) => () => performance.now() - started > milliseconds;
    const time = { now, isOver: isOver(COUNTING_MS) };
    const tallies = await talliesOf({ from, to }, ports, time, caller);
    const { totals, rows } = statisticsOf(tallies, by, { caller, scene });
    if (rows.length > MAX_ROWS) throw tooMany();
    await putOnRecord(
      ports.looks,
      claims,
      {
        kind: 'statistics',
        asked: { from, to, by: by.join(',') || undefined, caller, scene, feedback, coverage, delisting },
        results: rows.length,
      },
      now,
    );
    const openDays = days(from, to).filter((date) => !isClosed(date, now));
    const body: Statistics & { delisting?: Delisting[] } = {
      from,
      to,
      by,
      countedAt: toIso(now),
      final: openDays.length === 0,
      openDays,
      totals,
      rows,
      ...(feedback && { feedback: await feedbackRates(tallies, { from, to, caller }, ports.answered) }),
      ...(coverage && { coverage: await coverageIn({ from, to }, caller, ports, isOver(READING_MS)) }),
      ...(delisting && { delisting: await runDelisting({ from, to }, ports.exits, isOver(READING_MS)) }),
    };
    return { status: 200, body, log: { items: rows.length } };
  };
  return apiHandler(answer, { takesQuery: ROUTE, whenDown: 'evidence-unavailable' });
}

async function coverageIn(
  { from, to }: Pick<Statistics, 'from' | 'to'>,
  caller: string | undefined,
  { grants, callers }: Pick<StatisticsPorts, 'grants' | 'callers'>,
  isOver: () => boolean,
) {
  const all = caller === undefined ? await callers() : [caller];
  const reported = all.map((each) => ({ caller: each, principals: grants.reported(each, from, to) }));
  return await coverageOf(grants.held(from, to), reported, caller, { grants: MAX_GRANTS, isOver });
}

function tooMany(): Problem {
  const message = { zh: `超过 ${MAX_ROWS} 行，请缩短期间`, en: `Over ${MAX_ROWS} rows: ask for a shorter period.` };
  return new Problem('invalid-request', message, { errors: [{ pointer: '/by', code: 'too-large', message }] });
}
