import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { type StandingReader, standingAnswer, standingsNow } from '../../lib/disclosure/standing-query.ts';
import { findSubject, type Resolving } from '../../lib/disclosure/subject.ts';
import { checksOn, SubjectAccessRequest } from '../../lib/disclosure/subject-access.ts';
import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { Abolitions } from '../../lib/listing/term.ts';

export interface SubjectAccessPorts {
  readonly standings: StandingReader;
  readonly resolving: Resolving;
  readonly looks: LookLog;
  readonly log: CheckLogReader;
  /** By the catalogue in force. */
  abolitions(): Promise<Abolitions>;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** `POST /v1/subject-access`: through its authority, a subject learns what is held about it and who asked. */
export async function subjectAccess(request: ApiRequest, ports: SubjectAccessPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.steward);
  if (by.person === undefined || by.authority === undefined)
    throw new Problem('forbidden', {
      zh: '答复主体须由认定部门的工作人员办理',
      en: 'A subject is answered by a person of an authority: the token names none.',
    });
  const asked = readBody(request, SubjectAccessRequest);
  const { standings, resolving, looks, log, recordKey } = ports;
  const now = ports.clock();
  const found = await findSubject(asked.subject, resolving);
  const [held, checks] = await Promise.all([
    standingsNow(found, standings, now),
    checksOn(asked, found, log, {
      ring: resolving.ring,
      resolve: (value) => resolving.subjectsOf({ scheme: 'registration-no', value }),
      key: recordKey,
    }),
  ]);
  const { subject, ...standing } = standingAnswer(found, held, await ports.abolitions());
  await putOnRecord(
    looks,
    by,
    {
      kind: 'subject-access',
      subjects: found.logKeys,
      asked: { requestReference: asked.requestReference },
      purpose: asked.purpose,
      operator: asked.operator,
      results: standing.listings.length + checks.items.length,
    },
    now,
  );
  return { status: 200, body: { subject, standing, checks }, log: { items: checks.items.length } };
}
