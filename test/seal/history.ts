import { type Linked, WriterChain } from '../../lib/check/chain.ts';
import { membersDigest, personDigest } from '../../lib/check/digest.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import type { SealHead } from '../../lib/check/seal-head.ts';
import { instant } from '../../lib/kernel/clock.ts';
import type { KeySet } from '../../lib/receipt/key-set.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { leafOf } from '../../lib/seal/leaf.ts';
import { type Gap, type Segment, sealSegment } from '../../lib/seal/seal.ts';
import type { ReceiptFacts } from '../../lib/seal/verify.ts';
import { checkRecord } from '../conformance/samples.ts';
import type { Seeded } from './seeded.ts';

export const SIGNING = parseSigningKeys(Buffer.alloc(32, 5).toString('base64'));
export const KEYS: KeySet = { keys: [...SIGNING.published] };

const START = Date.parse('2026-11-21T01:00:00.000Z');
export const NOW = instant(START + 24 * 3_600_000);
const STEP_MS = 1_000;
const BETWEEN_SEALS_MS = 300_000;

/** What somebody has in hand who wants to know whether a log was touched. */
export interface History {
  segments: Segment[];
  log: CheckRecord[];
  heads: SealHead[];
  receipts: ReceiptFacts[];
  keys: KeySet;
}

interface Wish {
  readonly segments: number;
  readonly perSegment: number;
  /** A record that is taken away after it was confirmed and before it was sealed. */
  readonly takenEarly?: (confirmed: readonly CheckRecord[]) => CheckRecord | undefined;
}

/** Some environments write; puts fail or are in doubt; records come late to the seal; then every segment is sealed. */
export async function history(chance: Seeded, { segments, perSegment, takenEarly }: Wish): Promise<History> {
  const writers = Array.from({ length: 3 }, () => new WriterChain());
  const rounds = Array.from({ length: segments }, (_, round) => written(chance, writers, round, perSegment));
  const confirmed = rounds.flat().filter(({ fate }) => fate === 'confirmed');
  const taken = takenEarly?.(confirmed.map(({ linked }) => linked.record));
  const there = rounds.map((round) =>
    round.filter(({ fate, linked }) => fate !== 'lost' && linked.record !== taken).map(({ linked }) => linked),
  );
  const sealed: Segment[] = [];
  const heads: SealHead[] = [];
  let held: Linked[] = [];
  for (const [round, arrived] of there.entries()) {
    const isLate = () => round < segments - 1 && chance.chance(0.05);
    const late = arrived.filter(isLate);
    const now = [...held, ...arrived.filter((each) => !late.includes(each))];
    const through = new Date(START + (round + 1) * BETWEEN_SEALS_MS).toISOString();
    const { segment, head } = await sealSegment(
      {
        leaves: now.map(({ record }) => leafOf(record)),
        gaps: late.map(
          ({ record }): Gap => ({
            writer: record.link.writer,
            from: record.link.sequence,
            to: record.link.sequence,
            confirmed: false,
          }),
        ),
        late: held.length,
        through,
        sealedAt: through,
        after: heads.at(-1),
      },
      SIGNING.current,
    );
    sealed.push(segment);
    heads.push(head);
    held = late;
  }
  return {
    segments: sealed,
    log: there.flat().map(({ record }) => record),
    heads,
    receipts: confirmed
      .filter(() => chance.chance(0.1))
      .map(({ linked: { record, digest } }) => ({
        recordId: record.id,
        digest,
        checkedAt: record.checkedAt,
        sealHead: null,
      })),
    keys: KEYS,
  };
}

interface Written {
  readonly linked: Linked;
  readonly fate: 'confirmed' | 'in doubt' | 'lost';
}

/** One to four puts of a writer are under way at once; one in twenty-five fails, half of those having written. */
function written(chance: Seeded, writers: readonly WriterChain[], round: number, count: number): Written[] {
  const all: Written[] = [];
  while (all.length < count) {
    const writer = chance.pick(writers);
    const together = Array.from({ length: 1 + chance.below(4) }, (_, index) =>
      writer.link(recordOf(chance, round * BETWEEN_SEALS_MS + (all.length + index) * STEP_MS)),
    );
    for (const linked of together) {
      const fate = !chance.chance(0.04) ? 'confirmed' : chance.chance(0.5) ? 'in doubt' : 'lost';
      if (fate === 'confirmed') writer.written(linked);
      else writer.broken(linked);
      all.push({ linked, fate });
    }
  }
  return all;
}

let made = 0;

function recordOf(chance: Seeded, after: number): Omit<CheckRecord, 'link'> {
  made += 1;
  const id = `r${made}-${chance.below(1e9)}`;
  const subjects = Array.from({ length: chance.chance(0.2) ? 3 : 1 }, (_, index) => ({
    key: `o:${id}-${index}`,
    scheme: 'uscc',
    id: `${id}-${index}`,
    listings: chance.chance(0.3) ? [`l-${chance.below(100)}`] : [],
  }));
  const persons = chance.chance(0.3)
    ? [{ index: 0, id: `1${chance.below(100)}***`, name: null, salt: `s${made}` }]
    : [];
  const { link: _, ...record } = checkRecord(id, {
    outcome: chance.pick(['pass', 'veto', 'warn'] as const),
    caller: chance.pick(['procurement', 'grants']),
    matterId: `T-${chance.below(40)}`,
    checkedAt: new Date(START + after).toISOString(),
    answer: JSON.stringify({ id, text: `结论 ${chance.below(1e6)}` }),
    subjects,
    membersDigest: membersDigest(subjects, []),
    persons,
    personDigests: Object.fromEntries(persons.map((fields) => [fields.index, personDigest(fields)])),
  });
  return record;
}
