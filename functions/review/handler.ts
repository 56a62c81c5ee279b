import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { detailOf } from '../../lib/check-log/detail.ts';
import { putOnRecord } from '../../lib/check-log/look.ts';
import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import { type Searching, SearchParameters, SearchRequest, search } from '../../lib/check-log/search.ts';
import { noSuchCheck } from '../../lib/check-log/visibility.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, type Claims, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { parseInstant } from '../../lib/kernel/clock.ts';

export interface ReviewPorts {
  readonly log: CheckLogReader;
  /** Every look is itself on record before anything is shown. */
  readonly looks: LookLog;
  /** The catalogue in force, for the texts of the guards. */
  readonly catalogue: () => Promise<Catalogue>;
  readonly callers: Searching['callers'];
  readonly resolve: Searching['resolve'];
  readonly ring: Searching['ring'];
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** `GET /v1/checks/{id}`, `GET /v1/checks` and `POST /v1/checks/search`. */
export function reviewHandler(ports: ReviewPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    const by = authorise(request, SCOPES.read, SCOPES.audit);
    const looker = { by, only: by.scopes.has(SCOPES.audit) ? undefined : by.client_id };
    switch (request.route) {
      case 'GET /v1/checks/{id}':
        return detail(request, looker, ports);
      case 'POST /v1/checks/search':
        return found(readBody(request, SearchRequest), looker, ports);
      default:
        return found(readQuery(request, SearchParameters), looker, ports);
    }
  };
  return apiHandler(answer, { takesQuery: 'GET /v1/checks', whenDown: 'evidence-unavailable' });
}

/** Who looks, and whose records may be seen; undefined for an auditor, who sees all. */
interface Looker {
  readonly by: Claims;
  readonly only: string | undefined;
}

/** What an id can be; an attempt with anything else is no look at a record. */
const RECORD_ID = /^[\w-]{22}$/;

async function detail(
  { path: { id = '' }, language }: ApiRequest,
  { by, only }: Looker,
  { log, looks, catalogue, clock }: ReviewPorts,
): Promise<ApiReply> {
  const found = await log.record(id);
  const now = clock();
  const visible =
    found && (only === undefined || found.record.caller === only) && parseInstant(found.record.keepUntil) > now
      ? found
      : undefined;
  await putOnRecord(
    looks,
    by,
    {
      kind: 'detail',
      subjects: visible?.record.subjects.flatMap(({ key }) => key ?? []) ?? [],
      ...(RECORD_ID.test(id) && { checkId: id }),
      results: visible ? 1 : 0,
    },
    now,
  );
  if (!visible) throw noSuchCheck();
  const { record, notes } = visible;
  const { guards } = await catalogue();
  return {
    status: 200,
    body: detailOf(record, notes, guards, language),
    log: { checkId: record.id, caller: record.caller },
  };
}

async function found(
  request: SearchRequest,
  { by, only }: Looker,
  { log, looks, ring, callers, resolve, recordKey, clock }: ReviewPorts,
): Promise<ApiReply> {
  const now = clock();
  const { subjects, ...page } = await search(request, log, { only, ring, callers, resolve, key: recordKey, now });
  const { subject: _, cursor: __, limit: ___, purpose, ...asked } = request;
  await putOnRecord(looks, by, { kind: 'search', subjects, asked, purpose, results: page.items.length }, now);
  return { status: 200, body: page, log: { items: page.items.length } };
}
