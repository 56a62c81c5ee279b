import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEngine } from '../../infra/local/engine.ts';
import { localClient } from '../../infra/local/stack.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import { personDigest, recordDigest } from '../../lib/check/digest.ts';
import { keyItem, toText } from '../../lib/dynamo/attributes.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { personsKey, tombstoneKey } from '../../lib/dynamo/keys.ts';
import { instant } from '../../lib/kernel/clock.ts';
import type { NewSegment } from '../../lib/seal/ports.ts';
import { proofOf, verifyProof } from '../../lib/seal/proof.ts';
import { sealUp } from '../../lib/seal/run.ts';
import { headOf, verifySeal } from '../../lib/seal/seal.ts';
import { KEYS } from '../seal/history.ts';
import { idsIn, SealedLog } from '../seal/sealed-log.ts';

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

describe('what has been deleted by rule', () => {
  test('is excused by its tombstone, and by nothing else', async () => {
    const [first, second] = await log.check(3);
    await log.seal();
    if (!first || !second) throw new Error('three records');
    const item = {
      ...keyItem(tombstoneKey(first.id)),
      v: { N: '1' },
      body: toText(
        JSON.stringify({ id: first.id, digest: recordDigest(first), deletedAt: '2042-01-01T00:00:00.000Z', rule: 'r' }),
      ),
    };
    await log.client.send(new PutItemCommand({ TableName: log.tables.checkLog, Item: item }));
    await log.remove(first.id);
    await log.remove(second.id);
    await log.deliverItems([item]);
    await log.seal();
    const { findings, records } = await log.verify();
    expect(findings.map(({ kind, id }) => [kind, id])).toEqual([['deleted', second.id]]);
    expect(records).toMatchObject({ untouched: 1, expired: 1 });
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
    for (const { id } of await log.records()) await log.remove(id);
    log.now = Date.parse('2048-01-01T00:00:00.000Z');
    expect(await log.verify(segments)).toMatchObject({ findings: [], records: { expired: 3 } });
    expect(await log.verify(segments.map((segment) => ({ ...segment, leaves: null })))).toMatchObject({ findings: [] });
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
});
