import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startEngine } from '../../infra/local/engine.ts';
import { localClient } from '../../infra/local/stack.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import { personDigest, recordDigest } from '../../lib/check/digest.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import { CaseReport } from '../../lib/check-log/case-report.ts';
import type { Note } from '../../lib/check-log/note.ts';
import { appendedLeaf, salted } from '../../lib/dynamo/appended-items.ts';
import { type Item, keyItem, toText } from '../../lib/dynamo/attributes.ts';
import { DynamoCaseReports } from '../../lib/dynamo/case-reports.ts';
import { itemsOf } from '../../lib/dynamo/check-log-items.ts';
import { DynamoGrantStore } from '../../lib/dynamo/grant-store.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { noteKey, personsKey, recordKey, tombstoneKey } from '../../lib/dynamo/keys.ts';
import { DynamoTombstoneReader } from '../../lib/dynamo/tombstone-reader.ts';
import { CalendarDate, instant } from '../../lib/kernel/clock.ts';
import { leafOf } from '../../lib/seal/leaf.ts';
import type { NewSegment } from '../../lib/seal/ports.ts';
import { proofOf, verifyProof } from '../../lib/seal/proof.ts';
import { sealUp } from '../../lib/seal/run.ts';
import { headOf, sealSegment, verifySeal } from '../../lib/seal/seal.ts';
import { checkRecord } from '../conformance/samples.ts';
import { ANSWER, KEYS, SIGNING, withReceipt } from '../seal/history.ts';
import { idsIn, imageOf, SealedLog } from '../seal/sealed-log.ts';

let stop: () => Promise<void>;
let client: DynamoDBClient;
let log: SealedLog;
beforeAll(async () => {
  const engine = await startEngine({ dataFolder: ':memory:' });
  client = localClient(engine.endpoint);
  stop = async () => {
    client.destroy();
    await engine.stop();
  };
});
beforeEach(async () => {
  log = await SealedLog.on(client);
});
afterAll(() => stop?.());

const ids = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id);
const NOTHING = { segments: 0, records: 0, confirmedGaps: 0 };

describe('the sealer', () => {
  test('seals what was recorded some minutes ago, each record once, in segments that name one another', async () => {
    const first = await log.check(3);
    expect(await log.seal()).toEqual({ segments: 1, records: 3, confirmedGaps: 0 });
    const second = await log.check(2);
    expect(await log.seal()).toEqual({ segments: 1, records: 2, confirmedGaps: 0 });
    expect(await log.seal()).toEqual(NOTHING);
    const segments = await log.segments();
    expect(segments.map(idsIn)).toEqual([ids(first), ids(second)]);
    const [one, two] = await Promise.all(segments.map(({ seal }) => verifySeal(seal, KEYS)));
    expect(one).toMatchObject({ ok: true, payload: { segment: 1, previous: null, count: 3, late: 0, gaps: [] } });
    expect(two).toMatchObject({
      ok: true,
      payload: { segment: 2, previous: headOf(1, segments[0]?.seal ?? '').digest, count: 2 },
    });
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 5, unsealed: 0 } });
  });

  test('leaves what is too recent for the next run', async () => {
    const early = await log.check(1);
    log.now += 200_000;
    const recent = await log.check(1);
    expect(await sealUp(log.sealing(), instant(log.now))).toMatchObject({ records: 1 });
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 1, unsealed: 1 } });
    await log.seal();
    expect((await log.segments()).map(idsIn)).toEqual([ids(early), ids(recent)]);
  });

  test('seals once what the stream delivers twice, before the seal and after it', async () => {
    const records = await log.check(3);
    await log.deliver(records);
    await log.seal();
    await log.deliver(records.slice(1));
    const more = await log.check(1);
    await log.seal();
    await log.deliver(records);
    expect(await log.seal()).toEqual(NOTHING);
    expect((await log.segments()).map(idsIn)).toEqual([ids(records), ids(more)]);
  });

  test('finds by one consistent read what the stream has not brought, several in a row too', async () => {
    const linked = [1, 2, 3, 4].map(() => log.link());
    for (const each of linked) await log.put(each);
    const records = linked.map(({ record }) => record);
    await log.deliver(records.slice(3));
    expect(await log.seal()).toEqual({ segments: 1, records: 4, confirmedGaps: 0 });
    await log.deliver(records);
    expect(await log.seal()).toEqual(NOTHING);
    expect((await log.segments()).map(idsIn)).toEqual([ids(records)]);
  });

  test('declares the gap of a put that failed, which is no alarm', async () => {
    const [before, lost, beside] = [log.link(), log.link(), log.link()];
    await log.put(before);
    log.chain.broken(lost);
    await log.put(beside);
    const after = log.link();
    await log.put(after);
    await log.deliver([before, beside, after].map(({ record }) => record));
    expect(await log.seal()).toEqual({ segments: 1, records: 3, confirmedGaps: 0 });
    const [segment] = await log.segments();
    const { writer } = lost.record.link;
    expect(await verifySeal(segment?.seal ?? '', KEYS)).toMatchObject({
      payload: { gaps: [{ writer, from: 2, to: 2, id: lost.record.id, confirmed: false }] },
    });
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 3 } });
  });

  test('tells a record that was taken away before it was sealed, noted or not', async () => {
    const [noted, unnoted, last] = [log.link(), log.link(), log.link()];
    await log.put(noted);
    await log.put(unnoted);
    await log.put(last);
    await log.deliver([noted.record]);
    await log.remove(noted.record.id);
    await log.remove(unnoted.record.id);
    const after = log.link();
    await log.put(after);
    await log.deliver([last.record, after.record]);
    expect(await log.seal()).toMatchObject({ records: 3, confirmedGaps: 1 });
    const { findings } = await log.verify();
    expect(findings.map(({ kind, id }) => [kind, id]).toSorted()).toEqual([
      ['deleted', noted.record.id],
      ['deleted-before-sealing', unnoted.record.id],
    ]);
  });

  test('puts a late record into the next segment, and reopens nothing', async () => {
    const late = log.link();
    const between = log.link();
    await log.put(between);
    await log.deliver([between.record]);
    await log.seal();
    const before = await log.segments();
    await log.put(late);
    await log.deliver([late.record]);
    const more = await log.check(1);
    await log.seal();
    const segments = await log.segments();
    expect(segments.slice(0, 1)).toEqual(before);
    expect(segments.slice(1).map(idsIn)).toEqual([[late.record.id, ...ids(more)]]);
    expect(await verifySeal(segments[1]?.seal ?? '', KEYS)).toMatchObject({ payload: { late: 1 } });
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 3 } });
  });

  test('seals every writer, however far their clocks are apart', async () => {
    const skews = [-3_600_000, 0, 3_600_000];
    const chains = skews.map(() => new WriterChain());
    for (let round = 0; round < 4; round += 1) {
      for (const [index, chain] of chains.entries()) {
        const linked = log.link({ checkedAt: new Date(log.now + (skews[index] ?? 0)).toISOString() }, chain);
        await log.put(linked, chain);
        await log.deliver([linked.record]);
      }
      log.now += 30_000;
    }
    await log.seal();
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 12, unsealed: 0 } });
  });

  test('misses no note of a witness whose clock is behind: it is taken again, later', async () => {
    await log.check(1);
    await log.seal();
    const linked = log.link();
    await log.put(linked);
    let asked = 0;
    // Its clock is an hour behind until it has asked twice.
    await log.deliver([linked.record], () => {
      asked += 1;
      return asked > 1 ? log.now : log.now - 3_600_000;
    });
    expect(asked).toBe(2);
    expect(await log.seal()).toMatchObject({ records: 1 });
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 2 } });
  });
});

describe('a sealer that is stopped', () => {
  test('while it keeps a segment has kept nothing of it; the next run seals the same', async () => {
    const records = await log.check(3);
    const commit = async (): Promise<boolean> => {
      throw new Error('killed');
    };
    await expect(log.seal({ store: stubbed({ commit }) })).rejects.toThrow('killed');
    expect(await log.segments()).toEqual([]);
    await log.seal();
    expect((await log.segments()).map(idsIn)).toEqual([ids(records)]);
  });

  test('between two segments goes on after the first', async () => {
    const chains = Array.from({ length: 50 }, () => new WriterChain());
    const records = await Promise.all(
      chains.map(async (chain) => {
        const linked = log.link({}, chain);
        await log.put(linked, chain);
        return linked.record;
      }),
    );
    await log.deliver(records);
    let commits = 0;
    const commit: typeof log.store.commit = async (before, made) => {
      commits += 1;
      if (commits === 2) throw new Error('killed');
      return await log.store.commit(before, made);
    };
    await expect(log.seal({ store: stubbed({ commit }) })).rejects.toThrow('killed');
    expect(await log.segments()).toHaveLength(1);
    await log.seal();
    const segments = await log.segments();
    expect(segments.length).toBeGreaterThan(1);
    expect(segments.flatMap(idsIn).toSorted()).toEqual(ids(records).toSorted());
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 50 } });
  });

  test('before the archive has a segment brings it there in the next run, and shows the head after that', async () => {
    await new DynamoHeadStore(log.client, log.tables.registry).change(() => HEAD);
    await log.check(2);
    const put = async (): Promise<void> => {
      throw new Error('killed');
    };
    await expect(log.seal({ archive: { put } })).rejects.toThrow('killed');
    expect(await headShown()).toBeUndefined();
    const archived: number[] = [];
    const archive = { put: async (number: number) => void archived.push(number) };
    await log.seal({ archive });
    await log.check(1);
    await log.seal({ archive });
    expect(archived).toEqual([1, 2]);
    expect(await headShown()).toEqual(headOf(2, (await log.segments())[1]?.seal ?? ''));
  });

  test('archives no list that is not what was sealed, as it would be locked', async () => {
    await new DynamoHeadStore(log.client, log.tables.registry).change(() => HEAD);
    await log.check(2);
    await log.seal();
    const archived: number[] = [];
    const archive = { put: async (number: number) => void archived.push(number) };
    await log.check(1);
    const [first] = await log.segments();
    if (!first) throw new Error('no segment');
    const changed =
      first.leaves?.map((leaf, index) => (index === 0 ? { ...leaf, digest: 'of another' } : leaf)) ?? null;
    for (const leaves of [null, first.leaves?.slice(1) ?? null, changed]) {
      const read = vi.spyOn(log.store, 'segment').mockResolvedValueOnce({ ...first, leaves });
      await expect(log.seal({ archive })).rejects.toThrow('the list of segment 1 is not what was sealed');
      read.mockRestore();
    }
    expect(archived).toEqual([]);
    await log.seal({ archive });
    expect(archived).toEqual([1, 2]);
  });

  test('or two of them at once, seal each record once', async () => {
    for (let round = 0; round < 5; round += 1) {
      await log.check(4);
      log.now += 240_000;
      const runs = await Promise.all([1, 2, 3].map(() => sealUp(log.sealing(), instant(log.now))));
      expect(runs.reduce((sum, { records }) => sum + records, 0)).toBe(4);
    }
    expect((await log.segments()).map((segment) => idsIn(segment).length)).toEqual([4, 4, 4, 4, 4]);
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 20 } });
  });

  const stubbed = (changes: Partial<Pick<typeof log.store, 'commit'>>) => ({
    close: (through: string) => log.store.close(through),
    noted: (...given: Parameters<typeof log.store.noted>) => log.store.noted(...given),
    coverage: (writer: string) => log.store.coverage(writer),
    segment: (number: number) => log.store.segment(number),
    commit: (before: Parameters<typeof log.store.commit>[0], made: NewSegment) => log.store.commit(before, made),
    advance: (...given: Parameters<typeof log.store.advance>) => log.store.advance(...given),
    markArchived: (number: number) => log.store.markArchived(number),
    ...changes,
  });
});

const HEAD = { catalogueVersion: '1', sequence: 0, switchedOff: [], freshAsOf: {} };

async function headShown() {
  const head = await new DynamoHeadStore(log.client, log.tables.registry).sealHead();
  return head ?? undefined;
}

describe('the head of the last seal', () => {
  test('stays where checks read it when the catalogue’s head changes', async () => {
    const heads = new DynamoHeadStore(log.client, log.tables.registry);
    await heads.change(() => HEAD);
    await log.check(1);
    await log.seal();
    const shown = await headShown();
    expect(shown).toMatchObject({ segment: 1 });
    await heads.change((head) => ({ ...HEAD, ...head, switchedOff: ['a'] }));
    expect([await headShown(), (await heads.read())?.switchedOff]).toEqual([shown, ['a']]);
  });
});

const NOTE: Note = {
  kind: 'determination',
  decision: 'must-not-grant',
  ground: '同一主体',
  at: '2026-11-21T01:00:00.000Z',
  by: { subject: 'u-1', person: 'P-1' },
};

async function noteKeyOf({ id }: { readonly id: string }) {
  const item = (await log.items()).find(({ pk, sk }) => pk?.S === `C#${id}` && sk?.S?.startsWith('N#'));
  return { pk: item?.pk?.S ?? '', sk: item?.sk?.S ?? '' };
}

describe('what is appended to a record', () => {
  const put = (Item: Item) => log.client.send(new PutItemCommand({ TableName: log.tables.checkLog, Item }));
  const named = async () =>
    (await log.verify()).findings.map(({ kind, id, of }) => [kind, id, of].filter(Boolean).join(' '));
  let record: CheckRecord;
  let item: Item;
  beforeEach(async () => {
    const records = await log.check(2);
    if (!records[0]) throw new Error('two records');
    [record] = [records[0]];
    item = await log.append(record, NOTE);
  });

  test('is sealed in the same segments, and not proved until then', async () => {
    expect(await log.verify()).toMatchObject({ findings: [], appended: { untouched: 0, unsealed: 1 } });
    expect(await log.seal()).toEqual({ segments: 1, records: 2, confirmedGaps: 0 });
    const [segment] = await log.segments();
    expect(segment?.leaves?.map(({ kind }) => kind)).toEqual(['record', 'record', 'appended']);
    expect(await log.verify()).toMatchObject({ findings: [], appended: { untouched: 1, ended: 0, unsealed: 0 } });
    // By itself as well.
    log.now += 3_600_000;
    await log.append(record, { ...NOTE, at: new Date(log.now).toISOString() });
    expect(await log.seal()).toEqual({ segments: 1, records: 0, confirmedGaps: 0 });
    expect(await log.verify()).toMatchObject({ findings: [], appended: { untouched: 2 } });
  });

  test('is sealed by digests that tell nothing of it: the same words under the same key have another one', async () => {
    await log.seal();
    const [segment] = await log.segments();
    const text = JSON.stringify(segment?.leaves?.at(-1));
    for (const said of [item.sk?.S?.slice('N#'.length), item.salt?.S, NOTE.at, 'must-not-grant', 'P-1'])
      expect(text).not.toContain(said);
    expect(appendedLeaf({ ...item, ...salted() }).digest).not.toBe(appendedLeaf(item).digest);
  });

  test('is named when it is edited, deleted or put in, or no longer readable', async () => {
    await log.seal();
    log.now += 3_600_000;
    await log.check(1);
    await log.seal();
    await put({ ...item, body: toText(JSON.stringify({ ...NOTE, decision: 'may-grant' })) });
    expect(await named()).toEqual([`edited ${record.id} determination`]);
    await put({ ...item, body: toText('{}') });
    expect(await named()).toEqual([`edited ${record.id} determination`]);
    await put({ ...item, odd: { BOOL: true } });
    expect(await named()).toEqual([`edited ${record.id} determination`]);
    await log.client.send(
      new DeleteItemCommand({ TableName: log.tables.checkLog, Key: keyItem(await noteKeyOf(record)) }),
    );
    expect(await named()).toEqual([`deleted ${record.id} determination`]);
    await put(item);
    expect(await named()).toEqual([]);
    await put({ ...item, sk: { S: `${item.sk?.S}x` } });
    expect(await named()).toEqual([`inserted ${record.id} determination`]);
  });

  test('has one term: with an invented one beside it, it is another than was sealed', async () => {
    await log.seal();
    await put({ ...item, heldTtl: { N: '4102444800' } });
    expect(await named()).toEqual([`edited ${record.id} determination`]);
    await put({ ...item, heldTtl: item.ttl ?? { N: '1' } });
    expect(await named()).toEqual([`edited ${record.id} determination`]);
  });

  test('is what was sealed first: another in its place, sealed as well, is named', async () => {
    await log.seal();
    const other = { ...item, body: toText(JSON.stringify({ ...NOTE, decision: 'may-grant' })) };
    await put(other);
    await log.deliverItems([other]);
    await log.seal();
    expect(await named()).toEqual([`edited ${record.id} determination`]);
  });

  test('is sealed whoever appends it: a grant and a case too', async () => {
    const { at, by } = NOTE;
    const { id, caller, scene, matterId: matter, checkedAt, keepUntil } = record;
    const grant = { reference: 'A-1', grantedAt: at, member: 0, outcome: 'pass', at, by } as const;
    const open = { checkId: id, caller, scene, matter, checkedAt, fingerprint: 'f', grant };
    const to = { subjects: [], principal: undefined, keepUntil };
    await new DynamoGrantStore(log.client, log.tables.checkLog).append(open, to);
    const report = CaseReport.parse({
      ...{ caller, scene, matter, checkedAt, at, by, subject: 0, scheme: 'uscc', id: null },
      ...{ measure: 'a-measure', effectiveOn: '2026-11-21', effect: '不予授予' },
      attachments: [{ name: '决定书', mediaType: 'application/pdf', sha256: '0'.repeat(64) }],
    });
    await new DynamoCaseReports(log.client, log.tables.checkLog).append(report, { checkId: id, caller, keepUntil });
    const appended = (await log.items()).filter(({ sk }) => sk?.S?.startsWith('N#'));
    expect(appended).toHaveLength(3);
    await log.deliverItems(appended);
    await log.seal();
    const [segment] = await log.segments();
    const kinds = (segment?.leaves ?? []).flatMap((leaf) => (leaf.kind === 'appended' ? [leaf.of] : []));
    expect(new Set(kinds)).toEqual(new Set(['determination', 'grant', 'case']));
    expect(await log.verify()).toMatchObject({ findings: [], appended: { untouched: 3 } });
  });

  test('stands as it was sealed, as its record does, where a hold stops their terms', async () => {
    await log.seal();
    for (const { ttl, ...rest } of await log.items()) await put({ ...rest, ...(ttl && { heldTtl: ttl }) });
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 2 }, appended: { untouched: 1 } });
  });
});

/** Whoever can write the log can write such items: no function of ours does. */
describe('what cannot be sealed is set aside with an alarm, and stops neither sealer nor verifier', () => {
  const ID = 'sealed-log-record-9999';
  const note = (changes: Item): Item => ({
    ...keyItem(noteKey(ID, '2026-11-21T01:00:00.000Z-0')),
    ...salted(),
    ...{ v: { N: '1' }, body: toText(JSON.stringify(NOTE)) },
    ...changes,
  });
  const tombstone = (body: string): Item => ({ ...keyItem(tombstoneKey(ID)), v: { N: '1' }, body: { S: body } });
  const said = { id: ID, digest: 'd', keepUntil: '2050-01-01T00:00:00.000Z', deletedAt: '2026-11-21T01:00:00.000Z' };
  const record = (changes: Item): Item => ({ ...itemsOf(log.link().record)[0], ...keyItem(recordKey(ID)), ...changes });
  const TTL = { N: '4102444800' };

  test.each<[string, () => Item]>([
    ['a note of an older form, without a salt', () => note({ ttl: TTL, salt: { N: '1' } })],
    ['a note with two terms', () => note({ ttl: TTL, heldTtl: TTL })],
    ['a note with no term', () => note({})],
    ['a note with a term after the last year', () => note({ ttl: { N: '253402300800' } })],
    ['a note that is no JSON', () => note({ ttl: TTL, body: { S: '{' } })],
    ['a note that is said to be deflated', () => note({ ttl: TTL, body: { B: Buffer.from('x') } })],
    ['a note of an attribute that none has', () => note({ ttl: TTL, odd: { BOOL: true } })],
    ['a tombstone with a rule in words', () => tombstone(JSON.stringify({ ...said, rule: 'closed' }))],
    ['a tombstone that is no JSON', () => tombstone('{')],
    ['a record of no moment', () => record({ at: { S: 'x#y' } })],
    ['a record with a term after the last year', () => record({ ttl: { N: '253402300800' } })],
  ])('%s', async (_, made) => {
    const [good] = [log.link()];
    await log.put(good);
    const item = made();
    await log.client.send(new PutItemCommand({ TableName: log.tables.checkLog, Item: item }));
    const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await log.deliverItems([item, ...itemsOf(good.record)]);
    const alarms = lines.mock.calls.filter(([line]) => String(line).includes('"RecordUnsealable"'));
    lines.mockRestore();
    expect(alarms).toHaveLength(1);
    expect(await log.seal()).toEqual({ segments: 1, records: 1, confirmedGaps: 0 });
    await log.check(1);
    expect(await log.seal()).toMatchObject({ records: 1 });
    const { findings, records } = await log.verify();
    expect(records).toMatchObject({ untouched: 2 });
    expect(findings.map(({ id }) => id)).toEqual(item.sk?.S === 'T' ? [] : [ID]);
  });
});

test('a record in the place of the one that was sealed, sealed as well, is named: the last of its chain too', async () => {
  const [record] = await log.check(1);
  await log.seal();
  if (!record) throw new Error('one record');
  const [item, ...more] = itemsOf({ ...record, operator: 'another' });
  await log.client.send(new PutItemCommand({ TableName: log.tables.checkLog, Item: item }));
  await log.deliverItems([item, ...more]);
  await log.seal();
  const { findings } = await log.verify();
  expect(findings.map(({ kind, id }) => [kind, id])).toEqual([['edited', record.id]]);
});

describe('a record that is too new to be sealed', () => {
  test('counts where its receipt is of it; refused attempts have none, and are counted apart', async () => {
    await log.check(1);
    await log.seal();
    await log.check(1);
    await log.put(log.link({ outcome: 'invalid' }));
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 1, unsealed: 2, unproved: 1 } });
  });

  test('is named where no receipt of ours is of it: put in, or another than the one that is named after it', async () => {
    const [record] = await log.check(1);
    await log.seal();
    const forged = await withReceipt(new WriterChain().link(checkRecord('forged', { answer: ANSWER })));
    await log.put({ ...forged, record: { ...forged.record, outcome: 'veto', checkedAt: record?.checkedAt ?? '' } });
    expect((await log.verify()).findings.map(({ kind, id }) => [kind, id])).toEqual([['inserted', 'forged']]);
    await log.remove('forged');
    const edited = await log.signed();
    await log.put({ ...edited, record: { ...edited.record, operator: 'another' } });
    await log.put(await log.signed());
    expect((await log.verify()).findings.map(({ kind, id }) => [kind, id])).toEqual([['edited', edited.record.id]]);
  });
});

describe('what has been deleted by rule', () => {
  const CLOSED = { on: CalendarDate.parse('2011-02-01'), keepYears: 15, catalogueVersion: 'sample' };
  const tombstoneOf = (record: CheckRecord, changes: Readonly<Record<string, unknown>> = {}) => ({
    ...keyItem(tombstoneKey(record.id)),
    v: { N: '1' },
    body: toText(
      JSON.stringify({
        id: record.id,
        digest: recordDigest(record),
        keepUntil: record.keepUntil,
        deletedAt: new Date(log.now).toISOString(),
        rule: { closed: CLOSED },
        ...changes,
      }),
    ),
  });
  const entomb = async (record: CheckRecord, changes?: Readonly<Record<string, unknown>>) => {
    const item = tombstoneOf(record, changes);
    await log.client.send(new PutItemCommand({ TableName: log.tables.checkLog, Item: item }));
    await log.deliverItems([item]);
    await log.remove(record.id);
  };
  /** Of long ago, as the log would have it by now. */
  const old = async (changes: Partial<CheckRecord> = {}) => {
    const linked = await log.signed({ checkedAt: '2011-01-05T01:00:00.000Z', ...changes });
    await log.put(linked);
    await log.deliver([linked.record]);
    return linked.record;
  };

  test('is excused by its tombstone, and counted by its rule', async () => {
    const [first, second, kept] = [await old(), await old(), await old()];
    await log.append(first, NOTE);
    await log.append(kept, NOTE);
    await log.seal();
    await entomb(first);
    await log.client.send(
      new DeleteItemCommand({ TableName: log.tables.checkLog, Key: keyItem(await noteKeyOf(first)) }),
    );
    await log.remove(second.id);
    // The tombstone is not sealed yet, and then it is.
    for (const _ of ['noted', 'sealed']) {
      const { findings, records, appended } = await log.verify();
      expect(findings.map(({ kind, id }) => [kind, id])).toEqual([['deleted', second.id]]);
      expect(records).toMatchObject({
        untouched: 1,
        byRule: new Map([['closed, kept 15 years by sample', 1]]),
        pastTerm: 0,
      });
      expect(appended).toEqual({ untouched: 1, ended: 1, unsealed: 0, listGone: 0 });
      await log.seal();
    }
  });

  test.each<[string, Partial<CheckRecord>, Readonly<Record<string, unknown>>]>([
    ['a day after the check', { checkedAt: '2026-11-20T01:00:00.000Z' }, {}],
    ['on the last day of the term', { checkedAt: '2011-11-21T01:00:00.000Z' }, {}],
    [
      'by a moment that the seal had not seen',
      { checkedAt: '2026-11-20T01:00:00.000Z' },
      { deletedAt: '2048-01-01T00:00:00.000Z' },
    ],
    ['by a bound that is not its own', {}, { rule: { boundOn: CalendarDate.parse('2020-01-01') } }],
    ['by no rule', {}, { rule: {} }],
    ['of other bytes', {}, { digest: 'of something else' }],
    ['by a bound at the end of the calendar', {}, { rule: { boundOn: '9999-12-31' } }],
    ['by such a bound beside a closing that has come', {}, { rule: { closed: CLOSED, boundOn: '9999-12-31' } }],
    ['by more years than the calendar has', {}, { rule: { closed: { ...CLOSED, keepYears: 8_000 } } }],
    ['by a rule in words', {}, { rule: 'closed, kept 15 years' }],
  ])('is named all the same where the tombstone is %s', async (_, changes, tombstone) => {
    const record = await old(changes);
    await log.check(1);
    await log.seal();
    await entomb(record, tombstone);
    // The watch over the stream says the same, and does not stop.
    const watch = new DynamoTombstoneReader(log.client, log.tables.checkLog, () => instant(log.now));
    const image = imageOf(itemsOf(record)[0]);
    expect(await watch.excuses({ pk: `C#${record.id}`, sk: 'R' }, image)).toBe(false);
    // Too new to be sealed, and then sealed as far as it can be.
    for (const _ of ['noted', 'sealed']) {
      const { findings, records } = await log.verify();
      expect(findings.map(({ kind, id }) => [kind, id])).toEqual([['deleted', record.id]]);
      expect(records.byRule).toEqual(new Map());
      await log.seal();
    }
  });

  test('by the watch over the stream too, and what it cannot read it does not excuse', async () => {
    const record = await old();
    await entomb(record);
    const watch = new DynamoTombstoneReader(log.client, log.tables.checkLog, () => instant(log.now));
    const image = imageOf(itemsOf(record)[0]);
    const key = { pk: `C#${record.id}`, sk: 'R' };
    expect(await watch.excuses(key, image)).toBe(true);
    for (const broken of [{ body: { S: '{' } }, { odd: { BOOL: true } }, { at: { S: 'x' } }])
      expect(await watch.excuses(key, { ...image, ...broken })).toBe(false);
    const unread = { ...tombstoneOf(record), body: { S: '{' } };
    await log.client.send(new PutItemCommand({ TableName: log.tables.checkLog, Item: unread }));
    expect(await watch.excuses(key, image)).toBe(false);
  });

  test('may go from the day after the last', async () => {
    const record = await old({ checkedAt: '2011-11-20T01:00:00.000Z' });
    await log.seal();
    await entomb(record);
    await log.seal();
    expect((await log.verify()).findings).toEqual([]);
  });

  test('breaks nothing when a person’s fields go, or a whole expired segment', async () => {
    const person = { index: 0, id: '110*************2X', name: null, salt: 'c2FsdA' };
    const linked = log.link({ persons: [person], personDigests: { 0: personDigest(person) } });
    await log.put(linked);
    await log.deliver([linked.record]);
    await log.seal();
    await log.client.send(
      new DeleteItemCommand({ TableName: log.tables.checkLog, Key: keyItem(personsKey(linked.record.id)) }),
    );
    expect(await log.verify()).toMatchObject({ findings: [], records: { untouched: 1 } });
    await log.check(2);
    await log.seal();
    const segments = await log.segments();
    for (const { pk } of await log.items()) await log.remove(pk?.S?.slice('C#'.length) ?? '');
    log.now = Date.parse('2048-01-01T00:00:00.000Z');
    expect(await log.verify(segments)).toMatchObject({ findings: [], records: { pastTerm: 3 } });
    expect(await log.verify(segments.map((segment) => ({ ...segment, leaves: null })))).toMatchObject({ findings: [] });
  });
});

describe('what a hold keeps beyond the list of its seal', () => {
  test('is not said to be inserted: it is counted apart, proved by its receipt or by nothing', async () => {
    const [record, other] = await log.check(2);
    if (!record || !other) throw new Error('two records');
    await log.append(record, NOTE);
    const refused = log.link({ outcome: 'invalid' });
    await log.put(refused);
    await log.deliver([refused.record]);
    await log.seal();
    log.now = Date.parse('2048-01-01T00:00:00.000Z');
    const fresh = await log.signed({ keepUntil: '2070-01-01T00:00:00.000Z' });
    await log.put(fresh);
    const first = await log.segments();
    const at = new Date(log.now).toISOString();
    const { segment: second } = sealSegment(
      {
        ...{ leaves: [leafOf(fresh.record)], gaps: [], late: 0, through: at, sealedAt: at },
        after: headOf(1, first[0]?.seal ?? ''),
      },
      SIGNING.current,
    );
    const whole = [...first, second];
    const expired = whole.map((segment, index) => (index === 0 ? { ...segment, leaves: null } : segment));
    const { findings, records, appended } = await log.verify(expired);
    expect(findings).toEqual([]);
    expect(records).toMatchObject({ untouched: 1, unsealed: 0, listGone: { proved: 2, unproved: 1 } });
    expect(appended).toEqual({ untouched: 0, ended: 0, unsealed: 0, listGone: 1 });
    // Where the list is kept, in the archive of seals, all of it is held against that.
    expect(await log.verify(whole)).toMatchObject({
      findings: [],
      records: { untouched: 4 },
      appended: { untouched: 1 },
    });

    const named = async () => (await log.verify(expired)).findings.map(({ kind, id }) => [kind, id]);
    // Edited, no receipt is of it; nor of what was put in; and what says that it is of later was in none of these lists.
    const [item] = itemsOf({ ...other, outcome: 'veto' });
    await log.client.send(new PutItemCommand({ TableName: log.tables.checkLog, Item: item }));
    expect(await named()).toEqual([['edited', other.id]]);
    await log.remove(other.id);
    const later = await log.signed({ checkedAt: '2030-01-01T00:00:00.000Z' }, new WriterChain());
    await log.put(later);
    expect(await named()).toEqual([['inserted', later.record.id]]);
  });
});

test('a proof leads from a record to its seal, and no other record’s does', async () => {
  const records = await log.check(7);
  await log.seal();
  const [segment] = await log.segments();
  if (!segment?.leaves) throw new Error('no segment');
  const sealed = { seal: segment.seal, leaves: segment.leaves, head: headOf(1, segment.seal) };
  const proofs = records.map(({ id }) => proofOf(id, sealed));
  for (const [index, proof] of proofs.entries()) {
    const other = proofs[(index + 1) % proofs.length];
    if (!proof || !other) throw new Error('no proof');
    expect(await verifyProof(proof, KEYS)).toMatchObject({ segment: 1, count: 7 });
    expect(await verifyProof({ ...proof, path: other.path }, KEYS)).toBeUndefined();
    expect(await verifyProof({ ...proof, leaf: other.leaf }, KEYS)).toBeUndefined();
    expect(await verifyProof({ ...proof, checkId: other.checkId }, KEYS)).toBeUndefined();
    expect(await verifyProof({ ...proof, index: proof.index + 1 }, KEYS)).toBeUndefined();
    expect(await verifyProof({ ...proof, path: proof.path.slice(1) }, KEYS)).toBeUndefined();
    expect(await verifyProof(proof, { keys: [] })).toBeUndefined();
    const { head } = proof;
    expect(await verifyProof({ ...proof, head: { ...head, segment: 2 } }, KEYS)).toBeUndefined();
    expect(await verifyProof({ ...proof, head: { ...head, digest: proof.digest } }, KEYS)).toBeUndefined();
  }
  expect(proofOf('another', sealed)).toBeUndefined();
  // An expired list is swept part by part: what is left of it leads to no root.
  expect(proofOf(records[0]?.id ?? '', { ...sealed, leaves: sealed.leaves.slice(0, -1) })).toBeUndefined();
});
