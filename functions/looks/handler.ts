import { LookParameters, LookRequest, searchLooks } from '../../lib/check-log/look-search.ts';
import type { LookLog, LookReader } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import type { PersonKeyring } from '../../lib/subject/key.ts';

export interface LooksPorts {
  readonly reader: LookReader;
  readonly writer: LookLog;
  readonly resolve: (registrationNo: string) => Promise<readonly string[]>;
  readonly ring: PersonKeyring;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** `GET /v1/looks` and `POST /v1/looks/search`: who looked at the log. Looking here is a look too. */
export function looksHandler({ reader, writer, resolve, ring, recordKey, clock }: LooksPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    const by = authorise(request, SCOPES.auditChief);
    const asked =
      request.route === 'POST /v1/looks/search' ? readBody(request, LookRequest) : readQuery(request, LookParameters);
    const now = clock();
    const { subjects, ...page } = await searchLooks(asked, reader, { resolve, ring, key: recordKey, now });
    const { client, check, from, to } = asked;
    const looked = { subjects, asked: { client, check, from, to }, results: page.items.length };
    await putOnRecord(writer, by, { kind: 'looks', ...looked }, now);
    return { status: 200, body: page, log: { items: page.items.length } };
  };
  return apiHandler(answer, { takesQuery: 'GET /v1/looks', whenDown: 'evidence-unavailable' });
}
