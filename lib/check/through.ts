import { identifiedAs, type Listing, type Standing } from '../listing/standing.ts';
import { code9Of, isNameKey, type SubjectKey } from '../subject/key.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import { type Decision, decidersOf, HEAD_OFFICE, isCandidate } from './decide.ts';
import type { Asked } from './evidence.ts';
import type { Gathered } from './gather.ts';
import type { RecordedSubjectKey, RecordedThrough } from './record.ts';

type ReadStanding = Gathered['read'][number][number];

/** What a predecessor is reached through: no relation that a caller names. */
const PREDECESSOR = 'predecessor';
/** Nor this: a listing stands under the subject's name, and nobody has found yet whose it is. */
const NAME = 'name';
/** A transaction takes 100 items: the record, 19 more members and the persons leave room for these. */
const MAX_THROUGH = 75;

/**
 * Who decided though nobody asked about them by themselves, one line for each: whose listings gave reasons, and the head
 * office that a branch answers through, clean or not, so that its branches' checks are found when it is listed later. No
 * line where the asked subject alone decided: such a check writes nothing more.
 */
export function throughOf(
  decision: Decision,
  gathered: Gathered,
  subjects: readonly RecordedSubjectKey[],
): RecordedThrough[] {
  const listed = listedThrough(decision, gathered, subjects);
  const there = new Set([...subjects, ...listed].map(({ key }) => key));
  const clean = gathered.subjects
    .flatMap(({ related }) => related)
    .flatMap(({ relation, key, identifier }) =>
      relation !== HEAD_OFFICE || key === undefined || there.has(key)
        ? []
        : [[key, { key, ...asked(key, identifier), via: relation, listings: [] }] as const],
    );
  return [...listed, ...new Map(clean).values()].slice(0, MAX_THROUGH);
}

function listedThrough(
  { verdicts }: Decision,
  { read, standings, subjects: asks }: Gathered,
  subjects: readonly RecordedSubjectKey[],
): RecordedThrough[] {
  const found = new Map<string, Omit<RecordedThrough, 'listings'> & { readonly listings: Set<string> }>();
  verdicts.forEach((verdict, index) => {
    const asked = subjects[index]?.key;
    for (const decider of decidersOf(verdict))
      for (const each of read[index] ?? []) {
        const { key: stands, relation } = each;
        const listing = standings.get(stands)?.listings.find(({ id }) => id === decider.listingId);
        if (!listing || ('relation' in decider.by && decider.by.relation !== relation)) continue;
        // What stands under a name and was found to be somebody's is theirs.
        const key = each.by === 'name' ? ownerOf(each, listing, read[index] ?? [], standings) : stands;
        // Who was named by the caller, and reached through whom they succeed, is found by it too.
        const related = each.related === undefined ? undefined : asks[index]?.related[each.related]?.key;
        for (const by of new Set(related === undefined ? [key] : [key, related])) {
          const standing = standings.get(by);
          if (by === asked || !standing) continue;
          // As a member of the consortium it may be found by this listing already.
          if (subjects.some((member) => member.key === by && member.listings.includes(listing.id))) continue;
          const line = found.get(by) ?? {
            key: by,
            ...shown(by, standing.subject),
            via: relation ?? (isCandidate(decider) ? NAME : PREDECESSOR),
            listings: new Set(),
          };
          line.listings.add(listing.id);
          found.set(by, line);
        }
      }
  });
  return [...found.values()].map((line) => ({ ...line, listings: [...line.listings] }));
}

/** An office under the number that was asked; under its key where that is a registration number. */
const asked = (key: SubjectKey, identifier: Asked['identifier']) =>
  identifier.kind === 'organisation'
    ? { scheme: identifier.scheme, id: identifier.value }
    : { scheme: 'org-code', id: code9Of(key) };

/** Of those that the subject reaches, whose it was found to be: its own before a predecessor's. */
function ownerOf(
  { key: name, related }: ReadStanding,
  { id }: Listing,
  read: readonly ReadStanding[],
  standings: Gathered['standings'],
): string {
  const under = standings.get(name);
  const found = under ? identifiedAs(under, id) : [];
  const own = read.filter((each) => each.related === related && each.by !== 'name');
  return own.find(({ key }) => found.some(({ subject, same }) => same && subject === key))?.key ?? name;
}

/** A person shows the scheme alone, and what stands under a name the name. */
function shown(key: string, { scheme, code, name }: Standing['subject']) {
  if (isNameKey(key)) return { scheme, id: name ?? null };
  if (isPersonScheme(scheme)) return { scheme, id: null };
  return code === undefined ? { scheme: 'org-code', id: code9Of(key) } : { scheme: 'uscc', id: code };
}
