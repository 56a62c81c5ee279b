import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import catalogue from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { LOCAL_REGION } from '../../infra/local/stack.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { CalendarDate, instant } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import {
  isNameKey,
  isPersonKey,
  nameKey,
  organisationKey,
  parseKeyring,
  personKeys,
  type SubjectKey,
} from '../../lib/subject/key.ts';
import { type ApiClient, organisation, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { faultsIn, problemIn } from './shapes.ts';

const Entry = z.strictObject({
  listingId: z.string(),
  list: z.string(),
  domain: z.strictObject({ code: z.string(), name: z.string() }),
  authority: z.string(),
  subject: z.strictObject({ scheme: z.string(), id: z.string().optional(), name: z.string().optional() }),
  stage: z.string(),
  from: z.iso.date(),
  until: z.iso.date().nullable(),
  reason: z.string().optional(),
  notices: z.array(z.string()),
  document: z.unknown().optional(),
  grade: z.string().optional(),
  measures: z.array(z.unknown()).optional(),
  facts: z.string().optional(),
  repair: z.unknown().optional(),
  remedy: z.string().optional(),
});
const Page = z.strictObject({ items: z.array(Entry), next: z.string().nullable() });
type Page = z.infer<typeof Page>;

const standard = {
  commentFrom: '2024-01-08',
  commentUntil: '2024-02-20',
  publishedOn: '2024-03-01',
  evaluateBy: '2027-03-01',
};
const rule = (domain: string, list: string, changes: Record<string, unknown>) => ({
  domain,
  list,
  legalBasis: '样例规定',
  authorities: ['sample'],
  hearing: { path: 'publicity', workingDays: 20 },
  documentTypes: ['listing-decision'],
  grades: list === 'black' ? ['serious'] : [],
  longestTermMonths: null,
  responsibleRoles: [],
  repair: [],
  standard,
  ...(list === 'black' && { severity: 'refusing-legal-duties' }),
  ...changes,
});
const ALL = ['document', 'grade', 'measures', 'facts', 'repair', 'remedy'];
const listKeeping = {
  authorities: [{ code: 'sample', name: { zh: '样例部门', en: 'Sample' } }],
  owners: catalogue.domains.map(({ code }) => ({ domain: code, authority: 'sample' })),
  terms: { objectionAcceptance: 3, objectionReply: 7, repairAcceptance: 3, repairResult: 10 },
  endedPapersYears: 21,
  rules: [
    rule('court-defaulters', 'black', { publication: { fields: ALL, exitDays: 30 } }),
    rule('research-misconduct', 'black', { publication: { fields: ['document'], exitDays: 10 } }),
    rule('research-misconduct', 'ordinary', {
      grades: ['ordinary'],
      publication: { fields: ['grade'], exitDays: 10 },
    }),
    rule('tax-a-grade', 'red', { publication: { fields: [], exitDays: 10 } }),
    rule('wage-arrears', 'black', {}),
  ],
};

let api: ApiClient;
let clock: TestClock;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(new Date('2026-11-21T01:00:00.000Z')));
  const body = { ...catalogue, version: 'publications-1', listKeeping };
  expect((await api.call('PUT', '/v1/catalogue', { as: 'admin', body })).text).toContain('publications-1');
});
afterAll(() => api?.stack.stop());

const read = async (query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  await api.call('GET', `/v1/publications?${new URLSearchParams(query)}`, { headers });
async function page(query: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Page> {
  const reply = await read(query, headers);
  expect(reply.status, reply.text).toBe(200);
  return Page.parse(reply.json);
}
async function every(query: Record<string, string> = {}): Promise<Page['items']> {
  const items: Page['items'] = [];
  let cursor: string | null = null;
  do {
    const next: Page = await page({ ...query, ...(cursor !== null && { cursor }) });
    items.push(...next.items);
    cursor = next.next;
  } while (cursor !== null);
  return items;
}
/** What is public of one listing. */
const shown = async (listingId: string, query: Record<string, string> = {}) =>
  (await every(query)).filter((entry) => entry.listingId === listingId);

const listing = (id: string, changes: Record<string, unknown> = {}): Listing =>
  Listing.parse({
    id,
    list: 'black',
    domain: 'court-defaulters',
    source: 'court-defaulters-list',
    authority: '样例市中级人民法院',
    grade: 'serious',
    document: { number: `（样例）${id}号`, type: 'enforcement-decision', issuedOn: '2026-01-05' },
    measures: ['no-land'],
    from: '2026-01-05',
    until: '2026-12-31',
    repair: { repairable: true },
    state: 'active',
    ...changes,
  });
const listed = (id: string, changes: Record<string, unknown> = {}): StandingEvent => ({
  type: 'listed',
  listing: listing(id, changes),
});

/** Writes what happens to a subject now, with the documents of the listings that are new. */
async function happens(key: SubjectKey, ...events: readonly StandingEvent[]): Promise<void> {
  const client = dynamoClient({ endpoint: api.stack.endpoint, region: LOCAL_REGION });
  const store = new DynamoStandingStore(client, api.stack.registryTable);
  const code = organisationCode.get(key);
  const organisation = {
    scheme: isNameKey(key) ? 'org-name' : 'uscc',
    ...(code && { code }),
    name: '样例公司',
  } as const;
  const unknown = unknownSubject(isPersonKey(key) ? { scheme: 'resident-id' } : organisation);
  const before = (await store.standings([key])).get(key) ?? unknown;
  const change = advance(before, events, { actor: 'steward' }, instant(clock.now));
  const documents = events.flatMap((event) =>
    event.type === 'listed' || event.type === 'proposed'
      ? [{ listingId: event.listing.id, subject: key, fields: {} }]
      : [],
  );
  await store.commit([{ key, change, documents, names: [] }]);
  client.destroy();
}
const organisationCode = new Map<SubjectKey, string>();
function keyOf(number: number): SubjectKey {
  const code = organisation(number);
  const key = organisationKey(code.slice(8, 17));
  organisationCode.set(key, code);
  return key;
}
const at = (moment: string) => {
  clock.now = Date.parse(moment);
};

describe('a listing in force', () => {
  test('is shown to everyone, with what its rule lets be public', async () => {
    await happens(keyOf(700), listed('pub-1'));
    const [entry] = await shown('pub-1', { domain: 'court-defaulters', list: 'black' });
    expect(entry).toEqual({
      listingId: 'pub-1',
      list: 'black',
      domain: { code: 'court-defaulters', name: catalogue.domains[0]?.name.zh },
      authority: '样例市中级人民法院',
      subject: { scheme: 'uscc', id: organisation(700), name: '样例公司' },
      stage: 'in-force',
      from: '2026-01-05',
      until: '2026-12-31',
      notices: [],
      document: { number: '（样例）pub-1号', type: 'enforcement-decision', issuedOn: '2026-01-05' },
      grade: 'serious',
      measures: [{ code: 'no-land', name: expect.any(String), legalBasis: expect.any(String) }],
      repair: { repairable: true, route: expect.any(String) },
      remedy: expect.any(String),
    });
  });

  test('that is not repaired cites the law instead of a way to repair it', async () => {
    const citation = '样例条例第九条：不予修复';
    await happens(keyOf(709), listed('pub-kept', { repair: { repairable: false, citation } }));
    const [entry] = await shown('pub-kept', { domain: 'court-defaulters', list: 'black' });
    expect(entry?.repair).toEqual({ repairable: false, route: citation });
  });

  test('of which nothing is known but the name is shown with the name', async () => {
    await happens(nameKey('样例公司'), listed('pub-named'));
    expect(await shown('pub-named')).toMatchObject([
      {
        subject: { scheme: 'org-name', name: '样例公司' },
        stage: 'in-force',
        document: { number: '（样例）pub-named号' },
      },
    ]);
  });

  test('leaves with its last day in Beijing, and its exit stands in the same place', async () => {
    await happens(keyOf(701), listed('pub-2'));
    at('2026-12-31T15:59:59.999Z');
    expect(await shown('pub-2')).toMatchObject([{ stage: 'in-force' }]);
    at('2026-12-31T16:00:00.000Z');
    const exit = await shown('pub-2', { domain: 'court-defaulters' });
    at('2027-01-30T16:00:00.000Z');
    const later = await shown('pub-2');
    at('2026-11-21T01:00:00.000Z');
    expect(exit).toEqual([
      {
        listingId: 'pub-2',
        list: 'black',
        domain: { code: 'court-defaulters', name: expect.any(String) },
        authority: '样例市中级人民法院',
        subject: { scheme: 'uscc', id: organisation(701), name: '样例公司' },
        stage: 'exit',
        reason: 'expired',
        from: '2027-01-01',
        until: '2027-01-30',
        notices: [],
      },
    ]);
    expect(later).toEqual([]);
  });

  test('that has ended is announced at once, whatever the index still says', async () => {
    await happens(keyOf(702), listed('pub-3'));
    expect(await shown('pub-3')).toMatchObject([{ stage: 'in-force' }]);
    await happens(keyOf(702), { type: 'ended', listingId: 'pub-3', reason: 'repaired' });
    expect(await shown('pub-3')).toMatchObject([
      { stage: 'exit', reason: 'repaired', from: '2026-11-21', until: '2026-12-20' },
    ]);
  });

  test('under objection is flagged, in a reorganisation it is shielded', async () => {
    await happens(keyOf(703), listed('pub-4'), { type: 'suspended', listingId: 'pub-4', cause: 'objection' });
    expect(await shown('pub-4')).toMatchObject([{ stage: 'in-force', notices: ['objection-pending'] }]);
    await happens(keyOf(703), { type: 'suspended', listingId: 'pub-4', cause: 'reorganisation' });
    expect(await shown('pub-4')).toEqual([]);
    await happens(keyOf(703), { type: 'resumed', listingId: 'pub-4', cause: 'reorganisation' });
    expect(await shown('pub-4')).toHaveLength(1);
  });

  test('that was lowered is on the other list from then on', async () => {
    const changes = { domain: 'research-misconduct', source: 'research-misconduct-list' };
    await happens(keyOf(704), listed('pub-5', changes));
    await happens(keyOf(704), { type: 'lowered', listingId: 'pub-5', grade: 'ordinary', measures: [] });
    // Its exit from the black list stands where it was listed, for the days of that list.
    const black = { domain: 'research-misconduct', list: 'black' };
    const exit = { list: 'black', stage: 'exit', from: '2026-11-21', until: '2026-11-30', reason: 'lowered' };
    const left = await shown('pub-5', black);
    expect(left).toMatchObject([exit]);
    expect(left[0]).not.toHaveProperty('document');
    expect(await shown('pub-5')).toMatchObject([{ list: 'ordinary', stage: 'in-force' }, exit]);
    at('2026-11-30T16:00:00.000Z');
    const later = await shown('pub-5', black);
    at('2026-11-21T01:00:00.000Z');
    expect(later).toEqual([]);
    const [entry, ...others] = await shown('pub-5', { list: 'ordinary' });
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ list: 'ordinary', grade: 'ordinary', stage: 'in-force' });
    expect(entry).not.toHaveProperty('document');
  });

  test('of a person shows neither number nor name', async () => {
    const ring = parseKeyring(api.stack.personKeyring);
    const [key] = personKeys(ring, { kind: 'person', scheme: 'resident-id', value: SAMPLE.person });
    if (!key) throw new Error('no key');
    await happens(key, listed('pub-6'));
    const [entry] = await shown('pub-6');
    expect(entry?.subject).toEqual({ scheme: 'resident-id' });
    expect(JSON.stringify(entry)).not.toContain(key);
  });

  test.each([
    ['of a list that is not public', { domain: 'wage-arrears', source: 'wage-arrears-list' }],
    ['of a list that no rule knows', { domain: 'land-market' }],
    ['before its first day', { from: '2026-11-22' }],
    ['whose document is of tomorrow', { document: { number: 'x', type: 'y', issuedOn: '2026-11-22' } }],
    ['that left long ago', { until: '2026-10-01' }],
  ])('is not public: %s', async (name, changes) => {
    await happens(keyOf(705), listed(name, changes));
    expect(await shown(name)).toEqual([]);
  });
});

test('a candidate is public in its publicity alone, and its end is announced if it was', async () => {
  const candidate = (id: string): StandingEvent => ({
    type: 'proposed',
    listing: listing(id, { domain: 'tax-a-grade', list: 'red', source: undefined, state: 'candidate' }),
  });
  const until = CalendarDate.parse('2026-12-21');
  const hearing = { from: CalendarDate.parse('2026-11-21'), workingDays: 20, until };
  await happens(keyOf(710), candidate('open'), { type: 'publicised', listingId: 'open', hearing });
  await happens(keyOf(711), candidate('quiet'), { type: 'notified', listingId: 'quiet', hearing });
  const red = async () => (await every({ list: 'red' })).filter(({ listingId }) => !listingId.startsWith('sample-'));
  expect(await red()).toMatchObject([{ listingId: 'open', stage: 'candidate', from: '2026-11-21', until }]);
  for (const [number, listingId] of [
    [710, 'open'],
    [711, 'quiet'],
  ] as const)
    await happens(keyOf(number), { type: 'ended', listingId, reason: 'objection-upheld' });
  expect(await red()).toMatchObject([{ listingId: 'open', stage: 'exit', reason: 'objection-upheld' }]);
});

describe('the pages', () => {
  beforeAll(async () => {
    for (let number = 0; number < 40; number += 1) {
      const issuedOn = `2026-02-${String(1 + (number % 20)).padStart(2, '0')}`;
      const changes = { document: { number: `${number}`, type: 'enforcement-decision', issuedOn }, from: issuedOn };
      await happens(keyOf(800 + number), listed(`many-${number}`, changes));
    }
  });

  test('show each once, the newest document first in its domain, and stay the same', async () => {
    const query = { domain: 'court-defaulters', limit: '7' };
    const items = await every(query);
    const many = items.filter(({ listingId }) => listingId.startsWith('many-'));
    expect(new Set(many.map(({ listingId }) => listingId)).size).toBe(40);
    expect(many).toHaveLength(40);
    const days = items.map(
      ({ document }) => z.looseObject({ issuedOn: z.string() }).safeParse(document).data?.issuedOn,
    );
    const dated = days.filter((day) => day !== undefined);
    expect(dated).toEqual(dated.toSorted().toReversed());
    expect(await every(query)).toEqual(items);
    expect(await every({ ...query, limit: '100' })).toEqual(items);
  });

  test('go through all domains where none is named', async () => {
    const all = await every({ limit: '9' });
    const codes = all.map(({ domain }) => domain.code);
    expect(codes).toEqual(codes.toSorted());
    expect(new Set(codes)).toEqual(new Set(['court-defaulters', 'research-misconduct', 'tax-a-grade']));
  });

  test('are not moved by what is listed meanwhile', async () => {
    const query = { domain: 'court-defaulters', limit: '5' };
    const first = await page(query);
    const before = await restOf(first, query);
    await happens(keyOf(850), listed('late', { document: { number: 'l', type: 'x', issuedOn: '2026-11-20' } }));
    expect(await restOf(first, query)).toEqual(before);
    expect((await page(query)).items[0]?.listingId).toBe('late');
  });

  test('may be cached: the same page is the same bytes, and is not sent twice', async () => {
    const query = { domain: 'court-defaulters', limit: '5' };
    const first = await read(query);
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    expect(first.headers.get('vary')).toBe('accept-language');
    const etag = first.headers.get('etag') ?? '';
    expect((await read(query)).text).toBe(first.text);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await read(query, { 'if-none-match': tag });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await read(query, { 'if-none-match': '"other"' })).status).toBe(200);
    const english = await read(query, { 'accept-language': 'en' });
    expect(english.headers.get('etag')).not.toBe(etag);
    expect(Page.parse(english.json).items[0]?.domain.name).toBe(catalogue.domains[0]?.name.en);
    await happens(keyOf(851), listed('changes-it', { document: { number: 'c', type: 'x', issuedOn: '2026-11-21' } }));
    expect((await read(query, { 'if-none-match': etag })).status).toBe(200);
  });

  test('are empty of a list or a source that is switched off', async () => {
    const turn = (code: string, state: string) =>
      api.call('PUT', `/v1/switches/${code}`, { as: 'admin', body: { state } });
    await turn('court-defaulters', 'off');
    problemIn(await read({ domain: 'court-defaulters' }), 404, 'not-found');
    expect((await every()).map(({ domain }) => domain.code)).not.toContain('court-defaulters');
    await turn('court-defaulters', 'on');
    await turn('court-defaulters-list', 'off');
    expect(await every({ domain: 'court-defaulters' })).toEqual([]);
    await turn('court-defaulters-list', 'on');
    expect((await page({ domain: 'court-defaulters' })).items.length).toBeGreaterThan(0);
  });

  test.each([
    ['an unknown list', { list: 'grey' }, 400, ['/list unknown-value']],
    ['a parameter too many', { subject: 'uscc:1' }, 400, ['/subject unknown-field']],
    ['too many at once', { limit: '101' }, 400, ['/limit too-large']],
    ['a cursor that is none', { cursor: 'AAAA' }, 400, ['/cursor wrong-format']],
  ])('with %s are refused', async (_, query, status, faults) => {
    expect(faultsIn(problemIn(await read(query as Record<string, string>), status, 'invalid-request'))).toEqual(faults);
  });

  test('of another query have cursors of no use, and a list that is not public has none', async () => {
    const { next } = await page({ domain: 'court-defaulters', limit: '5' });
    problemIn(await read({ list: 'black', cursor: next ?? '' }), 400, 'invalid-request');
    for (const query of [{ domain: 'wage-arrears' }, { domain: 'nowhere' }, { domain: 'tax-a-grade', list: 'black' }])
      problemIn(await read(query as Record<string, string>), 404, 'not-found');
  });
});

/** The listings of every page after one. */
async function restOf({ next }: Page, query: Record<string, string>): Promise<string[]> {
  return (await every({ ...query, ...(next !== null && { cursor: next }) })).map(({ listingId }) => listingId);
}
