import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { Feedback, FeedbackRequest, feedbackId, saidBefore } from '../../lib/check-log/feedback.ts';
import {
  asksForFeedback,
  type FollowUpReader,
  type FollowUps,
  overdue,
  shortestTerm,
} from '../../lib/check-log/follow-up.ts';
import { type Note, notesOf } from '../../lib/check-log/note.ts';
import { OverdueParameters } from '../../lib/check-log/overdue-parameters.ts';
import { pageOf } from '../../lib/check-log/paging.ts';
import type { NoteWriter } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import { noSuchCheck } from '../../lib/check-log/visibility.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { instant, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { type CasesPorts, list, report } from './cases.ts';

const OVERDUE = 'GET /v1/feedback/overdue';
const CASES = 'GET /v1/cases';

export interface FeedbackPorts extends CasesPorts {
  readonly notes: NoteWriter;
  readonly followUps: Pick<FollowUps, 'answered'>;
  readonly open: FollowUpReader;
  readonly catalogue: () => Promise<Catalogue>;
}

/** What callers report back on their checks: feedback and what is overdue of it, and cases. */
export function feedbackHandler(ports: FeedbackPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    switch (request.route) {
      case OVERDUE:
        return late(request, ports);
      case CASES:
        return list(request, ports);
      case 'POST /v1/checks/{id}/cases':
        return report(request, ports);
      default:
        return give(request, ports);
    }
  };
  return apiHandler(answer, { takesQuery: [OVERDUE, CASES], whenDown: 'evidence-unavailable' });
}

/** The feedback among notes, oldest first. */
const saidIn = (notes: readonly Note[]): Feedback[] => notesOf(notes, 'feedback').map(({ kind: _, ...said }) => said);

async function give(request: ApiRequest, { log, notes, followUps, clock }: FeedbackPorts): Promise<ApiReply> {
  const claims = authorise(request, SCOPES.check);
  const { client_id: caller } = claims;
  const body = readBody(request, FeedbackRequest);
  const found = await log.record(request.path.id ?? '');
  const now = clock();
  if (found?.record.caller !== caller) throw noSuchCheck();
  const { record, notes: there } = found;
  if (record.outcome === 'invalid')
    throw new Problem('conflict', {
      zh: '这是被退回的请求，不是核查，无须反馈',
      en: 'This is a refused attempt and no check: there is nothing to carry out.',
    });
  const feedback = Feedback.parse({ ...body, at: toIso(now), by: signerOf(claims) });
  const said = saidIn(there);
  /** Resolves with what the same request, sent at the same moment, has put there. */
  const appended = async (): Promise<Feedback | undefined> => {
    const under = feedbackId(said, feedback, record.checkedAt);
    const standing = await notes.append(record, { kind: 'feedback', ...feedback }, under);
    return standing && saidIn([standing])[0];
  };
  // The note first: a follow-up that stays open though answered is asked about once more, the other way it is lost.
  const before = saidBefore(said.at(-1), feedback) ?? (await appended());
  if (asksForFeedback(record.outcome)) await followUps.answered(record.id, caller, record.checkedAt);
  return {
    status: before ? 200 : 201,
    body: { checkId: record.id, ...(before ?? feedback) },
    log: { caller, checkId: record.id, replayed: before !== undefined },
  };
}

/** What is overdue, by caller: a caller sees its own, an auditor that of the caller named. */
async function late(
  request: ApiRequest,
  { open, catalogue, looks, recordKey, clock }: FeedbackPorts,
): Promise<ApiReply> {
  const by = authorise(request, SCOPES.read, SCOPES.audit);
  const { caller: named, ...paging } = readQuery(request, OverdueParameters);
  const caller = by.scopes.has(SCOPES.audit) ? named : by.client_id;
  if (caller === undefined) throw callerMissing();
  if (named !== undefined && named !== caller)
    throw new Problem('forbidden', { zh: '只能查看本单位的反馈', en: 'A caller sees its own feedback alone.' });
  const [now, body] = [clock(), await catalogue()];
  const term = shortestTerm(body);
  if (term === undefined) return { status: 200, body: { items: [], next: null } };
  const before = toIso(instant(now - term));
  const page = await pageOf(paging, `${OVERDUE} ${caller}`, recordKey, async (after, limit) => {
    const { items, reached } = await open.openOf(caller, before, after, limit);
    return { items: items.flatMap((each) => overdue(each, body, now)), reached };
  });
  await putOnRecord(looks, by, { kind: 'overdue', asked: { caller }, results: page.items.length }, now);
  return { status: 200, body: page, log: { caller, items: page.items.length } };
}

function callerMissing(): Problem {
  const message = { zh: '请以 caller 指明调用单位', en: 'Name the caller.' };
  return new Problem('invalid-request', message, { errors: [{ pointer: '/caller', code: 'missing', message }] });
}
