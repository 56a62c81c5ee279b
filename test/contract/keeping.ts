import { expect } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { refreshed } from '../../lib/catalogue/change.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { type Reply, SAMPLE } from '../api-client.ts';
import { startClockedStack } from './clocked.ts';

/** A day whose following weeks hold make-up days and National Day. */
export const START = new Date('2026-09-18T10:00:00+08:00');

/** What the tax authority's steward proposes: a black listing, heard by notice. */
export const BLACK = {
  subject: { scheme: 'uscc', id: '91430100MA00001700', name: '样例新列有限公司' },
  list: 'black',
  domain: 'tax-major-violation',
  document: {
    number: '样税稽罚〔2026〕12号',
    type: 'penalty-decision',
    issuer: '样例省税务局',
    issuedOn: '2026-08-20',
  },
  grade: 'serious',
  facts: '虚开增值税专用发票',
  measures: ['no-government-procurement', 'no-fiscal-fund'],
  until: '2028-09-01',
  repair: { repairable: true, route: '向税务局申请' },
  exitConditions: '期满或修复',
  remedy: '六十日内申请行政复议',
  recognition: [
    { step: 'investigation', on: '2026-06-01', record: '检查笔录' },
    { step: 'standard-comparison', on: '2026-06-20', record: '对照表' },
    { step: 'fact-finding', on: '2026-07-01', record: '事实认定书' },
    { step: 'deliberation', on: '2026-08-01', record: '集体审议纪要' },
  ],
};

/** A minor fault by a decision of that number: an ordinary listing, heard by notice. */
export const minor = (id: string, number: string) => ({
  ...BLACK,
  subject: { scheme: 'uscc', id },
  list: 'ordinary',
  domain: 'general-penalty',
  grade: 'minor',
  document: { ...BLACK.document, number },
  measures: ['strict-review'],
  until: '2026-11-20',
  recognition: undefined,
});

/** A tax rating: a red listing, heard in public for twenty working days. */
export const red = (subject: object) => ({
  ...BLACK,
  subject,
  list: 'red',
  domain: 'tax-a-grade',
  document: { ...BLACK.document, type: 'rating-decision', issuedOn: '2026-07-01' },
  grade: undefined,
  measures: ['priority'],
  until: '2027-07-01',
  recognition: undefined,
});

/** A person whom the law holds responsible, as a listing links one. */
export const PERSON = {
  scheme: 'resident-id' as const,
  id: '11010519491231002X',
  name: '张三丰',
  role: 'legal-representative',
  citation: '税收征收管理法第六十三条',
};

export const Shown = z.looseObject({ id: z.string(), phase: z.string(), allows: z.array(z.string()) });
export const Linked = z.looseObject({
  linkedPersons: z.array(z.looseObject({ name: z.string().optional(), listingId: z.string() })),
});
export const Case = z.looseObject({ id: z.string(), state: z.string() });
const Answer = z.looseObject({
  id: z.string(),
  outcome: z.string(),
  verdicts: z.array(z.looseObject({ notices: z.array(z.looseObject({ code: z.string() })) })),
});

const question = (id: string) => ({
  scene: 'government-procurement',
  principal: { scheme: 'uscc', id: SAMPLE.principal },
  matter: { id: `M-${id}` },
  subjects: [{ scheme: 'uscc', id }],
  operator: 'u-1',
  purpose: '资格审查',
});

/** A stack whose lists are kept by a test: its clock is the test's, and each step goes through the door. */
export async function startKeeping() {
  const { api, clock, rekey, expire } = await startClockedStack(START);
  const heads = new DynamoHeadStore(localClient(api.stack.endpoint), api.stack.registryTable);

  const at = (text: string) => {
    clock.now = new Date(text).getTime();
  };
  const post = (path: string, as: string, body: unknown = {}): Promise<Reply> => api.call('POST', path, { as, body });
  const done = async (path: string, as: string, body: unknown = {}): Promise<Reply> => {
    const reply = await post(path, as, body);
    expect([reply.status, reply.text]).toEqual([expect.toSatisfy((status) => status < 300), expect.any(String)]);
    return reply;
  };
  /** As of the test's day, every source has delivered. */
  const deliver = () =>
    heads.change((head) => {
      if (!head) throw new Error('the sample has a catalogue');
      return Object.keys(head.freshAsOf).reduce((next, source) => refreshed(next, source, instant(clock.now)), head);
    });
  const outcomeOf = async (id: string) => {
    await deliver();
    const { json, text, status } = await api.check(question(id));
    expect([status, text]).toEqual([201, expect.any(String)]);
    return Answer.parse(json);
  };
  const proposed = async (body: object, as = 'steward-tax') =>
    Shown.parse((await done('/v1/listings', as, body)).json).id;

  /** A listing that is in force on 9 October: proposed, told, decided by another, activated. */
  async function activated(id: string, changes: object = {}): Promise<string> {
    at('2026-09-18T10:00:00+08:00');
    return activate(await proposed({ ...BLACK, subject: { scheme: 'uscc', id }, ...changes }));
  }
  async function activate(listing: string): Promise<string> {
    await done(`/v1/listings/${listing}/publicity`, 'steward-tax', { service: '直接送达' });
    at('2026-10-09T10:00:00+08:00');
    await done(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '事实清楚' });
    await done(`/v1/listings/${listing}/activation`, 'steward-tax');
    return listing;
  }

  /** A red listing that is in force on 18 September. */
  async function honoured(subject: object): Promise<string> {
    at('2026-08-03T10:00:00+08:00');
    const listing = await proposed(red(subject));
    await done(`/v1/listings/${listing}/publicity`, 'steward-tax');
    at('2026-09-18T09:00:00+08:00');
    await done(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '属实' });
    await done(`/v1/listings/${listing}/activation`, 'steward-tax');
    return listing;
  }

  /** An objection that was taken up. */
  async function accepted(listing: string, ground: string, by = 'subject'): Promise<string> {
    const objected = await done(`/v1/listings/${listing}/objections`, 'steward-tax', { by, ground, statement: '异议' });
    const { id } = Case.parse(objected.json);
    await done(`/v1/objections/${id}/acceptance`, 'steward-tax', { accepted: true });
    return id;
  }
  const resolved = (objection: string, outcome: string, more: object = {}) =>
    done(`/v1/objections/${objection}/resolution`, 'approver', { outcome, ground: '查明', ...more });
  const shown = async (listing: string) => (await api.get(`/v1/listings/${listing}`, 'auditor')).json;
  const linkedOf = async (listing: string) => Linked.parse(await shown(listing)).linkedPersons[0]?.listingId ?? '';

  return {
    api,
    clock,
    rekey,
    expire,
    at,
    post,
    done,
    outcomeOf,
    proposed,
    activated,
    honoured,
    accepted,
    resolved,
    shown,
    linkedOf,
  };
}
