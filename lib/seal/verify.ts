import { isWhole, recordDigest } from '../check/digest.ts';
import type { CheckRecord } from '../check/record.ts';
import type { SealHead } from '../check/seal-head.ts';
import { type Instant, instant, parseInstant, toIso } from '../kernel/clock.ts';
import type { KeySet } from '../receipt/key-set.ts';
import { type Finding, finding } from './finding.ts';
import type { Leaf, RecordLeaf } from './leaf.ts';
import type { Gap, Segment } from './seal.ts';
import { chainFindings, type ReadSegment, readSegments, rootFindings } from './seal-chain.ts';
import { chainGaps, type Placed } from './writer-chains.ts';

/** A record of the log as an export brings it; null for an item that is no record any more. */
interface Logged {
  readonly id: string;
  readonly record: CheckRecord | null;
}

/** What a verified receipt says. */
export interface ReceiptFacts {
  readonly recordId: string;
  readonly digest: string;
  readonly sealHead: SealHead | null;
  readonly checkedAt: string;
}

interface Evidence {
  readonly segments: readonly Segment[];
  readonly log: AsyncIterable<Logged> | Iterable<Logged>;
  readonly keys: KeySet;
  /** Heads that were kept earlier. */
  readonly heads: readonly SealHead[];
  readonly receipts: readonly ReceiptFacts[];
  readonly now: Instant;
}

export interface Verification {
  readonly findings: readonly Finding[];
  readonly segments: number;
  /** The last seal's head: to be kept for the next time. */
  readonly head: SealHead | null;
  /** Records that agree with their seal; absent by rule or after their time; too new to be sealed. */
  readonly records: { readonly untouched: number; readonly expired: number; readonly unsealed: number };
}

/** A record that came to the log this long before a seal's end may still be on its way to a seal. */
const ON_THE_WAY_MS = 15 * 60_000;

/** Holds a log against its seals, earlier heads and receipts. Needs no network; reads the log once. */
export async function verifyLog({ segments, log, keys, heads, receipts, now }: Evidence): Promise<Verification> {
  const { read, findings } = await readSegments(segments, keys);
  const known = [...heads, ...receipts.flatMap(({ sealHead }) => sealHead ?? [])];
  const complete =
    read.length === segments.length && read.every(({ leaves, seal }) => leaves !== null && leaves.length >= seal.count);
  const sealed = sealedIn(read);
  const held = await holdLog(log, sealed, horizonOf(read));
  const gone = absent(sealed, held, toIso(now));
  const placed = [...sealed.records.values(), ...held.unsealed];
  const all = [
    ...findings,
    ...chainFindings(read, known, segments.length),
    ...read.flatMap((segment) => rootFindings(segment, toIso(now))),
    ...held.findings,
    ...gone.findings,
    ...chainGaps(placed, complete),
    ...receiptFindings(receipts, placed, complete),
  ];
  const last = read.toSorted((one, other) => one.seal.segment - other.seal.segment).at(-1);
  return {
    findings: distinct(all),
    segments: segments.length,
    head: last?.head ?? null,
    records: { untouched: held.untouched, expired: gone.expired, unsealed: held.unsealed.length },
  };
}

interface Sealed {
  readonly records: ReadonlyMap<string, RecordLeaf>;
  /** The digests of what was deleted by rule, by id. */
  readonly tombstones: ReadonlyMap<string, string>;
  /** The furthest place sealed of each writer. */
  readonly furthest: ReadonlyMap<string, number>;
  /** Places of which the seals say that nothing was found there: a late record may fill one. */
  readonly gaps: readonly Gap[];
}

function sealedIn(read: readonly ReadSegment[]): Sealed {
  const records = new Map<string, RecordLeaf>();
  const tombstones = new Map<string, string>();
  const furthest = new Map<string, number>();
  const gaps = read.flatMap(({ seal }) => seal.gaps);
  const take = (leaf: Leaf): void => {
    if (leaf.kind === 'tombstone') {
      tombstones.set(leaf.id, leaf.digest);
      return;
    }
    records.set(leaf.id, leaf);
    const { writer, sequence } = leaf.link;
    furthest.set(writer, Math.max(sequence, furthest.get(writer) ?? 0));
  };
  for (const { leaves } of read) for (const leaf of leaves ?? []) take(leaf);
  return { records, tombstones, furthest, gaps };
}

const horizonOf = (read: readonly ReadSegment[]): string => {
  const through = read
    .map(({ seal }) => seal.through)
    .toSorted()
    .at(-1);
  return through === undefined ? '' : toIso(instant(parseInstant(through) - ON_THE_WAY_MS));
};

interface Held {
  readonly seen: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly untouched: number;
  readonly unsealed: readonly Placed[];
}

async function holdLog(log: Evidence['log'], sealed: Sealed, horizon: string): Promise<Held> {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  const unsealed: Placed[] = [];
  let untouched = 0;
  for await (const { id, record } of log) {
    const leaf = sealed.records.get(id);
    if (seen.has(id))
      findings.push(finding('inserted', { id }, { zh: '日志中有两条', en: 'it stands in the log twice' }));
    else if (record === null)
      findings.push(finding('edited', { id }, { zh: '已不是一条记录', en: 'it is no record any more' }));
    else if (leaf) {
      if (recordDigest(record) === leaf.digest && isWhole(record)) untouched += 1;
      else findings.push(changed(record, leaf));
    } else if (isOnTheWay(record, sealed, horizon)) {
      unsealed.push({ id, digest: recordDigest(record), link: record.link });
      if (!isWhole(record)) findings.push(changed(record, undefined));
    } else findings.push(finding('inserted', { id }, { zh: '没有任何封存包含它', en: 'no seal covers it' }));
    seen.add(id);
  }
  return { seen, findings, untouched, unsealed };
}

/** Not sealed yet, and nothing speaks against it: recent enough, and its place is not behind one that is sealed. */
function isOnTheWay({ checkedAt, link }: CheckRecord, { furthest, gaps }: Sealed, horizon: string): boolean {
  const { writer, sequence } = link;
  const behind = sequence <= (furthest.get(writer) ?? 0);
  const late = () => gaps.some((gap) => gap.writer === writer && gap.from <= sequence && sequence <= gap.to);
  return checkedAt >= horizon && (!behind || late());
}

/** A record of which the place and the moment alone are others was moved, not rewritten. */
function changed(record: CheckRecord, leaf: RecordLeaf | undefined): Finding {
  const { id } = record;
  const moved =
    leaf && isWhole(record) && recordDigest({ ...record, link: leaf.link, checkedAt: leaf.checkedAt }) === leaf.digest;
  return moved
    ? finding(
        'reordered',
        { id },
        { zh: '内容未变，次序或时间与封存不符', en: 'its content is as sealed, its place or moment is not' },
      )
    : finding('edited', { id }, { zh: '内容与封存的摘要不符', en: 'its content is not what the sealed digest is of' });
}

/** What is sealed and not in the log: gone by rule, gone after its time, or taken. */
function absent(
  { records, tombstones }: Sealed,
  { seen, unsealed }: Held,
  now: string,
): { findings: Finding[]; expired: number } {
  const ordered = [...records.values()].toSorted((one, other) => (positionOf(one) < positionOf(other) ? -1 : 1));
  const missing = ordered.filter(({ id }) => !seen.has(id));
  const taken = missing.filter(({ id, digest, keepUntil }) => tombstones.get(id) !== digest && keepUntil > now);
  const lastThere = unsealed.length > 0 ? ordered.length : ordered.findLastIndex(({ id }) => seen.has(id));
  const tail = new Set(ordered.slice(lastThere + 1));
  return {
    expired: missing.length - taken.length,
    findings: taken.map((leaf) =>
      tail.has(leaf)
        ? finding(
            'cut-off',
            { id: leaf.id },
            { zh: '封存有它，日志到不了它', en: 'it is sealed, and the log ends before it' },
          )
        : finding(
            'deleted',
            { id: leaf.id },
            { zh: '封存有它，日志没有', en: 'it is sealed, and the log has it no more' },
          ),
    ),
  };
}

const positionOf = ({ checkedAt, id }: RecordLeaf): string => `${checkedAt}#${id}`;

function receiptFindings(receipts: readonly ReceiptFacts[], placed: readonly Placed[], complete: boolean): Finding[] {
  const byId = new Map(placed.map(({ id, digest }) => [id, digest]));
  return receipts.flatMap(({ recordId: id, digest }) => {
    const there = byId.get(id);
    if (there === digest) return [];
    if (there !== undefined)
      return finding('edited', { id }, { zh: '与回执所载摘要不符', en: 'its receipt names another digest' });
    return complete
      ? finding(
          'deleted-before-sealing',
          { id },
          { zh: '有回执，却既未封存也不在日志中', en: 'there is a receipt, and it is neither sealed nor in the log' },
        )
      : [];
  });
}

/** One finding for one thing, however many ways it shows. */
const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(
    findings.map((each) => [JSON.stringify([each.kind, each.segment, each.id ?? each.message.en]), each]),
  ).values(),
];
