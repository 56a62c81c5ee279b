import { isNameKey, type SubjectKey } from '../subject/key.ts';
import { identifiedAs, type Listing, type Standing } from './standing.ts';

/** Standings by whose they are. */
export type Known = ReadonlyMap<SubjectKey, Standing>;

/** A listing, and under whom it stands. */
export interface Reaching {
  readonly under: SubjectKey;
  readonly listing: Listing;
}

/** Which standings a walk goes on to from one. */
type Onward = (standing: Standing) => readonly SubjectKey[];

/** To whom a subject's listings reach: those that succeed it; with the names under which listings are theirs. */
export const downward: Onward = ({ successors = [], names = [] }) => [...successors, ...names];

/** From where listings reach a subject: those that it succeeds, and the names under which listings are theirs. */
export const upward: Onward = ({ predecessors = [], names = [] }) => [...predecessors, ...names];

/** The names under which listings are a subject's own. */
export const itsNames: Onward = ({ names = [] }) => names;

/** What is known already, with whatever a walk from some subjects meets: one read for each step further, of what is not known. */
export async function walked(
  start: Known,
  from: Iterable<SubjectKey>,
  onward: Onward,
  read: (keys: readonly SubjectKey[]) => Promise<Known>,
): Promise<Known> {
  const known = new Map(start);
  const met = new Set(from);
  let step = [...met];
  while (step.length > 0) {
    const missing = step.filter((key) => !known.has(key));
    if (missing.length > 0) for (const [key, standing] of await read(missing)) known.set(key, standing);
    const next = step.flatMap((key) => {
      const standing = known.get(key);
      return standing ? onward(standing) : [];
    });
    step = [...new Set(next)].filter((key) => !met.has(key));
    for (const key of step) met.add(key);
  }
  return known;
}

/** Whoever succeeds a subject, with itself. */
export const successorsOf = (key: SubjectKey, known: Known): readonly SubjectKey[] =>
  along(key, (each) => known.get(each)?.successors ?? []);

/** Whomever a subject succeeds, with itself. */
export const predecessorsOf = (key: SubjectKey, known: Known): readonly SubjectKey[] =>
  along(key, (each) => known.get(each)?.predecessors ?? []);

/** A subject's listings and those that reach it from another standing: of whom it succeeds, and under a name those that were found to be theirs. */
export function reaching(key: SubjectKey, known: Known): readonly Reaching[] {
  const subjects = predecessorsOf(key, known);
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

/** Whose a listing is: the subject's under whom it stands; under a name, of everybody whose it was found to be. */
export function ownersOf(under: SubjectKey, standing: Standing, { id }: Listing): readonly SubjectKey[] {
  if (!isNameKey(under)) return [under];
  return identifiedAs(standing, id).flatMap(({ subject, same }) => (same ? [subject] : []));
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
