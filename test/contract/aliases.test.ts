import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { registrationNoCheckDigit } from '../../lib/subject/registration-no.ts';
import { organisation, otherCode, question, SAMPLE, startStackWithKnownKey } from '../api-client.ts';
import { signedAlias, withdrawnAlias } from './alias-signed.ts';
import { answerIn, faultsIn, pageIn, problemIn } from './shapes.ts';

let setting: Awaited<ReturnType<typeof startStackWithKnownKey>>;
beforeAll(async () => {
  setting = await startStackWithKnownKey();
});
afterAll(() => setting?.stop());

const post = (path: string, as: string, body: unknown = {}) => setting.api.call('POST', path, { as, body });
const propose = (body: unknown, as = 'steward-court') => post('/v1/aliases', as, body);
const signed = (body: object, as?: string) => signedAlias(setting.api, body, as);
const takenBack = (id: string) => withdrawnAlias(setting.api, id, 'steward-tax');
const ask = async (scheme: string, id: string, changes = {}) =>
  answerIn(await setting.api.check(question({ scheme, id }, changes)));
const outcomeOf = async (code: string) => (await ask('uscc', code)).outcome;

/** Each test ties numbers and codes of its own. */
let serial = 0;
const registrationNo = () => {
  serial += 1;
  const body = `4301000001${String(serial).padStart(4, '0')}`;
  return body + registrationNoCheckDigit(body);
};
const fresh = () => {
  serial += 1;
  return organisation(600 + serial);
};

const Shown = z.looseObject({
  id: z.string(),
  state: z.string(),
  waitsFor: z.literal('signature').optional(),
  steps: z.array(z.looseObject({ step: z.string(), by: z.looseObject({ person: z.string().optional() }) })),
});
const Page = z.object({ items: z.array(Shown), next: z.string().nullable() });
const shown = async (id: string) => Shown.parse((await setting.api.get(`/v1/aliases/${id}`, 'auditor')).json);
const Remedies = z.object({
  items: z.array(
    z.looseObject({
      aliasId: z.string().optional(),
      listingId: z.string().optional(),
      found: z.string(),
      check: z.looseObject({ id: z.string(), via: z.string().optional() }),
    }),
  ),
});
/** Of an alias: which checks are owed a remedy, and by which listing each was decided. */
async function remediesFor(alias: string, as = 'steward-court') {
  const { items } = Remedies.parse((await setting.api.get('/v1/remedies?limit=100', as)).json);
  return items.flatMap(({ aliasId, found, listingId, check }) => {
    if (aliasId !== alias) return [];
    expect(found).toBe('mistaken-alias');
    return [[check.id, listingId]];
  });
}
const standing = async (code: string, at: object = {}) => {
  const subject = { scheme: 'uscc', id: code };
  const reply = await post('/v1/standings/query', 'auditor', { subject, purpose: '核实', operator: 'u-7', ...at });
  return z.looseObject({ version: z.int(), predecessors: z.array(z.object({ id: z.string() })) }).parse(reply.json);
};

describe('what a steward proposes', () => {
  test('changes nothing before another person has signed, who finds it among what waits', async () => {
    const successor = fresh();
    const body = { kind: 'successor', predecessor: SAMPLE.veto, successor, ground: '吸收合并' };
    const proposed = await propose(body);
    const { id } = Shown.parse(proposed.json);
    const { ground: _, ...said } = body;
    expect(proposed).toMatchObject({ status: 201, json: { ...said, state: 'proposed' } });
    expect(proposed.headers.get('location')).toBe(`/v1/aliases/${id}`);
    expect(await outcomeOf(successor)).toBe('pass');
    const waiting = Page.parse((await setting.api.get('/v1/aliases?waiting=signature', 'approver')).json);
    expect(waiting.items.map((each) => [each.id, each.waitsFor])).toContainEqual([id, 'signature']);

    const done = await post(`/v1/aliases/${id}/signature`, 'approver');
    expect(done).toMatchObject({ status: 200, json: { id, state: 'signed' } });
    expect((await shown(id)).steps).toMatchObject([
      { step: 'proposed', by: { authority: 'supreme-court', ground: '吸收合并' } },
      { step: 'signed', by: { actor: 'approver' } },
    ]);
    expect(await outcomeOf(successor)).toBe('veto');
    const after = Page.parse((await setting.api.get('/v1/aliases?waiting=signature', 'approver')).json);
    expect(after.items.map((each) => each.id)).not.toContain(id);
  });

  test.each([
    ['the subject', { sub: 'steward-court', person: 'someone-else' }],
    ['the person', { sub: 'another-token', person: undefined }],
  ])('is not signed by a token of %s who proposed it, and its withdrawal neither', async (_, claims) => {
    const successor = fresh();
    const body = { kind: 'successor', predecessor: SAMPLE.veto, successor, ground: '合并' };
    const { id, steps } = Shown.parse((await propose(body)).json);
    const person = claims.person ?? steps[0]?.by.person;
    const token = await setting.sign({ client_id: 'x', scope: 'grantgate/approve', ...claims, person });
    const sign = () => setting.api.call('POST', `/v1/aliases/${id}/signature`, { token, body: {} });
    problemIn(await sign(), 403, 'forbidden');
    expect(await outcomeOf(successor)).toBe('pass');
    expect((await post(`/v1/aliases/${id}/signature`, 'approver')).status).toBe(200);
    expect((await post(`/v1/aliases/${id}/withdrawal`, 'steward-court', { ground: '有误' })).status).toBe(200);
    problemIn(await sign(), 403, 'forbidden');
    expect(await outcomeOf(successor)).toBe('veto');
  });

  test('is signed by a person: a token that names none is forbidden, and so is a proposal for no authority', async () => {
    const body = { kind: 'successor', predecessor: SAMPLE.veto, successor: fresh(), ground: '合并' };
    const { id } = Shown.parse((await propose(body)).json);
    const nobody = await setting.sign({ client_id: 'x', scope: 'grantgate/approve' });
    const path = `/v1/aliases/${id}/signature`;
    problemIn(await setting.api.call('POST', path, { token: nobody, body: {} }), 403, 'forbidden');
    const ofNone = await setting.sign({ client_id: 'x', scope: 'grantgate/steward', person: 'p-1' });
    problemIn(await setting.api.call('POST', '/v1/aliases', { token: ofNone, body }), 403, 'forbidden');
  });

  test('is declined with a ground, changes nothing, and can be proposed again', async () => {
    const successor = fresh();
    const body = { kind: 'successor', predecessor: SAMPLE.veto, successor, ground: '合并' };
    const { id } = Shown.parse((await propose(body)).json);
    problemIn(await propose(body, 'steward-tax'), 409, 'conflict');
    const path = `/v1/aliases/${id}/signature`;
    const bare = problemIn(await post(path, 'approver', { decision: 'decline' }), 400, 'invalid-request');
    expect(faultsIn(bare)).toEqual(['/ground missing']);
    const declined = await post(path, 'approver', { decision: 'decline', ground: '证据不足' });
    expect(declined.json).toMatchObject({ state: 'declined' });
    problemIn(await post(path, 'approver'), 409, 'conflict');
    problemIn(await post(`/v1/aliases/${id}/withdrawal`, 'steward-tax', { ground: 'x' }), 409, 'conflict');
    expect(await outcomeOf(successor)).toBe('pass');
    expect(await signed(body, 'steward-tax')).toBe(id);
    expect(problemIn(await propose(body), 409, 'conflict').detail).toContain(id);
    expect(await outcomeOf(successor)).toBe('veto');
  });

  test('by several at once is signed once, and taken back once', async () => {
    const body = { kind: 'successor', predecessor: SAMPLE.veto, successor: fresh(), ground: '合并' };
    const all = await Promise.all(Array.from({ length: 4 }, () => propose(body)));
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const { id } = Shown.parse(all.find(({ status }) => status === 201)?.json);
    for (const [index, path] of ['signature', 'withdrawal', 'signature'].entries()) {
      const as = path === 'signature' ? 'approver' : 'steward-tax';
      const said = path === 'signature' ? {} : { ground: '有误' };
      const replies = await Promise.all(Array.from({ length: 4 }, () => post(`/v1/aliases/${id}/${path}`, as, said)));
      expect([index, replies.map(({ status }) => status).sort()]).toEqual([index, [200, 409, 409, 409]]);
    }
    expect((await shown(id)).steps.map(({ step }) => step)).toEqual([
      'proposed',
      'signed',
      'withdrawal-proposed',
      'withdrawn',
    ]);
  });

  test('is shown page by page, what waits first', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => {
        const body = { kind: 'successor', predecessor: SAMPLE.warn, successor: fresh(), ground: '合并' };
        return Shown.parse((await propose(body)).json).id;
      }),
    );
    const found: string[] = [];
    let cursor: string | null = '';
    do {
      const query: string = `/v1/aliases?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = Page.parse((await setting.api.get(query, 'steward-tax')).json);
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ id, waitsFor }) => `${waitsFor ?? 'no'} ${id}`));
      cursor = page.next;
    } while (cursor !== null);
    expect(found).toEqual([...new Set(found)]);
    expect(found).toEqual(expect.arrayContaining(ids.map((id) => `signature ${id}`)));
    const settled = found.findIndex((each) => each.startsWith('no'));
    expect(found.slice(settled).every((each) => each.startsWith('no'))).toBe(true);
  });

  test('of an unknown kind, or with a wrong code, is refused in every language', async () => {
    problemIn(await propose({ kind: 'cousin', code: SAMPLE.veto, ground: 'x' }), 400, 'invalid-request');
    const reply = await setting.api.call('POST', '/v1/aliases', {
      as: 'steward-court',
      body: { kind: 'registration-no', number: '430100000001234', code: SAMPLE.veto, ground: 'x' },
      headers: { 'accept-language': 'en' },
    });
    expect(faultsIn(problemIn(reply, 422, 'invalid-identifier'))).toEqual(['/number check-digit']);
    expect(reply.text).toMatch(/^[\x20-\x7e]+$/);
    const person = { kind: 'confirmed-code', code: SAMPLE.veto, ground: `见 ${SAMPLE.person}` };
    expect(faultsIn(problemIn(await propose(person), 400, 'invalid-request'))).toEqual(['/ground personal-number']);
  });
});

describe('a registration number', () => {
  test('leads to the subject, and once it is taken back to nobody: its checks are owed a remedy', async () => {
    const number = registrationNo();
    const before = await ask('registration-no', number);
    expect(before.verdicts[0]?.notices).toMatchObject([{ code: 'unresolved-identifier' }]);
    const id = await signed({ kind: 'registration-no', number, code: SAMPLE.veto, ground: 'licence' });
    const vetoed = await ask('registration-no', number);
    expect(vetoed).toMatchObject({
      outcome: 'veto',
      verdicts: [{ subject: { scheme: 'registration-no', id: number } }],
    });
    const found = pageIn(await setting.api.get(`/v1/checks?subject=uscc:${SAMPLE.veto}`, 'procurement'));
    expect(found.items.map((each) => each.id)).toContain(vetoed.id);
    const byCode = await ask('uscc', SAMPLE.veto);

    expect(await remediesFor(id)).toEqual([]);
    await takenBack(id);
    expect(await ask('registration-no', number)).toMatchObject({
      outcome: 'indeterminate',
      verdicts: [{ notices: [{ code: 'unresolved-identifier' }] }],
    });
    // Asked by the code, it was decided by the listing alone.
    expect(await remediesFor(id)).toEqual([[vetoed.id, 'sample-court-1']]);
    expect(byCode.outcome).toBe('veto');
    // Whose authority proposed it owes the remedy, not who found the mistake.
    expect(await remediesFor(id, 'steward-tax')).toEqual([]);
    expect(await remediesFor(id, 'auditor')).toHaveLength(1);
  });

  test('that let a check pass which its own subject would not have is found too', async () => {
    const [number, code] = [registrationNo(), fresh()];
    const id = await signed({ kind: 'registration-no', number, code, ground: 'licence' });
    const passed = await ask('registration-no', number);
    expect(passed.outcome).toBe('pass');
    await takenBack(id);
    expect(await remediesFor(id)).toEqual([[passed.id, undefined]]);
  });

  test('is not moved by further signatures: it is taken back first', async () => {
    const [number, one, other] = [registrationNo(), fresh(), fresh()];
    const tie = (code: string) => ({ kind: 'registration-no', number, code, ground: '执照' });
    const [first, second] = [
      Shown.parse((await propose(tie(one))).json),
      Shown.parse((await propose(tie(other))).json),
    ];
    expect((await post(`/v1/aliases/${first.id}/signature`, 'approver')).status).toBe(200);
    // Proposed while it was free, and signed when it was not any more.
    problemIn(await post(`/v1/aliases/${second.id}/signature`, 'approver'), 409, 'conflict');
    problemIn(await propose(tie(fresh())), 409, 'conflict');
    await takenBack(first.id);
    expect((await post(`/v1/aliases/${second.id}/signature`, 'approver')).status).toBe(200);
    const asked = await ask('registration-no', number, { matter: { id: number } });
    const found = pageIn(await setting.api.get(`/v1/checks?subject=uscc:${other}`, 'procurement'));
    expect(found.items.map((each) => each.id)).toEqual([asked.id]);
  });
});

describe('an attested code', () => {
  test('is checked with the notice, and is no code again once it is taken back', async () => {
    const code = '91350200M000000510';
    problemIn(await setting.api.check(question(code)), 422, 'invalid-identifier');
    const id = await signed({ kind: 'attested-code', code, ground: 'licence seen' });
    const passed = answerIn(await setting.api.check(question(code)));
    expect(passed).toMatchObject({
      outcome: 'pass',
      verdicts: [{ subject: { id: code }, notices: [{ code: 'code-attested' }] }],
    });
    await takenBack(id);
    problemIn(await setting.api.check(question(code)), 422, 'invalid-identifier');
    expect((await remediesFor(id)).map(([check]) => check)).toEqual([passed.id]);
    expect(await signed({ kind: 'attested-code', code, ground: 'seen again' })).toBe(id);
    expect((await setting.api.check(question(code))).status).toBe(201);
  });

  test('is none that is valid, and none that is no code', async () => {
    problemIn(await propose({ kind: 'attested-code', code: SAMPLE.veto, ground: 'x' }), 409, 'conflict');
    problemIn(await propose({ kind: 'attested-code', code: '9135', ground: 'x' }), 422, 'invalid-identifier');
  });
});

describe('a confirmed code', () => {
  test('is the subject’s, and a conflict before and again once it is taken back', async () => {
    // 91430100MAGG10073P with another division before the same 主体标识码
    const other = otherCode(SAMPLE.veto);
    const conflict = {
      outcome: 'indeterminate',
      verdicts: [{ notices: [{ code: 'code-conflict' }, { code: 'code-conflict', listingId: 'sample-court-1' }] }],
    };
    expect(await ask('uscc', other)).toMatchObject(conflict);
    const id = await signed({ kind: 'confirmed-code', code: other, ground: 'moved' });
    const vetoed = await ask('uscc', other);
    expect(vetoed.outcome).toBe('veto');
    await takenBack(id);
    expect(await ask('uscc', other)).toMatchObject(conflict);
    expect(await remediesFor(id)).toEqual([[vetoed.id, 'sample-court-1']]);
  });

  test('is none of whom nothing is known', async () => {
    problemIn(await propose({ kind: 'confirmed-code', code: fresh(), ground: 'x' }), 404, 'not-found');
  });
});

describe('a successor', () => {
  const succession = (successor: string, predecessor: string = SAMPLE.veto) => ({
    kind: 'successor',
    predecessor,
    successor,
    ground: '合并',
  });

  test('is reached by what its predecessor is listed for, until it is taken back: its checks are owed a remedy', async () => {
    const [successor, next, branch] = [fresh(), fresh(), fresh()];
    problemIn(await propose(succession(SAMPLE.veto)), 409, 'conflict');
    const own = await ask('uscc', SAMPLE.veto);
    const clean = await ask('uscc', successor);
    const id = await signed(succession(successor));
    const further = await signed(succession(next, successor));
    const vetoed = await ask('uscc', successor);
    expect(vetoed.verdicts[0]).toMatchObject({ notices: [], reasons: [{ listingId: 'sample-court-1' }] });
    const onward = await ask('uscc', next);
    const office = { relation: 'head-office', scheme: 'uscc', id: successor, name: '甲乙建设有限公司' };
    const ofBranch = answerIn(
      await setting.api.check(
        question({ scheme: 'uscc', id: branch, name: '甲乙建设有限公司长沙分公司', related: [office] }),
      ),
    );
    expect([vetoed.outcome, onward.outcome, ofBranch.outcome, own.outcome]).toEqual(['veto', 'veto', 'veto', 'veto']);
    const then = new Date().toISOString();
    await setTimeout(5);

    await takenBack(id);
    expect([await outcomeOf(successor), await outcomeOf(next)]).toEqual(['pass', 'pass']);
    // Its own checks, those of who succeeds it, and of a branch that it is the head office of; not its predecessor's.
    const owed = await remediesFor(id);
    expect(owed.map(([check]) => check).sort()).toEqual([vetoed.id, onward.id, ofBranch.id].sort());
    expect(owed.map(([, listing]) => listing)).toEqual(['sample-court-1', 'sample-court-1', 'sample-court-1']);
    expect(clean.outcome).toBe('pass');
    expect((await shown(further)).state).toBe('signed');

    // History stays what it was.
    const code9 = SAMPLE.veto.slice(8, 17);
    expect((await standing(successor)).predecessors).toEqual([]);
    expect((await standing(successor, { asOf: then })).predecessors).toMatchObject([{ id: code9 }]);
    expect((await standing(successor, { version: 1 })).predecessors).toMatchObject([{ id: code9 }]);
    for (const check of [vetoed, onward, ofBranch]) {
      const replayed = await post(`/v1/checks/${check.id}/replay`, 'auditor');
      expect(replayed).toMatchObject({ status: 200, json: { agrees: true } });
    }
  });

  test('whose withdrawal was declined is reached as before', async () => {
    const successor = fresh();
    const id = await signed(succession(successor));
    expect((await post(`/v1/aliases/${id}/withdrawal`, 'steward-court', { ground: '有误' })).status).toBe(200);
    const waiting = Page.parse((await setting.api.get('/v1/aliases?waiting=signature', 'approver')).json);
    expect(waiting.items.map((each) => each.id)).toContain(id);
    problemIn(await post(`/v1/aliases/${id}/withdrawal`, 'steward-tax', { ground: '有误' }), 409, 'conflict');
    const decline = { decision: 'decline', ground: '合并属实' };
    expect((await post(`/v1/aliases/${id}/signature`, 'approver', decline)).json).toMatchObject({ state: 'signed' });
    expect(await outcomeOf(successor)).toBe('veto');
    expect(await remediesFor(id)).toEqual([]);
  });

  test('that another succession reaches still is owed nothing for it', async () => {
    const [middle, successor] = [fresh(), fresh()];
    await signed(succession(middle));
    await signed(succession(successor, middle));
    const direct = await signed(succession(successor));
    expect(await outcomeOf(successor)).toBe('veto');
    await takenBack(direct);
    expect(await outcomeOf(successor)).toBe('veto');
    expect(await remediesFor(direct)).toEqual([]);
  });

  test('or a registration number is of the full code that is known, or of one that is confirmed first', async () => {
    const [known, other] = [fresh(), fresh()];
    await signed(succession(known));
    const stray = otherCode(known);
    const said = [
      succession(stray),
      succession(other, stray),
      { kind: 'registration-no', number: registrationNo(), code: stray, ground: 'x' },
    ];
    for (const each of said) expect(problemIn(await propose(each), 409, 'conflict').detail).toContain(known);
    await signed({ kind: 'confirmed-code', code: stray, ground: 'moved' });
    await signed(succession(other, stray));
    expect(await outcomeOf(other)).toBe('veto');
  });
});
