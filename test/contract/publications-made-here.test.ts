import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type ApiClient, organisation, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';

// The catalogue, stewards and approver of the sample: decisions made in Grantgate, as the public sees them.
let api: ApiClient;
let clock: TestClock;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(new Date('2026-09-18T10:00:00+08:00')));
});
afterAll(() => api?.stack.stop());

const at = (moment: string) => {
  clock.now = Date.parse(moment);
};
const Made = z.looseObject({ id: z.string() });
const Page = z.looseObject({
  items: z.array(z.looseObject({ listingId: z.string(), subject: z.looseObject({ scheme: z.string() }) })),
});

async function post(path: string, as: string, body: unknown = {}): Promise<unknown> {
  const reply = await api.call('POST', path, { as, body });
  expect([200, 201], reply.text).toContain(reply.status);
  return reply.json;
}
const standingNow = async (subject: unknown) =>
  await post('/v1/standings/query', 'auditor', { subject, purpose: '核对', operator: 'u-1' });
/** What is public of a listing and of those linked to it. */
async function shown(domain: string, ...listingIds: string[]) {
  const reply = await api.call('GET', `/v1/publications?domain=${domain}&limit=100`);
  return Page.parse(reply.json).items.filter((entry) => listingIds.includes(entry.listingId));
}

const proposal = {
  until: '2027-08-31',
  measures: [],
  repair: { repairable: true, route: '向税务局申请' },
  exitConditions: '期满',
  remedy: '六十日内申请行政复议',
};

test('a red candidate is public over National Day, as a candidate and then as listed', async () => {
  at('2026-09-18T10:00:00+08:00');
  const subject = { scheme: 'uscc', id: organisation(950), name: '样例诚信二公司' };
  const document = {
    number: '样税信〔2026〕9号',
    type: 'rating-decision',
    issuer: '样例省税务局',
    issuedOn: '2026-09-01',
  };
  const { id } = Made.parse(
    await post('/v1/listings', 'steward-tax', {
      ...proposal,
      subject,
      list: 'red',
      domain: 'tax-a-grade',
      document,
      facts: '连续三年无不良记录',
      measures: ['priority'],
    }),
  );
  expect(await shown('tax-a-grade', id)).toEqual([]);
  await post(`/v1/listings/${id}/publicity`, 'steward-tax');
  const candidate = { stage: 'candidate', from: '2026-09-18', until: '2026-10-22', subject };
  expect(await shown('tax-a-grade', id)).toMatchObject([candidate]);
  at('2026-10-22T23:59:59+08:00');
  expect(await shown('tax-a-grade', id)).toMatchObject([candidate]);
  at('2026-10-23T00:00:00+08:00');
  expect(await shown('tax-a-grade', id)).toEqual([]);
  await post(`/v1/listings/${id}/decision`, 'approver', { decision: 'list', ground: '公示无异议' });
  expect(await shown('tax-a-grade', id)).toEqual([]);
  await post(`/v1/listings/${id}/activation`, 'steward-tax');
  expect(await shown('tax-a-grade', id)).toMatchObject([
    { stage: 'in-force', from: '2026-10-23', until: '2027-08-31', document: { number: document.number } },
  ]);
});

test('a person who is linked by law appears masked, with the facts that the rule lets be public', async () => {
  at('2026-09-18T10:00:00+08:00');
  const { id } = Made.parse(
    await post('/v1/listings', 'steward-tax', {
      ...proposal,
      subject: { scheme: 'uscc', id: organisation(951), name: '样例新列二公司' },
      list: 'black',
      domain: 'tax-major-violation',
      document: {
        number: '样税稽罚〔2026〕13号',
        type: 'penalty-decision',
        issuer: '样例省税务局',
        issuedOn: '2026-08-20',
      },
      grade: 'serious',
      facts: '虚开增值税专用发票',
      measures: ['no-government-procurement'],
      recognition: [
        { step: 'investigation', on: '2026-06-01', record: '检查笔录' },
        { step: 'standard-comparison', on: '2026-06-20', record: '对照表' },
        { step: 'fact-finding', on: '2026-07-01', record: '事实认定书' },
        { step: 'deliberation', on: '2026-08-01', record: '集体审议纪要' },
      ],
      linkedPersons: [
        {
          scheme: 'resident-id',
          id: SAMPLE.person,
          name: '张三丰',
          role: 'legal-representative',
          citation: '重大税收违法失信主体信息公布管理办法第十一条',
        },
      ],
    }),
  );
  await post(`/v1/listings/${id}/publicity`, 'steward-tax', { service: '直接送达' });
  // Heard by notice: nothing is public before it is decided.
  expect(await shown('tax-major-violation', id)).toEqual([]);
  at('2026-10-09T10:00:00+08:00');
  await post(`/v1/listings/${id}/decision`, 'approver', { decision: 'list', ground: '事实清楚' });
  await post(`/v1/listings/${id}/activation`, 'steward-tax');
  const papers = await api.get(`/v1/listings/${id}`, 'steward-tax');
  const linked = z
    .looseObject({ linkedPersons: z.tuple([z.looseObject({ listingId: z.string() })]) })
    .parse(papers.json);
  const own = linked.linkedPersons[0].listingId;
  const entries = await shown('tax-major-violation', id, own);
  expect(entries.map(({ listingId }) => listingId).toSorted()).toEqual([id, own].toSorted());
  const person = entries.find(({ listingId }) => listingId !== id);
  expect(person?.subject).toEqual({ scheme: 'resident-id', id: '110*************2X', name: '张**' });
  for (const entry of entries) expect(entry).toMatchObject({ stage: 'in-force', facts: '虚开增值税专用发票' });
  // The number of a case leads to the person.
  expect(person?.document).toBeUndefined();
  expect(JSON.stringify(entries)).not.toMatch(new RegExp(`${SAMPLE.person}|张三丰|p:1:`));
  // Nor does the standing of the company tell whose key the linked person has.
  const held = JSON.stringify(await standingNow({ scheme: 'uscc', id: organisation(951) }));
  expect(held).toContain(`"links":[{"listingId":"${own}"}]`);
  expect(held).not.toContain('p:1:');
});
