import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { type ApiClient, organisation, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { signedAlias } from './alias-signed.ts';
import { answerIn, pageIn } from './shapes.ts';

let api: ApiClient;
let log: DynamoCheckLogReader;
beforeAll(async () => {
  api = await startSampleStack();
  log = new DynamoCheckLogReader(localClient(api.stack.endpoint), api.stack.checkLogTable);
});
afterAll(() => api?.stack.stop());

const branchOf = (office: string, branch = organisation(1), matter = 'T-1') =>
  question(
    {
      scheme: 'uscc',
      id: branch,
      name: '样例失信建设有限公司长沙分公司',
      related: [{ relation: 'head-office', scheme: 'uscc', id: office, name: '样例失信建设有限公司' }],
    },
    { matter: { id: matter } },
  );
const found = async (subject: string, matter: string) =>
  pageIn(await api.get(`/v1/checks?subject=uscc:${subject}&matter=${matter}`, 'auditor')).items;
const recorded = async (id: string) => (await log.record(id))?.record;

test('a check that a head office’s listing vetoed is found under the head office, marked as such', async () => {
  const { id, outcome, verdicts } = answerIn(await api.check(branchOf(SAMPLE.veto, organisation(1), 'H-1')));
  expect(outcome).toBe('veto');
  expect(await found(organisation(1), 'H-1')).toEqual([expect.not.objectContaining({ via: expect.anything() })]);
  expect(await found(SAMPLE.veto, 'H-1')).toEqual([
    expect.objectContaining({ id, subject: { scheme: 'uscc', id: SAMPLE.veto }, via: { relation: 'head-office' } }),
  ]);
  expect((await recorded(id))?.through).toEqual([
    {
      key: organisationKey(SAMPLE.veto.slice(8, 17)),
      scheme: 'uscc',
      id: SAMPLE.veto,
      via: 'head-office',
      listings: verdicts[0]?.reasons.map(({ listingId }) => listingId),
    },
  ]);
});

test('a head office that says nothing against its branch is found too, marked as such, and counted nowhere', async () => {
  const { id, outcome } = answerIn(await api.check(branchOf(organisation(3), organisation(2), 'H-2')));
  expect(outcome).toBe('pass');
  const key = organisationKey(organisation(3).slice(8, 17));
  expect((await recorded(id))?.through).toEqual([
    { key, scheme: 'uscc', id: organisation(3), via: 'head-office', listings: [] },
  ]);
  expect(await found(organisation(3), 'H-2')).toEqual([
    expect.objectContaining({ id, outcome, via: { relation: 'head-office' } }),
  ]);
  expect(await found(organisation(2), 'H-2')).toEqual([expect.not.objectContaining({ via: expect.anything() })]);
  // Along a matter and along a caller the check is one line, and statistics are counted along callers.
  const inMatter = pageIn(await api.get('/v1/checks?matter=H-2', 'auditor')).items;
  expect(inMatter.map((line) => [line.id, line.subject?.id])).toEqual([[id, organisation(2)]]);
  const ofCaller = pageIn(await api.get('/v1/checks?caller=procurement&limit=100', 'auditor')).items;
  expect(ofCaller.filter((line) => line.id === id)).toHaveLength(1);
});

test('a head office that several of a consortium answer through, or that is asked about itself, is one line', async () => {
  const [one] = branchOf(organisation(7), organisation(8), 'H-7').subjects;
  const [other] = branchOf(organisation(7), organisation(9), 'H-7').subjects;
  const both = { ...branchOf(organisation(7), organisation(8), 'H-7'), subjects: [one, other], consortium: true };
  const { id } = answerIn(await api.check(both));
  expect((await found(organisation(7), 'H-7')).map((line) => [line.id, line.via?.relation])).toEqual([
    [id, 'head-office'],
  ]);
  const itself = { ...both, matter: { id: 'H-8' }, subjects: [one, { scheme: 'uscc', id: organisation(7) }] };
  const asked = answerIn(await api.check(itself));
  expect((await found(organisation(7), 'H-8')).map((line) => [line.id, line.via])).toEqual([[asked.id, undefined]]);
});

test('an own listing leaves no line either', async () => {
  const { id } = answerIn(await api.check(question(SAMPLE.veto, { matter: { id: 'H-3' } })));
  expect((await recorded(id))?.through).toEqual([]);
});

test('of a consortium with its own head office the check is one line of the office', async () => {
  const body = { ...branchOf(SAMPLE.veto, organisation(4), 'H-4'), consortium: true };
  body.subjects = [...body.subjects, { scheme: 'uscc', id: SAMPLE.veto }];
  const { id } = answerIn(await api.check(body));
  expect((await found(SAMPLE.veto, 'H-4')).map((line) => [line.id, line.via])).toEqual([[id, undefined]]);
  expect((await recorded(id))?.through).toEqual([]);
});

test('a check that a predecessor’s listing vetoed is found under the predecessor', async () => {
  const body = { kind: 'successor', predecessor: SAMPLE.vetoAndExpired, successor: organisation(5), ground: '合并' };
  await signedAlias(api, body);
  const { id, outcome } = answerIn(await api.check(question(organisation(5), { matter: { id: 'H-5' } })));
  expect(outcome).toBe('veto');
  expect(await found(SAMPLE.vetoAndExpired, 'H-5')).toEqual([
    expect.objectContaining({ id, via: { relation: 'predecessor' } }),
  ]);
});

test('a check that a person’s listing decided is found by the person, whose number stands nowhere', async () => {
  const basis = { kind: 'statute', reference: '评比达标表彰活动管理办法' };
  const related = { relation: 'legal-representative', scheme: 'resident-id', id: SAMPLE.person, basis };
  const subject = { scheme: 'uscc', id: organisation(6), related: [related] };
  const asked = question(subject, { scene: 'commendation', matter: { id: 'H-6' } });
  const reply = await api.check(asked, {}, 'commendation');
  const { id, verdicts } = answerIn(reply);
  expect(verdicts[0]?.reasons.map(({ via }) => via?.relation)).toContain('legal-representative');
  const body = { subject: { scheme: 'resident-id', id: SAMPLE.person }, matter: 'H-6' };
  const search = await api.call('POST', '/v1/checks/search', { as: 'commendation', body });
  expect(pageIn(search).items).toEqual([
    expect.objectContaining({
      id,
      subject: { scheme: 'resident-id', id: null },
      via: { relation: 'legal-representative' },
    }),
  ]);
  expect(z.string().parse(search.text)).not.toContain(SAMPLE.person);
});
