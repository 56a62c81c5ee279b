import { isNameKey, type SubjectKey } from '../subject/key.ts';
import { identifiedAs, type Listing, type Standing } from './standing.ts';

/** Standings by whose they are. */
export type Known = ReadonlyMap<SubjectKey, Standing>;

/** A listing, and under whom it stands. */
export interface Reaching {
  readonly under: SubjectKey;
  readonly listing: Listing;
}

/** Who is tied to a standing: whom it succeeds and who succeeds it, names of which listings are its own, and whose those are. */
const tiedTo = ({ predecessors = [], successors = [], names = [], identified = [] }: Standing): SubjectKey[] => [
  ...predecessors,
  ...successors,
  ...names,
  ...identified.flatMap(({ subject, same }) => (same ? [subject] : [])),
];

/** Some standings, with all that are tied to them and to each other: one read for each step further. */
export async function withTied(start: Known, read: (keys: readonly SubjectKey[]) => Promise<Known>): Promise<Known> {
  const known = new Map(start);
  const looked = new Set(known.keys());
  for (;;) {
    const missing = [...new Set([...known.values()].flatMap(tiedTo))].filter((key) => !looked.has(key));
    if (missing.length === 0) return known;
    for (const key of missing) looked.add(key);
    for (const [key, standing] of await read(missing)) known.set(key, standing);
  }
}

/** Whoever succeeds a subject, with itself. */
export const successorsOf = (key: SubjectKey, known: Known): readonly SubjectKey[] =>
  along(key, (each) => known.get(each)?.successors ?? []);

/** A subject's listings and those that reach it from another standing: of whom it succeeds, and under a name those that were found to be theirs. */
export function reaching(key: SubjectKey, known: Known): readonly Reaching[] {
  const subjects = along(key, (each) => known.get(each)?.predecessors ?? []);
  const names = new Set(subjects.flatMap((each) => known.get(each)?.names ?? []));
  const its = (standing: Standing, listing: Listing) =>
    subjects.some((subject) => wasFoundToBeOf(subject, standing, listing));
  return [
    ...subjects.flatMap((under) => (known.get(under)?.listings ?? []).map((listing) => ({ under, listing }))),
    ...[...names].flatMap((under) => {
      const standing = known.get(under);
      return (standing?.listings ?? []).flatMap((listing) =>
        standing && its(standing, listing) ? [{ under, listing }] : [],
      );
    }),
  ];
}

/** Whether a listing that reaches a subject is its own: not that of whom it succeeds. */
export function isOwnUnder(key: SubjectKey, under: SubjectKey, listing: Listing, known: Known): boolean {
  const standing = known.get(under);
  return under === key || (standing !== undefined && isNameKey(under) && wasFoundToBeOf(key, standing, listing));
}

const wasFoundToBeOf = (key: SubjectKey, standing: Standing, { id }: Listing): boolean =>
  identifiedAs(standing, id).some(({ subject, same }) => same && subject === key);

/** A circle of successions ends. */
function along(key: SubjectKey, next: (key: SubjectKey) => readonly SubjectKey[]): readonly SubjectKey[] {
  const all = new Set([key]);
  // What is added while a set is walked is walked too.
  for (const each of all) for (const other of next(each)) all.add(other);
  return [...all];
}
