import { type Linked, WriterChain } from '../../lib/check/chain.ts';
import { recordDigest } from '../../lib/check/digest.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import type { SealHead } from '../../lib/check/seal-head.ts';
import { appendedLeaf } from '../../lib/dynamo/appended-items.ts';
import type { Item } from '../../lib/dynamo/attributes.ts';
import { CalendarDate, instant } from '../../lib/kernel/clock.ts';
import { type Leaf, leafOf } from '../../lib/seal/leaf.ts';
import { type Segment, sealSegment } from '../../lib/seal/seal.ts';
import type { Tombstone } from '../../lib/seal/tombstone.ts';
import { appendedTo, type History, KEYS, receiptOf, SIGNING, written } from './history.ts';
import type { Seeded } from './seeded.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;
const START = Date.parse('2026-11-21T01:00:00.000Z');
const HALF_YEARS = 22;
const PER_ROUND = 7;
/** Years that a scene's records are kept, and that its matters may last: short, long, and short after what may last long. */
const SCENES = [
  { keepYears: 1, longest: 1 },
  { keepYears: 2, longest: 2 },
  { keepYears: 9, longest: 5 },
  { keepYears: 1, longest: 7 },
];

interface Kept {
  readonly linked: Linked;
  readonly appended: readonly Item[];
  /** From this day on the sweeper deletes it. */
  readonly due: number;
  readonly rule: Tombstone['rule'];
  readonly isHeld: boolean;
  tombstone?: Tombstone;
}

export interface Aged extends History {
  /** Ids of records that are held beyond the list that had them. */
  readonly beyondList: readonly string[];
  /** Of the last half-year a confirmed record that was taken away before it was sealed, with its receipt. */
  readonly taken: Linked | undefined;
  /** The log with its lists as they were made: as in the archive of seals. */
  readonly whole: readonly Segment[];
}

/**
 * Eleven years of a log that forgets on time: matters are closed or run to their bound, the sweeper comes at night, TTL takes
 * records and lists whose own term is over, in part or whole, and holds keep some of it beyond that.
 */
export async function agedHistory(chance: Seeded, takenEarly = false): Promise<Aged> {
  const kept: Kept[] = [];
  const segments: Segment[] = [];
  const ends: number[] = [];
  let after: SealHead | undefined;
  const seal = (leaves: readonly Leaf[], at: number): void => {
    if (leaves.length === 0) return;
    const moment = iso(at);
    const made = sealSegment({ leaves, gaps: [], late: 0, through: moment, sealedAt: moment, after }, SIGNING.current);
    segments.push(made.segment);
    ends.push(Date.parse(made.seal.keepUntil));
    after = made.head;
  };
  let taken: Linked | undefined;
  const receipts: History['receipts'] = [];
  for (let round = 0; round < HALF_YEARS; round += 1) {
    const from = START + round * (YEAR_MS / 2);
    const scene = chance.pick(SCENES);
    const writers = [new WriterChain(), new WriterChain()];
    const keepUntil = () => `${day(from + (scene.keepYears + scene.longest + 1) * YEAR_MS)}T16:00:00.000Z`;
    const all = await written(chance, writers, { from, count: PER_ROUND, keepUntil });
    const confirmed = all.filter(({ fate }) => fate === 'confirmed').map(({ linked }) => linked);
    receipts.push(...confirmed.filter(() => chance.chance(0.2)).map(receiptOf));
    if (takenEarly && round === HALF_YEARS - 1) {
      taken = chance.pick(confirmed);
      receipts.push(receiptOf(taken));
    }
    const fresh = all
      .filter(({ fate, linked }) => fate !== 'lost' && linked !== taken)
      .map(({ linked }): Kept => {
        const closedAt = from + chance.below(scene.longest * 300) * DAY_MS;
        const isClosed = chance.chance(0.6);
        const closed = { on: day(closedAt), keepYears: scene.keepYears, catalogueVersion: 'sample' };
        const bound = Date.parse(linked.record.keepUntil) - YEAR_MS + 5 * DAY_MS;
        return {
          linked,
          appended: appendedTo(chance, linked.record),
          due: isClosed ? closedAt + scene.keepYears * YEAR_MS + 3 * DAY_MS : bound,
          rule: isClosed ? { closed } : { boundOn: day(bound - 6 * DAY_MS) },
          isHeld: chance.chance(0.15),
        };
      });
    kept.push(...fresh);
    const buried = kept
      .filter(({ due, isHeld, tombstone, linked }) => due <= from && !isHeld && !tombstone && endOf(linked) > from)
      .map((each): Leaf => {
        const { record } = each.linked;
        const { id, keepUntil: term } = record;
        each.tombstone = { id, digest: recordDigest(record), keepUntil: term, deletedAt: iso(from), rule: each.rule };
        return { kind: 'tombstone', ...each.tombstone };
      });
    const checks = [
      ...fresh.map(({ linked }) => leafOf(linked.record)),
      ...fresh.flatMap(({ appended }) => appended.map(appendedLeaf)),
    ];
    // At night there are tombstones alone, as a rule.
    const isNight = chance.chance(0.8);
    if (isNight) seal(buried, from + 60_000);
    seal(isNight ? checks : [...checks, ...buried], from + 300_000);
  }
  const now = START + (HALF_YEARS / 2) * YEAR_MS + chance.below(200) * DAY_MS;
  const there = kept.filter(
    ({ linked, isHeld, tombstone }) => tombstone === undefined && (isHeld || endOf(linked) > now),
  );
  const isGone = ends.map((end) => end <= now && chance.chance(0.9));
  return {
    segments: segments.map((segment, index) =>
      isGone[index] ? { ...segment, leaves: leftOf(segment.leaves ?? [], chance) } : segment,
    ),
    whole: segments,
    log: there.map(({ linked }) => linked.record),
    appended: there.flatMap(({ appended }) => appended),
    beyondList: there
      .map(({ linked }) => linked.record.id)
      .filter((id) =>
        segments.some(
          ({ leaves }, index) => isGone[index] && leaves?.some((leaf) => leaf.kind === 'record' && leaf.id === id),
        ),
      ),
    heads: after ? [after] : [],
    receipts,
    keys: KEYS,
    now: instant(now),
    taken,
  };
}

/** TTL takes a list part by part. */
const leftOf = (leaves: readonly Leaf[], chance: Seeded): Leaf[] | null =>
  chance.chance(0.5) ? null : leaves.slice(0, chance.below(leaves.length));

const iso = (at: number): string => new Date(at).toISOString();
const day = (at: number): CalendarDate => CalendarDate.parse(iso(at).slice(0, 'YYYY-MM-DD'.length));
const endOf = ({ record }: { readonly record: CheckRecord }): number => Date.parse(record.keepUntil);
