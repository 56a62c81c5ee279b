import type { Standing } from '../listing/standing.ts';
import { code9Of } from '../subject/key.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import type { Decision } from './decide.ts';
import type { Gathered } from './gather.ts';
import type { RecordedSubjectKey, RecordedThrough } from './record.ts';

/** What a predecessor is reached through: no relation that a caller names. */
const PREDECESSOR = 'predecessor';
/** A transaction takes 100 items: the record, 19 more members and the persons leave room for these. */
const MAX_THROUGH = 75;

/**
 * Whose listings gave reasons though nobody asked about them by themselves, one line for each: no line where every
 * reason is the asked subject's own, so that such a check writes nothing more.
 */
export function throughOf(
  { verdicts }: Decision,
  { read, standings }: Gathered,
  subjects: readonly RecordedSubjectKey[],
): RecordedThrough[] {
  const found = new Map<string, Omit<RecordedThrough, 'listings'> & { readonly listings: Set<string> }>();
  verdicts.forEach(({ reasons }, index) => {
    const asked = subjects[index]?.key;
    for (const { listing, relation } of reasons)
      for (const { key, relation: reached } of read[index] ?? []) {
        const standing = standings.get(key);
        if (key === asked || reached !== relation || !standing?.listings.includes(listing)) continue;
        // As a member of the consortium it may be found by this listing already.
        if (subjects.some((member) => member.key === key && member.listings.includes(listing.id))) continue;
        const line = found.get(key) ?? {
          key,
          ...shown(key, standing.subject),
          via: relation ?? PREDECESSOR,
          listings: new Set(),
        };
        line.listings.add(listing.id);
        found.set(key, line);
      }
  });
  return [...found.values()].slice(0, MAX_THROUGH).map((line) => ({ ...line, listings: [...line.listings] }));
}

/** A person shows the scheme alone. */
function shown(key: string, { scheme, code }: Standing['subject']) {
  if (isPersonScheme(scheme)) return { scheme, id: null };
  return code === undefined ? { scheme: 'org-code', id: code9Of(key) } : { scheme: 'uscc', id: code };
}
