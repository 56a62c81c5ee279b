import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Look } from '../../lib/check-log/look.ts';
import { Statistics } from '../../lib/check-log/statistics.ts';
import { Violation } from '../../lib/listing/violation.ts';
import { type ApiClient, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

const START = new Date('2026-11-21T02:00:00.000Z');
const HOUR = 3_600_000;
const MATTER = 'REC-1';
const HEADER = 'subjectScheme,subjectId,principalId,matter,grantedAt,reference,checkId,caller,price,lot';

const Report = z.strictObject({
  lines: z.int(),
  counts: z.record(z.string(), z.int()),
  findings: z.array(
    z.strictObject({
      line: z.int(),
      kind: z.string(),
      reference: z.string().optional(),
      checkId: z.string().optional(),
    }),
  ),
  broken: z.array(
    z.strictObject({ line: z.int(), errors: z.array(z.object({ pointer: z.string(), code: z.string() })) }),
  ),
  coverage: z.strictObject({
    principals: z.array(z.strictObject({ principal: z.string(), granted: z.int(), checked: z.int() })),
    callers: z.array(z.strictObject({ caller: z.string().nullable(), granted: z.int(), checked: z.int() })),
  }),
});

let api: ApiClient;
let clock: TestClock;
const checked = async (subject: unknown, changes = {}) =>
  answerIn(await api.check(question(subject, { matter: { id: MATTER }, ...changes }))).id;
const ids: Record<string, string> = {};
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(START));
  ids.passed = await checked(organisation(1));
  ids.vetoed = await checked(SAMPLE.veto);
  ids.undetermined = await checked(SAMPLE.indeterminate);
  ids.person = await checked(personSubject('110105194912310038'));
  clock.now += 2 * HOUR;
  ids.late = await checked(organisation(2));
  clock.now += HOUR;
});
afterAll(() => api?.stack.stop());

const send = (body: string | Uint8Array, as = 'auditor', type = 'text/csv') =>
  api.call('POST', '/v1/reconciliations', { as, body, headers: { 'content-type': type } });
const reportOf = async (...[body, as, type]: Parameters<typeof send>) => {
  const reply = await send(body, as, type);
  expect(reply.status, reply.text).toBe(200);
  return Report.parse(reply.json);
};
const granted = new Date(START.getTime() + HOUR).toISOString();
const row = (id: string, more: Record<string, string> = {}) => {
  const cells = {
    subjectScheme: 'uscc',
    subjectId: id,
    principalId: SAMPLE.principal,
    matter: MATTER,
    grantedAt: granted,
    ...more,
  };
  return HEADER.split(',')
    .map((name) => new Map(Object.entries(cells)).get(name) ?? '')
    .join(',');
};
/** 主体标识码, by which the old code and the new one are one. */
const keyOf = (code: string) => `o:${code.slice(8, 17)}`;
const kindsOf = ({ findings }: z.infer<typeof Report>) =>
  Object.fromEntries(findings.map(({ line, kind }) => [line, kind]));

test('a grant is held against all checks of its subject in its matter, however many came after it or are of another lot', async () => {
  const matter = (id: string, lot: string) => ({ matter: { id, lot } });
  await checked(organisation(60), matter('REC-2', '1'));
  // Right before the grant, and of another lot.
  for (let again = 0; again < 21; again += 1) await checked(organisation(60), matter('REC-2', '2'));
  const grantedAt = new Date(clock.now + HOUR / 2).toISOString();
  clock.now += HOUR;
  for (let again = 0; again < 21; again += 1) await checked(organisation(60), matter('REC-2', '1'));
  const line = (more: Record<string, string>) => row(organisation(60), { matter: 'REC-2', grantedAt, ...more });
  const report = await reportOf([HEADER, line({ lot: '1' }), line({ lot: '3' })].join('\n'));
  expect(report.findings).toEqual([{ line: 3, kind: 'on-other-matter', checkId: expect.any(String) }]);
  expect(report.counts.fine).toBe(1);
});

test('a line of the future is broken, as the gate refuses it; some seconds ahead is no fault', async () => {
  const ahead = (ms: number) => row(organisation(1), { grantedAt: new Date(clock.now + ms).toISOString() });
  const report = await reportOf(
    [HEADER, ahead(30_000), ahead(61_000), row(organisation(1), { grantedAt: '2027-01-01' })].join('\n'),
  );
  expect(report.broken.map(({ line, errors }) => [line, errors])).toMatchObject([
    [3, [{ pointer: '/grantedAt', code: 'in-future' }]],
    [4, [{ pointer: '/grantedAt', code: 'in-future' }]],
  ]);
});

describe('a list of what was granted', () => {
  const list = () =>
    [
      HEADER,
      row(organisation(1), { reference: 'A-1', price: '1,000'.replace(',', '') }),
      row(organisation(3), { reference: 'A-2', caller: 'grants' }),
      row(SAMPLE.veto),
      row(organisation(2)),
      row(SAMPLE.indeterminate),
      row(organisation(4), { checkId: ids.passed ?? '' }),
      row(organisation(1), { principalId: organisation(50) }),
      row(organisation(1), { grantedAt: '2026-11-21' }),
      row('9135'),
      row(organisation(1), { grantedAt: 'yesterday' }),
      'uscc,one cell too few',
      row(organisation(1).slice(8, 17), { subjectScheme: 'org-code' }),
      row('110105194912310038', { subjectScheme: 'resident-id' }),
      row('张三', { subjectScheme: 'person-name' }),
    ].join('\r\n');

  test('is held against the log, line by line, and what is broken is reported', async () => {
    const report = await reportOf(list());
    expect(kindsOf(report)).toEqual({
      3: 'without-check',
      4: 'after-veto',
      5: 'before-check',
      6: 'undetermined',
      7: 'on-other-subject',
      8: 'on-other-principal',
    });
    expect(report.findings[0]).toEqual({ line: 3, kind: 'without-check', reference: 'A-2' });
    expect(report.findings[1]).toEqual({ line: 4, kind: 'after-veto', checkId: ids.vetoed });
    expect(report.broken.map(({ line, errors }) => [line, errors[0]?.code])).toEqual([
      [10, 'length'],
      [11, 'not-allowed'],
      [12, 'wrong-columns'],
      [15, 'identifier-required'],
    ]);
    expect(report.lines).toBe(14);
    expect(report.counts).toMatchObject({ fine: 4, 'without-check': 1, 'after-veto': 1, 'before-check': 1, broken: 4 });
    expect(report.coverage.principals).toEqual([
      { principal: keyOf(SAMPLE.principal), granted: 9, checked: 6 },
      { principal: keyOf(organisation(50)), granted: 1, checked: 0 },
    ]);
    expect(report.coverage.callers).toEqual([
      { caller: 'procurement', granted: 9, checked: 6 },
      { caller: 'grants', granted: 1, checked: 0 },
    ]);
  });

  test('says the same as JSON Lines, and names nobody', async () => {
    const [header = '', ...rows] = list().split('\r\n');
    const lines = rows.map((cells) => {
      const named = cells.split(',').map((cell, index) => [header.split(',')[index], cell] as const);
      return JSON.stringify(Object.fromEntries(named.filter(([, cell]) => cell !== '')));
    });
    const csv = await reportOf(list());
    const reply = await send(`${lines.join('\n')}\n{"not": json\n\n`, 'auditor', 'application/x-ndjson');
    const json = Report.parse(reply.json);
    expect(kindsOf(json)).toEqual(Object.fromEntries(csv.findings.map(({ line, kind }) => [line - 1, kind])));
    expect(json.broken.map(({ line }) => line)).toEqual([9, 10, 11, 14, 15]);
    for (const part of ['110105194912310038', '张三', organisation(3)]) expect(reply.text).not.toContain(part);
  });

  test('is held against a caller’s own checks alone', async () => {
    const report = await reportOf([HEADER, row(organisation(1)), row(SAMPLE.veto)].join('\n'), 'grants');
    expect(report.counts).toMatchObject({ fine: 0, 'without-check': 2 });
    expect((await reportOf([HEADER, row(organisation(1))].join('\n'), 'procurement')).counts).toMatchObject({
      fine: 1,
    });
  });

  test('keeps what came before a quote that never closes', async () => {
    const report = await reportOf(`${HEADER}\n${row(organisation(1))}\n"${row(organisation(1))}\n${row(SAMPLE.veto)}`);
    expect(report.counts).toMatchObject({ fine: 1, broken: 1 });
    expect(report.broken[0]?.errors[0]?.code).toBe('unclosed-quote');
  });

  test('and the looking is itself on record', async () => {
    const { json } = await api.get('/v1/looks?client=auditor&limit=1', 'chief-auditor');
    expect(json).toMatchObject({ items: [{ kind: 'reconciliation', by: { person: 'auditor-sun' } }] });
  });
});

describe('a bad list', () => {
  test.each<[string, string | Uint8Array, string, string]>([
    ['without its columns', 'bidder,price\na,1', 'text/csv', ' missing-columns'],
    ['of another type', '[]', 'application/json', ' wrong-type'],
    ['that is too long', `${HEADER}\n${`x\n`.repeat(5_001)}`, 'text/csv', ' too-large'],
    ['that is too large', new Uint8Array(4 * 1024 * 1024 + 1).fill(97), 'text/csv', ' too-large'],
  ])('%s is refused', async (_, body, type, fault) => {
    expect(faultsIn(problemIn(await send(body, 'auditor', type), 400, 'invalid-request'))).toEqual([fault]);
  });

  test('is no steward’s to send', async () => {
    problemIn(await send(HEADER, 'steward-court'), 403, 'forbidden');
  });
});

describe('what is left of it', () => {
  const DAY = '2026-11-26';
  const NOON = Date.parse(`${DAY}T12:00:00+08:00`);
  const PRINCIPAL = keyOf(SAMPLE.principal);
  const nothing = { granted: 0, checked: 0, allowed: 0, reported: 0 };
  const on = (id: string, more: Record<string, string> = {}) => row(id, { matter: 'COV-1', grantedAt: DAY, ...more });
  const list = () =>
    [
      HEADER,
      on(organisation(21)),
      // The same grant under the old code, and in a list of moments.
      on(organisation(21).slice(8, 17), { subjectScheme: 'org-code', grantedAt: new Date(NOON).toISOString() }),
      on(SAMPLE.veto),
      on(organisation(22), { caller: 'grants' }),
      on(organisation(23)),
      on(organisation(23), { grantedAt: '2026-11-27' }),
      on('9135'),
    ].join('\n');
  const covered = async (query: Record<string, string> = {}, as = 'auditor') => {
    const asked = new URLSearchParams({ from: DAY, to: DAY, coverage: 'true', ...query });
    const { status, json, text } = await api.get(`/v1/statistics?${asked}`, as);
    expect(status, text).toBe(200);
    return Statistics.parse(json).coverage;
  };
  beforeAll(async () => {
    clock.now = NOON;
    const check = async (subject: string) =>
      answerIn(await api.check(question(subject, { matter: { id: 'COV-1' } }))).id;
    const checkId = await check(organisation(21));
    await check(SAMPLE.veto);
    const grant = {
      checkId,
      subject: { scheme: 'uscc', id: organisation(21) },
      principal: { scheme: 'uscc', id: SAMPLE.principal },
      matter: { id: 'COV-1' },
      scene: 'government-procurement',
      grantedAt: new Date(NOON).toISOString(),
      reference: 'COV-1',
    };
    expect((await api.call('POST', '/v1/grants', { as: 'procurement', body: grant })).status).toBe(201);
  });

  const whole = [
    { principal: PRINCIPAL, caller: 'grants', ...nothing, granted: 1 },
    { principal: PRINCIPAL, caller: 'procurement', granted: 2, checked: 2, allowed: 1, reported: 1 },
    { principal: PRINCIPAL, caller: null, ...nothing, granted: 1 },
  ];

  test('is how many grants of a period had been checked, each once, by principal and caller', async () => {
    const reported = { principal: PRINCIPAL, caller: 'procurement', ...nothing, reported: 1 };
    expect(await covered()).toEqual([reported]);
    clock.now += 24 * HOUR;
    await reportOf(list());
    expect(await covered()).toEqual(whole);
    clock.now += HOUR;
    await reportOf(list());
    expect(await covered()).toEqual(whole);
    expect(await covered({ to: '2026-11-27' })).toEqual([...whole.slice(0, 2), { ...whole[2], granted: 2 }]);
    expect(await covered({ from: '2026-11-27', to: '2026-11-27' })).toEqual([whole[2]]);
  });

  test('is each caller’s own to see, and no scene’s', async () => {
    expect(await covered({}, 'procurement')).toEqual([whole[1]]);
    expect(await covered({ caller: 'grants' })).toEqual([whole[0]]);
    expect(await covered({}, 'commendation')).toEqual([]);
    const query = new URLSearchParams({ from: DAY, to: DAY, coverage: 'true', scene: 'land' });
    const reply = await api.get(`/v1/statistics?${query}`, 'auditor');
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/coverage coverage-of-scene']);
  });

  test('is nothing where a caller tries its own list', async () => {
    await reportOf([HEADER, on(organisation(24)), on(organisation(21), { lot: '9' })].join('\n'), 'procurement');
    expect(await covered()).toEqual(whole);
  });

  test('is what was found last: a grant that was checked meanwhile is still a gap, and now somebody’s', async () => {
    clock.now += HOUR;
    await api.check(question(organisation(23), { matter: { id: 'COV-1' } }));
    clock.now = Date.parse('2026-11-28T12:00:00+08:00');
    await reportOf([HEADER, on(organisation(23), { grantedAt: new Date(NOON).toISOString() })].join('\n'));
    expect(await covered()).toEqual([whole[0], { ...whole[1], granted: 3 }]);
  });
});

describe('an auditor’s list of what was granted wrongly', () => {
  const NUMBER = '110105194912310038';
  const on = (id: string, more: Record<string, string> = {}) =>
    row(id, { matter: 'REG-1', grantedAt: '2026-11-26', ...more });
  const list = () =>
    [
      HEADER,
      on(organisation(60), { reference: 'REG-R1', caller: 'grants' }),
      on(organisation(61)),
      on(SAMPLE.veto),
      on(organisation(62), { checkId: ids.passed ?? '' }),
      on(NUMBER, { subjectScheme: 'resident-id' }),
      on(organisation(63)),
    ].join('\n');
  const entries = async (matter = 'REG-1') => {
    const page = z.object({ items: z.array(Violation) });
    const { items } = page.parse((await api.get('/v1/violations?limit=100', 'auditor')).json);
    return items.filter(({ what }) => what.matter === matter);
  };
  beforeAll(async () => {
    clock.now = Date.parse('2026-11-26T12:00:00+08:00');
    const check = (subject: unknown) => api.check(question(subject, { matter: { id: 'REG-1' } }));
    await check(SAMPLE.veto);
    await check(organisation(63));
    clock.now += 24 * HOUR;
    await check(organisation(61));
  });

  test('is in the register, one entry for each grant however often it is found, and of a person nothing', async () => {
    expect((await reportOf(list(), 'procurement')).counts).toMatchObject({ 'after-veto': 1 });
    expect(await entries()).toEqual([]);
    await reportOf(list());
    const once = await entries();
    expect(once.map(({ kind }) => kind).sort()).toEqual([
      'granted-after-veto',
      'granted-before-check',
      'granted-on-other-subject',
      'granted-without-check',
      'granted-without-check',
    ]);
    expect(once).toContainEqual({
      at: '2026-11-25T16:00:00.000Z',
      kind: 'granted-without-check',
      who: { actor: 'grants', caller: 'grants' },
      what: {
        ...{ grant: expect.any(String), principal: keyOf(SAMPLE.principal), matter: 'REG-1', reference: 'REG-R1' },
        ...{ subject: keyOf(organisation(60)), grantedAt: '2026-11-26', foundBy: 'auditor' },
      },
    });
    expect(JSON.stringify(once)).not.toMatch(new RegExp(`${NUMBER}|"p:`));
    clock.now += HOUR;
    await reportOf(
      `${list().split('\n').toReversed().slice(0, -1).join('\n').replace(/^/, `${HEADER}\n`)}`,
      'chief-auditor',
    );
    await reportOf(list().replace('REG-R1', ''));
    expect(await entries()).toEqual(once);
  });

  test('does not leave the register by another name of the lot, nor by naming a check of something else', async () => {
    const check = async (id: string, lot?: string, changes = {}) =>
      answerIn(await api.check(question(id, { matter: { id: 'REG-2', ...(lot && { lot }) }, ...changes })));
    await check(SAMPLE.veto, '1');
    await check(organisation(64), '1');
    const elsewhere = await check(organisation(65), undefined, { matter: { id: 'REG-3' } });
    await check(organisation(65), '1');
    clock.now += HOUR;
    const grantedAt = new Date(clock.now).toISOString();
    const line = (id: string, more: Record<string, string>) => row(id, { matter: 'REG-2', grantedAt, ...more });
    const lines = [
      line(SAMPLE.veto, { lot: '01' }),
      line(organisation(64), { lot: '2' }),
      line(organisation(65), { lot: '1', checkId: elsewhere.id }),
    ];
    expect(kindsOf(await reportOf([HEADER, ...lines].join('\n')))).toEqual({
      ...{ 2: 'on-other-matter', 3: 'on-other-matter', 4: 'on-other-matter' },
    });
    const found = await entries('REG-2');
    expect(found.map(({ kind, what }) => [kind, what.subject, what.lot, what.grantedAt]).sort()).toEqual([
      ['granted-after-veto', keyOf(SAMPLE.veto), '01', grantedAt],
      ['granted-without-check', keyOf(organisation(64)), '2', grantedAt],
    ]);
  });

  test('is one entry with its lot and without it', async () => {
    const matter = { matter: { id: 'REG-4', lot: '1' } };
    await api.check(question(SAMPLE.veto, matter));
    clock.now += HOUR;
    const grantedAt = new Date(clock.now).toISOString();
    for (const more of [{}, { lot: '1' }])
      await reportOf([HEADER, row(SAMPLE.veto, { matter: 'REG-4', grantedAt, ...more })].join('\n'));
    expect((await entries('REG-4')).map(({ kind }) => kind)).toEqual(['granted-after-veto']);
  });

  test('is a look at each of its persons, and a count of the others', async () => {
    clock.now += 1_000;
    await reportOf(list());
    const body = { subject: { scheme: 'resident-id', id: NUMBER }, limit: 1 };
    const { json } = await api.call('POST', '/v1/looks/search', { as: 'chief-auditor', body });
    expect(json).toMatchObject({
      items: [
        { kind: 'reconciliation', by: { client: 'auditor' }, subjects: [expect.stringMatching(/^p:/)], results: 1 },
      ],
    });
    const looks = z.object({ items: z.array(Look) });
    const { items } = looks.parse((await api.get('/v1/looks?client=auditor&limit=100', 'chief-auditor')).json);
    expect(items.map(({ results, others }) => ({ results, others }))).toContainEqual({ results: 5, others: 5 });
  });
});
