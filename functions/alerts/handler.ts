import { AcknowledgementRequest, type Alert } from '../../lib/alert/alert.ts';
import type { AlertBook } from '../../lib/alert/ports.ts';
import { AlertParameters } from '../../lib/alert/requests.ts';
import { acrossCallers } from '../../lib/check-log/across-callers.ts';
import { pageOf } from '../../lib/check-log/paging.ts';
import type { LookLog } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, dateOf, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { MatterStore } from '../../lib/retention/ports.ts';

const LIST = 'GET /v1/alerts';

export interface AlertsPorts {
  readonly book: AlertBook;
  readonly matters: Pick<MatterStore, 'read' | 'write'>;
  callers(): Promise<readonly string[]>;
  readonly looks: LookLog;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** `GET /v1/alerts` and `POST /v1/alerts/{id}/acknowledgement`. */
export function alertsHandler(ports: AlertsPorts) {
  return apiHandler((request) => (request.route === LIST ? list(request, ports) : acknowledge(request, ports)), {
    takesQuery: LIST,
  });
}

/** A caller sees its own, an auditor everybody's. */
async function list(request: ApiRequest, ports: AlertsPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.read, SCOPES.audit);
  const { state, ...paging } = readQuery(request, AlertParameters);
  const all = by.scopes.has(SCOPES.audit);
  const callers = all ? await ports.callers() : [by.client_id];
  const query = JSON.stringify([LIST, state, all ? null : by.client_id]);
  const page = await pageOf(paging, query, ports.recordKey, (from, limit) =>
    acrossCallers(callers, from, limit, (caller, before, left) => ports.book.page(caller, state, before, left)),
  );
  await putOnRecord(ports.looks, by, { kind: 'alerts', asked: { state }, results: page.items.length }, ports.clock());
  return { status: 200, body: page, log: { items: page.items.length } };
}

/** By a person of the caller, once. */
async function acknowledge(request: ApiRequest, { book, matters, clock }: AlertsPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.check);
  const body = readBody(request, AcknowledgementRequest);
  if (by.person === undefined)
    throw new Problem('forbidden', {
      zh: '提醒须由令牌中载明的人员确认',
      en: 'An alert is acknowledged by a person: the token names none.',
    });
  const alert = await book.read(request.path.id ?? '');
  if (alert?.caller !== by.client_id)
    throw new Problem('not-found', { zh: '没有该提醒，或不可见', en: 'No such alert, or not visible to this caller.' });
  if (alert.acknowledgement) throw answered();
  const now = clock();
  await placeAgain(alert, matters, now);
  const next: Alert = { ...alert, acknowledgement: { ...body, at: toIso(now), by: signerOf(by) } };
  if (!(await book.acknowledge(next))) throw answered();
  return { status: 201, body: next, log: { caller: alert.caller, checkId: alert.checkId } };
}

const answered = (): Problem =>
  new Problem('conflict', {
    zh: '该提醒的状态为 acknowledged，不能再次确认',
    en: 'The alert is acknowledged: nothing more can be done to it.',
  });

/** A matter that was due while the alert kept it stands under a day that may be forgotten: under today it is found. */
async function placeAgain(
  { caller, matter }: Alert,
  matters: AlertsPorts['matters'],
  now: ReturnType<Clock>,
): Promise<void> {
  const kept = await matters.read(caller, matter);
  if (!kept || kept.value.entryOn >= dateOf(now)) return;
  if (await matters.write({ next: kept.value, before: kept.revision }, dateOf(now))) return;
  throw new Problem(
    'registry-unavailable',
    { zh: '该事项正在变动，请重试', en: 'The matter is changing: try again.' },
    {
      retryAfter: 1,
    },
  );
}
