import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { alerterHandler } from '../../functions/alerter/handler.ts';
import { sweeperHandler } from '../../functions/sweeper/handler.ts';
import { localClient } from '../../infra/local/stack.ts';
import { type StreamPoller, startStreamPoller } from '../../infra/local/stream-poller.ts';
import { streamPosition } from '../../infra/local/stream-position.ts';
import { Alert } from '../../lib/alert/alert.ts';
import { alertingPorts } from '../../lib/dynamo/alerting-ports.ts';
import { DynamoHeldTerms } from '../../lib/dynamo/held-terms.ts';
import { DynamoMatterStore } from '../../lib/dynamo/matter-store.ts';
import { DynamoPapersStore } from '../../lib/dynamo/papers-store.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { DynamoSweepStore } from '../../lib/dynamo/sweep-store.ts';
import { instant } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { Listing, type Standing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { nameKey, parseKeyring, personKeys, type SubjectKey } from '../../lib/subject/key.ts';
import { type ApiClient, consortium, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { keyOf, listing, SIGNED } from '../conformance/samples.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

const START = new Date('2026-11-21T02:00:00.000Z');
const DAY = 86_400_000;
const PATIENCE = { timeout: 20_000, interval: 50 };
const BUDGET = 600_000;
/** So many checks are read at once. */
const PAGE = 25;

const Page = z.strictObject({ items: z.array(Alert), next: z.string().nullable() });
type Event = { readonly Records: readonly unknown[] };

let api: ApiClient;
let clock: TestClock;
let rekey: (keyring: string) => void;
let client: DynamoDBClient;
let poller: StreamPoller;
let number = 100;
/** What the stream gave, and what was told. */
const batches: Event[] = [];
const told: Alert[] = [];
/** While it says so, what is told is not taken. */
let deaf = false;
let pages = 40;
let unread = 0;
/** What has been looked at. */
let done = '';

const deliver = (event: Event) =>
  alerterHandler({
    ...alertingPorts(client, { registry: api.stack.registryTable, checkLog: api.stack.checkLogTable }),
    tell: async (alerts) => {
      if (deaf) throw new Error('the bus is away');
      told.push(...alerts);
    },
    unreadable: () => {
      unread += 1;
    },
    settled: async () => undefined,
    clock: () => instant(clock.now),
    pages,
  })(event);

beforeAll(async () => {
  ({ api, clock, rekey } = await startClockedStack(START, { feeds: { meter: true, receive: () => undefined } }));
  const { endpoint, registryTable } = api.stack;
  client = localClient(endpoint);
  poller = await startStreamPoller({
    client,
    streams: new DynamoDBStreamsClient({
      endpoint,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
    table: registryTable,
    consumer: async (event) => {
      batches.push(event);
      const answer = await deliver(event);
      if (answer.batchItemFailures.length === 0) done += JSON.stringify(event);
      return answer;
    },
    position: streamPosition(':memory:', 'alerter'),
    log: (message, error) => console.error(message, error),
  });
});
afterAll(async () => {
  await poller?.stop();
  client?.destroy();
  await api?.stack.stop();
});
let before = 0;
beforeEach(() => {
  deaf = false;
  pages = 40;
  before = clock.now;
});
afterEach(() => {
  // Sources are stale after some days, and then nothing passes.
  clock.now = before + 60_000;
});

/** A subject that nobody has asked about. */
const fresh = (): string => {
  number += 1;
  return organisation(number);
};
const check = async (subject: unknown, changes: Record<string, unknown> = {}, as = 'procurement') => {
  clock.now += 1_000;
  return answerIn(await api.check(question(subject, changes), {}, as));
};
/** What a steward does to a subject, in one transaction. */
const act = (code: string, ...events: StandingEvent[]) => actOn(keyOf(code), { scheme: 'uscc', code }, ...events);
async function actOn(key: SubjectKey, subject: Standing['subject'], ...events: StandingEvent[]): Promise<void> {
  const store = new DynamoStandingStore(client, api.stack.registryTable);
  const before = (await store.standings([key])).get(key) ?? unknownSubject(subject);
  clock.now += 1_000;
  await store.commit([{ key, change: advance(before, events, SIGNED, instant(clock.now)), documents: [], names: [] }]);
}
const listed = (id: string, changes: Partial<Listing> = {}): StandingEvent => ({
  type: 'listed',
  listing: Listing.parse({ ...listing(id), ...changes }),
});
const alerts = async (as = 'procurement', query = '') =>
  Page.parse((await api.get(`/v1/alerts${query}`, as)).json).items;
const alertsOn = async (checkId: string, as = 'procurement') =>
  (await alerts(as, '?limit=100')).filter((alert) => alert.checkId === checkId);
/** Once every change so far has been looked at: a later one has been. */
async function afterwards(): Promise<void> {
  const marker = fresh();
  await act(marker, listed(`marker-${marker}`));
  await vi.waitFor(() => expect(done).toContain(`marker-${marker}`), PATIENCE);
}
const post = (path: string, as: string, body: unknown) => api.call('POST', path, { as, body });
const close = async (matter: string, as = 'procurement') => {
  const store = new DynamoMatterStore(client, api.stack.registryTable);
  await vi.waitFor(async () => expect(await store.read(as, matter)).toBeDefined(), PATIENCE);
  const closedOn = new Date(clock.now + 8 * 3_600_000).toISOString().slice(0, 10);
  expect((await post(`/v1/matters/${matter}/closing`, as, { closedOn })).status).toBe(201);
};
const grant = async ({ id, verdicts, matter }: Awaited<ReturnType<typeof check>>, as: string, scene: string) => {
  clock.now += 1_000;
  const reply = await post('/v1/grants', as, {
    checkId: id,
    subject: { scheme: 'uscc', id: verdicts[0]?.subject.id },
    principal: { scheme: 'uscc', id: SAMPLE.principal },
    matter: { id: matter.id },
    scene,
    grantedAt: new Date(clock.now).toISOString(),
    reference: `G-${id}`,
  });
  expect(reply.status, reply.text).toBe(201);
};

describe('listed after it was cleared', () => {
  test('the callers of open checks are told, once, of what the listing has a measure for', async () => {
    const code = fresh();
    const mine = await check(code, { matter: { id: 'A-1' } });
    const funds = await check(code, { scene: 'fiscal-fund', matter: { id: 'F-1' } }, 'grants');
    await act(code, listed('after-1'));
    await vi.waitFor(async () => expect(await alertsOn(mine.id)).toHaveLength(1), PATIENCE);
    expect((await alertsOn(mine.id))[0]).toMatchObject({
      kind: 'listed-after-clearance',
      caller: 'procurement',
      outcome: 'pass',
      matter: 'A-1',
      listing: { id: 'after-1', list: 'black', domain: 'court-defaulters', until: null },
    });
    // It bars from procurement alone.
    await afterwards();
    expect(await alertsOn(funds.id, 'grants')).toEqual([]);
    expect(told.filter(({ checkId }) => checkId === mine.id)).toHaveLength(1);
  });

  test('of a person who was listed before the persons’ key was rotated, in checks of before and after', async () => {
    const id = '110105194912310046';
    const parsed = parseIdentifier({ scheme: 'resident-id', id });
    if (!parsed.ok || parsed.identifier.kind !== 'person') return expect.unreachable();
    const rotated = `${api.stack.personKeyring},2:${Buffer.alloc(32, 7).toString('base64')}`;
    const [oldKey] = personKeys(parseKeyring(api.stack.personKeyring), parsed.identifier);
    if (!oldKey) return expect.unreachable();
    const put = (...events: StandingEvent[]) => actOn(oldKey, { scheme: 'resident-id' }, ...events);
    await put(listed('person-red', { list: 'red', domain: 'tax', measures: [] }));
    const before = await check(personSubject(id));
    rekey(rotated);
    const after = await check(personSubject(id));
    await put(listed('person-black'));
    await afterwards();
    rekey(api.stack.personKeyring);
    for (const { id: each } of [before, after]) {
      const raised = await alertsOn(each);
      expect(raised.map(({ listing: { id: of } }) => of)).toEqual(['person-black']);
    }
  });

  test('under a name alone: who asked by the name and was let through by a person, not who is still to be determined', async () => {
    const name = '甲乙丙工程有限公司';
    const byName = (matter: string) => check([{ scheme: 'org-name', id: name }], { matter: { id: matter } });
    const [decided, open] = [await byName('N-1'), await byName('N-2')];
    const determination = { decision: 'may-grant', ground: '经核对营业执照' };
    const sent = await post(`/v1/checks/${decided.id}/determination`, 'procurement', determination);
    expect(sent.status, sent.text).toBe(201);
    await actOn(nameKey(name), { scheme: 'org-name', name }, listed('named-1'));
    await vi.waitFor(async () => expect(await alertsOn(decided.id)).toHaveLength(1), PATIENCE);
    expect(await alertsOn(decided.id)).toMatchObject([{ kind: 'listed-after-clearance', listing: { id: 'named-1' } }]);
    await afterwards();
    expect(await alertsOn(open.id)).toEqual([]);
  });

  test('under a name alone and found to be a firm’s: those who were cleared by its code before, and again when it ends', async () => {
    const [code, name] = [fresh(), '庚辛壬工程有限公司'];
    const under = (...events: StandingEvent[]) => actOn(nameKey(name), { scheme: 'org-name', name }, ...events);
    const cleared = await check(code, { matter: { id: 'N-3' } });
    await under(listed('named-2'));
    await afterwards();
    expect(await alertsOn(cleared.id)).toEqual([]);
    await act(code, { type: 'named', name: nameKey(name) });
    await under({ type: 'identified', listingId: 'named-2', subject: keyOf(code), same: true });
    await vi.waitFor(async () => expect(await alertsOn(cleared.id)).toHaveLength(1), PATIENCE);
    const vetoed = await check(code, { matter: { id: 'N-4' } });
    expect(vetoed.outcome).toBe('veto');
    await under({ type: 'ended', listingId: 'named-2', reason: 'objection-upheld' });
    await vi.waitFor(
      async () => expect((await alertsOn(vetoed.id)).map(({ kind }) => kind).sort()).toEqual(['check-again', 'remedy']),
      PATIENCE,
    );
  });

  test('under a name alone, found to be a firm’s and then not: who was refused by it is told to check again, and is owed a remedy', async () => {
    const [code, name] = [fresh(), '甲子乙丑工程有限公司'];
    const under = (...events: StandingEvent[]) => actOn(nameKey(name), { scheme: 'org-name', name }, ...events);
    const found = (same: boolean): StandingEvent => ({
      type: 'identified',
      listingId: 'named-3',
      subject: keyOf(code),
      same,
    });
    await act(code, { type: 'named', name: nameKey(name) });
    await under(listed('named-3'), found(true));
    const vetoed = await check(code, { matter: { id: 'N-5' } });
    expect(vetoed.outcome).toBe('veto');
    await under(found(false));
    await vi.waitFor(
      async () => expect((await alertsOn(vetoed.id)).map(({ kind }) => kind).sort()).toEqual(['check-again', 'remedy']),
      PATIENCE,
    );
    expect((await check(code, { matter: { id: 'N-6' } })).outcome).toBe('pass');
  });

  test('a listing that is yet to begin too; a red one, an ended term or a check that bore as much not', async () => {
    const [soon, red, over, heavy] = [fresh(), fresh(), fresh(), fresh()];
    const ids: Record<string, string> = {};
    await act(heavy, listed('heavy-1'));
    for (const [name, code] of Object.entries({ soon, red, over, heavy }))
      ids[name] = (await check(code, { matter: { id: `B-${name}` } })).id;
    const from = Listing.shape.from.parse('2027-01-01');
    await act(soon, listed('soon-1', { from }));
    await act(red, listed('red-1', { list: 'red', domain: 'tax-a-grade', measures: ['priority'], grade: undefined }));
    await act(over, listed('over-1', { until: Listing.shape.from.parse('2026-11-20') }));
    await act(heavy, listed('heavy-2'));
    await afterwards();
    expect((await alertsOn(ids.soon ?? '')).map(({ listing: { from: first } }) => first)).toEqual(['2027-01-01']);
    for (const name of ['red', 'over', 'heavy']) expect(await alertsOn(ids[name] ?? ''), name).toEqual([]);
  });

  test('one that becomes heavier, or counts again, is told again', async () => {
    const code = fresh();
    await act(code, listed('grows-1', { grade: 'minor' }));
    const { id, outcome } = await check(code, { matter: { id: 'C-1' } });
    expect(outcome).toBe('warn');
    await act(code, { type: 'changed', listing: listing('grows-1') });
    await vi.waitFor(async () => expect(await alertsOn(id)).toHaveLength(1), PATIENCE);
    await act(code, { type: 'suspended', listingId: 'grows-1', cause: 'objection' });
    const during = await check(code, { matter: { id: 'C-2' } });
    // An objection that is heard leaves a warning.
    expect(during.outcome).toBe('warn');
    await act(code, { type: 'resumed', listingId: 'grows-1', cause: 'objection' });
    await vi.waitFor(async () => expect(await alertsOn(during.id)).toHaveLength(1), PATIENCE);
  });

  test('a closed matter is told of while a grant can rest on its check, and no longer', async () => {
    const [early, late] = [fresh(), fresh()];
    const [first, second] = [
      await check(early, { matter: { id: 'D-1' } }),
      await check(late, { matter: { id: 'D-2' } }),
    ];
    await close('D-1');
    await close('D-2');
    await act(early, listed('closed-1'));
    await vi.waitFor(async () => expect(await alertsOn(first.id)).toHaveLength(1), PATIENCE);
    clock.now += 40 * DAY;
    await act(late, listed('closed-2'));
    await afterwards();
    expect(await alertsOn(second.id)).toEqual([]);
  });

  test('a check that was taken back clears nobody, but for whom something was granted on it before', async () => {
    const [taken, granted, vetoed] = [fresh(), fresh(), fresh()];
    await act(vetoed, listed('back-3'));
    const checks = [
      await check(taken, { matter: { id: 'Z-1' } }),
      await check(granted, { matter: { id: 'Z-2' } }),
      await check(vetoed, { matter: { id: 'Z-3' } }),
    ];
    if (checks[1]) await grant(checks[1], 'procurement', 'government-procurement');
    for (const { id } of checks) {
      const reply = await api.call('POST', `/v1/checks/${id}/annulment`, {
        as: 'procurement',
        body: { ground: '误查' },
      });
      expect(reply.status, reply.text).toBe(201);
    }
    await act(taken, listed('back-1'));
    await act(vetoed, { type: 'ended', listingId: 'back-3', reason: 'repaired' });
    await act(granted, listed('back-2'));
    await afterwards();
    const kinds = await Promise.all(checks.map(async ({ id }) => (await alertsOn(id)).map(({ kind }) => kind)));
    expect(kinds).toEqual([[], ['listed-after-grant'], []]);
  });

  test('every member of a consortium is found', async () => {
    const [one, other] = [fresh(), fresh()];
    const { id } = await check([], { ...consortium(one, other), matter: { id: 'E-1' } });
    await act(other, listed('member-1'));
    await vi.waitFor(async () => expect(await alertsOn(id)).toHaveLength(1), PATIENCE);
  });

  test('a grant is told in place of its check; an honour even of a matter that is closed', async () => {
    const [bidder, candidate] = [fresh(), fresh()];
    const bid = await check(bidder, { matter: { id: 'G-1' } });
    await grant(bid, 'procurement', 'government-procurement');
    const honour = await check(candidate, { scene: 'commendation', matter: { id: 'G-2' } }, 'commendation');
    await grant(honour, 'commendation', 'commendation');
    await close('G-2', 'commendation');
    clock.now += 40 * DAY;
    await act(bidder, listed('granted-1'));
    await act(candidate, listed('granted-2', { measures: ['no-commendation'] }));
    await vi.waitFor(async () => expect(await alertsOn(honour.id, 'commendation')).toHaveLength(1), PATIENCE);
    expect(await alertsOn(bid.id)).toMatchObject([{ kind: 'listed-after-grant', grant: { reference: `G-${bid.id}` } }]);
    expect(await alertsOn(honour.id, 'commendation')).toMatchObject([{ kind: 'honour-review' }]);
  });
});

describe('the reverse', () => {
  test('callers that it vetoed are told to check again, unless another listing still vetoes or the matter is closed', async () => {
    const [freed, still, closed] = [fresh(), fresh(), fresh()];
    await act(freed, listed('freed-1'));
    await act(still, listed('still-1'), listed('still-2'));
    await act(closed, listed('shut-1'));
    const ids = {
      freed: (await check(freed, { matter: { id: 'H-1' } })).id,
      still: (await check(still, { matter: { id: 'H-2' } })).id,
      closed: (await check(closed, { matter: { id: 'H-3' } })).id,
    };
    await close('H-3');
    await act(freed, { type: 'ended', listingId: 'freed-1', reason: 'repaired' });
    await act(still, { type: 'ended', listingId: 'still-1', reason: 'expired' });
    await act(closed, { type: 'ended', listingId: 'shut-1', reason: 'revoked' });
    await afterwards();
    expect(await alertsOn(ids.freed)).toMatchObject([
      { kind: 'check-again', outcome: 'veto', listing: { id: 'freed-1', ended: 'repaired' } },
    ]);
    expect(await alertsOn(ids.still)).toEqual([]);
    expect(await alertsOn(ids.closed)).toEqual([]);
    await act(still, { type: 'ended', listingId: 'still-2', reason: 'expired' });
    await vi.waitFor(async () => expect(await alertsOn(ids.still)).toHaveLength(1), PATIENCE);
  });

  test('of a listing that was wrong, as a whole or in part, every check that it decided is owed a remedy', async () => {
    const [whole, part, changed, annulled] = [fresh(), fresh(), fresh(), fresh()];
    const ids: Record<string, string> = {};
    for (const [name, code] of Object.entries({ whole, part, changed, annulled })) {
      await act(code, listed(`wrong-${name}`));
      ids[name] = (await check(code, { matter: { id: `W-${name}` } })).id;
    }
    await close('W-whole');
    await act(whole, { type: 'ended', listingId: 'wrong-whole', reason: 'objection-upheld' });
    await act(part, { type: 'corrected', listingId: 'wrong-part', grade: 'minor' });
    // Its source says something else of it: nothing was found to be wrong.
    await act(changed, { type: 'changed', listing: Listing.parse({ ...listing('wrong-changed'), grade: 'minor' }) });
    await act(annulled, { type: 'ended', listingId: 'wrong-annulled', reason: 'revoked', wrong: true });
    await afterwards();
    const kinds = async (name: string) => (await alertsOn(ids[name] ?? '')).map(({ kind }) => kind).sort();
    expect(await kinds('whole')).toEqual(['remedy']);
    expect(await kinds('part')).toEqual(['check-again', 'remedy']);
    expect(await kinds('changed')).toEqual(['check-again']);
    expect(await kinds('annulled')).toEqual(['check-again', 'remedy']);
  });
});

describe('a head office', () => {
  test('reaches the checks of its branches that its listings decided', async () => {
    const [office, branch] = [fresh(), fresh()];
    await act(office, listed('office-1', { grade: 'minor' }));
    const subject = {
      scheme: 'uscc',
      id: branch,
      related: [{ relation: 'head-office', scheme: 'uscc', id: office }],
    };
    const { id, outcome } = await check(subject, { matter: { id: 'I-1' } });
    expect(outcome).toBe('warn');
    await act(office, { type: 'changed', listing: listing('office-1') });
    await vi.waitFor(async () => expect(await alertsOn(id)).toHaveLength(1), PATIENCE);
  });

  test('that was clean reaches those of its branches that passed, each once', async () => {
    const [office, branch] = [fresh(), fresh()];
    const subject = {
      scheme: 'uscc',
      id: branch,
      name: '样例建设有限公司长沙分公司',
      related: [{ relation: 'head-office', scheme: 'uscc', id: office, name: '样例建设有限公司' }],
    };
    const { id, outcome } = await check(subject, { matter: { id: 'I-2' } });
    expect(outcome).toBe('pass');
    await act(office, listed('office-2'));
    await vi.waitFor(async () => expect(await alertsOn(id)).toHaveLength(1), PATIENCE);
    expect(await alertsOn(id)).toMatchObject([{ kind: 'listed-after-clearance', listing: { id: 'office-2' } }]);
    // What reaches the branch no longer weighs more than what it was vetoed by.
    const { outcome: now, id: later } = await check(subject, { matter: { id: 'I-3' } });
    expect(now).toBe('veto');
    await act(branch, listed('branch-1'));
    await afterwards();
    expect(await alertsOn(later)).toEqual([]);
    expect((await alertsOn(id)).map(({ listing: { id: by } }) => by).sort()).toEqual(['branch-1', 'office-2']);
  });
});

describe('delivery', () => {
  test('a batch that comes again, and again, raises nothing twice and ends in the same alerts', async () => {
    const everything = async () => await alerts('auditor', '?limit=100');
    const [code, from] = [fresh(), batches.length];
    const ids: string[] = [];
    for (const matter of ['1', '2', '3']) ids.push((await check(code, { matter: { id: `N-${matter}` } })).id);
    await act(code, listed('again-1'), listed('again-2'));
    ids.push((await check(code, { matter: { id: 'N-4' } })).id);
    await act(code, { type: 'ended', listingId: 'again-1', reason: 'objection-upheld' });
    await act(code, { type: 'ended', listingId: 'again-2', reason: 'revoked' });
    await afterwards();
    const first = await everything();
    expect(first.filter(({ checkId }) => ids.includes(checkId))).toHaveLength(8);
    const seen = batches.slice(from);
    for (const batch of [...seen, ...seen.toReversed(), ...seen]) await deliver(batch);
    expect(await everything()).toEqual(first);
    // What is told again has the same id, which is what a receiver knows it by.
    const byId = Map.groupBy(told, ({ id }) => id);
    for (const [, each] of byId) expect(new Set(each.map((alert) => JSON.stringify(alert))).size).toBe(1);
    expect(unread).toBe(0);
  });

  test('a consumer that is killed between raising and telling does both on the next delivery', async () => {
    const code = fresh();
    const { id } = await check(code, { matter: { id: 'J-1' } });
    deaf = true;
    await act(code, listed('killed-1'));
    await vi.waitFor(async () => expect(await alertsOn(id)).toHaveLength(1), PATIENCE);
    expect(told.filter(({ checkId }) => checkId === id)).toEqual([]);
    deaf = false;
    await vi.waitFor(() => expect(told.filter(({ checkId }) => checkId === id)).toHaveLength(1), PATIENCE);
    expect(await alertsOn(id)).toHaveLength(1);
  });

  test('a subject of more checks than an invocation reads is gone on with where it ended', async () => {
    const code = fresh();
    const ids: string[] = [];
    for (let index = 0; index < 2 * PAGE + 3; index += 1)
      ids.push((await check(code, { matter: { id: `K-${index}` } })).id);
    pages = 3;
    const from = batches.length;
    await act(code, listed('many-1'));
    const tellings = () => told.filter(({ listing: { id } }) => id === 'many-1').map(({ checkId }) => checkId);
    await vi.waitFor(() => expect(new Set(tellings()).size).toBe(ids.length), PATIENCE);
    expect([...new Set(tellings())].sort()).toEqual(ids.toSorted());
    expect(batches.length - from).toBeGreaterThan(1);
    // The second page of checks was not read twice.
    expect(tellings().length).toBeLessThanOrEqual(ids.length + 2 * PAGE);
  });
});

describe('an alert', () => {
  test('is acknowledged once, by a person of its caller', async () => {
    const code = fresh();
    const { id } = await check(code, { matter: { id: 'L-1' } });
    const from = batches.length;
    await act(code, listed('seen-1'));
    await vi.waitFor(async () => expect(await alertsOn(id)).toHaveLength(1), PATIENCE);
    const [alert] = await alertsOn(id);
    const path = `/v1/alerts/${alert?.id}/acknowledgement`;
    problemIn(await post(path, 'grants', {}), 404, 'not-found');
    problemIn(await post(path, 'auditor', {}), 403, 'forbidden');
    problemIn(await post('/v1/alerts/nothing/acknowledgement', 'procurement', {}), 404, 'not-found');
    const fault = problemIn(await post(path, 'procurement', { note: '11010519491231002X' }), 400, 'invalid-request');
    expect(faultsIn(fault)).toEqual(['/note personal-number']);
    const answers = await Promise.all([1, 2, 3].map(() => post(path, 'procurement', { note: '已通知采购人' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    problemIn(await post(path, 'procurement', {}), 409, 'conflict');
    expect(await alertsOn(id)).toEqual([]);
    const answered = (await alerts('procurement', '?state=acknowledged')).filter(({ checkId }) => checkId === id);
    expect(answered).toMatchObject([{ acknowledgement: { note: '已通知采购人', by: { person: 'purchaser-li' } } }]);
    // A delivery that comes late does not open it again.
    for (const batch of batches.slice(from)) await deliver(batch);
    expect(await alertsOn(id)).toEqual([]);
  });

  test('is listed page by page: a caller’s own, every caller’s to an auditor, with the look on record', async () => {
    const collect = async (as: string) => {
      const found: Alert[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: z.infer<typeof Page> = Page.parse(
          (await api.get(`/v1/alerts?limit=7${cursor && `&cursor=${cursor}`}`, as)).json,
        );
        found.push(...page.items);
        cursor = page.next;
      }
      return found;
    };
    const [own, all] = [await collect('procurement'), await collect('auditor')];
    expect(own).toEqual(all.filter(({ caller }) => caller === 'procurement'));
    expect(new Set(all.map(({ caller }) => caller))).toEqual(new Set(['commendation', 'procurement']));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(own.map(({ raisedAt }) => raisedAt)).toEqual(
      own
        .map(({ raisedAt }) => raisedAt)
        .sort()
        .reverse(),
    );
    const { next } = Page.parse((await api.get('/v1/alerts?limit=1', 'auditor')).json);
    problemIn(await api.get(`/v1/alerts?limit=1&cursor=${next}`, 'procurement'), 400, 'invalid-request');
    problemIn(await api.get('/v1/alerts?state=closed', 'procurement'), 400, 'invalid-request');
    const looks = await api.get('/v1/looks?client=auditor', 'chief-auditor');
    expect(looks.text).toContain('"kind":"alerts"');
  });

  test('that is open keeps its matter from being deleted, however long', async () => {
    const code = fresh();
    const { id } = await check(code, { matter: { id: 'M-1' } });
    await close('M-1');
    await act(code, listed('kept-1'));
    await vi.waitFor(async () => expect(await alertsOn(id)).toHaveLength(1), PATIENCE);
    const [alert] = await alertsOn(id);
    const { registryTable, checkLogTable } = api.stack;
    const sweep = () =>
      sweeperHandler({
        terms: new DynamoHeldTerms(client, { registry: registryTable, checkLog: checkLogTable }),
        records: new DynamoSweepStore(client, { registry: registryTable, checkLog: checkLogTable }),
        papers: new DynamoPapersStore(client, registryTable),
        papersRule: async () => undefined,
        clock: () => instant(clock.now),
        budgetMs: BUDGET,
      })();
    const isThere = async () => (await api.get(`/v1/checks/${id}`, 'auditor')).status === 200;
    const { value } = (await new DynamoMatterStore(client, registryTable).read('procurement', 'M-1')) ?? {};
    // Two years later than it was due: further back than the sweeper looks.
    clock.now = Date.parse(`${value?.entryOn}T12:00:00+08:00`);
    expect((await sweep()).alerted).toBeGreaterThan(0);
    expect(await isThere()).toBe(true);
    clock.now += 300 * DAY;
    expect((await post(`/v1/alerts/${alert?.id}/acknowledgement`, 'procurement', {})).status).toBe(201);
    await sweep();
    expect(await isThere()).toBe(false);
    expect((await alerts('procurement', '?state=acknowledged')).filter(({ checkId }) => checkId === id)).toEqual([]);
  });
});
