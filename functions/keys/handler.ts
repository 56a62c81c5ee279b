import { preferred } from '../../lib/edge/accept.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, parseInput, readBytes } from '../../lib/edge/request.ts';
import type { KeySet } from '../../lib/receipt/key-set.ts';
import { receiptText } from '../../lib/receipt/receipt-code.ts';
import { GivenReceipt, verdictOn } from '../../lib/receipt/receipt-verdict.ts';
import { ANSWERING_POLICY, ASKING_POLICY, answeringPage, askingPage } from '../../lib/receipt/verify-page.ts';
import { verifyReceipt } from '../../lib/receipt/verify-receipt.ts';

/** Seconds: a new key is published by the deployment that begins to sign with it, and verifiers ask again for an unknown one. */
const MAX_AGE = 3_600;
/** Of the largest receipt, and some: nothing longer is one. */
const MAX_FORM_BYTES = 64 * 1024;

const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  'content-language': 'zh-CN, en',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/**
 * `GET /.well-known/jwks.json`, and `/verify`: the page that the code on a receipt leads to, and its form. It looks nothing
 * up: what it is given is held against the keys.
 */
export const keysHandler = (keys: KeySet) =>
  apiHandler(
    async (request) => {
      switch (request.route) {
        case 'GET /verify':
          return cached(askingPage(), { ...PAGE, 'content-security-policy': ASKING_POLICY });
        case 'POST /verify':
          return verified(request, keys);
        default:
          return cached(JSON.stringify(keys), { 'content-type': 'application/jwk-set+json' });
      }
    },
    // What a messenger adds to an address that is passed on.
    { takesQuery: 'GET /verify' },
  );

const cached = (body: string, headers: Readonly<Record<string, string>>): ApiReply => ({
  status: 200,
  body,
  headers: { ...headers, 'cache-control': `public, max-age=${MAX_AGE}` },
});

async function verified(request: ApiRequest, keys: KeySet): Promise<ApiReply> {
  const form = new URLSearchParams(Buffer.from(readBytes(request, MAX_FORM_BYTES)).toString('utf8'));
  const { receipt } = parseInput(Object.fromEntries(form), GivenReceipt);
  const result = await verifyReceipt(receiptText(receipt), keys);
  const verdict = verdictOn(result, request.language);
  const log = { state: verdict.verdict };
  if (preferred(request.headers.accept, ['text/html', 'application/json']) === 'application/json')
    return { status: 200, body: verdict, headers: { vary: 'accept, accept-language' }, log };
  const headers = { ...PAGE, vary: 'accept', 'content-security-policy': ANSWERING_POLICY };
  return { status: 200, body: answeringPage(result), headers, log };
}
