import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { detailOf } from '../../lib/check-log/detail.ts';
import type { CheckLogReader } from '../../lib/check-log/ports.ts';
import { type Searching, SearchParameters, SearchRequest, search } from '../../lib/check-log/search.ts';
import { noSuchCheck } from '../../lib/check-log/visibility.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { parseInstant } from '../../lib/kernel/clock.ts';

export interface ReviewPorts {
  readonly log: CheckLogReader;
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
    const { client_id: caller, scopes } = authorise(request, SCOPES.read, SCOPES.audit);
    const only = scopes.has(SCOPES.audit) ? undefined : caller;
    switch (request.route) {
      case 'GET /v1/checks/{id}':
        return detail(request, only, ports);
      case 'POST /v1/checks/search':
        return found(readBody(request, SearchRequest), only, ports);
      default:
        return found(readQuery(request, SearchParameters), only, ports);
    }
  };
  return apiHandler(answer, { takesQuery: 'GET /v1/checks', whenDown: 'evidence-unavailable' });
}

async function detail({ path, language }: ApiRequest, only: string | undefined, ports: ReviewPorts): Promise<ApiReply> {
  const found = await ports.log.record(path.id ?? '');
  const visible =
    found &&
    (only === undefined || found.record.caller === only) &&
    parseInstant(found.record.keepUntil) > ports.clock();
  if (!visible) throw noSuchCheck();
  const { record, determinations } = found;
  const { guards } = await ports.catalogue();
  return {
    status: 200,
    body: detailOf(record, determinations, guards, language),
    log: { checkId: record.id, caller: record.caller },
  };
}

async function found(
  request: Parameters<typeof search>[0],
  only: string | undefined,
  { log, ring, callers, resolve, recordKey, clock }: ReviewPorts,
): Promise<ApiReply> {
  const result = await search(request, log, { only, ring, callers, resolve, key: recordKey, now: clock() });
  return { status: 200, body: result, log: { items: result.items.length } };
}
