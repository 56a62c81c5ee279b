import { Book, day } from './book.ts';
import type { Check, History, Seen, Told, Transition } from './history.ts';

// The checker knows the rules from the page, not from the product: nothing of lib is imported here.

interface InForce {
  readonly kind: 'black' | 'red' | 'ordinary';
  readonly from: string;
  readonly until: string | null;
  readonly resting: readonly { readonly cause: string }[];
}

/** What a check has to say by what is in force, on a day; a veto on a person waits for another person's finding. */
function verdict(lines: readonly InForce[], on: string, person: boolean): string {
  const inTerm = lines.filter(({ from, until }) => from <= on && (until === null || until >= on));
  const counts = (kind: InForce['kind']) => inTerm.some((line) => line.kind === kind && line.resting.length === 0);
  if (counts('black')) return person ? 'indeterminate' : 'veto';
  if (counts('ordinary')) return 'restrict';
  const objected = inTerm.filter(({ resting }) => resting.some(({ cause }) => cause === 'objection'));
  if (objected.some(({ kind }) => kind !== 'red')) return 'warn';
  return counts('red') ? 'favour' : 'pass';
}

/** The same, read from what the standing query tells. */
function verdictTold(told: Told | undefined, at: number, person: boolean): string {
  const lines = (told?.listings ?? []).flatMap(({ list, state, from, until, suspensions = [] }): InForce[] => {
    if (state !== 'active') return [];
    const kind = list === 'black' || list === 'red' ? list : 'ordinary';
    return [{ kind, from, until, resting: suspensions }];
  });
  return verdict(lines, day(at), person);
}

/** True where a transition of the check's subject was under way at some moment of the check. */
export const overlaps = (check: Check, transitions: readonly Transition[]): boolean =>
  transitions.some(({ start, end, parts }) => touches(parts, check.who) && start <= check.end && end >= check.start);

const touches = (parts: Transition['parts'], subject: string): boolean => parts.some(({ who }) => who === subject);

/** True where the standing as of the check's moment is not the one that it saw. */
export const differsAsOf = ({ who, checkedAt, version }: Check, { subjects }: History): boolean =>
  (subjects.find((each) => each.who === who)?.tellAsOf(checkedAt)?.version ?? 0) !== version;

/** Everything that contradicts the serial order of the transitions; nothing where all is well. */
export function contradictions(history: History): string[] {
  try {
    return inOrder(history);
  } catch (error) {
    // A history that cannot be followed contradicts itself.
    return [String(error)];
  }
}

/**
 * The transitions in the one order that their versions allow: each touches its subjects at the very versions at which the
 * one before left them.
 */
function serial({ subjects, transitions }: History): { order: Transition[]; found: string[] } {
  const versions = new Map(subjects.map(({ who, first }) => [who, first]));
  const waiting = new Set(transitions.toSorted((one, other) => one.end - other.end));
  const order: Transition[] = [];
  const fits = ({ parts }: Transition) => parts.every(({ who, before }) => versions.get(who) === before);
  for (let next = [...waiting].find(fits); next; next = [...waiting].find(fits)) {
    waiting.delete(next);
    order.push(next);
    for (const { who, after } of next.parts) versions.set(who, after);
  }
  const found = [...waiting].map(
    ({ deed, parts }) =>
      `${deed.do} has no place: from ${parts.map(({ who, before, after }) => `${who} ${before} to ${after}`).join(', ')}`,
  );
  for (const { who, stored } of subjects)
    if (stored !== versions.get(who))
      found.push(`version ${stored} of ${who} is stored, ${versions.get(who)} was acknowledged`);
  return { order, found };
}

function inOrder(history: History): string[] {
  const { order, found } = serial(history);
  if (found.length > 0) return found;
  let book = Book.of(history.drafts);
  const books = new Map(history.subjects.map(({ who, first }) => [who, new Map([[first, book]])]));
  const latest = new Map<string, number>();
  for (const { deed, at, parts } of order) {
    book = book.after(deed, at);
    for (const { who } of parts) {
      if (at < (latest.get(who) ?? at)) found.push(`${deed.do} carries a moment before what it follows on ${who}`);
      latest.set(who, at);
    }
    for (const { who } of history.subjects) {
      const part = parts.find((each) => each.who === who);
      const [took, takes] = [part ? part.after - part.before : 0, book.events.get(who) ?? 0];
      if (took !== takes) found.push(`${deed.do} took ${took} events of ${who}, not ${takes}`);
      if (part) books.get(who)?.set(part.after, book);
    }
  }
  found.push(...casesOf(history, book));
  for (const check of history.checks) {
    const subject = history.subjects.find(({ who }) => who === check.who);
    if (subject) found.push(...ofCheck(check, subject, order, books.get(check.who) ?? new Map()));
  }
  return found;
}

/** Every case is kept as it was left, and there is none beside them. */
function casesOf({ cases }: History, book: Book): string[] {
  const stored = new Map(cases.map(({ id, state }) => [id, state]));
  return [...new Set([...stored.keys(), ...book.cases.keys()])].flatMap((id) => {
    const [kept, left] = [stored.get(id), book.cases.get(id)];
    return kept === left ? [] : [`the case ${id} is kept as ${kept}, and was left as ${left}`];
  });
}

function ofCheck(
  check: Check,
  { who, person, first, tellVersion, tellAsOf }: Seen,
  order: readonly Transition[],
  books: ReadonlyMap<number, Book>,
): string[] {
  const { start, end, version, outcome, checkedAt } = check;
  const book = books.get(version);
  if (!book) return [`a check of ${who} saw version ${version}, which never was`];
  const found: string[] = [];
  const expected = verdict(book.live(who), day(checkedAt), person);
  if (outcome !== expected) found.push(`at version ${version} a check of ${who} said ${outcome}, not ${expected}`);
  const reached = (done: (each: Transition) => boolean) =>
    Math.max(first, ...order.filter(done).flatMap(({ parts }) => parts.flatMap((p) => (p.who === who ? p.after : []))));
  const finished = reached((each) => each.end < start);
  const begun = reached((each) => each.start < end);
  if (version < finished) found.push(`a check of ${who} saw version ${version} after ${finished} was acknowledged`);
  if (version > begun) found.push(`a check of ${who} saw version ${version} before it began`);
  const told = verdictTold(tellVersion(version), checkedAt, person);
  if (told !== outcome) found.push(`the standing query says ${told} of ${who} at ${version}, the check ${outcome}`);
  if (overlaps(check, order)) return found;
  const asOf = tellAsOf(checkedAt);
  const toldThen = verdictTold(asOf, checkedAt, person);
  if ((asOf?.version ?? 0) !== version || toldThen !== outcome)
    found.push(
      `as of its moment ${who} is at ${asOf?.version ?? 0} (${toldThen}), the check at ${version} (${outcome}), and nothing overlaps`,
    );
  return found;
}
