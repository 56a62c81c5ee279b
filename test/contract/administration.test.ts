import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import catalogue from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { organisation, personSubject, question, SAMPLE, startStackWithKnownKey } from '../api-client.ts';
import { startClockedStack } from './clocked.ts';
import { answerIn, detailIn, faultsIn, problemIn } from './shapes.ts';

let setting: Awaited<ReturnType<typeof startStackWithKnownKey>>;
beforeAll(async () => {
  setting = await startStackWithKnownKey();
});
afterAll(() => setting?.stop());

const check = (...[body, headers, as]: Parameters<typeof setting.api.check>) => setting.api.check(body, headers, as);
const send = (method: string, path: string, as: string, body: unknown) => setting.api.call(method, path, { as, body });

describe('a caller', () => {
  const application = {
    id: 'land-bureau',
    name: '样例土地交易系统',
    organisation: '样例市自然资源局',
    scenes: ['land', 'tendering'],
    quota: { perSecond: 10, burst: 20 },
  };
  const token = () => setting.sign({ client_id: application.id, scope: 'grantgate/check grantgate/read' });
  const ask = async () =>
    setting.api.call('POST', '/v1/checks', { token: await token(), body: question(undefined, { scene: 'land' }) });

  test('applied for by one person and approved by another may check, and not before', async () => {
    const applied = await send('POST', '/v1/callers', 'admin', application);
    expect(applied).toMatchObject({ status: 201, json: { ...application, state: 'pending' } });
    expect(applied.headers.get('location')).toBe('/v1/callers/land-bureau');
    problemIn(await ask(), 403, 'forbidden');

    // The same person, whatever the client is called.
    const same = await setting.sign({ client_id: 'x', sub: 'admin', scope: 'grantgate/approve' });
    const own = await setting.api.call('POST', '/v1/callers/land-bureau/approval', { token: same, body: {} });
    problemIn(own, 403, 'forbidden');
    problemIn(await ask(), 403, 'forbidden');

    const approved = await send('POST', '/v1/callers/land-bureau/approval', 'approver', {});
    expect(approved).toMatchObject({ status: 200, json: { state: 'active' } });
    expect((await ask()).status).toBe(201);
  });

  test.each<[string, Record<string, string>]>([
    ['the subject of the application', { sub: 'admin' }],
    ['the person of the application', { sub: 'xu-2', person: 'administrator-xu' }],
  ])('is not approved, nor its renewal, by a token of %s', async (_, claims) => {
    const token = await setting.sign({ client_id: 'x', scope: 'grantgate/approve', ...claims });
    const path = '/v1/callers/land-bureau';
    const pending = `/v1/callers/own-${claims.sub}`;
    expect((await send('POST', '/v1/callers', 'admin', { ...application, id: `own-${claims.sub}` })).status).toBe(201);
    const renewal = await send('POST', `${path}/renewal`, 'admin', { validUntil: '2099-01-01' });
    expect(renewal).toMatchObject({ status: 200, json: { renewal: { appliedByPerson: 'administrator-xu' } } });
    for (const each of [path, pending]) {
      const before = (await setting.api.get(each, 'admin')).json;
      problemIn(await setting.api.call('POST', `${each}/approval`, { token, body: {} }), 403, 'forbidden');
      expect((await setting.api.get(each, 'admin')).json).toEqual(before);
      expect((await send('POST', `${each}/approval`, 'approver', {})).status).toBe(200);
    }
    expect((await setting.api.get(path, 'admin')).json).toMatchObject({ validUntil: '2099-01-01' });
  });

  test('is applied for once, and approved once', async () => {
    problemIn(await send('POST', '/v1/callers', 'admin', application), 409, 'conflict');
    const again = problemIn(await send('POST', '/v1/callers/land-bureau/approval', 'approver', {}), 409, 'conflict');
    expect(again.detail).toMatch(/active/);
    expect(again.detail).toMatch(/pending/);
  });

  test('that is suspended is refused at the very next check, and served again after', async () => {
    expect((await ask()).status).toBe(201);
    expect((await send('PATCH', '/v1/callers/land-bureau', 'admin', { state: 'suspended' })).status).toBe(200);
    problemIn(await ask(), 403, 'forbidden');
    expect((await send('PATCH', '/v1/callers/land-bureau', 'admin', { state: 'active' })).status).toBe(200);
    expect((await ask()).status).toBe(201);
  });

  test('that loses a scene is refused there at the very next check', async () => {
    const narrow = { scenes: ['tendering'] };
    expect((await send('PATCH', '/v1/callers/land-bureau', 'admin', narrow)).status).toBe(200);
    problemIn(await ask(), 403, 'forbidden');
    // What was approved once, one person gives back.
    expect((await send('PATCH', '/v1/callers/land-bureau', 'admin', { scenes: ['land'] })).status).toBe(200);
    expect((await ask()).status).toBe(201);
  });

  test('gets a further scene by two persons, never by one', async () => {
    const path = '/v1/callers/land-bureau';
    const wider = { scenes: ['land', 'concession'] };
    const asked = question(undefined, { scene: 'concession' });
    const inConcession = async () => setting.api.call('POST', '/v1/checks', { token: await token(), body: asked });
    expect(problemIn(await send('PATCH', path, 'admin', wider), 409, 'conflict').detail).toContain('concession');
    expect((await send('POST', `${path}/renewal`, 'admin', wider)).status).toBe(200);
    problemIn(await inConcession(), 403, 'forbidden');
    expect((await send('POST', `${path}/approval`, 'approver', {})).json).toMatchObject(wider);
    expect((await inConcession()).status).toBe(201);
    problemIn(await send('PATCH', path, 'admin', { scenes: ['tendering'] }), 409, 'conflict');
    const unknown = await send('POST', `${path}/renewal`, 'admin', { scenes: ['zzz'] });
    expect(faultsIn(problemIn(unknown, 400, 'invalid-request'))).toEqual(['/scenes unknown-scene']);
    expect(faultsIn(problemIn(await send('POST', `${path}/renewal`, 'admin', {}), 400, 'invalid-request'))).toEqual([
      '/validUntil missing',
    ]);
  });

  test('that is pending is approved, not changed into force', async () => {
    await send('POST', '/v1/callers', 'admin', { ...application, id: 'pending-one' });
    problemIn(await send('PATCH', '/v1/callers/pending-one', 'admin', { state: 'active' }), 409, 'conflict');
  });

  test('is described with the fields that there are', async () => {
    const body = { ...application, id: 'a b', scenes: [], state: 'active', quota: { perSecond: 0, burst: 1.5 } };
    expect(faultsIn(problemIn(await send('POST', '/v1/callers', 'admin', body), 400, 'invalid-request'))).toEqual([
      '/id wrong-format',
      '/quota/burst wrong-type',
      '/quota/perSecond too-small',
      '/scenes too-small',
      '/state unknown-field',
    ]);
    const change = { appliedBy: 'me', id: 'other' };
    const reply = await send('PATCH', '/v1/callers/land-bureau', 'admin', change);
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual([
      '/appliedBy unknown-field',
      '/id unknown-field',
    ]);
  });
});

describe('the catalogue', () => {
  const current = async () => (await setting.api.call('GET', '/v1/catalogue')).json as typeof catalogue;

  test('never changes under its version', async () => {
    const before = await current();
    const same = await send('PUT', '/v1/catalogue', 'admin', catalogue);
    const other = await send('PUT', '/v1/catalogue', 'admin', { ...catalogue, sample: false });
    expect(problemIn(same, 409, 'conflict').detail).toContain(catalogue.version);
    problemIn(other, 409, 'conflict');
    expect(await current()).toEqual(before);
  });

  test('in a new version counts at the very next check, and old answers keep their own', async () => {
    const first = await check(question(SAMPLE.warn), { 'idempotency-key': 'old-catalogue' });
    const version = 'test-2';
    const measures = catalogue.measures.filter(({ code }) => code !== 'risk-reminder');
    const put = await send('PUT', '/v1/catalogue', 'admin', { ...catalogue, version, measures });
    expect(put).toMatchObject({ status: 200, json: { version } });
    const next = answerIn(await check(question(SAMPLE.warn)));
    expect([answerIn(first).outcome, next.outcome]).toEqual(['warn', 'pass']);
    expect([answerIn(first).catalogueVersion, next.catalogueVersion]).toEqual([catalogue.version, version]);
    expect(await current()).toMatchObject({ version });
    const replayed = await check(question(SAMPLE.warn), { 'idempotency-key': 'old-catalogue' });
    expect(replayed.text).toBe(first.text);
    expect(
      detailIn(await setting.api.get(`/v1/checks/${next.id}`, 'procurement')).verdicts[0]?.considered,
    ).toMatchObject([{ listingId: 'sample-abnormal-1', guard: 'measure' }]);
  });

  test('refers to nothing that it does not hold', async () => {
    const scenes = catalogue.scenes.map((scene) => ({ ...scene, requiredSources: ['nowhere'] }));
    const reply = await send('PUT', '/v1/catalogue', 'admin', { ...catalogue, version: 'test-3', scenes });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))[0]).toMatch(/^\/scenes\/0\/requiredSources/);
    expect((await current()).version).not.toBe('test-3');
  });
});

describe('a switch', () => {
  const turn = (code: string, state: string) => send('PUT', `/v1/switches/${code}`, 'admin', { state });
  const ask = async (subject: string) => answerIn(await check(question(subject)));
  afterEach(async () => {
    for (const code of ['no-government-procurement', 'court-defaulters', 'court-defaulters-list', 'article-22-record'])
      await turn(code, 'on');
  });

  test.each([
    ['a measure', 'no-government-procurement', SAMPLE.vetoAndExpired, 'sample-ccgp-1', 'pass', []],
    ['a list', 'court-defaulters', SAMPLE.veto, 'sample-court-1', 'pass', []],
    ['a source', 'court-defaulters-list', SAMPLE.veto, 'sample-court-1', 'indeterminate', ['source-missing']],
  ])('turns %s off at the very next check, and on again', async (_, code, subject, listingId, outcome, notices) => {
    expect((await ask(subject)).outcome).toBe('veto');
    expect(await turn(code, 'off')).toMatchObject({ status: 200, json: { code, state: 'off' } });
    const off = await ask(subject);
    expect(off).toMatchObject({ outcome });
    expect(off.verdicts[0]).toMatchObject({ reasons: [], notices: notices.map((each) => ({ code: each })) });
    const detail = detailIn(await setting.api.get(`/v1/checks/${off.id}`, 'procurement'));
    expect(detail.verdicts[0]?.considered).toContainEqual({
      listingId,
      guard: 'switched-off',
      text: expect.any(String),
    });
    expect((await setting.api.call('GET', '/v1/catalogue')).json).toMatchObject({ switchedOff: [code] });
    expect((await turn(code, 'on')).status).toBe(200);
    expect((await ask(subject)).outcome).toBe('veto');
  });

  test('is the guard that stopped a listing, whatever other measures for other scenes the listing has', async () => {
    await turn('no-government-procurement', 'off');
    const { id } = await ask(SAMPLE.veto);
    const detail = detailIn(await setting.api.get(`/v1/checks/${id}`, 'procurement'));
    expect(detail.verdicts[0]?.considered).toMatchObject([{ listingId: 'sample-court-1', guard: 'switched-off' }]);
  });

  test('turns a list off', async () => {
    const asked = question(SAMPLE.indeterminate);
    expect(answerIn(await check(asked)).outcome).toBe('indeterminate');
    expect((await turn('article-22-record', 'off')).status).toBe(200);
    expect(answerIn(await check(asked)).outcome).toBe('pass');
  });

  test('is on or off, of something that there is', async () => {
    expect(faultsIn(problemIn(await turn('no-land', 'maybe'), 400, 'invalid-request'))).toEqual([
      '/state unknown-value',
    ]);
    problemIn(await turn('nothing', 'off'), 404, 'not-found');
    problemIn(await turn('__proto__', 'off'), 404, 'not-found');
  });
});

describe('a determination', () => {
  const decision = { decision: 'may-grant', ground: '已核对执照，系同名企业' };
  const indeterminate = async () => answerIn(await check(question(SAMPLE.indeterminate))).id;
  const determine = (id: string, body: unknown = decision, as = 'procurement') =>
    send('POST', `/v1/checks/${id}/determination`, as, body);

  test('is appended, signed by the person of the token, and edits nothing', async () => {
    const id = await indeterminate();
    const before = detailIn(await setting.api.get(`/v1/checks/${id}`, 'procurement'));
    expect(await determine(id)).toMatchObject({ status: 201, json: { checkId: id, ...decision } });
    expect((await determine(id, { decision: 'must-not-grant', ground: 'second thought' })).status).toBe(201);
    const { determinations, ...after } = detailIn(await setting.api.get(`/v1/checks/${id}`, 'auditor'));
    expect({ ...after, determinations: [] }).toEqual(before);
    expect(determinations).toMatchObject([
      { ...decision, by: { subject: 'procurement', person: 'purchaser-li' } },
      { decision: 'must-not-grant' },
    ]);
  });

  test('is for an indeterminate check only', async () => {
    for (const subject of [organisation(910), SAMPLE.veto, SAMPLE.favour]) {
      const { id, outcome } = answerIn(await check(question(subject)));
      expect(problemIn(await determine(id), 409, 'conflict').detail).toContain(outcome);
    }
  });

  test('is for the caller’s own check', async () => {
    problemIn(await determine(await indeterminate(), decision, 'grants'), 404, 'not-found');
  });

  test('is made by a person: a token that names none is forbidden', async () => {
    const token = await setting.sign({ client_id: 'procurement', scope: 'grantgate/check grantgate/determine' });
    const path = `/v1/checks/${await indeterminate()}/determination`;
    problemIn(await setting.api.call('POST', path, { token, body: decision }), 403, 'forbidden');
  });

  test('takes its signer from the token, never from the body', async () => {
    const reply = await determine(await indeterminate(), { ...decision, by: { person: 'someone' } });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/by unknown-field']);
    const bare = await determine(await indeterminate(), { decision: 'perhaps' });
    expect(faultsIn(problemIn(bare, 400, 'invalid-request'))).toEqual(['/decision unknown-value', '/ground missing']);
  });

  test('comes before the check expires', async () => {
    const { api, clock } = await startClockedStack(new Date('2026-11-21T01:00:00.000Z'));
    try {
      const { id, expiresAt } = answerIn(await api.check(question(personSubject())));
      const attempt = () => api.call('POST', `/v1/checks/${id}/determination`, { as: 'procurement', body: decision });
      clock.now = Date.parse(expiresAt) - 1;
      expect((await attempt()).status).toBe(201);
      clock.now += 1;
      problemIn(await attempt(), 409, 'conflict');
    } finally {
      await api.stack.stop();
    }
  });
});

describe('what is written is held against the catalogue', () => {
  test('a caller gets scenes that exist', async () => {
    const reply = await send('PATCH', '/v1/callers/procurement', 'admin', { scenes: ['zzz'] });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/scenes unknown-scene']);
    expect((await check(question(SAMPLE.veto))).status).toBe(201);
  });

  test('a catalogue that was read, given a new version, can be put back', async () => {
    const read = (await setting.api.call('GET', '/v1/catalogue')).json;
    const reply = await send('PUT', '/v1/catalogue', 'admin', { ...Object(read), version: 'read-and-put-back' });
    expect(reply).toMatchObject({ status: 200, json: { version: 'read-and-put-back' } });
  });

  test('a suspended caller determines nothing', async () => {
    const { id } = answerIn(await check(question(SAMPLE.indeterminate)));
    const body = { decision: 'may-grant', ground: 'x' };
    await send('PATCH', '/v1/callers/procurement', 'admin', { state: 'suspended' });
    const refused = await send('POST', `/v1/checks/${id}/determination`, 'procurement', body);
    await send('PATCH', '/v1/callers/procurement', 'admin', { state: 'active' });
    problemIn(refused, 403, 'forbidden');
    expect((await send('POST', `/v1/checks/${id}/determination`, 'procurement', body)).status).toBe(201);
  });

  test.each([
    ['operator', { operator: 'u 11010519491231002X' }, '/operator personal-number'],
    ['purpose', { purpose: '11010519491231002x' }, '/purpose personal-number'],
    ['matter', { matter: { id: 'M-11010519491231002X' } }, '/matter/id personal-number'],
  ])('a resident number does not belong in the %s', async (_, changes, fault) => {
    expect(faultsIn(problemIn(await check(question(SAMPLE.veto, changes)), 400, 'invalid-request'))).toEqual([fault]);
  });
});
