import type { SealHead } from '../check/seal-head.ts';
import { type Instant, instant, parseInstant, toIso } from '../kernel/clock.ts';
import type { KeySet } from '../receipt/key-set.ts';
import { type Finding, finding } from './finding.ts';
import type { GoneLists } from './gone-lists.ts';
import { type AppendedCount, holdAppended, type LoggedAppended } from './hold-appended.ts';
import { type Held, holdRecords, type Logged } from './hold-records.ts';
import type { RecordLeaf } from './leaf.ts';
import type { Segment } from './seal.ts';
import { chainFindings, isSealMissing, type ReadSegment, readSegments } from './seal-chain.ts';
import { type Sealed, sealedIn } from './sealed.ts';
import type { Tombstone } from './tombstone.ts';
import { chainGaps, type Placed } from './writer-chains.ts';

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
  /** What was appended to the records; undefined where the log is a copy that holds records alone. */
  readonly appended: Iterable<LoggedAppended> | undefined;
  /** Of the log itself: those that are too new to be sealed count as well. */
  readonly tombstones: readonly Tombstone[];
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
  readonly records: {
    /** They agree with their seal. */
    readonly untouched: number;
    /** Gone before their own term's end by a rule that a tombstone names, by rule. */
    readonly byRule: ReadonlyMap<string, number>;
    /** Gone after their own term. */
    readonly pastTerm: number;
    /** Too new to be sealed. */
    readonly unsealed: number;
    /** Of these, refused attempts, which have no receipt: nothing shows who wrote them. */
    readonly unproved: number;
    /** The list of their seal is gone, as of what is held beyond its own term: proved by their receipts, or by nothing. */
    readonly listGone: Held['vouchedFor'];
  };
  /** Undefined where nothing appended was at hand. */
  readonly appended: AppendedCount | undefined;
}

/** A record that came to the log this long before a seal's end may still be on its way to a seal. */
const ON_THE_WAY_MS = 15 * 60_000;

/** Holds a log against its seals, earlier heads and receipts. Needs no network; reads the log once. */
export async function verifyLog(evidence: Evidence): Promise<Verification> {
  const { segments, log, keys, heads, receipts } = evidence;
  const now = toIso(evidence.now);
  const { read, findings } = await readSegments(segments, keys, now);
  const known = [...heads, ...receipts.flatMap(({ sealHead }) => sealHead ?? [])];
  const isRecent = recentAt(read, evidence.now);
  const sealed = sealedIn({
    read,
    unsealed: evidence.tombstones.filter(({ deletedAt }) => isRecent(deletedAt)),
    isSealMissing: isSealMissing(read, segments.length),
    now,
  });
  const receipted = new Set(receipts.map(({ recordId }) => recordId));
  const held = await holdRecords(log, { sealed, isRecent, keys, receipted });
  const gone = absent(sealed, held, now);
  const placed = [...sealed.records.values(), ...held.unsealed, ...held.listGone];
  const appended = evidence.appended && holdAppended(evidence.appended, { sealed, terms: held.terms, isRecent, now });
  const all = [
    ...findings,
    ...chainFindings(read, known, segments.length),
    ...held.findings,
    ...gone.findings,
    ...(appended?.findings ?? []),
    ...chainGaps(placed, sealed.gone),
    ...receiptFindings(receipts, placed, sealed.gone),
  ];
  const last = read.toSorted((one, other) => one.seal.segment - other.seal.segment).at(-1);
  return {
    findings: distinct(all),
    segments: segments.length,
    head: last?.head ?? null,
    records: {
      untouched: held.untouched,
      byRule: gone.byRule,
      pastTerm: gone.pastTerm,
      unsealed: held.unsealed.length,
      unproved: held.unproved,
      listGone: held.vouchedFor,
    },
    appended: appended?.count,
  };
}

/** Whether what says that it is of a moment may still be on its way to a seal: neither long sealed over nor of the future. */
function recentAt(read: readonly ReadSegment[], now: Instant): (at: string) => boolean {
  const through = read
    .map(({ seal }) => seal.through)
    .toSorted()
    .at(-1);
  const from = through === undefined ? '' : toIso(instant(parseInstant(through) - ON_THE_WAY_MS));
  const to = toIso(instant(now + ON_THE_WAY_MS));
  return (at) => from <= at && at <= to;
}

/** What is sealed and not in the log: gone by rule, gone after its time, or taken. */
function absent(sealed: Sealed, { terms, unsealed }: Held, now: string) {
  // What a changed list names excuses nothing by that, and is missed all the same.
  const all = new Map([...sealed.claimed.records, ...sealed.records]);
  const ordered = [...all.values()].toSorted((one, other) => (positionOf(one) < positionOf(other) ? -1 : 1));
  const missing = ordered.filter(({ id }) => !terms.has(id));
  const byRule = new Map<string, number>();
  const taken: RecordLeaf[] = [];
  let pastTerm = 0;
  for (const leaf of missing) {
    const rule = sealed.deletedBy(leaf);
    if (rule !== undefined) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    else if (leaf.keepUntil <= now) pastTerm += 1;
    else taken.push(leaf);
  }
  const lastThere = unsealed.length > 0 ? ordered.length : ordered.findLastIndex(({ id }) => terms.has(id));
  const tail = new Set(ordered.slice(lastThere + 1));
  const findings = taken.map((leaf) =>
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
  );
  return { findings, byRule, pastTerm };
}

const positionOf = ({ checkedAt, id }: RecordLeaf): string => `${checkedAt}#${id}`;

function receiptFindings(receipts: readonly ReceiptFacts[], placed: readonly Placed[], gone: GoneLists): Finding[] {
  const byId = new Map(placed.map(({ id, digest }) => [id, digest]));
  return receipts.flatMap(({ recordId: id, digest, checkedAt }) => {
    const there = byId.get(id);
    if (there === digest) return [];
    if (there !== undefined)
      return finding('edited', { id }, { zh: '与回执所载摘要不符', en: 'its receipt names another digest' });
    return gone.mayHaveHad({ from: checkedAt, to: checkedAt })
      ? []
      : finding(
          'deleted-before-sealing',
          { id },
          { zh: '有回执，却既未封存也不在日志中', en: 'there is a receipt, and it is neither sealed nor in the log' },
        );
  });
}

/** One finding for one thing, however many ways it shows. */
const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(
    findings.map((each) => [JSON.stringify([each.kind, each.segment, each.of, each.id ?? each.message.en]), each]),
  ).values(),
];
