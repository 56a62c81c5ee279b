import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckAnswer } from '../../lib/check/answer.ts';
import { type ApiClient, organisation, personSubject, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { answerIn } from './shapes.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const WHOLE_QUESTION = {
  scene: 'government-procurement',
  principal: { scheme: 'uscc', id: SAMPLE.principal, name: '样例省政府采购中心' },
  matter: {
    id: 'HN-2026-000142',
    lot: '1',
    name: '样例采购项目',
    region: '430100',
    sector: 'construction',
    mandatoryTender: true,
    cutoffAt: '2999-12-01T09:00:00+08:00',
  },
  subjects: [
    {
      scheme: 'uscc',
      id: SAMPLE.vetoAndExpired,
      name: '样例严重违法有限公司',
      role: 'bidder',
      related: [
        { relation: 'head-office', scheme: 'uscc', id: SAMPLE.veto, name: '样例失信建设有限公司' },
        {
          relation: 'legal-representative',
          scheme: 'resident-id',
          id: SAMPLE.person,
          name: SAMPLE.personName,
          basis: { kind: 'consent', reference: '授权书 1 号' },
        },
      ],
    },
  ],
  operator: 'u-1029',
  purpose: 'qualification review at bid opening',
};

describe('an answer', () => {
  test('to a question with every field has the fields of the contract, and no other', async () => {
    const reply = await api.check(WHOLE_QUESTION, { 'accept-language': 'en' });
    expect(reply.status, reply.text).toBe(201);
    const answer = answerIn(reply);
    expect(CheckAnswer.parse(reply.json)).toEqual(answer);
    expect(answer).toMatchObject({
      outcome: 'veto',
      obligation: 'must-not-grant',
      scene: WHOLE_QUESTION.scene,
      principal: WHOLE_QUESTION.principal,
      matter: WHOLE_QUESTION.matter,
      caller: 'procurement',
      operator: 'u-1029',
      purpose: WHOLE_QUESTION.purpose,
      verdicts: [
        {
          subject: { scheme: 'uscc', id: SAMPLE.vetoAndExpired, name: '样例严重违法有限公司', role: 'bidder' },
          outcome: 'veto',
          omitted: 0,
        },
      ],
    });
    const [verdict] = answer.verdicts;
    expect(verdict?.reasons.map(({ listingId, via }) => [listingId, via?.relation])).toEqual([
      ['sample-ccgp-1', undefined],
      ['sample-court-1', 'head-office'],
    ]);
    expect(reply.headers.get('location')).toBe(`/v1/checks/${answer.id}`);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.has('idempotency-replayed')).toBe(false);
  });

  test('is there for the required fields alone', async () => {
    const answer = answerIn(await api.check(question()));
    expect(answer).toMatchObject({ outcome: 'pass', matter: { id: 'T-1' } });
    expect(answer.verdicts).toHaveLength(1);
    expect(answer.verdicts[0]).toMatchObject({ reasons: [], notices: [], standingVersion: 0 });
  });

  test.each([
    ['pass', 'may-grant', organisation(2), {}],
    ['favour', 'may-grant', SAMPLE.favour, {}],
    ['warn', 'acknowledge', SAMPLE.warn, {}],
    ['restrict', 'grant-conditionally', SAMPLE.restrictInFunds, { scene: 'fiscal-fund' }],
    ['indeterminate', 'determine', SAMPLE.indeterminate, {}],
    ['veto', 'must-not-grant', SAMPLE.veto, {}],
  ])('%s obliges to %s', async (outcome, obligation, subject, changes) => {
    const caller = 'scene' in changes ? 'grants' : 'procurement';
    const answer = answerIn(await api.check(question(subject, changes), {}, caller));
    expect(answer).toMatchObject({ outcome, obligation });
    expect(answer.verdicts[0]?.outcome).toBe(outcome);
  });

  test('of an indeterminate says why in a notice', async () => {
    const named = answerIn(await api.check(question({ scheme: 'org-name', id: '样例失信建设有限公司' })));
    expect(named.verdicts[0]?.notices.map(({ code }) => code)).toContain('identifier-required');
    const person = answerIn(await api.check(question(personSubject())));
    expect(person).toMatchObject({ outcome: 'indeterminate', obligation: 'determine' });
    expect(person.verdicts[0]?.notices.map(({ code }) => code)).toContain('confirm-person');
    const numbered = answerIn(await api.check(question({ scheme: 'registration-no', id: '430100000010234' })));
    expect(numbered.verdicts[0]?.notices.map(({ code }) => code)).toContain('unresolved-identifier');
  });

  test('of a suspended listing warns, with the notice of the objection', async () => {
    const answer = answerIn(await api.check(question(SAMPLE.objection)));
    expect(answer.outcome).toBe('warn');
    expect(answer.verdicts[0]?.reasons).toEqual([]);
    expect(answer.verdicts[0]?.notices).toMatchObject([{ code: 'objection-pending', listingId: 'sample-ccgp-2' }]);
  });

  test('masks a person, and holds the number nowhere', async () => {
    const reply = await api.check(question(personSubject()));
    const [verdict] = answerIn(reply).verdicts;
    expect(verdict?.subject).toEqual({ scheme: 'resident-id', id: '110*************2X', name: '样***' });
    expect(reply.text).not.toContain(SAMPLE.person);
    expect(reply.text).not.toContain(SAMPLE.personName);
  });

  test.each([
    ['full-width and lower case', '９１３５０１００m000100y43'],
    ['spaces, hyphens and zero-width characters', ' 9135-0100 M000\u200b100Y43\ufeff'],
  ])('folds %s before it validates', async (_, id) => {
    const answer = answerIn(await api.check(question(id)));
    expect(answer.verdicts[0]?.subject.id).toBe(SAMPLE.vetoAndExpired);
    expect(answer.outcome).toBe('veto');
  });

  test('knows an organisation by its organisation code alone', async () => {
    const answer = answerIn(await api.check(question({ scheme: 'org-code', id: 'M000100Y-4' })));
    expect(answer.verdicts[0]?.subject).toEqual({ scheme: 'org-code', id: 'M000100Y4' });
    expect(answer.outcome).toBe('veto');
  });

  test('expires at the cut-off of the matter when that comes first', async () => {
    const cutoff = new Date(Date.now() + 3_600_000).toISOString();
    const answer = answerIn(await api.check(question(organisation(3), { matter: { id: 'T-1', cutoffAt: cutoff } })));
    expect(answer.expiresAt).toBe(cutoff);
  });
});

describe('the language', () => {
  test.each([
    [undefined, 'zh-CN', /^截至\d{4}-\d\d-\d\d \d\d:\d\d（北京时间），/],
    ['zh-CN', 'zh-CN', /^截至/],
    ['en', 'en', /^As of \d{4}-\d\d-\d\d \d\d:\d\d \(Beijing\), /],
    ['en-GB,en;q=0.9', 'en', /^As of/],
    ['fr, zh;q=0.2, en;q=0.8', 'en', /^As of/],
    ['zh;q=0.9, en;q=0.8', 'zh-CN', /^截至/],
    ['fr', 'zh-CN', /^截至/],
  ])('of Accept-Language %s is %s', async (accepted, language, statement) => {
    const reply = await api.check(
      question(),
      accepted === undefined ? { 'accept-language': '' } : { 'accept-language': accepted },
    );
    expect(reply.headers.get('content-language')).toBe(language);
    expect(answerIn(reply).statement).toMatch(statement);
  });

  test('changes every human text, and no code', async () => {
    const ask = (language: string) =>
      api.check(question(SAMPLE.vetoAndExpired), { 'accept-language': language }).then(answerIn);
    const [zh, en] = await Promise.all([ask('zh'), ask('en')]);
    const reasons = { zh: zh.verdicts[0]?.reasons[0], en: en.verdicts[0]?.reasons[0] };
    expect(reasons.en?.measure).toEqual({
      code: 'no-government-procurement',
      name: 'Barred from government procurement',
      legalBasis: reasons.zh?.measure.legalBasis,
    });
    expect(reasons.zh?.measure.name).toBe('禁止参加政府采购活动');
    expect(reasons.en?.remedy).toMatch(/^[\x20-\x7e]+$/);
    expect(reasons.en?.repair.route).toMatch(/^[\x20-\x7e]+$/);
    expect(reasons.zh?.remedy).not.toBe(reasons.en?.remedy);
    expect(reasons.en?.listingId).toBe(reasons.zh?.listingId);
  });

  test('of a problem is the one asked for', async () => {
    const zh = await api.check(question('91350100M000100Y4A'), { 'accept-language': 'zh' });
    const en = await api.check(question('91350100M000100Y4A'), { 'accept-language': 'en' });
    expect(zh.json).toMatchObject({ title: '标识码无效', errors: [{ code: 'check-digit' }] });
    expect(en.json).toMatchObject({ title: 'Invalid identifier', errors: [{ code: 'check-digit' }] });
    expect(en.text).toMatch(/^[\x20-\x7e]+$/);
  });
});

test('the catalogue is open to everyone, with its scenes, roles, relations, domains, measures, guards and notices', async () => {
  const reply = await api.call('GET', '/v1/catalogue');
  expect(reply.status).toBe(200);
  for (const part of ['scenes', 'roles', 'relations', 'domains', 'measures', 'guards', 'notices'])
    expect(reply.json).toHaveProperty(part);
});
