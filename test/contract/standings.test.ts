import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { LOCAL_REGION } from '../../infra/local/stack.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { parseInstant } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { type ApiClient, organisation, personSubject, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { FaultProxy, throttled } from '../functions/fault-proxy.ts';
import { signedAlias } from './alias-signed.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

const Shown = z.looseObject({ id: z.string(), state: z.string(), inForce: z.boolean(), guard: z.string().optional() });
const Standing = z.strictObject({
  subject: z.strictObject({
    scheme: z.string(),
    id: z.string(),
    name: z.string().optional(),
    code: z.string().optional(),
    confirmedCodes: z.array(z.string()).optional(),
  }),
  asOf: z.iso.datetime().nullable(),
  version: z.int(),
  listings: z.array(Shown),
  predecessors: z.array(z.strictObject({ scheme: z.string(), id: z.string() })),
});

let api: ApiClient;
let proxy: FaultProxy;
beforeAll(async () => {
  api = await startSampleStack({
    functionsEndpoint: async (engine) => {
      proxy = new FaultProxy(engine);
      return await proxy.start();
    },
  });
});
afterAll(async () => {
  await api?.stack.stop();
  await proxy?.stop();
});

const said = { purpose: '核对异议', operator: 'u-7' };
const uscc = (id: string) => ({ scheme: 'uscc', id });
const ask = (body: Record<string, unknown>, as = 'steward-court') =>
  api.call('POST', '/v1/standings/query', { as, body: { ...said, ...body } });
async function standing(body: Record<string, unknown>, as?: string): Promise<z.infer<typeof Standing>> {
  const reply = await ask(body, as);
  expect(reply.status, reply.text).toBe(200);
  return Standing.parse(reply.json);
}
/** Each listing by what is to be known of it: in force, or the guard that stops it. */
const states = ({ listings }: z.infer<typeof Standing>) =>
  Object.fromEntries(listings.map(({ id, inForce, guard }) => [id, guard ?? (inForce ? 'in force' : 'nothing')]));

const listing = (id: string, changes: Record<string, unknown> = {}): Listing =>
  Listing.parse({
    id,
    list: 'black',
    domain: 'court-defaulters',
    authority: '样例市中级人民法院',
    grade: 'serious',
    document: { number: `（样例）${id}号`, type: 'enforcement-decision', issuedOn: '2024-03-01' },
    measures: ['no-government-procurement'],
    from: '2024-03-01',
    until: null,
    repair: { repairable: true },
    state: 'active',
    ...changes,
  });

/** Writes what happens to an organisation. */
async function happens(code: string, at: string, event: StandingEvent): Promise<void> {
  const client = dynamoClient({ endpoint: api.stack.endpoint, region: LOCAL_REGION });
  const store = new DynamoStandingStore(client, api.stack.registryTable);
  const key = organisationKey(code.slice(8, 17));
  const unknown = unknownSubject({ scheme: 'uscc', code, name: '样例历史有限公司' });
  const before = (await store.standings([key])).get(key) ?? unknown;
  const change = advance(before, [event], { actor: 'steward' }, parseInstant(at));
  await store.commit([{ key, change, documents: [], names: [] }]);
  client.destroy();
}

describe('a standing as of a moment', () => {
  const code = organisation(500);
  beforeAll(async () => {
    const history: [string, StandingEvent][] = [
      ['2024-03-01T02:00:00.000Z', { type: 'listed', listing: listing('past-1', { until: '2024-06-30' }) }],
      ['2024-04-01T02:00:00.000Z', { type: 'listed', listing: listing('past-2', { from: '2024-04-10' }) }],
      ['2024-05-01T02:00:00.000Z', { type: 'suspended', listingId: 'past-2', cause: 'objection' }],
      ['2024-05-20T02:00:00.000Z', { type: 'resumed', listingId: 'past-2', cause: 'objection' }],
      ['2024-08-01T02:00:00.000Z', { type: 'ended', listingId: 'past-2', reason: 'repaired' }],
    ];
    for (const [at, event] of history) await happens(code, at, event);
  });

  test.each([
    ['before the first event', '2024-03-01T01:59:59.999Z', 0, {}],
    ['at the first event', '2024-03-01T02:00:00.000Z', 1, { 'past-1': 'in force' }],
    ['a listing before its first day', '2024-04-09T15:59:59.999Z', 2, { 'past-1': 'in force', 'past-2': 'effective' }],
    ['on its first day in Beijing', '2024-04-09T16:00:00.000Z', 2, { 'past-1': 'in force', 'past-2': 'in force' }],
    ['a moment before an objection', '2024-05-01T01:59:59.999Z', 2, { 'past-1': 'in force', 'past-2': 'in force' }],
    ['under objection', '2024-05-10T02:00:00.000Z', 3, { 'past-1': 'in force', 'past-2': 'suspended' }],
    ['the end of the last day', '2024-06-30T23:59:59.999+08:00', 4, { 'past-1': 'in force', 'past-2': 'in force' }],
    ['the day after the last', '2024-07-01T00:00:00.000+08:00', 4, { 'past-1': 'term', 'past-2': 'in force' }],
    ['after the repair', '2024-08-01T02:00:00.000Z', 5, { 'past-1': 'term', 'past-2': 'ended' }],
  ])('is what it was: %s', async (_, asOf, version, expected) => {
    const answer = await standing({ subject: uscc(code), asOf });
    expect([answer.version, states(answer)]).toEqual([version, expected]);
    expect(answer.asOf).toBe(new Date(asOf).toISOString());
  });

  test.each([
    [0, {}],
    [1, { 'past-1': 'in force' }],
    [2, { 'past-1': 'in force', 'past-2': 'effective' }],
    [3, { 'past-1': 'in force', 'past-2': 'suspended' }],
    [5, { 'past-1': 'term', 'past-2': 'ended' }],
  ])('is found by its version %d', async (version, expected) => {
    const answer = await standing({ subject: uscc(code), version });
    expect([answer.version, states(answer)]).toEqual([version, expected]);
  });

  test('says the whole of a listing, and an old organisation code leads to it', async () => {
    const answer = await standing({ subject: { scheme: 'org-code', id: code.slice(8, 17) }, version: 3 });
    expect(answer.subject).toEqual({ scheme: 'org-code', id: code.slice(8, 17), code, name: '样例历史有限公司' });
    const since = '2024-05-01T02:00:00.000Z';
    expect(answer.listings[1]).toEqual({
      ...listing('past-2', { from: '2024-04-10', suspensions: [{ cause: 'objection', since }] }),
      inForce: true,
      guard: 'suspended',
    });
  });

  test('has no version that was never reached, and none at a moment to come', async () => {
    problemIn(await ask({ subject: uscc(code), version: 6 }), 404, 'not-found');
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(faultsIn(problemIn(await ask({ subject: uscc(code), asOf: tomorrow }), 400, 'invalid-request'))).toEqual([
      '/asOf not-yet',
    ]);
  });
});

describe('a standing now', () => {
  test('is the one that the check decides by, version for version', async () => {
    const code = organisation(501);
    const moment = '2024-03-01T02:00:00.000Z';
    const events: StandingEvent[] = [
      { type: 'listed', listing: listing('now-1') },
      { type: 'suspended', listingId: 'now-1', cause: 'objection' },
      { type: 'resumed', listingId: 'now-1', cause: 'objection' },
      { type: 'ended', listingId: 'now-1', reason: 'revoked' },
    ];
    const expected = ['in force', 'suspended', 'in force', 'ended'];
    for (const [index, event] of events.entries()) {
      await happens(code, moment, event);
      const [verdict] = answerIn(await api.check(question(code, { matter: { id: `S-${index}` } }))).verdicts;
      const answer = await standing({ subject: uscc(code) });
      expect([answer.version, states(answer)]).toEqual([verdict?.standingVersion, { 'now-1': expected[index] }]);
      const counting = answer.listings.filter(({ guard }) => guard === undefined).map(({ id }) => id);
      expect(verdict?.reasons.map(({ listingId }) => listingId)).toEqual(counting);
      expect(await standing({ subject: uscc(code), version: answer.version })).toMatchObject({
        listings: answer.listings,
      });
    }
    // All at one moment, as one transaction writes them: the versions tell them apart.
    const versions = await Promise.all(
      expected.map((_, index) => standing({ subject: uscc(code), version: index + 1 })),
    );
    expect(versions.map((each) => [each.version, states(each)['now-1']])).toEqual(
      expected.map((state, index) => [index + 1, state]),
    );
  });

  test('of a subject that no list knows is version 0 without listings', async () => {
    expect(await standing({ subject: uscc(organisation(502)) })).toMatchObject({ version: 0, listings: [] });
  });

  test('follows a registration number to the code that it is tied to, and says what it succeeds', async () => {
    const number = '430100000010234';
    const unknown = await standing({ subject: { scheme: 'registration-no', id: number } });
    expect(unknown).toMatchObject({ version: 0, listings: [] });
    const successor = organisation(503);
    for (const body of [
      { kind: 'successor', predecessor: SAMPLE.veto, successor, ground: '合并' },
      { kind: 'registration-no', number, code: successor, ground: 'licence' },
    ])
      await signedAlias(api, body);
    const answer = await standing({ subject: { scheme: 'registration-no', id: number } });
    expect(answer).toMatchObject({ version: 1, listings: [], subject: { code: successor } });
    expect(answer.predecessors).toEqual([{ scheme: 'org-code', id: SAMPLE.veto.slice(8, 17) }]);
  });

  test('of a person tells neither number nor name', async () => {
    const reply = await ask({ subject: { scheme: 'resident-id', id: SAMPLE.person } }, 'auditor');
    const answer = Standing.parse(reply.json);
    expect(answer.subject).toEqual({ scheme: 'resident-id', id: '110*************2X' });
    const [verdict] = answerIn(await api.check(question(personSubject()))).verdicts;
    expect(answer.version).toBe(verdict?.standingVersion);
    expect(answer.listings.length).toBeGreaterThan(0);
    expect(reply.text).not.toContain(SAMPLE.person);
    expect(reply.text).not.toContain(SAMPLE.personName);
  });

  test('of a code that fails is told once it is attested', async () => {
    const code = '91350200M000000510';
    expect(faultsIn(problemIn(await ask({ subject: uscc(code) }), 422, 'invalid-identifier'))).toEqual([
      expect.stringMatching(/^\/subject /),
    ]);
    const body = { kind: 'attested-code', code, ground: 'licence seen' };
    await signedAlias(api, body);
    expect(await standing({ subject: uscc(code) })).toMatchObject({ version: 0, subject: { id: code } });
  });
});

describe('the question', () => {
  const lookedAt = async (subject: unknown) =>
    z
      .object({ items: z.array(z.looseObject({ results: z.int() })) })
      .parse((await api.call('POST', '/v1/looks/search', { as: 'chief-auditor', body: { subject } })).json).items;

  test('is on record: who, of what authority, why, of whom, and how much was told', async () => {
    const subject = uscc(SAMPLE.vetoAndExpired);
    const { listings } = await standing({ subject, asOf: '2024-01-01T00:00:00Z' }, 'steward-tax');
    expect(await lookedAt(subject)).toMatchObject([
      {
        kind: 'standing',
        by: { client: 'steward-tax', person: 'tax-officer-liu', authority: 'tax' },
        asked: { asOf: '2024-01-01T00:00:00Z' },
        ...said,
        results: listings.length,
      },
    ]);
    problemIn(await ask({ subject, version: 99 }), 404, 'not-found');
    expect((await lookedAt(subject))[0]).toMatchObject({ asked: { version: '99' }, results: 0 });
  });

  test('about a person leaves no number on record, and is found by it', async () => {
    const subject = { scheme: 'resident-id', id: SAMPLE.person };
    await standing({ subject });
    const looks = await lookedAt(subject);
    expect(looks[0]).toMatchObject({ kind: 'standing', ...said });
    expect(JSON.stringify(looks)).not.toContain(SAMPLE.person);
  });

  test('that cannot be put on record is not answered', async () => {
    const end = proxy.inject('PutItem', throttled('AccessDeniedException'), 1, '"look"');
    const reply = await ask({ subject: uscc(SAMPLE.veto) });
    end();
    problemIn(reply, 503, 'evidence-unavailable');
    expect(reply.text).not.toContain('sample-court-1');
  });

  test('that finds the lists out of reach is not answered', async () => {
    const end = proxy.inject('BatchGetItem', throttled(), 9);
    const reply = await ask({ subject: uscc(SAMPLE.veto) });
    end();
    problemIn(reply, 503, 'registry-unavailable');
  });

  test('is for stewards and auditors', async () => {
    for (const as of ['procurement', 'approver', 'admin'])
      problemIn(await ask({ subject: uscc(SAMPLE.veto) }, as), 403, 'forbidden');
    for (const as of ['steward-tax', 'auditor', 'chief-auditor']) await standing({ subject: uscc(SAMPLE.veto) }, as);
  });

  test.each([
    ['nothing said of why', { purpose: undefined, operator: undefined }, ['/operator missing', '/purpose missing']],
    ['a name', { subject: { scheme: 'org-name', id: '样例有限公司' } }, ['/subject/scheme unknown-value']],
    ['a person’s name', { subject: { scheme: 'person-name', id: '张三' } }, ['/subject/scheme unknown-value']],
    ['a moment and a version', { asOf: '2024-01-01T00:00:00Z', version: 1 }, ['/version moment-or-version']],
    ['a moment without an offset', { asOf: '2024-01-01T00:00:00' }, ['/asOf wrong-format']],
    ['a day', { asOf: '2024-01-01' }, ['/asOf wrong-format']],
    ['half a version', { version: 1.5 }, ['/version wrong-type']],
    ['a version below none', { version: -1 }, ['/version too-small']],
    ['a number in the purpose', { purpose: `核查 ${SAMPLE.person}` }, ['/purpose personal-number']],
    ['a field too many', { signer: 'someone' }, ['/signer unknown-field']],
  ])('with %s is refused', async (_, changes, faults) => {
    const reply = await ask({ subject: uscc(SAMPLE.veto), ...changes });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(faults);
  });
});
