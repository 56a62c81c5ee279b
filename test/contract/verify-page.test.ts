import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RECEIPT_TYPE } from '../../lib/check/receipt.ts';
import { packReceipt, receiptText } from '../../lib/receipt/receipt-code.ts';
import { sign } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { scanned } from './scanned.ts';
import { answerIn, problemIn } from './shapes.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** As the form sends it, and nobody's. */
const verify = (receipt: string, headers: Record<string, string> = { accept: 'application/json' }) =>
  api.call('POST', '/verify', { body: new URLSearchParams({ receipt }).toString(), headers: { ...FORM, ...headers } });

const verdictOn = async (receipt: string) => (await verify(receipt)).json;

const pageOn = async (receipt: string) => {
  const { status, text, headers } = await verify(receipt, { accept: 'text/html,*/*;q=0.8' });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  return text;
};

const receiptOf = async (body: unknown) => answerIn(await api.check(body)).receipt;

const payloadOf = (receipt: string): Record<string, unknown> => JSON.parse(decoded(receipt.split('.')[1] ?? ''));
const decoded = (part: string) => Buffer.from(part, 'base64url').toString();
const encoded = (text: string) => Buffer.from(text).toString('base64url');

/** The receipt with another outcome, under the signature that it had. */
function altered(receipt: string): string {
  const [head, body = '', signature] = receipt.split('.');
  return [head, encoded(decoded(body).replace('"outcome":"veto"', '"outcome":"pass"')), signature].join('.');
}

describe('the code on a printed receipt', () => {
  test.each([
    ['a pass', question()],
    ['a veto', question(SAMPLE.vetoAndExpired)],
    ['a person', question(personSubject())],
    [
      'twenty members in a matter with the longest name',
      question(undefined, {
        ...consortium(...Array.from({ length: 20 }, (_, index) => organisation(97 * index + 1))),
        matter: { id: '湘'.repeat(128), lot: '包'.repeat(64) },
      }),
    ],
  ])('of %s is read by a phone and leads whoever holds it to the verdict', async (_, body) => {
    const { id, receipt } = answerIn(await api.check(body));
    const { text } = await api.call('GET', `/v1/checks/${id}/receipt`, {
      as: 'procurement',
      headers: { accept: 'text/html' },
    });
    const { address, moduleMm, widthMm } = scanned(text);
    expect(moduleMm).toBeGreaterThanOrEqual(0.4);
    expect(widthMm).toBeLessThan(80);

    const { origin, pathname, search, hash } = new URL(address);
    // A fragment reaches no server and no log on the way to one.
    expect([origin, pathname, search]).toEqual([api.stack.url, '/verify', '']);
    expect(await verdictOn(hash.slice(1))).toEqual({
      verdict: 'verified',
      kid: expect.any(String),
      receipt: payloadOf(receipt),
    });
    expect(receiptText(address)).toBe(receipt);
  });

  test('carries any signed text there and back, byte for byte', () => {
    const part = fc.uint8Array({ minLength: 1, maxLength: 600 });
    // JSON holds no bare line break.
    const head = fc.string({ minLength: 1, maxLength: 80 }).filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(head, part, fc.uint8Array({ minLength: 64, maxLength: 64 }), (header, body, signature) => {
        const text = [Buffer.from(header), body, signature].map((each) => Buffer.from(each).toString('base64url'));
        expect(receiptText(`https://example.cn/verify#${packReceipt(text.join('.'))}`)).toBe(text.join('.'));
      }),
    );
  });
});

describe('what is brought to be verified', () => {
  test('is verified as the signed text too, broken into lines as a reader of paper gives it', async () => {
    const receipt = await receiptOf(question());
    const broken = (receipt.match(/.{1,76}/g) ?? []).join('\r\n');
    expect(await verdictOn(`  ${broken}\n`)).toMatchObject({ verdict: 'verified', receipt: payloadOf(receipt) });
  });

  test.each([
    ['altered', (receipt: string) => altered(receipt), 'signature-invalid'],
    ['altered in its code', (receipt: string) => packReceipt(altered(receipt)), 'signature-invalid'],
    [
      'signed by another key under the name of ours',
      (receipt: string) => {
        const forger = parseSigningKeys(Buffer.alloc(32, 7).toString('base64')).current;
        const { kid } = JSON.parse(decoded(receipt.split('.')[0] ?? ''));
        return sign(RECEIPT_TYPE, JSON.stringify(payloadOf(receipt)), { ...forger, kid });
      },
      'signature-invalid',
    ],
    [
      'signed by a key that is nowhere published',
      (receipt: string) =>
        sign(
          RECEIPT_TYPE,
          JSON.stringify(payloadOf(receipt)),
          parseSigningKeys(Buffer.alloc(32, 7).toString('base64')).current,
        ),
      'unknown-key',
    ],
    [
      'signed by nothing',
      (receipt: string) => `${encoded('{"alg":"none"}')}.${receipt.split('.')[1]}.`,
      'algorithm-refused',
    ],
    ['a shopping list', () => '鸡蛋、牛奶', 'malformed'],
    ['a code of something else', () => 'https://example.com/#1AAAA', 'malformed'],
    [
      'a code that would fill the memory',
      () => `1${Buffer.concat([Buffer.alloc(64), deflateRawSync(Buffer.alloc(30_000_000))]).toString('base64url')}`,
      'malformed',
    ],
    ['a code of a later dictionary', (receipt: string) => `9${packReceipt(receipt).slice(1)}`, 'malformed'],
  ])('and is %s is told so, and nothing that it claims is repeated', async (_, forge, verdict) => {
    const receipt = await receiptOf(question(SAMPLE.veto));
    const forged = forge(receipt);
    expect(await verdictOn(forged)).toEqual({ verdict, message: expect.any(String) });
    const text = await pageOn(forged);
    expect(text).toContain('✗');
    expect(text).not.toContain('✓');
    for (const claim of [SAMPLE.veto, SAMPLE.principal, 'T-1', String(payloadOf(receipt).id)])
      expect(text).not.toContain(claim);
  });

  test('is one field and no other, of a size that a receipt can have', async () => {
    problemIn(await api.call('POST', '/verify', { body: 'other=1', headers: FORM }), 400, 'invalid-request');
    problemIn(await api.call('POST', '/verify', { headers: FORM }), 400, 'invalid-request');
    problemIn(await verify('A'.repeat(65_536)), 400, 'invalid-request');
  });
});

describe('the page that answers', () => {
  test('says in both languages that it is good, what was signed, and what that does not say', async () => {
    const receipt = await receiptOf(question(SAMPLE.vetoAndExpired, { matter: { id: 'T-1', lot: '3' } }));
    const text = await pageOn(receipt);
    const { id, answer, record, question: asked } = payloadOf(receipt);
    const { kid } = JSON.parse(decoded(receipt.split('.')[0] ?? ''));
    const words = ['回执有效', 'Verified', '一票否决', 'Veto', '其后的人工认定', 'not what was determined', '北京时间'];
    const facts = [id, answer, record, asked, kid, 'T-1', SAMPLE.principal, SAMPLE.vetoAndExpired, 'procurement'];
    for (const each of [...words, ...facts]) expect(text).toContain(each);
  });

  test('knows of a person that it was one', async () => {
    const text = await pageOn(await receiptOf(question(personSubject())));
    expect(text).toContain('居民身份证');
    expect(text).toContain('自然人，回执不载其号码');
    expect(text).not.toContain('110*');
  });

  test('escapes what a caller called its matter', async () => {
    const text = await pageOn(await receiptOf(question(organisation(1), { matter: { id: '<img src=x>&"' } })));
    expect(text).toContain('&#60;img src=x&#62;&#38;&#34;');
    expect(text).not.toContain('<img');
  });
});

test('both pages need nothing from elsewhere and are allowed nothing but their own', async () => {
  const asking = await api.call('GET', '/verify?from=singlemessage');
  const answering = await verify(await receiptOf(question()), { accept: 'text/html' });
  expect([asking.status, answering.status]).toEqual([200, 200]);
  expect(asking.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
  expect(answering.headers.get('cache-control')).toBe('no-store');
  const digest = (text: string, tag: string) =>
    `'sha256-${createHash('sha256')
      .update(new RegExp(`<${tag}>([\\s\\S]*)</${tag}>`).exec(text)?.[1] ?? '')
      .digest('base64')}'`;
  const policy = (script: string, style: string) =>
    `default-src 'none'; ${script}style-src ${style}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
  expect(asking.headers.get('content-security-policy')).toBe(
    policy(`script-src ${digest(asking.text, 'script')}; `, digest(asking.text, 'style')),
  );
  expect(answering.headers.get('content-security-policy')).toBe(policy('', digest(answering.text, 'style')));
  for (const { text, headers } of [asking, answering]) {
    expect(text).not.toMatch(/<(img|link|iframe|object|embed|base)\b|\son\w+=|\sstyle=|url\(|@import|\ssrc=|\shref=/i);
    expect(text.match(/<form /g)).toHaveLength(1);
    expect(text).toContain('<form method="post" action="/verify">');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  }
  expect(answering.text).not.toContain('<script');
});
