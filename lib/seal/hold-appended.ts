import { type Finding, finding } from './finding.ts';
import type { AppendedLeaf, RecordLeaf } from './leaf.ts';
import { appendedName, type Sealed } from './sealed.ts';

/** What was appended to a record, as an export of the log brings it. */
export interface LoggedAppended extends Pick<AppendedLeaf, 'id' | 'note'> {
  /** What it is, its digest, its term, and when it says that it was appended; null where it is nothing of the kind any more. */
  readonly is: (Pick<AppendedLeaf, 'of' | 'digest' | 'keepUntil'> & { readonly at: string }) | null;
}

/**
 * What was appended and agrees with its seal; gone with its record, or after its term; proved by nothing, as it is too new
 * to be sealed, or the list that had it is gone.
 */
export interface AppendedCount {
  readonly untouched: number;
  readonly ended: number;
  readonly unsealed: number;
  readonly listGone: number;
}

interface Known {
  readonly sealed: Sealed;
  /** The records that are in the log, each with its own term. */
  readonly terms: ReadonlyMap<string, string | undefined>;
  /** Whether something of this moment may be on its way to a seal. */
  readonly isRecent: (at: string) => boolean;
  readonly now: string;
}

/** Holds determinations, annulments, grants, feedback, cases and annotations against the seals. */
export function holdAppended(
  logged: Iterable<LoggedAppended>,
  { sealed, terms, isRecent, now }: Known,
): { readonly findings: readonly Finding[]; readonly count: AppendedCount } {
  // What a changed list names proves nothing, and is missed all the same.
  const all = new Map([...sealed.claimed.appended, ...sealed.appended]);
  const seen = new Set<string>();
  const findings: Finding[] = [];
  const count = { untouched: 0, ended: 0, unsealed: 0, listGone: 0 };
  for (const each of logged) {
    const name = appendedName(each);
    const leaf = all.get(name);
    const { id, is } = each;
    const where = { id, of: leaf?.of ?? is?.of ?? '' };
    if (seen.has(name)) findings.push(finding('inserted', where, TWICE));
    else if (leaf && is?.digest === leaf.digest) count[sealed.appended.has(name) ? 'untouched' : 'listGone'] += 1;
    else if (leaf) findings.push(finding('edited', where, is ? CHANGED : NOTHING));
    else if (is && isRecent(is.at)) count.unsealed += 1;
    // Its term is its record's: a list that is gone with its time had nothing of a record whose own time is not over.
    else if (is && is.keepUntil === terms.get(id) && sealed.gone.mayHaveHadAppended(is)) count.listGone += 1;
    else findings.push(finding('inserted', where, UNCOVERED));
    seen.add(name);
  }
  for (const [name, leaf] of all) {
    if (seen.has(name)) continue;
    const record = sealed.records.get(leaf.id) ?? sealed.claimed.records.get(leaf.id);
    if (hasEnded(leaf, record, sealed, now)) count.ended += 1;
    // It went with its record, which is named itself.
    else if (!record || terms.has(leaf.id)) findings.push(finding('deleted', { id: leaf.id, of: leaf.of }, GONE));
  }
  return { findings, count };
}

/** Nothing that is appended outlasts its record. */
const hasEnded = (leaf: AppendedLeaf, record: RecordLeaf | undefined, sealed: Sealed, now: string): boolean =>
  leaf.keepUntil <= now || (record !== undefined && sealed.deletedBy(record) !== undefined);

const TWICE = { zh: '日志中有两条', en: 'it stands in the log twice' };
const CHANGED = { zh: '内容与封存的摘要不符', en: 'its content is not what the sealed digest is of' };
const NOTHING = { zh: '已不是应有的内容', en: 'it is nothing of the kind any more' };
const UNCOVERED = { zh: '没有任何封存包含它', en: 'no seal covers it' };
const GONE = { zh: '封存有它，日志没有', en: 'it is sealed, and the log has it no more' };
