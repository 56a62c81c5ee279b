import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { CheckAnswer } from '../../lib/check/answer.ts';
import { answerOf, compactReceipt, receiptPayload } from '../../lib/check/receipt.ts';
import { Receipt } from '../../lib/check/receipt-payload.ts';
import { lookAt } from '../../lib/check-log/look-at.ts';
import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import { preferred } from '../../lib/edge/accept.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { originOf } from '../../lib/edge/origin.ts';
import { type ApiRequest, authorise } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { Bilingual, Language } from '../../lib/kernel/text.ts';
import { receiptPage } from '../../lib/receipt/page.ts';
import type { NamedKind } from '../../lib/receipt/page-content.ts';
import { PAGE_POLICY } from '../../lib/receipt/page-style.ts';
import { VERIFY_PATH } from '../../lib/receipt/verify-page.ts';

export interface ReceiptPorts {
  readonly log: CheckLogReader;
  readonly looks: LookLog;
  /** The body of a catalogue's version, for what its codes are called. */
  readonly catalogue: (version: string) => Promise<Catalogue | undefined>;
  readonly clock: Clock;
}

/** `GET /v1/checks/{id}/receipt`: by `Accept` a page to print, or the JWS itself. */
export const receiptHandler = (ports: ReceiptPorts) =>
  apiHandler((request) => show(request, ports), { whenDown: 'evidence-unavailable' });

async function show(request: ApiRequest, ports: ReceiptPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.read, SCOPES.audit);
  const only = by.scopes.has(SCOPES.audit) ? undefined : by.client_id;
  const record = await lookAt(request.path.id ?? '', 'receipt', by, only, ports);
  if (!record.receipt)
    throw new Problem('conflict', {
      zh: `该记录状态为 ${record.outcome}，没有回执：只有作出结论的核查才有`,
      en: `The record is ${record.outcome} and has no receipt: only a check with a verdict has one.`,
    });
  const payload = receiptPayload(record);
  const receipt = compactReceipt(payload, record.receipt);
  const common = { 'x-content-type-options': 'nosniff', vary: 'accept, accept-language' };
  const logged = { checkId: record.id, caller: record.caller };
  if (preferred(request.headers.accept, ['text/html', 'application/jose']) === 'application/jose')
    return { status: 200, body: receipt, headers: { ...common, 'content-type': 'application/jose' }, log: logged };
  const answer = CheckAnswer.parse(JSON.parse(answerOf(record, receipt)));
  const names = await ports.catalogue(answer.catalogueVersion);
  const origin = originOf(request);
  const { language } = request;
  const page = receiptPage({
    answer,
    receipt,
    kid: record.receipt.kid,
    signed: Receipt.parse(JSON.parse(payload)),
    nameOf: (kind, code) => (names && nameIn(names, kind, code, language)) ?? code,
    verifyAddress: `${origin}${VERIFY_PATH}`,
    address: `${origin}/v1/checks/${record.id}/receipt`,
    keysAddress: `${origin}/.well-known/jwks.json`,
    language,
  });
  return {
    status: 200,
    body: page,
    headers: {
      ...common,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'referrer-policy': 'no-referrer',
    },
    log: logged,
  };
}

/** What a code is called in the catalogue of the check. */
function nameIn(catalogue: Catalogue, kind: NamedKind, code: string, language: Language): string | undefined {
  const named: readonly { readonly code?: string; readonly id?: string; readonly name: Bilingual }[] = catalogue[kind];
  return named.find((each) => (each.code ?? each.id) === code)?.name[language];
}
