import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  type ApiClient,
  organisation,
  personSubject,
  question,
  type Reply,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { answerIn, faultsIn, itemsIn, pageIn, problemIn } from './shapes.ts';

const CSV = 'text/csv';
const JSONL = 'application/x-ndjson';
const MATTER = 'E-1';
const CHECKS = 40;
const PRINCIPAL = { scheme: 'uscc', id: SAMPLE.principal, name: '样例省政府采购中心' };

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
  const { subjects: _, ...setting } = question(undefined, {
    matter: { id: MATTER },
    principal: PRINCIPAL,
    operator: "=cmd|' /C calc'!A0",
  });
  const items = Array.from({ length: CHECKS }, (_, index) => ({
    ref: String(index),
    subjects: [{ scheme: 'uscc', id: index % 4 === 0 ? SAMPLE.veto : organisation(index) }],
  }));
  itemsIn(await api.call('POST', '/v1/check-batches', { as: 'procurement', body: { ...setting, items } }));
});
afterAll(() => api?.stack.stop());

const page = async (body: unknown, accept: string, as = 'auditor', headers = {}): Promise<Reply> => {
  const reply = await api.call('POST', '/v1/checks/export', { as, body, headers: { accept, ...headers } });
  expect(reply.status, reply.text).toBe(200);
  expect(reply.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
  return reply;
};

/** Every page, one after the other, as they go into a file; fetch would swallow a byte order mark, so it is put back. */
async function whole(body: object, accept: string, as = 'auditor'): Promise<{ text: string; pages: number }> {
  let text = '';
  let pages = 0;
  for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
    const reply = await page({ ...body, ...(cursor !== undefined && { cursor }) }, accept, as);
    text += reply.text;
    cursor = reply.headers.get('grantgate-next');
  }
  return { text, pages };
}

const Line = z.strictObject({
  id: z.string(),
  checkedAt: z.string(),
  outcome: z.string(),
  scene: z.string(),
  matter: z.string(),
  caller: z.string(),
  subject: z.strictObject({ scheme: z.string(), id: z.string().nullable() }).optional(),
  principal: z.strictObject({ scheme: z.string(), id: z.string(), name: z.string().optional() }).nullable(),
  operator: z.string(),
  listings: z.array(z.string()),
});
const linesIn = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => Line.parse(JSON.parse(line)));

describe('JSON Lines', () => {
  test.each([1, 7, 2_000])('of pages of %i lines hold what the search finds, in its order', async (limit) => {
    const { text } = await whole({ matter: MATTER, limit }, JSONL);
    const lines = linesIn(text);
    const { items } = pageIn(await api.get(`/v1/checks?matter=${MATTER}&limit=100`, 'auditor'));
    expect(lines.map(({ principal: _, operator: __, listings: ___, ...summary }) => summary)).toEqual(items);
    expect(lines.every(({ outcome, listings }) => (outcome === 'veto') === listings.length > 0)).toBe(true);
    for (const { principal } of lines) expect(principal).toEqual(PRINCIPAL);
  });

  test('over every caller come to the same, though each is read little by little', async () => {
    answerIn(
      await api.check(question(organisation(80), { scene: 'fiscal-fund', matter: { id: MATTER } }), {}, 'grants'),
    );
    const { text, pages } = await whole({ limit: 3 }, JSONL);
    expect(pages).toBeGreaterThan(CHECKS / 3);
    const lines = linesIn(text);
    const times = lines.map(({ checkedAt }) => checkedAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    expect(lines.filter(({ caller }) => caller === 'procurement').length).toBeGreaterThanOrEqual(CHECKS);
  });

  test('say of a refused attempt what its principal is found by', async () => {
    const attempt = await api.check(question('9135', { matter: { id: 'E-4' } }));
    problemIn(attempt, 422, 'invalid-identifier');
    const [line] = linesIn((await whole({ matter: 'E-4', outcome: 'invalid' }, JSONL)).text);
    expect(line).toMatchObject({
      outcome: 'invalid',
      principal: { scheme: 'org-code', id: SAMPLE.principal.slice(8, 17) },
    });
  });

  test('are what is given where the choice is left open', async () => {
    const reply = await api.call('POST', '/v1/checks/export', { as: 'auditor', body: { matter: MATTER, limit: 1 } });
    expect(reply.headers.get('content-type')).toBe(`${JSONL}; charset=utf-8`);
  });
});

describe('CSV', () => {
  const bytesOf = async (body: unknown) => {
    const response = await fetch(`${api.stack.url}/v1/checks/export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await api.tokenOf('auditor')}`, accept: CSV },
      body: JSON.stringify(body),
    });
    return { bytes: Buffer.from(await response.arrayBuffer()), next: response.headers.get('grantgate-next') };
  };

  test('begins with the byte order mark that tells Excel it is UTF-8, once, with heads in Chinese', async () => {
    const first = await bytesOf({ matter: MATTER, limit: 10 });
    expect(first.bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(first.bytes.toString('utf8')).toContain('核查编号,核查时间（UTC）');
    const second = await bytesOf({ matter: MATTER, limit: 10, cursor: first.next });
    expect(second.bytes.subarray(0, 3)).not.toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(second.bytes.toString('utf8')).not.toContain('核查编号');
  });

  test('is read back whole, one record to a line, and holds no formula', async () => {
    const { text } = await whole({ matter: MATTER, caller: 'procurement', limit: 9 }, CSV);
    const rows: string[][] = parse(text, { bom: true });
    expect(rows).toHaveLength(CHECKS + 1);
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    expect(rows.flat().filter((cell) => cell === '一票否决')).toHaveLength(CHECKS / 4);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t]/);
    expect(rows[1]).toContain("'=cmd|' /C calc'!A0");
    const columns = ['采购人或主管部门', '采购人或主管部门代码'].map((head) => rows[0]?.indexOf(head) ?? -1);
    for (const row of rows.slice(1))
      expect(columns.map((column) => row[column])).toEqual([PRINCIPAL.name, PRINCIPAL.id]);
  });

  test('has its heads and outcomes in the language asked for', async () => {
    const reply = await page({ matter: MATTER, limit: 1 }, CSV, 'auditor', { 'accept-language': 'en' });
    expect(reply.text).toMatch(/^\uFEFF?Check,Checked at/);
    expect(reply.text).not.toMatch(/[\u4e00-\u9fff]/);
  });

  test('shows a person masked', async () => {
    answerIn(await api.check(question(personSubject(), { matter: { id: 'E-2' } })));
    const { text } = await whole({ subject: { scheme: 'resident-id', id: SAMPLE.person } }, CSV);
    expect(text).toContain('110*************2X');
    expect(text).not.toContain(SAMPLE.person);
  });
});

describe('an export', () => {
  test('is a look, page by page', async () => {
    await whole({ matter: MATTER, limit: 25, purpose: '年度审计' }, JSONL);
    const reply = await api.get('/v1/looks?client=auditor&limit=2', 'chief-auditor');
    expect(reply.json).toMatchObject({
      items: [
        { kind: 'export', purpose: '年度审计', asked: { matter: MATTER } },
        { kind: 'export', results: 25 },
      ],
    });
  });

  test('gives a caller its own records alone', async () => {
    answerIn(
      await api.check(question(organisation(81), { scene: 'fiscal-fund', matter: { id: 'E-3' } }), {}, 'grants'),
    );
    const lines = linesIn((await whole({}, JSONL, 'grants')).text);
    expect(new Set(lines.map(({ caller }) => caller))).toEqual(new Set(['grants']));
    expect((await whole({ caller: 'procurement' }, JSONL, 'grants')).text).toBe('');
  });

  test.each([
    ['application/xml', {}, []],
    [JSONL, { limit: 0 }, ['/limit too-small']],
    [JSONL, { limit: 2_001 }, ['/limit too-large']],
    [JSONL, { colour: 'red' }, ['/colour unknown-field']],
    [JSONL, { cursor: 'AAAA' }, ['/cursor wrong-format']],
  ])('as %s refuses %j', async (accept, body, faults) => {
    const reply = await api.call('POST', '/v1/checks/export', { as: 'auditor', body, headers: { accept } });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(faults);
  });
});
