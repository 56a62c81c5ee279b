import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { StandingQuery, standingAnswer, standingsThen } from '../../lib/disclosure/standing-query.ts';
import { findSubject } from '../../lib/disclosure/subject.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { type SubjectAccessPorts, subjectAccess } from './subject-access.ts';

/** `POST /v1/standings/query` and `POST /v1/subject-access`: what is held about one subject. Each question is on record. */
export function standingsHandler(ports: SubjectAccessPorts) {
  return apiHandler((request) =>
    request.route === 'POST /v1/subject-access' ? subjectAccess(request, ports) : query(request, ports),
  );
}

async function query(
  request: ApiRequest,
  { standings, resolving, looks, abolitions, clock }: Omit<SubjectAccessPorts, 'log' | 'recordKey'>,
): Promise<ApiReply> {
  const by = authorise(request, SCOPES.steward, SCOPES.audit);
  const { subject, asOf, version, purpose, operator } = readBody(request, StandingQuery);
  const now = clock();
  const found = await findSubject(subject, resolving);
  const then = await standingsThen(found, { asOf, version }, standings, now);
  const answer = then && standingAnswer(found, then, await abolitions());
  await putOnRecord(
    looks,
    by,
    {
      kind: 'standing',
      subjects: found.logKeys,
      asked: { asOf, version: version?.toString() },
      purpose,
      operator,
      results: answer?.listings.length ?? 0,
    },
    now,
  );
  if (!answer)
    throw new Problem('not-found', { zh: '该主体没有到过这一版本', en: 'The subject has never been at that version.' });
  return { status: 200, body: answer, log: { items: answer.listings.length } };
}
