import { PageParameters, pageOf } from '../../lib/check-log/paging.ts';
import type { LookLog } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import type { ViolationReader } from '../../lib/listing/violation.ts';

const ROUTE = 'GET /v1/violations';

export interface ViolationsPorts {
  readonly register: ViolationReader;
  readonly looks: LookLog;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** `GET /v1/violations`: the register, newest first, for auditors. */
export function violationsHandler({ register, looks, recordKey, clock }: ViolationsPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    const by = authorise(request, SCOPES.audit);
    const page = await pageOf(readQuery(request, PageParameters), ROUTE, recordKey, (before, limit) =>
      register.page(before, limit),
    );
    await putOnRecord(looks, by, { kind: 'violations', results: page.items.length }, clock());
    return { status: 200, body: page, log: { items: page.items.length } };
  };
  return apiHandler(answer, { takesQuery: ROUTE });
}
