import { openCursor, sealCursor } from '../../lib/check-log/cursor.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { dateOf } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { dueIn, ForecastParameters } from '../../lib/retention/forecast.ts';
import { ClosingRequest, close } from '../../lib/retention/matter.ts';
import { MatterParameters, shownMatter } from '../../lib/retention/requests.ts';
import { approveHold, hold, proposeRelease, readHold } from './holds.ts';
import { changing, matterOf, type RetentionPorts } from './ports.ts';

const QUERIES = ['GET /v1/matters', 'GET /v1/retention/forecast'];
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
      case 'GET /v1/holds/{id}':
        return readHold(request, ports);
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

async function unclosed(request: ApiRequest, ports: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.check, SCOPES.read, SCOPES.audit);
  const asked = readQuery(request, MatterParameters);
  const caller = by.scopes.has(SCOPES.audit) ? asked.caller : by.client_id;
  const message = { zh: '审计须指明调用单位', en: 'An auditor names the caller.' };
  if (caller === undefined)
    throw new Problem('invalid-request', message, { errors: [{ pointer: '/caller', code: 'missing', message }] });
  const query = JSON.stringify(['unclosed', caller]);
  const after = asked.cursor === undefined ? undefined : openCursor(asked.cursor, query, ports.recordKey);
  const none = asked.caller !== undefined && asked.caller !== caller;
  const { matters, reached } = none
    ? { matters: [], reached: undefined }
    : await ports.matters.unclosed(caller, after, PAGE);
  await putOnRecord(ports.looks, by, { kind: 'matters', asked: { caller }, results: matters.length }, ports.clock());
  const next = reached === undefined ? null : sealCursor(reached, query, ports.recordKey);
  return { status: 200, body: { items: matters.map(shownMatter), next }, log: { items: matters.length } };
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
