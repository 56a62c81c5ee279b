import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { answerIn, faultsIn, pageIn, problemIn } from './shapes.ts';

const KB = 1024;
const MAX_BODY = 256 * KB;
const DEPTH = 10_000;

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const refused = async (body: unknown, path = '/v1/checks') =>
  problemIn(await api.call('POST', path, { as: 'procurement', body }), 400, 'invalid-request');

/** The question as JSON, with its first `"purpose"` put in the place of another text. */
const json = (fragment: string): string => JSON.stringify(question()).replace('"purpose":', `${fragment},"purpose":`);

describe('JSON that is none', () => {
  test.each([
    ['nothing', ''],
    ['half of it', '{"scene":'],
    ['a comma too many', '{"scene":"land",}'],
    ['a comment', '{/* */"scene":"land"}'],
    ['NaN', '{"scene":NaN}'],
    ['a bare NUL', '{"scene":"la\u0000nd"}'],
    ['a byte order mark', '\ufeff{}'],
    ['10,000 open brackets', '['.repeat(DEPTH)],
  ])('is refused: %s', async (_, body) => {
    expect(faultsIn(await refused(body))).toEqual([' malformed-json']);
  });

  test('is refused when it is no UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"scene":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const reply = await api.call('POST', '/v1/checks', {
      as: 'procurement',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual([' malformed-json']);
  });

  test.each([['null'], ['[]'], ['"text"'], ['1'], ['true']])('is refused when it is %s', async (body) => {
    expect(faultsIn(await refused(body))).toEqual([' wrong-type']);
  });
});

describe('JSON of depth 10,000', () => {
  const deep = `${'['.repeat(DEPTH)}1${']'.repeat(DEPTH)}`;
  const deepObject = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;

  test.each([
    ['arrays in an unknown field', json(`"extra":${deep}`), '/extra unknown-field'],
    ['objects in an unknown field', json(`"extra":${deepObject}`), '/extra unknown-field'],
    ['arrays in a known field', JSON.stringify(question()).replace('"T-1"', deep), '/matter/id wrong-type'],
  ])('is refused: %s', async (_, body, fault) => {
    expect(faultsIn(await refused(body))).toEqual([fault]);
  });

  test('in an item of a batch is that item’s fault', async () => {
    const { subjects, ...setting } = question();
    const items = [
      { ref: 'deep', subjects, extra: 'HERE' },
      { ref: 'good', subjects },
    ];
    const body = JSON.stringify({ ...setting, items }).replace('"HERE"', deepObject);
    const reply = await api.call('POST', '/v1/check-batches', { as: 'procurement', body });
    expect(reply.json).toMatchObject({
      items: [
        { ref: 'deep', problem: { errors: [{ pointer: '/extra', code: 'unknown-field' }] } },
        { ref: 'good', check: { outcome: 'pass' } },
      ],
    });
  });
});

describe('a key that stands twice', () => {
  test.each([
    ['at the top', json('"purpose":"another"'), '/purpose'],
    ['with an escape', json('"p\\u0075rpose":"another"'), '/purpose'],
    [
      'in a subject',
      JSON.stringify(question()).replace('"scheme":"uscc","id":"91', '"id":"x","scheme":"uscc","id":"91'),
      '/subjects/0/id',
    ],
  ])('is refused %s', async (_, body, pointer) => {
    expect(faultsIn(await refused(body))).toEqual([`${pointer} duplicate-key`]);
  });
});

describe('a name that JavaScript knows', () => {
  test.each([['__proto__'], ['constructor'], ['prototype'], ['toString']])('%s is an unknown field', async (name) => {
    const body = json(`"${name}":{"operator":"someone"}`);
    expect(faultsIn(await refused(body))).toEqual([`/${name} unknown-field`]);
  });

  test('__proto__ gives no field that is missing', async () => {
    const { operator, ...rest } = question();
    const body = `{"__proto__":{"operator":"${operator}"},${JSON.stringify(rest).slice(1)}`;
    expect(faultsIn(await refused(body))).toContain('/operator missing');
  });

  test('__proto__ within a subject, a matter and a batch’s item is an unknown field', async () => {
    const inSubject = JSON.stringify(question()).replace(
      '"scheme":"uscc","id":"91',
      '"__proto__":{"name":"x"},"scheme":"uscc","id":"91',
    );
    expect(faultsIn(await refused(inSubject))).toEqual(['/subjects/0/__proto__ unknown-field']);
    const inMatter = JSON.stringify(question()).replace('"T-1"', '"T-1","__proto__":{"lot":"1"}');
    expect(faultsIn(await refused(inMatter))).toEqual(['/matter/__proto__ unknown-field']);
    const { subjects, ...setting } = question();
    const body = JSON.stringify({ ...setting, items: [{ ref: 'a', subjects }] }).replace(
      '"ref":"a"',
      '"ref":"a","__proto__":{"consortium":true}',
    );
    const reply = await api.call('POST', '/v1/check-batches', { as: 'procurement', body });
    expect(reply.json).toMatchObject({
      items: [{ ref: 'a', problem: { errors: [{ pointer: '/__proto__', code: 'unknown-field' }] } }],
    });
  });

  test('__proto__ is an unknown parameter of a search', async () => {
    const reply = await api.get('/v1/checks?__proto__=1', 'procurement');
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/__proto__ unknown-field']);
  });
});

describe('the size of a body', () => {
  const padded = (bytes: number, body = JSON.stringify(question())) =>
    body + ' '.repeat(bytes - Buffer.byteLength(body));

  test('may be 256 KB', async () => {
    expect((await api.check(padded(MAX_BODY))).status).toBe(201);
  });

  test('may not be 256 KB and one byte', async () => {
    expect(faultsIn(await refused(padded(MAX_BODY + 1)))).toEqual([' too-large']);
  });

  test('is counted in bytes, not in characters', async () => {
    const filler = '样'.repeat(MAX_BODY / 2);
    expect(filler.length).toBeLessThan(MAX_BODY);
    expect(faultsIn(await refused(json(`"extra":"${filler}"`)))).toEqual([' too-large']);
  });

  test('over the gateway’s own limit has the gateway’s answer', async () => {
    const reply = await api.check(padded(10 * KB * KB + 1));
    expect(reply).toMatchObject({ status: 413, text: '{"message":"Request Entity Too Large"}' });
  });
});

describe('a text', () => {
  test.each([
    ['NUL', 'a\\u0000b'],
    ['a line break', 'a\\nb'],
    ['a tab', 'a\\tb'],
    ['DEL', 'a\\u007fb'],
    ['NEL, a C1 control', 'a\\u0085b'],
    ['a lone high surrogate', 'a\\ud800b'],
    ['a lone low surrogate', '\\udc00'],
  ])('with %s is refused in every field', async (_, escaped) => {
    const {
      operator: _operator,
      purpose: _purpose,
      ...rest
    } = question({ scheme: 'uscc', id: 'HERE', name: 'HERE' }, { matter: { id: 'HERE', name: 'HERE' } });
    const body = JSON.stringify({ ...rest, operator: 'HERE', purpose: 'HERE' }).replaceAll('HERE', escaped);
    expect(faultsIn(await refused(body))).toEqual([
      '/matter/id not-allowed',
      '/matter/name not-allowed',
      '/operator not-allowed',
      '/purpose not-allowed',
      '/subjects/0/id not-allowed',
      '/subjects/0/name not-allowed',
    ]);
  });

  test('keeps what is beyond the basic plane, and quotes and markup as they are', async () => {
    const matter = { id: '𠮷-"\\<>&\'', name: '𠮷野采购 😀 </script>' };
    expect(answerIn(await api.check(question(organisation(4), { matter }))).matter).toEqual(matter);
  });

  test('that is only spaces is no text', async () => {
    expect(faultsIn(await refused(question(undefined, { operator: '   ' })))).toEqual(['/operator too-small']);
  });
});

describe('separators of keys', () => {
  const MATTERS = ['a#b', 'a%23b', 'a%2523b', 'a', 'a#b#c', 'a%', 'a%25', 'b', 'procurement#a'];

  test('in the ids of matters never mix two matters', async () => {
    const ids = new Map<string, string>();
    for (const [index, id] of MATTERS.entries())
      ids.set(id, answerIn(await api.check(question(organisation(100 + index), { matter: { id } }))).id);
    for (const id of MATTERS) {
      const reply = await api.get(`/v1/checks?matter=${encodeURIComponent(id)}`, 'procurement');
      expect(pageIn(reply).items.map((item) => [item.id, item.matter])).toEqual([[ids.get(id), id]]);
    }
  });

  test.each([['91#350100M000100Y43'], ['91350100M000100Y%'], ['C#x'], ['S#o:M000100Y4']])(
    'in an identifier are the identifier’s fault: %s',
    async (id) => {
      const problem = problemIn(await api.check(question(id)), 422, 'invalid-identifier');
      expect(faultsIn(problem).every((fault) => fault.startsWith('/subjects/0/id '))).toBe(true);
    },
  );

  test('in names and refs of a batch stay where they are', async () => {
    const { subjects, ...setting } = question({ scheme: 'org-name', id: 'A#B%23 有限公司' });
    const items = ['x', 'x#y', 'x/y', 'x%2Fy'].map((ref) => ({ ref, subjects }));
    const body = { ...setting, items };
    const reply = await api.call('POST', '/v1/check-batches', {
      as: 'procurement',
      body,
      headers: { 'idempotency-key': 'separators' },
    });
    const found = await api.get(`/v1/checks?subject=${encodeURIComponent('org-name:A#B%23 有限公司')}`, 'procurement');
    expect(reply.status).toBe(200);
    expect(pageIn(found).items).toHaveLength(items.length);
  });
});

describe('many subjects', () => {
  const codes = Array.from({ length: 21 }, (_, index) => organisation(200 + index));

  test('of 20, one with a wrong check character and one too short: both faults at once, and nothing else', async () => {
    const ids = codes.slice(0, 20);
    ids[7] = '91350100M000100Y4A';
    ids[19] = '9135';
    const problem = problemIn(await api.check(question(undefined, consortium(...ids))), 422, 'invalid-identifier');
    expect(faultsIn(problem)).toEqual(['/subjects/19/id length', '/subjects/7/id check-digit']);
    expect(problem.attemptId).toEqual(expect.any(String));
  });

  test('may be 20', async () => {
    const answer = answerIn(await api.check(question(undefined, consortium(...codes.slice(0, 20)))));
    expect(answer.verdicts.map(({ subject }) => subject.id)).toEqual(codes.slice(0, 20));
  });

  test('may not be 21, nor none', async () => {
    expect(faultsIn(await refused(question(undefined, consortium(...codes))))).toEqual(['/subjects too-large']);
    expect(faultsIn(await refused(question([])))).toEqual(['/subjects too-small']);
  });

  test('need consortium: true', async () => {
    const two = { subjects: consortium(...codes.slice(0, 2)).subjects };
    expect(faultsIn(await refused(question(undefined, two)))).toEqual(['/consortium consortium-required']);
    expect(faultsIn(await refused(question(undefined, { ...two, consortium: false })))).toEqual([
      '/consortium consortium-required',
    ]);
  });

  test('have at most 60 related in all', async () => {
    const related = Array.from({ length: 31 }, (_, index) => ({
      relation: 'parent',
      scheme: 'uscc',
      id: organisation(300 + index),
    }));
    const subjects = (second: number) => [
      { scheme: 'uscc', id: organisation(298), related: related.slice(0, 30) },
      { scheme: 'uscc', id: organisation(299), related: related.slice(0, second) },
    ];
    expect((await api.check(question(undefined, { subjects: subjects(30), consortium: true }))).status).toBe(201);
    expect(faultsIn(await refused(question(undefined, { subjects: subjects(31), consortium: true })))).toEqual([
      '/subjects too-many-related',
    ]);
  });
});

describe('fields', () => {
  test('that are missing, unknown or wrong are told all at once', async () => {
    const { scene: _scene, purpose: _purpose, ...rest } = question();
    const body = {
      ...rest,
      colour: 'red',
      principal: { scheme: 'resident-id', id: 7 },
      matter: { region: 'Changsha', mandatoryTender: 'yes' },
      subjects: [
        { scheme: 'uscc', role: 'Bidder!' },
        { scheme: 'vat', id: 'x' },
      ],
    };
    expect(faultsIn(await refused(body))).toEqual([
      '/colour unknown-field',
      '/matter/id missing',
      '/matter/mandatoryTender wrong-type',
      '/matter/region wrong-format',
      '/principal/id wrong-type',
      '/principal/scheme unknown-value',
      '/purpose missing',
      '/scene missing',
      '/subjects/0/id missing',
      '/subjects/0/role wrong-format',
      '/subjects/1/scheme unknown-value',
    ]);
  });

  test('says what is wanted at each place, in either language', async () => {
    const body = {
      ...question(),
      purpose: 'x'.repeat(501),
      matter: { id: 7, mandatoryTender: 'yes', cutoffAt: 'tomorrow' },
      principal: { id: SAMPLE.principal },
      subjects: [],
    };
    const messages = async (language: string) => {
      const { errors = [] } = problemIn(await api.check(body, { 'accept-language': language }), 400, 'invalid-request');
      return Object.fromEntries(errors.map(({ pointer, message }) => [pointer, message]));
    };
    expect(await messages('en')).toEqual({
      '/purpose': 'is at most 500 characters',
      '/matter/id': 'is to be a text',
      '/matter/mandatoryTender': 'is to be true or false',
      '/matter/cutoffAt': 'is a moment such as 2026-12-01T09:00:00+08:00',
      '/principal/scheme': 'is required: one of uscc, org-code, registration-no',
      '/subjects': 'is at least 1 items',
    });
    expect(await messages('zh')).toEqual({
      '/purpose': '至多 500 个字符',
      '/matter/id': '须为文本',
      '/matter/mandatoryTender': '须为true 或 false',
      '/matter/cutoffAt': '须为带时区的时刻，如 2026-12-01T09:00:00+08:00',
      '/principal/scheme': '缺少该字段，须为以下之一：uscc、org-code、registration-no',
      '/subjects': '至少 1 项',
    });
  });

  test('tells of an unknown scene, role and relation at once, with those that there are', async () => {
    const subject = {
      ...{ scheme: 'uscc', id: organisation(1), role: 'spectator' },
      related: [{ relation: 'cousin', scheme: 'uscc', id: organisation(2) }],
    };
    const reply = await api.check(
      { ...question(), scene: 'lottery', subjects: [subject] },
      { 'accept-language': 'en' },
    );
    const problem = problemIn(reply, 400, 'invalid-request');
    expect(faultsIn(problem)).toEqual([
      '/scene unknown-scene',
      '/subjects/0/related/0/relation unknown-relation',
      '/subjects/0/role unknown-role',
    ]);
    expect(problem.errors?.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^lottery is not in the catalogue: government-procurement, /),
      expect.stringMatching(/^spectator is no role: .*bidder/),
      expect.stringMatching(/^cousin is not in the catalogue: .*head-office/),
    ]);
  });

  test.each(['scene', 'principal', 'matter', 'subjects', 'operator', 'purpose'])('%s is required', async (field) => {
    const body = Object.fromEntries(Object.entries(question()).filter(([name]) => name !== field));
    expect(faultsIn(await refused(body))).toEqual([`/${field} missing`]);
  });

  test('basis is required for every person, related ones too', async () => {
    const { basis: _, ...bare } = personSubject();
    const body = question({ ...bare, related: [{ ...bare, relation: 'legal-representative' }] });
    expect(faultsIn(await refused(body))).toEqual([
      '/subjects/0/basis basis-required',
      '/subjects/0/related/0/basis basis-required',
    ]);
  });

  test('name scenes, roles and relations of the catalogue', async () => {
    expect(faultsIn(await refused(question(undefined, { scene: 'gardening' })))).toEqual(['/scene unknown-scene']);
    const subject = {
      scheme: 'uscc',
      id: organisation(5),
      role: 'candidate',
      related: [
        { relation: 'cousin', scheme: 'uscc', id: organisation(6) },
        { ...personSubject(), relation: 'head-office' },
      ],
    };
    expect(faultsIn(await refused(question(subject)))).toEqual([
      '/subjects/0/related/0/relation unknown-relation',
      '/subjects/0/related/1/relation relation-mismatch',
      '/subjects/0/role unknown-role',
    ]);
  });

  test('take the longest text, and not one character more', async () => {
    const longest = { operator: 'o'.repeat(128), purpose: '用'.repeat(500), matter: { id: 'm'.repeat(128) } };
    expect((await api.check(question(undefined, longest))).status).toBe(201);
    const tooLong = { operator: 'o'.repeat(129), purpose: '用'.repeat(501), matter: { id: 'm'.repeat(129) } };
    expect(faultsIn(await refused(question(undefined, tooLong)))).toEqual([
      '/matter/id too-large',
      '/operator too-large',
      '/purpose too-large',
    ]);
  });
});

describe('a date that does not exist', () => {
  test.each([
    ['2026-02-30T09:00:00+08:00'],
    ['2026-13-01T09:00:00+08:00'],
    ['2026-02-29T09:00:00+08:00'],
    ['2026-11-21T24:01:00+08:00'],
    ['2026-11-21T09:00:00'],
    ['2026-11-21'],
    ['tomorrow'],
  ])('is no cut-off: %s', async (cutoffAt) => {
    const problem = await refused(question(undefined, { matter: { id: 'T-1', cutoffAt } }));
    expect(faultsIn(problem)).toEqual(['/matter/cutoffAt wrong-format']);
  });

  test.each([
    ['from', '2026-02-30'],
    ['to', '2026-13-01'],
    ['from', '2026-02-30T00:00:00Z'],
    ['to', '20260201'],
  ])('is no bound of a search: %s=%s', async (name, value) => {
    const reply = await api.get(`/v1/checks?${name}=${encodeURIComponent(value)}`, 'procurement');
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))[0]).toMatch(`/${name} `);
  });
});

test('a check takes no parameters in its URL', async () => {
  const reply = await api.call('POST', '/v1/checks?dryRun=true', { as: 'procurement', body: question() });
  problemIn(reply, 400, 'invalid-request');
});
