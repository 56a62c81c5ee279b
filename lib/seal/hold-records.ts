import { isWhole, recordDigest } from '../check/digest.ts';
import type { CheckRecord } from '../check/record.ts';
import type { KeySet } from '../receipt/key-set.ts';
import { type Finding, finding } from './finding.ts';
import type { RecordLeaf } from './leaf.ts';
import type { Sealed } from './sealed.ts';
import { vouched } from './vouched.ts';
import type { Placed } from './writer-chains.ts';

/** A record of the log as an export brings it; null for an item that is no record any more. */
export interface Logged {
  readonly id: string;
  readonly record: CheckRecord | null;
}

/** How the records of a log stand against the seals. */
export interface Held {
  /** The records that are in the log, each with its own term; undefined for what is no record any more. */
  readonly terms: ReadonlyMap<string, string | undefined>;
  readonly findings: readonly Finding[];
  readonly untouched: number;
  readonly unsealed: readonly Placed[];
  /** Of these, refused attempts, which have no receipt. */
  readonly unproved: number;
  /** Those of which the list is gone: held beyond it, as a rule. */
  readonly listGone: readonly Placed[];
  /** Of these, what their receipts prove, and refused attempts. */
  readonly vouchedFor: { readonly proved: number; readonly unproved: number };
}

interface Against {
  readonly sealed: Sealed;
  readonly isRecent: (at: string) => boolean;
  readonly keys: KeySet;
  /** Ids that receipts name which somebody kept. */
  readonly receipted: ReadonlySet<string>;
}

/** Reads the log once. */
export async function holdRecords(
  log: AsyncIterable<Logged> | Iterable<Logged>,
  { sealed, isRecent, keys, receipted }: Against,
): Promise<Held> {
  const terms = new Map<string, string | undefined>();
  const findings: Finding[] = [];
  const unsealed: Placed[] = [];
  const listGone: Placed[] = [];
  const doubtful: Doubtful[] = [];
  let [untouched, unproved] = [0, 0];
  const vouchedFor = { proved: 0, unproved: 0 };
  for await (const { id, record } of log) {
    const leaf = sealed.records.get(id);
    if (terms.has(id))
      findings.push(finding('inserted', { id }, { zh: '日志中有两条', en: 'it stands in the log twice' }));
    else if (record === null)
      findings.push(finding('edited', { id }, { zh: '已不是一条记录', en: 'it is no record any more' }));
    else if (leaf) {
      if (recordDigest(record) === leaf.digest && isWhole(record)) untouched += 1;
      else findings.push(changed(record, leaf));
    } else {
      const isNew = isRecent(record.checkedAt) && isOnTheWay(record, sealed);
      const isClaimed = sealed.claimed.records.has(id);
      if (!isNew && !isClaimed && !sealed.gone.mayHaveHadRecord(record))
        findings.push(finding('inserted', { id }, { zh: '没有任何封存包含它', en: 'no seal covers it' }));
      else {
        const by = await vouched(record, keys);
        const placed = placedOf(id, record);
        if (by === 'nobody') doubtful.push({ ...placed, isNew });
        else {
          (isNew ? unsealed : listGone).push(placed);
          if (!isWhole(record)) findings.push(changed(record, undefined));
          else if (!isNew) vouchedFor[by === 'receipt' ? 'proved' : 'unproved'] += 1;
          if (isNew && by === 'itself') unproved += 1;
        }
      }
    }
    if (!terms.has(id)) terms.set(id, record?.keepUntil);
  }
  const named = new Set([...receipted, ...sealed.claimed.records.keys()]);
  const judged = judge(doubtful, [...sealed.records.values(), ...unsealed, ...listGone], named);
  return {
    terms,
    findings: [...findings, ...judged.findings],
    untouched,
    unsealed: [...unsealed, ...judged.edited.filter(({ isNew }) => isNew)],
    unproved,
    listGone: [...listGone, ...judged.edited.filter(({ isNew }) => !isNew)],
    vouchedFor,
  };
}

const placedOf = (id: string, record: CheckRecord): Placed => ({
  id,
  digest: recordDigest(record),
  link: record.link,
  checkedAt: record.checkedAt,
});

interface Doubtful extends Placed {
  /** Whether it may be on its way to a seal; otherwise the list that had it may be gone. */
  readonly isNew: boolean;
}

/**
 * What no receipt vouches for: what something names, a record after it, a receipt or a list, was there and is another now;
 * what nothing names was put in.
 */
function judge(doubtful: readonly Doubtful[], others: readonly Placed[], alsoNamed: ReadonlySet<string>) {
  const named = new Set([...others, ...doubtful].flatMap(({ link }) => link.previous?.id ?? []));
  const isNamed = ({ id }: Placed) => named.has(id) || alsoNamed.has(id);
  const edited = doubtful.filter(isNamed);
  return {
    edited,
    findings: doubtful.map((each) =>
      finding(isNamed(each) ? 'edited' : 'inserted', { id: each.id }, each.isNew ? UNSEALED : LIST_GONE),
    ),
  };
}

const UNSEALED = { zh: '尚未封存，回执签名与其不符', en: 'it is not sealed yet, and no receipt of ours is of it' };
const LIST_GONE = {
  zh: '没有可用的封存清单包含它，也没有与其相符的回执签名',
  en: 'no list that is at hand covers it, and no receipt of ours is of it',
};

/** Nothing in its writer's chain speaks against it: its place is not behind one that is sealed. */
function isOnTheWay({ link }: CheckRecord, { furthest, gaps }: Sealed): boolean {
  const { writer, sequence } = link;
  const behind = sequence <= (furthest.get(writer) ?? 0);
  return !behind || gaps.some((gap) => gap.writer === writer && gap.from <= sequence && sequence <= gap.to);
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
