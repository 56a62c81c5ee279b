import { putOnRecord } from '../../lib/check-log/look.ts';
import type { LookLog } from '../../lib/check-log/ports.ts';
import {
  StandingQuery,
  type StandingReader,
  standingAnswer,
  standingsThen,
} from '../../lib/disclosure/standing-query.ts';
import { findSubject, type Resolving } from '../../lib/disclosure/subject.ts';
import { apiHandler } from '../../lib/edge/api.ts';
import { authorise, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';

export interface StandingsPorts {
  readonly standings: StandingReader;
  readonly resolving: Resolving;
  readonly looks: LookLog;
  readonly clock: Clock;
}

/** `POST /v1/standings/query`: what the Registry says of a subject, now or then. The question is itself on record. */
export function standingsHandler({ standings, resolving, looks, clock }: StandingsPorts) {
  return apiHandler(async (request) => {
    const by = authorise(request, SCOPES.steward, SCOPES.audit);
    const { subject, asOf, version, purpose, operator } = readBody(request, StandingQuery);
    const now = clock();
    const found = await findSubject(subject, resolving);
    const then = await standingsThen(found, { asOf, version }, standings, now);
    const answer = then && standingAnswer(found, then);
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
      throw new Problem('not-found', {
        zh: '该主体没有到过这一版本',
        en: 'The subject has never been at that version.',
      });
    return { status: 200, body: answer, log: { items: answer.listings.length } };
  });
}
