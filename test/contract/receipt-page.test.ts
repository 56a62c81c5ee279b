import { createHash } from 'node:crypto';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localClient } from '../../infra/local/stack.ts';
import { keyItem } from '../../lib/dynamo/attributes.ts';
import { personsKey } from '../../lib/dynamo/keys.ts';
import { preferred } from '../../lib/edge/accept.ts';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { answerIn, problemIn } from './shapes.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const receiptOf = (id: string, headers: Record<string, string> = {}, as = 'procurement') =>
  api.call('GET', `/v1/checks/${id}/receipt`, { as, headers });

const checked = async (body: unknown) => answerIn(await api.check(body));

describe('the receipt by its address', () => {
  test('is the signed text for who asks for it', async () => {
    const { id, receipt } = await checked(question());
    const reply = await receiptOf(id, { accept: 'application/jose' });
    expect([reply.status, reply.headers.get('content-type'), reply.text]).toEqual([200, 'application/jose', receipt]);
    expect(reply.headers.get('vary')).toContain('accept');
  });

  test('is there for its caller and for an auditor, and for no one else', async () => {
    const { id } = await checked(question());
    for (const reader of ['auditor', 'chief-auditor']) expect((await receiptOf(id, {}, reader)).status).toBe(200);
    problemIn(await receiptOf(id, {}, 'grants'), 404, 'not-found');
    problemIn(await receiptOf('AAAAAAAAAAAAAAAAAAAAAA'), 404, 'not-found');
    problemIn(await receiptOf(id, {}, 'steward-tax'), 403, 'forbidden');
    expect((await api.call('GET', `/v1/checks/${id}/receipt`)).status).toBe(401);
  });

  test('is shown only to who stands on record for having looked', async () => {
    const { id } = await checked(question());
    await receiptOf(id, {}, 'auditor');
    const { json } = await api.get('/v1/looks?client=auditor&limit=1', 'chief-auditor');
    expect(json).toMatchObject({ items: [{ kind: 'receipt', checkId: id, results: 1 }] });
  });

  test('does not exist of a refused attempt, which says so', async () => {
    const { attemptId = '' } = problemIn(await api.check(question('9135')), 422, 'invalid-identifier');
    expect(problemIn(await receiptOf(attemptId), 409, 'conflict').detail).toContain('invalid');
  });
});

describe('the page', () => {
  const page = async (id: string, language = 'zh') => {
    const reply = await receiptOf(id, { accept: 'text/html', 'accept-language': language });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    return reply;
  };

  test('holds its signed text, and says where that is verified and where the original is', async () => {
    const { id, receipt } = await checked(question(SAMPLE.vetoAndExpired));
    const { text } = await page(id);
    expect(text).toContain(`<pre id="receipt">${receipt}</pre>`);
    for (const path of [`/v1/checks/${id}/receipt`, '/verify', '/.well-known/jwks.json'])
      expect(text).toContain(`<code>${api.stack.url}${path}</code>`);
  });

  test('needs nothing from elsewhere, and its policy allows nothing but its own style', async () => {
    const { id } = await checked(question(SAMPLE.vetoAndExpired));
    const { text, headers } = await page(id);
    expect(text).not.toMatch(
      /<(script|img|link|iframe|object|embed|base|form)\b|\son\w+=|\sstyle=|url\(|@import|\ssrc=|\shref=/i,
    );
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    [
      'zh',
      [
        '一票否决',
        '不得授予',
        '政府采购法第二十二条',
        '北京时间',
        '由调用单位声明',
        '政府采购',
        '投标人',
        '重大税收违法失信主体名单',
      ],
    ],
    [
      'en',
      [
        'Veto',
        'must not be granted',
        '政府采购法第二十二条',
        'Beijing time',
        'as asserted by the caller',
        'Government procurement',
        'Bidder',
      ],
    ],
  ])('says in %s what was asked, of which sources, and what follows from which law', async (language, words) => {
    const subject = { scheme: 'uscc', id: SAMPLE.vetoAndExpired, name: '样例公司', role: 'bidder' };
    const answer = answerIn(await api.check(question(subject), { 'accept-language': language }));
    const { text, headers } = await page(answer.id, language);
    expect(headers.get('content-language')).toBe(language === 'zh' ? 'zh-CN' : 'en');
    expect(text).toContain(`<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">`);
    const [reason] = answer.verdicts[0]?.reasons ?? [];
    const facts = [
      answer.id,
      answer.statement,
      'T-1',
      SAMPLE.principal,
      'procurement',
      'u-1029',
      answer.purpose,
      answer.catalogueVersion,
      subject.id,
      subject.name,
      reason?.document.number ?? '-',
      reason?.authority ?? '-',
      reason?.remedy ?? '-',
    ];
    for (const each of [...words, ...facts]) expect(text).toContain(each);
  });

  test('escapes whatever a caller wrote', async () => {
    const evil = `</style><script>alert('"&\`')</script>`;
    const subject = { scheme: 'uscc', id: organisation(1), name: evil };
    const principal = { scheme: 'uscc', id: SAMPLE.principal, name: evil };
    const matter = { id: evil, lot: evil.slice(0, 64), name: evil, sector: evil.slice(0, 64) };
    const { id } = await checked(question(subject, { principal, matter, operator: evil, purpose: evil }));
    const { text } = await page(id);
    expect(text).not.toContain('<script');
    expect(text.match(/<\/style>/g)).toHaveLength(1);
    expect(text.match(/&#60;script&#62;alert\(&#39;&#34;&#38;&#96;&#39;\)/g)).toHaveLength(8);
  });

  test('shows a person masked, and says so once the fields have been erased', async () => {
    const { id } = await checked(question(personSubject()));
    const { text } = await page(id);
    expect(text).toContain('110*************2X');
    expect(text).not.toContain(SAMPLE.person);
    expect(text).not.toContain(SAMPLE.personName);

    const client = localClient(api.stack.endpoint);
    await client.send(new DeleteItemCommand({ TableName: api.stack.checkLogTable, Key: keyItem(personsKey(id)) }));
    client.destroy();
    const erased = await page(id);
    expect(erased.text).not.toContain('110*');
    expect(erased.text).toContain('已依法删除');
  });

  test('has a part for each of the twenty members of a consortium', async () => {
    const members = Array.from({ length: 20 }, (_, index) => organisation(100 + index));
    const { id } = await checked(question(undefined, consortium(...members)));
    const { text } = await page(id);
    for (const [index, member] of members.entries()) {
      expect(text).toContain(`核查对象 ${index + 1} / 20`);
      expect(text).toContain(member);
    }
  });
});

test.each([
  [undefined, 'text/html'],
  ['*/*', 'text/html'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
  ['application/jose', 'application/jose'],
  ['Application/JOSE;q=0.9, */*;q=0.1', 'application/jose'],
  ['application/*', 'application/jose'],
  ['text/html;q=0.2, application/jose', 'application/jose'],
  ['application/jose;q=0, */*', 'text/html'],
  ['application/json', 'text/html'],
  ['', 'text/html'],
])('Accept: %s prefers %s', (accept, expected) => {
  expect(preferred(accept, ['text/html', 'application/jose'])).toBe(expected);
});
