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
  readonly seen: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly untouched: number;
  readonly unsealed: readonly Placed[];
  readonly unproved: number;
  /** Held beyond the list that had them: what their receipts prove, and refused attempts, which have none. */
  readonly listExpired: { readonly proved: number; readonly unproved: number };
}

interface Against {
  readonly sealed: Sealed;
  readonly isRecent: (at: string) => boolean;
  readonly keys: KeySet;
}

/** Reads the log once. */
export async function holdRecords(
  log: AsyncIterable<Logged> | Iterable<Logged>,
  { sealed, isRecent, keys }: Against,
): Promise<Held> {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  const unsealed: Placed[] = [];
  const doubtful: Placed[] = [];
  let [untouched, unproved] = [0, 0];
  const listExpired = { proved: 0, unproved: 0 };
  for await (const { id, record } of log) {
    const leaf = sealed.records.get(id);
    if (seen.has(id))
      findings.push(finding('inserted', { id }, { zh: '日志中有两条', en: 'it stands in the log twice' }));
    else if (record === null)
      findings.push(finding('edited', { id }, { zh: '已不是一条记录', en: 'it is no record any more' }));
    else if (leaf) {
      if (recordDigest(record) === leaf.digest && isWhole(record)) untouched += 1;
      else findings.push(changed(record, leaf));
    } else if (isRecent(record.checkedAt) && isOnTheWay(record, sealed)) {
      const placed = { id, digest: recordDigest(record), link: record.link };
      const by = await vouched(record, keys);
      if (by === 'nobody') doubtful.push(placed);
      else unsealed.push(placed);
      if (by === 'itself') unproved += 1;
      if (by !== 'nobody' && !isWhole(record)) findings.push(changed(record, undefined));
    } else if (sealed.listExpired({ since: record.checkedAt, keepUntil: record.keepUntil })) {
      const by = await vouched(record, keys);
      if (by === 'nobody') findings.push(finding('inserted', { id }, UNVOUCHED));
      else if (!isWhole(record)) findings.push(changed(record, undefined));
      else listExpired[by === 'receipt' ? 'proved' : 'unproved'] += 1;
    } else findings.push(finding('inserted', { id }, { zh: '没有任何封存包含它', en: 'no seal covers it' }));
    seen.add(id);
  }
  const judged = judge(doubtful, [...sealed.records.values(), ...unsealed]);
  return {
    seen,
    findings: [...findings, ...judged.findings],
    untouched,
    unsealed: [...unsealed, ...judged.edited],
    unproved,
    listExpired,
  };
}

const UNVOUCHED = {
  zh: '封存清单已到期，也没有与其相符的回执签名',
  en: 'the list of its seal has expired, and no receipt of ours is of it',
};

/** What no receipt vouches for: a record that another one names was there and is another now; what nobody names was put in. */
function judge(doubtful: readonly Placed[], others: readonly Placed[]) {
  const named = new Set([...others, ...doubtful].flatMap(({ link }) => link.previous?.id ?? []));
  const [edited, inserted] = [doubtful.filter(({ id }) => named.has(id)), doubtful.filter(({ id }) => !named.has(id))];
  const shows = { zh: '尚未封存，回执签名与其不符', en: 'it is not sealed yet, and no receipt of ours is of it' };
  return {
    edited,
    findings: [
      ...edited.map(({ id }) => finding('edited', { id }, shows)),
      ...inserted.map(({ id }) => finding('inserted', { id }, shows)),
    ],
  };
}

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
