import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { organisation } from '../api-client.ts';
import { BLACK, minor, PERSON, START, startKeeping } from './keeping.ts';
import { problemIn } from './shapes.ts';

// What a steward reads when a step is not possible, and what they may do next.
let kept: Awaited<ReturnType<typeof startKeeping>>;
beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept.api.stack.stop());
beforeEach(() => {
  kept.clock.now = START.getTime();
});

const Ways = z.looseObject({ allows: z.array(z.string()), routes: z.array(z.string()) });
const subject = (number: number) => ({ scheme: 'uscc', id: organisation(number) });
const proposed = (body: object, language = 'en') =>
  kept.api.call('POST', '/v1/listings', { as: 'steward-tax', body, headers: { 'accept-language': language } });
const faultOf = async (body: object, language?: string) => {
  const reply = await proposed(body, language);
  const [fault] = z
    .looseObject({ errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })) })
    .parse(problemIn(reply, 400, 'invalid-request')).errors;
  return [fault?.pointer, fault?.code, fault?.message];
};

describe('a step that the state does not allow', () => {
  it('names the state, what it allows, and by which routes, in both languages and for programs', async () => {
    const id = await kept.proposed({ ...BLACK, subject: subject(20) });
    for (const [language, said] of [
      ['zh-CN', `状态为 candidate，可以：notified, proceedings, ended；办理：POST /v1/listings/${id}/publicity`],
      ['en', `is candidate, which allows: notified, proceedings, ended; by POST /v1/listings/${id}/publicity`],
    ] as const) {
      const reply = await kept.api.call('POST', `/v1/listings/${id}/activation`, {
        as: 'steward-tax',
        body: {},
        headers: { 'accept-language': language },
      });
      const conflict = problemIn(reply, 409, 'conflict');
      expect(conflict.detail).toContain(said);
      expect(conflict).toMatchObject({
        allows: ['notified', 'proceedings', 'ended'],
        routes: ['publicity', 'proceedings', 'decision'].map((step) => `POST /v1/listings/${id}/${step}`),
      });
      expect(Ways.parse(await kept.shown(id))).toMatchObject({ allows: conflict.allows, routes: conflict.routes });
    }
  });

  it('and each route that is named goes on from there', async () => {
    const id = await kept.activated(organisation(21));
    const objection = await kept.accepted(id, 'procedure');
    const { routes } = Ways.parse(await kept.shown(id));
    expect(routes).toContain(`POST /v1/objections/${objection}/resolution`);
    await kept.resolved(objection, 'rejected');
    expect(Ways.parse(await kept.shown(id)).routes).not.toContain(`POST /v1/objections/${objection}/resolution`);
  });

  it('names what can still be said of one that has ended only where it can', async () => {
    const ended = await kept.activated(organisation(22), { until: '2026-10-31' });
    const dropped = await kept.proposed({ ...BLACK, subject: subject(23) });
    await kept.done(`/v1/listings/${dropped}/decision`, 'approver', { decision: 'drop', ground: '证据不足' });
    const upheld = await kept.activated(organisation(24));
    await kept.resolved(await kept.accepted(upheld, 'wrong-facts'), 'upheld');
    kept.at('2026-11-02T10:00:00+08:00');
    await kept.expire();
    const revocation = `/v1/listings/${ended}/revocation`;
    expect(await kept.shown(ended)).toMatchObject({ allows: ['found-wrong'], routes: [`POST ${revocation}`] });
    for (const id of [dropped, upheld]) expect(await kept.shown(id)).toMatchObject({ allows: [], routes: [] });
    const body = { ground: '判决撤销', revokedFor: 'annulled-by-court' };
    problemIn(await kept.post(`/v1/listings/${dropped}/revocation`, 'steward-tax', body), 409, 'conflict');
    await kept.done(revocation, 'steward-tax', body);
    await kept.done(revocation, 'approver');
    expect(await kept.shown(ended)).toMatchObject({ allows: [], routes: [] });
  });
});

describe('a proposal that is refused', () => {
  const recognition = (...steps: readonly (readonly [string, string])[]) => ({
    ...BLACK,
    subject: subject(30),
    recognition: steps.map(([step, on]) => ({ step, on, record: '笔录' })),
  });
  const FIRST = ['investigation', '2026-06-01'] as const;
  const SECOND = ['standard-comparison', '2026-06-20'] as const;
  const FOURTH = ['deliberation', '2026-08-01'] as const;

  it.each([
    ['is missing', [FIRST, SECOND], /^step 3 is fact-finding, and is missing/],
    ['is another', [FIRST, SECOND, FOURTH], /^step 3 is fact-finding, and deliberation is given/],
    [
      'comes before the one before it',
      [FIRST, ['standard-comparison', '2026-05-31'], ['fact-finding', '2026-07-01'], FOURTH],
      /^step 2 is standard-comparison of 2026-05-31, before investigation of 2026-06-01/,
    ],
    [
      'is still to come',
      [FIRST, SECOND, ['fact-finding', '2026-07-01'], ['deliberation', '2026-09-19']],
      /^step 4 is deliberation of 2026-09-19, which is in the future/,
    ],
  ] as const)('names the step of recognition that %s, and the order', async (_, steps, said) => {
    const fault = await faultOf(recognition(...steps));
    expect(fault).toEqual(['/recognition', 'recognition-out-of-order', expect.stringMatching(said)]);
    expect(fault[2]).toContain('investigation, standard-comparison, fact-finding, deliberation, in this order');
  });

  it('says for what the catalogue has a measure, and what it has for this list and grade', async () => {
    expect(await faultOf({ ...BLACK, subject: subject(31), measures: ['no-land'] })).toEqual([
      '/measures/0',
      'uncatalogued-measure',
      'the catalogue has this measure for court-defaulters, land-market (black), and none of that code for tax-major-violation black today; tax-major-violation black of grade serious has no-government-procurement, concession-review, no-fiscal-fund, no-commendation',
    ]);
    const [, , unknown] = await faultOf({ ...BLACK, subject: subject(31), measures: ['no-trains'] }, 'zh-CN');
    expect(unknown).toMatch(/^目录清单没有这项措施，.*（等级 serious）可采取的措施：no-government-procurement、/);
  });

  it('asks a black listing for its measures, without which it would have no consequence', async () => {
    const [pointer, code, message] = await faultOf({ ...BLACK, subject: subject(32), measures: [] });
    expect([pointer, code]).toEqual(['/measures', 'measures-required']);
    expect(message).toContain('no-government-procurement');
    // Others need none: an ordinary record acts inside its sector.
    const ordinary = { ...minor(organisation(32), '样罚32号'), measures: [] };
    expect((await proposed(ordinary)).status).toBe(201);
  });

  it('takes sectors of the catalogue alone: a ban that is confined to another would bar nobody', async () => {
    const confined = (sectors: string[]) => ({ ...BLACK, subject: subject(34), sectors });
    for (const written of ['建筑施工', 'Construction', 'building']) {
      const [pointer, code, message] = await faultOf(confined(['construction', written]));
      expect([pointer, code]).toEqual(['/sectors/1', 'unknown-sector']);
      expect(message).toContain('construction');
    }
    expect((await proposed(confined(['construction']))).status).toBe(201);
  });

  it('names the authorities that may keep the list', async () => {
    const body = { ...BLACK, subject: subject(33) };
    const { detail } = problemIn(await kept.post('/v1/listings', 'steward-court', body), 403, 'forbidden');
    expect(detail).toContain('样例省税务局 (tax)');
  });
});

it('a listing reads the same alone and among those that an authority keeps', async () => {
  await kept.activated(organisation(40), { linkedPersons: [PERSON] });
  await kept.proposed({ ...BLACK, subject: { ...subject(41), name: '样例同形有限公司' } });
  const { items } = z
    .object({ items: z.array(z.looseObject({ id: z.string() })) })
    .parse((await kept.api.get('/v1/listings?limit=100', 'steward-tax')).json);
  expect(items.length).toBeGreaterThan(2);
  for (const item of items) expect(await kept.shown(item.id)).toMatchObject(item);
});
