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
 * to be sealed, or held beyond the list that had it.
 */
export interface AppendedCount {
  readonly untouched: number;
  readonly ended: number;
  readonly unsealed: number;
  readonly listExpired: number;
}

interface Known {
  readonly sealed: Sealed;
  /** Whether a record is in the log. */
  readonly isThere: (id: string) => boolean;
  /** Whether something of this moment may be on its way to a seal. */
  readonly isRecent: (at: string) => boolean;
  readonly now: string;
}

/** Holds determinations, annulments, grants, feedback, cases and annotations against the seals. */
export function holdAppended(
  logged: Iterable<LoggedAppended>,
  { sealed, isThere, isRecent, now }: Known,
): { readonly findings: readonly Finding[]; readonly count: AppendedCount } {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  const count = { untouched: 0, ended: 0, unsealed: 0, listExpired: 0 };
  for (const each of logged) {
    const name = appendedName(each);
    const leaf = sealed.appended.get(name);
    const { id, is } = each;
    const where = { id, of: leaf?.of ?? is?.of ?? '' };
    if (seen.has(name)) findings.push(finding('inserted', where, TWICE));
    else if (leaf && is?.digest === leaf.digest) count.untouched += 1;
    else if (leaf) findings.push(finding('edited', where, is ? CHANGED : NOTHING));
    else if (is && isRecent(is.at)) count.unsealed += 1;
    else if (is && isThere(id) && sealed.listExpired({ since: is.at, keepUntil: is.keepUntil })) count.listExpired += 1;
    else findings.push(finding('inserted', where, UNCOVERED));
    seen.add(name);
  }
  for (const [name, leaf] of sealed.appended) {
    if (seen.has(name)) continue;
    const record = sealed.records.get(leaf.id);
    if (hasEnded(leaf, record, sealed, now)) count.ended += 1;
    // It went with its record, which is named itself.
    else if (!record || isThere(leaf.id)) findings.push(finding('deleted', { id: leaf.id, of: leaf.of }, GONE));
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
