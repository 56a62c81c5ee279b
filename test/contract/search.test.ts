import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_REGION } from '../../infra/local/stack.ts';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { answerIn, faultsIn, itemsIn, pageIn, problemIn, type Summary } from './shapes.ts';

const MATTER = 'S-60';
const RECORDS = 60;
const LIMIT = 7;

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const find = async (query: string | Record<string, string>, as = 'procurement') =>
  pageIn(await api.get(`/v1/checks?${new URLSearchParams(query)}`, as));
const findPerson = async (body: unknown, as = 'procurement') =>
  pageIn(await api.call('POST', '/v1/checks/search', { as, body }));

/** All pages of a query. */
async function allPages(query: Record<string, string>, as = 'procurement'): Promise<Summary[][]> {
  const pages: Summary[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: Summary[]; next: string | null } = await find(
      cursor === '' ? query : { ...query, cursor },
      as,
    );
    pages.push(page.items);
    cursor = page.next;
    if (pages.length > RECORDS) throw new Error('the pages have no end');
  }
  return pages;
}

describe('paging through 60 records, every third an interception, seven at a time', () => {
  let ids: string[] = [];
  beforeAll(async () => {
    const { subjects: _, ...setting } = question(undefined, { matter: { id: MATTER } });
    const items = Array.from({ length: RECORDS }, (_, index) => ({
      ref: String(index),
      subjects: [{ scheme: 'uscc', id: index % 3 === 0 ? SAMPLE.veto : organisation(index) }],
    }));
    const reply = await api.call('POST', '/v1/check-batches', { as: 'procurement', body: { ...setting, items } });
    ids = itemsIn(reply).flatMap(({ check }) => check?.id ?? []);
  });

  test.each([
    ['the caller’s own', {}, 'procurement'],
    ['of a matter', { matter: MATTER }, 'procurement'],
    ['of a caller, for an auditor', { caller: 'procurement' }, 'auditor'],
    ['of a matter of a caller, for an auditor', { caller: 'procurement', matter: MATTER }, 'auditor'],
  ])('%s: newest first, without gap or repeat', async (_, query, as) => {
    const pages = await allPages({ ...query, limit: String(LIMIT) }, as);
    const items = pages.flat();
    expect(items.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    const times = items.map(({ checkedAt }) => checkedAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect(pages.every(({ length }) => length <= LIMIT)).toBe(true);
  });

  test.each([
    ['interceptions', { outcome: 'veto' }, 20],
    ['passes', { outcome: 'pass' }, 40],
    ['one subject’s', { subject: `uscc:${SAMPLE.veto}` }, 20],
    ['one subject’s, by its organisation code', { subject: `org-code:${SAMPLE.veto.slice(8, 17)}` }, 20],
    ['a rare filter', { scene: 'tendering' }, 0],
  ])('%s, filtered over all pages', async (_, query, count) => {
    const items = (await allPages({ ...query, limit: String(LIMIT) })).flat();
    expect(items).toHaveLength(count);
    expect(new Set(items.map(({ id }) => id)).size).toBe(count);
  });

  test('what is recorded meanwhile does not shift a page', async () => {
    const first = await find({ matter: MATTER, limit: '10' });
    const late = answerIn(await api.check(question(organisation(70), { matter: { id: MATTER } })));
    const second = await find({ matter: MATTER, limit: '100', cursor: first.next ?? '' });
    const seen = [...first.items, ...second.items].map(({ id }) => id);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect((await find({ matter: MATTER, limit: '1' })).items[0]?.id).toBe(late.id);
  });

  test('ends without a cursor on the last full page', async () => {
    const page = await find({ outcome: 'veto', matter: MATTER, limit: '20' });
    expect(page.items).toHaveLength(20);
    const rest =
      page.next === null ? [] : (await find({ outcome: 'veto', matter: MATTER, limit: '20', cursor: page.next })).items;
    expect(rest).toEqual([]);
  });

  test('a cursor is of use in its own query only', async () => {
    const { next } = await find({ matter: MATTER, limit: '5' });
    const cursor = next ?? '';
    for (const [query, as] of [
      [{ matter: 'another' }, 'procurement'],
      [{}, 'procurement'],
      [{ matter: MATTER, outcome: 'veto' }, 'procurement'],
      [{ matter: MATTER }, 'grants'],
      [{ matter: MATTER, caller: 'grants' }, 'auditor'],
    ] as const) {
      const reply = await api.get(`/v1/checks?${new URLSearchParams({ ...query, cursor })}`, as);
      expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/cursor wrong-format']);
    }
    expect((await find({ matter: MATTER, limit: '9', cursor })).items).toHaveLength(9);
  });

  test('a cursor is refused in the language asked for', async () => {
    const headers = { 'accept-language': 'en' };
    const reply = await api.call('GET', '/v1/checks?cursor=AAAA', { as: 'procurement', headers });
    problemIn(reply, 400, 'invalid-request');
    expect(reply.text).toMatch(/^[\x20-\x7e]+$/);
  });

  test('an edited cursor is refused', async () => {
    const cursor = (await find({ matter: MATTER, limit: '5' })).next ?? '';
    const bytes = Buffer.from(cursor, 'base64url');
    const flip = (at: number) => {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      return copy.toString('base64url');
    };
    const edited = [flip(0), flip(16), flip(bytes.length - 1), cursor.slice(0, -4), `${cursor}AAAA`, 'AAAA', '~', ' '];
    for (const each of edited) {
      const reply = await api.get(`/v1/checks?${new URLSearchParams({ matter: MATTER, cursor: each })}`, 'procurement');
      expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/cursor wrong-format']);
    }
  });
});

describe('a search', () => {
  test('gives a summary, and no more', async () => {
    const { id, checkedAt } = answerIn(await api.check(question(SAMPLE.warn, { matter: { id: 'S-1' } })));
    expect((await find({ matter: 'S-1' })).items).toEqual([
      {
        id,
        checkedAt,
        outcome: 'warn',
        scene: 'government-procurement',
        matter: 'S-1',
        caller: 'procurement',
        subject: { scheme: 'uscc', id: SAMPLE.warn },
      },
    ]);
  });

  test('is bounded by moments and by dates in Beijing, the last day whole', async () => {
    const { id, checkedAt } = answerIn(await api.check(question(organisation(80), { matter: { id: 'S-2' } })));
    const today = new Date(Date.parse(checkedAt) + 8 * 3_600_000).toISOString().slice(0, 10);
    const after = new Date(Date.parse(checkedAt) + 1).toISOString();
    const idsOf = async (query: Record<string, string>) =>
      (await find({ matter: 'S-2', ...query })).items.map((item) => item.id);
    expect(await idsOf({ from: today, to: today })).toEqual([id]);
    expect(await idsOf({ from: checkedAt, to: after })).toEqual([id]);
    expect(await idsOf({ from: after })).toEqual([]);
    expect(await idsOf({ to: checkedAt })).toEqual([]);
    expect(await idsOf({ to: '2020-01-01' })).toEqual([]);
    expect(await idsOf({ from: '2999-01-01' })).toEqual([]);
    // +08:00 in a URL, and the same moment
    const beijing = `${new Date(Date.parse(checkedAt) + 8 * 3_600_000).toISOString().slice(0, -1)}+08:00`;
    expect(await idsOf({ from: beijing })).toEqual([id]);
  });

  test('filters by scene, outcome and subject together', async () => {
    const body = question(SAMPLE.veto, { scene: 'tendering', matter: { id: 'S-3', mandatoryTender: true } });
    const { id } = answerIn(await api.check(body));
    const query = { scene: 'tendering', outcome: 'veto', subject: `uscc:${SAMPLE.veto}`, matter: 'S-3' };
    expect((await find(query)).items.map((item) => item.id)).toEqual([id]);
    expect((await find({ ...query, outcome: 'pass' })).items).toEqual([]);
    expect((await find({ ...query, scene: 'land' })).items).toEqual([]);
    expect((await find({ ...query, matter: 'S-4' })).items).toEqual([]);
  });

  test('of a caller sees the caller’s own records alone', async () => {
    const body = question(organisation(81), { scene: 'fiscal-fund', matter: { id: 'S-5' } });
    const { id } = answerIn(await api.check(body, {}, 'grants'));
    const subject = `uscc:${organisation(81)}`;
    expect((await find({ subject }, 'grants')).items.map((item) => item.id)).toEqual([id]);
    expect((await find({ subject })).items).toEqual([]);
    expect((await find({ caller: 'grants' })).items).toEqual([]);
    expect((await find({ subject, caller: 'grants' }, 'auditor')).items.map((item) => item.id)).toEqual([id]);
    expect((await find({ subject }, 'auditor')).items.map((item) => item.id)).toEqual([id]);
  });

  test('of an auditor needs no caller: every caller’s records are looked along', async () => {
    const own = answerIn(await api.check(question(organisation(82), { matter: { id: 'S-6' } })));
    const other = answerIn(
      await api.check(question(organisation(83), { scene: 'fiscal-fund', matter: { id: 'S-6' } }), {}, 'grants'),
    );
    const ids = async (query: Record<string, string>) =>
      (await find({ ...query, limit: '100' }, 'auditor')).items.map((item) => item.id);
    expect(await ids({ matter: 'S-6' })).toEqual([other.id, own.id]);
    expect(await ids({})).toEqual(expect.arrayContaining([other.id, own.id]));
    expect(await ids({ scene: 'fiscal-fund', matter: 'S-6' })).toEqual([other.id]);
    expect(await ids({ outcome: 'veto', matter: 'S-6' })).toEqual([]);
  });

  test.each([
    ['an unknown parameter', 'colour=red', '/colour unknown-field'],
    ['a parameter twice', 'scene=land&scene=land', '/scene duplicate-parameter'],
    ['a limit of 0', 'limit=0', '/limit too-small'],
    ['a limit of 101', 'limit=101', '/limit too-large'],
    ['a limit that is no number', 'limit=ten', '/limit wrong-format'],
    ['an unknown outcome', 'outcome=fail', '/outcome unknown-value'],
    ['a subject without a scheme', 'subject=91430100MAGG10073P', '/subject wrong-format'],
    ['an unknown scheme', 'subject=vat:1', '/subject/scheme unknown-value'],
  ])('refuses %s', async (_, query, fault) => {
    expect(faultsIn(problemIn(await api.get(`/v1/checks?${query}`, 'procurement'), 400, 'invalid-request'))).toEqual([
      fault,
    ]);
  });

  test.each(['resident-id', 'residence-permit-hmt', 'foreign-permanent-resident-id', 'passport', 'person-name'])(
    'refuses a person in the URL: %s',
    async (scheme) => {
      const reply = await api.get(`/v1/checks?subject=${scheme}:${SAMPLE.person}`, 'procurement');
      const problem = problemIn(reply, 400, 'invalid-request');
      expect(faultsIn(problem)[0]).toMatch(/^\/subject/);
      expect(reply.text).not.toContain(SAMPLE.person);
    },
  );

  test('for a person goes by POST, and shows the person masked', async () => {
    const { id } = answerIn(await api.check(question(personSubject(), { matter: { id: 'S-6' } })));
    const subject = { scheme: 'resident-id', id: SAMPLE.person };
    const { items } = await findPerson({ subject });
    expect(items.map((item) => [item.id, item.subject])).toContainEqual([
      id,
      { scheme: 'resident-id', id: '110*************2X' },
    ]);
    expect(JSON.stringify(items)).not.toContain(SAMPLE.person);
    expect((await findPerson({ subject: { ...subject, id: ' 11010519491231002x ' } })).items).toEqual(items);
    expect((await findPerson({ subject: { ...subject, id: '440524188001010014' } })).items).toEqual([]);
    expect((await findPerson({ subject }, 'grants')).items).toEqual([]);
    expect((await find({ matter: 'S-6' })).items[0]?.subject).toEqual({
      scheme: 'resident-id',
      id: '110*************2X',
    });
  });

  test('by POST takes the same filters, and knows its fields', async () => {
    const { id } = answerIn(await api.check(question(organisation(82), { matter: { id: 'S-7' } })));
    expect((await findPerson({ matter: 'S-7', limit: 1 })).items.map((item) => item.id)).toEqual([id]);
    const reply = await api.call('POST', '/v1/checks/search', { as: 'procurement', body: { colour: 1, limit: 0 } });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/colour unknown-field', '/limit too-small']);
  });

  test('finds a check by every member of its consortium', async () => {
    const members = [organisation(83), SAMPLE.favour, organisation(84)];
    const body = question(undefined, { ...consortium(...members), matter: { id: 'S-8' } });
    const { id } = answerIn(await api.check(body));
    for (const member of members) {
      const { items } = await find({ subject: `uscc:${member}`, matter: 'S-8' });
      expect(items.map((item) => [item.id, item.subject?.id])).toEqual([[id, member]]);
    }
    expect((await find({ matter: 'S-8' })).items).toHaveLength(1);
  });

  test('finds a person who is a later member', async () => {
    const passport = {
      scheme: 'passport',
      id: 'E12345678',
      country: 'CHN',
      name: '样例证件',
      basis: { kind: 'consent', reference: 'x' },
    };
    const subjects = [{ scheme: 'uscc', id: organisation(85) }, personSubject(), passport];
    const body = question(undefined, { subjects, consortium: true, matter: { id: 'S-9' } });
    const { id } = answerIn(await api.check(body));
    const found = await findPerson({ subject: { scheme: 'passport', id: 'E12345678', country: 'CHN' }, matter: 'S-9' });
    expect(found.items.map((item) => [item.id, item.subject])).toEqual([[id, { scheme: 'passport', id: 'E1*****78' }]]);
  });

  test('finds what was asked by a registration number or a name that leads nowhere', async () => {
    const numbered = answerIn(await api.check(question({ scheme: 'registration-no', id: '430100000010234' })));
    const named = answerIn(await api.check(question({ scheme: 'org-name', id: '样例（无名）公司' })));
    expect((await find({ subject: 'registration-no:430100000010234' })).items.map(({ id }) => id)).toEqual([
      numbered.id,
    ]);
    expect((await find({ subject: 'org-name:样例(无名)公司' })).items.map(({ id }) => id)).toEqual([named.id]);
  });

  test('does not show what is past its keeping, though it is not yet swept', async () => {
    const body = question(undefined, { ...consortium(organisation(86), organisation(87)), matter: { id: 'S-10' } });
    const { id } = answerIn(await api.check(body));
    expect((await find({ matter: 'S-10' })).items).toHaveLength(1);
    const { endpoint, checkLogTable } = api.stack;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials });
    for (const sk of ['R', 'M#01'])
      await client.send(
        new UpdateItemCommand({
          TableName: checkLogTable,
          Key: { pk: { S: `C#${id}` }, sk: { S: sk } },
          UpdateExpression: 'SET #ttl = :past',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':past': { N: String(Math.floor(Date.now() / 1000) - 1) } },
        }),
      );
    client.destroy();
    expect((await find({ matter: 'S-10' })).items).toEqual([]);
    expect((await find({ subject: `uscc:${organisation(86)}` })).items).toEqual([]);
    expect((await find({ subject: `uscc:${organisation(87)}` })).items).toEqual([]);
    problemIn(await api.get(`/v1/checks/${id}`, 'procurement'), 404, 'not-found');
  });
});
