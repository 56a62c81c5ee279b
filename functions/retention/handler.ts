import { acrossCallers } from '../../lib/check-log/across-callers.ts';
import { openCursor, sealCursor } from '../../lib/check-log/cursor.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { dateOf } from '../../lib/kernel/clock.ts';
import { dueIn, ForecastParameters } from '../../lib/retention/forecast.ts';
import { ClosingRequest, close } from '../../lib/retention/matter.ts';
import { monthsAsked, OverviewParameters, overview } from '../../lib/retention/overview.ts';
import { MatterParameters, shownMatter } from '../../lib/retention/requests.ts';
import { approveHold, hold, listHolds, proposeRelease, readHold } from './holds.ts';
import { changing, matterOf, type RetentionPorts } from './ports.ts';

const QUERIES = ['GET /v1/matters', 'GET /v1/holds', 'GET /v1/retention/forecast', 'GET /v1/retention/overview'];
const PAGE = 100;

/** Closings of matters, holds, and what is to be deleted when. */
export function retentionHandler(ports: RetentionPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    switch (request.route) {
      case 'POST /v1/matters/{id}/closing':
        return closing(request, ports);
      case 'GET /v1/matters':
        return unclosed(request, ports);
      case 'POST /v1/holds':
        return hold(request, ports);
      case 'POST /v1/holds/{id}/approval':
        return approveHold(request, ports);
      case 'POST /v1/holds/{id}/release':
        return proposeRelease(request, ports);
      case 'GET /v1/holds':
        return listHolds(request, ports);
      case 'GET /v1/holds/{id}':
        return readHold(request, ports);
      case 'GET /v1/retention/overview':
        return overviewed(request, ports);
      default:
        return forecast(request, ports);
    }
  };
  return apiHandler(answer, { takesQuery: QUERIES, whenDown: 'registry-unavailable' });
}

/** By the caller that had it checked: a matter of another one is not there. */
async function closing(request: ApiRequest, ports: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.check);
  const body = readBody(request, ClosingRequest);
  const catalogue = await ports.catalogue();
  const closed = await changing(async () => {
    const { value, before } = await matterOf(by.client_id, request.path.id ?? '', ports);
    const next = close(value, body, catalogue, signerOf(by), ports.clock());
    return (await ports.matters.write({ next, before }, dateOf(ports.clock()))) ? next : undefined;
  });
  return { status: 201, body: shownMatter(closed), log: { caller: by.client_id } };
}

/** A caller's own; for an auditor and the administrator those of everybody, one caller after the other, or of the one named. */
async function unclosed(
  request: ApiRequest,
  { matters, callers, looks, recordKey, clock }: RetentionPorts,
): Promise<ApiReply> {
  const by = authorise(request, SCOPES.check, SCOPES.read, SCOPES.audit, SCOPES.admin);
  const { caller, cursor } = readQuery(request, MatterParameters);
  const all = by.scopes.has(SCOPES.audit) || by.scopes.has(SCOPES.admin);
  const among = all ? (caller === undefined ? await callers() : [caller]) : [by.client_id];
  const asked = among.filter((each) => caller === undefined || each === caller);
  const query = JSON.stringify(['unclosed', all ? (caller ?? null) : by.client_id]);
  const from = cursor === undefined ? undefined : openCursor(cursor, query, recordKey);
  const { items, reached } = await acrossCallers(asked, from, PAGE, async (each, after, limit) => {
    const page = await matters.unclosed(each, after, limit);
    return { items: page.matters, reached: page.reached };
  });
  const look = { kind: 'matters' as const, asked: { caller: all ? caller : by.client_id }, results: items.length };
  await putOnRecord(looks, by, look, clock());
  const next = reached === undefined ? null : sealCursor(reached, query, recordKey);
  return { status: 200, body: { items: items.map(shownMatter), next }, log: { items: items.length } };
}

async function overviewed(request: ApiRequest, { matters, looks, clock }: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.audit, SCOPES.admin);
  const asked = readQuery(request, OverviewParameters);
  const { first, last } = monthsAsked(asked, dateOf(clock()).slice(0, 'YYYY-MM'.length));
  const months = await overview(first, last, matters);
  const look = { kind: 'forecast' as const, asked: { from: first, to: last }, results: months.length };
  await putOnRecord(looks, by, look, clock());
  return { status: 200, body: { from: first, to: last, months }, log: { items: months.length } };
}

async function forecast(request: ApiRequest, ports: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.audit, SCOPES.admin);
  const asked = readQuery(request, ForecastParameters);
  const month = asked.month ?? dateOf(ports.clock()).slice(0, 'YYYY-MM'.length);
  const query = JSON.stringify(['forecast', month]);
  const after = asked.cursor === undefined ? undefined : openCursor(asked.cursor, query, ports.recordKey);
  const { items, reached } = await dueIn(month, after, ports.matters);
  await putOnRecord(ports.looks, by, { kind: 'forecast', asked: { month }, results: items.length }, ports.clock());
  const next = reached === undefined ? null : sealCursor(reached, query, ports.recordKey);
  return { status: 200, body: { month, items, next }, log: { items: items.length } };
}
