import { CheckAnswer } from '../../lib/check/answer.ts';
import { answerOf } from '../../lib/check/receipt.ts';
import { type CaseReport, CaseReportRequest, shownCase } from '../../lib/check-log/case-report.ts';
import { CaseParameters, type CaseReader, type KeptLines, searchCases } from '../../lib/check-log/case-search.ts';
import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { reportCase } from '../../lib/check-log/report-case.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import { noSuchCheck } from '../../lib/check-log/visibility.ts';
import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';

export interface CasesPorts {
  readonly log: Pick<CheckLogReader, 'record' | 'maskedIds'> & KeptLines;
  readonly cases: CaseReader & {
    append(
      report: CaseReport,
      of: { readonly checkId: string; readonly caller: string; readonly keepUntil: string },
    ): Promise<CaseReport | undefined>;
  };
  readonly callers: () => Promise<readonly string[]>;
  readonly looks: LookLog;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** 案例报送, by the caller that checked. */
export async function report(request: ApiRequest, { log, cases, clock }: CasesPorts): Promise<ApiReply> {
  const claims = authorise(request, SCOPES.check);
  const { client_id: caller } = claims;
  const body = readBody(request, CaseReportRequest);
  const found = await log.record(request.path.id ?? '');
  const now = clock();
  if (found?.record.caller !== caller) throw noSuchCheck();
  const { record, notes } = found;
  if (record.outcome === 'invalid')
    throw new Problem('conflict', {
      zh: '这是被退回的请求，不是核查，没有措施',
      en: 'This is a refused attempt and no check: it cites no measure.',
    });
  const answer = CheckAnswer.parse(JSON.parse(answerOf(record)));
  const made = reportCase({ record, answer, notes }, body, signerOf(claims), now);
  const first = await cases.append(made, { checkId: record.id, caller, keepUntil: record.keepUntil });
  return {
    status: first ? 200 : 201,
    body: shownCase(record.id, first ?? made, answer.verdicts[made.subject]?.subject.id ?? undefined),
    log: { caller, checkId: record.id, replayed: first !== undefined },
  };
}

/** The cases of a period: of all callers for an auditor or an administrator, its own for a caller. */
export async function list(request: ApiRequest, ports: CasesPorts): Promise<ApiReply> {
  const claims = authorise(request, SCOPES.read, SCOPES.audit, SCOPES.admin);
  const asked = readQuery(request, CaseParameters);
  const all = claims.scopes.has(SCOPES.audit) || claims.scopes.has(SCOPES.admin);
  const caller = all ? asked.caller : claims.client_id;
  if (asked.caller !== undefined && asked.caller !== caller)
    throw new Problem('forbidden', { zh: '只能查看本单位的案例', en: 'A caller sees its own cases alone.' });
  const page = await searchCases({ ...asked, caller }, { ...ports, key: ports.recordKey });
  const { from, to } = asked;
  await putOnRecord(
    ports.looks,
    claims,
    { kind: 'cases', asked: { caller, from, to }, results: page.items.length },
    ports.clock(),
  );
  return { status: 200, body: page, log: { items: page.items.length } };
}
