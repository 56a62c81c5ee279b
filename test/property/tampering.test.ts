import { describe, expect, test } from 'vitest';
import { verifyLog } from '../../lib/seal/verify.ts';
import { type History, history, NOW, SIGNING } from '../seal/history.ts';
import { type Seeded, seeded } from '../seal/seeded.ts';
import { tamperings } from '../seal/tamper.ts';

const WISH = { segments: 5, perSegment: 25 };
const ROUNDS = 84;
const KINDS = Object.entries(tamperings(SIGNING.current.privateKey));

/** With the last head, which an auditor kept. */
const verified = ({ segments, log, keys, heads, receipts }: History) =>
  verifyLog({
    segments,
    log: log.map((record) => ({ id: record.id, record })),
    keys,
    heads: heads.slice(-1),
    receipts,
    now: NOW,
  });

/** One history serves several tamperings of a kind. */
async function* histories(chance: Seeded, count: number): AsyncGenerator<History> {
  for (let made = 0; made < count; ) {
    const each = await history(chance, WISH);
    for (let use = 0; use < 6 && made < count; use += 1, made += 1) yield each;
  }
}

describe('a thousand random tamperings are found and rightly named', () => {
  test.each(KINDS)('%s', async (name, tamper) => {
    const chance = seeded(name.length * 7919);
    for await (const each of histories(chance, ROUNDS)) {
      const { history: touched, kind, id, beside = [] } = tamper(each, chance);
      const { findings } = await verified(touched);
      const named = findings.filter((found) => found.kind === kind && (id === undefined || found.id === id));
      const shown = JSON.stringify({ kind, id, findings });
      expect(named.length, shown).toBeGreaterThan(0);
      expect(
        findings.filter((found) => found.kind !== kind && !beside.includes(found.kind)),
        shown,
      ).toEqual([]);
    }
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
});

test('a thousand untouched segments raise no alarm', async () => {
  const chance = seeded(1);
  let segments = 0;
  while (segments < 1_000) {
    const untouched = await history(chance, { segments: 20, perSegment: 5 + chance.below(20) });
    const { findings, records } = await verified({ ...untouched, heads: untouched.heads.slice(chance.below(20)) });
    expect(findings).toEqual([]);
    expect(records).toEqual({ untouched: untouched.log.length, expired: 0, unsealed: 0 });
    segments += untouched.segments.length;
  }
});
