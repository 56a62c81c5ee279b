import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { consortium, organisation, personSubject, question, SAMPLE, startStackWithKnownKey } from '../api-client.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

const Answer = z.strictObject({
  subject: z.looseObject({ scheme: z.string(), id: z.string() }),
  standing: z.strictObject({
    asOf: z.iso.datetime(),
    version: z.int(),
    listings: z.array(z.looseObject({ id: z.string(), inForce: z.boolean() })),
    predecessors: z.array(z.unknown()),
  }),
  checks: z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        checkedAt: z.iso.datetime(),
        caller: z.string(),
        principal: z.strictObject({ scheme: z.string(), id: z.string(), name: z.string().optional() }),
        matter: z.string(),
        scene: z.string(),
        outcome: z.string().optional(),
      }),
    ),
    next: z.string().nullable(),
  }),
});

let setting: Awaited<ReturnType<typeof startStackWithKnownKey>>;
beforeAll(async () => {
  setting = await startStackWithKnownKey();
});
afterAll(() => setting?.stop());

const said = { purpose: '答复当事人查询', operator: 'u-7', requestReference: '样信访〔2026〕12号' };
const uscc = (id: string) => ({ scheme: 'uscc', id });
const person = { scheme: 'resident-id', id: SAMPLE.person };
const ask = (body: Record<string, unknown>, as = 'steward-court') =>
  setting.api.call('POST', '/v1/subject-access', { as, body: { ...said, ...body } });
async function answer(body: Record<string, unknown>): Promise<z.infer<typeof Answer>> {
  const reply = await ask(body);
  expect(reply.status, reply.text).toBe(200);
  return Answer.parse(reply.json);
}
const check = async (subject: unknown, matter: string, changes: Record<string, unknown> = {}) =>
  answerIn(await setting.api.check(question(subject, { matter: { id: matter }, ...changes })));

describe('a subject', () => {
  test('learns what is held about it, and who asked for what, newest first', async () => {
    const principal = { scheme: 'uscc', id: SAMPLE.principal, name: '样例采购人' };
    const first = await check(SAMPLE.vetoAndExpired, 'A-1', { principal });
    const second = answerIn(
      await setting.api.check(
        question(SAMPLE.vetoAndExpired, { scene: 'commendation', matter: { id: 'A-2' } }),
        {},
        'commendation',
      ),
    );
    const { subject, standing, checks } = await answer({ subject: uscc(SAMPLE.vetoAndExpired) });
    expect(subject).toMatchObject({ ...uscc(SAMPLE.vetoAndExpired), name: '样例严重违法有限公司' });
    expect(standing.listings.map(({ id, inForce }) => [id, inForce])).toEqual([
      ['sample-ccgp-1', true],
      ['sample-tax-0', false],
    ]);
    expect(checks.items).toEqual([
      {
        id: second.id,
        checkedAt: second.checkedAt,
        caller: 'commendation',
        principal: { scheme: 'uscc', id: SAMPLE.principal },
        matter: 'A-2',
        scene: 'commendation',
        outcome: second.outcome,
      },
      {
        id: first.id,
        checkedAt: first.checkedAt,
        caller: 'procurement',
        principal,
        matter: 'A-1',
        scene: 'government-procurement',
        outcome: 'veto',
      },
    ]);
  });

  test('that is a person is found by the number in the body, and no number or name goes back', async () => {
    const { id } = await check(personSubject(), 'A-3');
    const reply = await ask({ subject: person });
    const { subject, standing, checks } = Answer.parse(reply.json);
    expect(subject).toEqual({ scheme: 'resident-id', id: '110*************2X' });
    expect(standing.listings.length).toBeGreaterThan(0);
    expect(checks.items.map((item) => item.id)).toEqual([id]);
    for (const text of [SAMPLE.person, SAMPLE.personName]) expect(reply.text).not.toContain(text);
  });

  test('of a consortium learns nothing of the other members, nor how it came out for them', async () => {
    const clean = organisation(600);
    const joint = await check(undefined, 'A-4', consortium(clean, SAMPLE.veto));
    expect(joint.outcome).toBe('veto');
    const reply = await ask({ subject: uscc(clean) });
    expect(Answer.parse(reply.json).checks.items).toMatchObject([{ id: joint.id, outcome: 'pass' }]);
    expect(reply.text).not.toContain(SAMPLE.veto);
    expect(reply.text).not.toContain('sample-court-1');
    expect((await answer({ subject: uscc(SAMPLE.veto) })).checks.items).toMatchObject([{ outcome: 'veto' }]);
  });

  test('that nobody knows is told so', async () => {
    const { standing, checks } = await answer({ subject: uscc(organisation(601)) });
    expect(standing).toMatchObject({ version: 0, listings: [] });
    expect(checks).toEqual({ items: [], next: null });
  });

  test('with many checks reads them page by page, each once', async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.push((await check(organisation(602), `A-5-${index}`)).id);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: z.infer<typeof Answer> = await answer({
        subject: uscc(organisation(602)),
        limit: 2,
        ...(cursor !== null && { cursor }),
      });
      expect(page.checks.items.length).toBeLessThanOrEqual(2);
      found.push(...page.checks.items.map(({ id }) => id));
      cursor = page.checks.next;
    } while (cursor !== null);
    expect(found).toEqual(made.toReversed());
  });
});

describe('the request', () => {
  test('is on record, with the reference of what the subject asked', async () => {
    await answer({ subject: person });
    const reply = await setting.api.call('POST', '/v1/looks/search', {
      as: 'chief-auditor',
      body: { subject: person },
    });
    expect(reply.json).toMatchObject({
      items: [
        {
          kind: 'subject-access',
          by: { client: 'steward-court', person: 'judge-chen', authority: 'supreme-court' },
          purpose: said.purpose,
          operator: said.operator,
          asked: { requestReference: said.requestReference },
        },
        {},
      ],
    });
    expect(reply.text).not.toContain(SAMPLE.person);
  });

  test('goes through an authority, and a person of it', async () => {
    for (const as of ['procurement', 'auditor', 'approver', 'admin'])
      problemIn(await ask({ subject: uscc(SAMPLE.veto) }, as), 403, 'forbidden');
    const scope = 'grantgate/steward';
    for (const claims of [{}, { person: 'judge-chen' }, { authority: 'supreme-court' }]) {
      const token = await setting.sign({ client_id: 'steward-court', scope, ...claims });
      const body = { ...said, subject: uscc(SAMPLE.veto) };
      problemIn(await setting.api.call('POST', '/v1/subject-access', { token, body }), 403, 'forbidden');
    }
  });

  test.each([
    ['no reference', { requestReference: undefined }, ['/requestReference missing']],
    ['a name', { subject: { scheme: 'person-name', id: '张三' } }, ['/subject/scheme unknown-value']],
    ['a number in the reference', { requestReference: SAMPLE.person }, ['/requestReference personal-number']],
    ['too many at once', { limit: 51 }, ['/limit too-large']],
    ['a cursor of something else', { cursor: 'AAAA' }, ['/cursor wrong-format']],
  ])('with %s is refused', async (_, changes, faults) => {
    const reply = await ask({ subject: uscc(SAMPLE.veto), ...changes });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(faults);
  });

  test('for a code that fails is refused', async () => {
    problemIn(await ask({ subject: uscc('91350100M000100Y4Z') }), 422, 'invalid-identifier');
  });
});
