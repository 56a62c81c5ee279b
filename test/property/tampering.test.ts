import { describe, expect, test } from 'vitest';
import { recordDigest } from '../../lib/check/digest.ts';
import { loggedAppended } from '../../lib/dynamo/appended-items.ts';
import { S } from '../../lib/dynamo/attributes.ts';
import { verifyLog } from '../../lib/seal/verify.ts';
import { type Aged, agedHistory } from '../seal/aged-history.ts';
import { type History, history, SIGNING } from '../seal/history.ts';
import { seeded } from '../seal/seeded.ts';
import { digestOf, earlyTombstone, type Tampered, tamperings } from '../seal/tamper.ts';
import { AGED } from '../seal/tamper-aged.ts';

const WISH = { segments: 5, perSegment: 25 };
const ROUNDS = 84;
const KINDS = Object.entries(tamperings(SIGNING.current.privateKey));

/** With the last head, which an auditor kept. */
const verified = ({ segments, log, appended, keys, heads, receipts, now }: History) =>
  verifyLog({
    segments,
    log: log.map((record) => ({ id: record.id, record })),
    appended: appended.map((item) => loggedAppended({ pk: S.parse(item.pk), sk: S.parse(item.sk) }, item)),
    tombstones: [],
    keys,
    heads: heads.slice(-1),
    receipts,
    now,
  });

/** One history serves several tamperings of a kind. */
async function* histories<H>(count: number, history: () => Promise<H>): AsyncGenerator<H> {
  for (let made = 0; made < count; ) {
    const each = await history();
    for (let use = 0; use < 6 && made < count; use += 1, made += 1) yield each;
  }
}

async function isNamed({ history: touched, kind, id, of, beside = [] }: Tampered): Promise<void> {
  const { findings } = await verified(touched);
  const named = findings.filter(
    (found) => found.kind === kind && (id === undefined || found.id === id) && found.of === of,
  );
  const shown = JSON.stringify({ kind, id, of, findings });
  expect(named.length, shown).toBeGreaterThan(0);
  expect(
    findings.filter((found) => found.kind !== kind && !beside.includes(found.kind)),
    shown,
  ).toEqual([]);
}

test('who tampers works a record’s digest out as the service does: what is forged with it fits', async () => {
  const { log, segments } = await history(seeded(9), WISH);
  const sealed = new Map(
    segments
      .flatMap(({ leaves }) => leaves ?? [])
      .flatMap((leaf) => (leaf.kind === 'record' ? [leaf] : []))
      .map(({ id, digest }) => [id, digest]),
  );
  for (const record of log) expect(digestOf(record)).toBe(sealed.get(record.id));
});

describe('a thousand random tamperings are found and rightly named', () => {
  test.each(KINDS)('%s', async (name, tamper) => {
    const chance = seeded(name.length * 7919);
    for await (const each of histories(ROUNDS, () => history(chance, WISH))) await isNamed(tamper(each, chance));
  });

  test.each(Object.entries(AGED))('%s, where lists have expired', async (name, tamper) => {
    const chance = seeded(name.length * 104_729);
    for await (const each of histories(ROUNDS, () => agedHistory(chance))) await isNamed(tamper(each, chance));
  });

  test('deletedBeforeSealing', async () => {
    const chance = seeded(4242);
    for (let round = 0; round < ROUNDS; round += 1) {
      let taken: string | undefined;
      const touched = await history(chance, {
        ...WISH,
        takenEarly: (confirmed) => {
          // One that its writer named as confirmed later on: the last of each chain is covered by its receipt alone.
          const named = confirmed.filter(({ link }) =>
            confirmed.some((other) => other.link.writer === link.writer && other.link.durable >= link.sequence),
          );
          const record = chance.pick(named);
          taken = record.id;
          return record;
        },
      });
      const { findings } = await verified(touched);
      const shown = JSON.stringify(findings);
      expect(new Set(findings.map(({ kind }) => kind)), shown).toEqual(new Set(['deleted-before-sealing']));
      for (const { id } of findings) expect([taken, undefined], shown).toContain(id);
    }
  });

  test('deletedBeforeSealing, where lists have expired', async () => {
    const chance = seeded(4343);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { taken, ...touched } = await agedHistory(chance, true);
      const { findings } = await verified(touched);
      const shown = JSON.stringify(findings);
      expect(new Set(findings.map(({ kind }) => kind)), shown).toEqual(new Set(['deleted-before-sealing']));
      expect(findings.map(({ id }) => id)).toContain(taken?.record.id);
      for (const { id } of findings) expect([taken?.record.id, undefined], shown).toContain(id);
    }
  });

  test('excusedTooEarly', async () => {
    const chance = seeded(777);
    for (let round = 0; round < ROUNDS; round += 1) {
      let gone = '';
      const touched = await history(chance, {
        segments: 2,
        perSegment: 20,
        more: (log) => {
          const record = chance.pick(log.slice(0, -1));
          gone = record.id;
          return [{ kind: 'tombstone', ...earlyTombstone(record, recordDigest(record), chance) }];
        },
      });
      const without = {
        ...touched,
        log: touched.log.filter(({ id }) => id !== gone),
        appended: touched.appended.filter(({ pk }) => pk?.S !== `C#${gone}`),
      };
      const { findings } = await verified(without);
      expect(
        findings.map(({ id }) => id),
        JSON.stringify(findings),
      ).toEqual([gone]);
      expect(['deleted', 'cut-off']).toContain(findings[0]?.kind);
    }
  });
});

test('a thousand untouched segments raise no alarm', async () => {
  const chance = seeded(1);
  let segments = 0;
  while (segments < 1_000) {
    const untouched = await history(chance, {
      segments: 20,
      perSegment: 5 + chance.below(20),
      unsealed: chance.below(4),
    });
    const { findings, records, appended } = await verified({
      ...untouched,
      heads: untouched.heads.slice(chance.below(20)),
    });
    expect(findings).toEqual([]);
    expect(records).toMatchObject({ byRule: new Map(), pastTerm: 0, unproved: 0 });
    expect(records.untouched + records.unsealed).toBe(untouched.log.length);
    expect(appended).toEqual({ untouched: untouched.appended.length, ended: 0, unsealed: 0, listGone: 0 });
    segments += untouched.segments.length;
  }
});

describe('a thousand segments of years, whose lists expire lawfully while holds keep what they had, raise no alarm', () => {
  const aged = async function* (seed: number): AsyncGenerator<Aged> {
    const chance = seeded(seed);
    for (let segments = 0; segments < 1_000; ) {
      const each = await agedHistory(chance);
      yield each;
      segments += each.segments.length;
    }
  };

  test('read from the table, where lists are gone in part or whole', async () => {
    let [proved, past, byRule, notes] = [0, 0, 0, 0];
    for await (const each of aged(3)) {
      const { findings, records, appended } = await verified(each);
      expect(findings).toEqual([]);
      expect(records).toMatchObject({
        unsealed: 0,
        unproved: 0,
        listGone: { proved: each.beyondList.length, unproved: 0 },
      });
      expect(records.untouched + records.listGone.proved).toBe(each.log.length);
      expect((appended?.untouched ?? 0) + (appended?.listGone ?? 0)).toBe(each.appended.length);
      proved += records.listGone.proved;
      past += records.pastTerm;
      byRule += records.byRule.size;
      notes += appended?.listGone ?? 0;
    }
    expect(Math.min(proved, past, byRule, notes)).toBeGreaterThan(50);
  });

  test('read from the archive of seals, where every list is whole', async () => {
    for await (const each of aged(5)) {
      const { findings, records, appended } = await verified({ ...each, segments: [...each.whole] });
      expect(findings).toEqual([]);
      expect(records).toMatchObject({ untouched: each.log.length, unsealed: 0, listGone: { proved: 0, unproved: 0 } });
      expect(appended).toMatchObject({ untouched: each.appended.length, unsealed: 0, listGone: 0 });
    }
  });
});
