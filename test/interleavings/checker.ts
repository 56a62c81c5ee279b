import { Book } from './book.ts';
import { type Check, type History, PAPERS, type Seen, type Told, type Transition } from './history.ts';
import { day } from './line.ts';

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

/** The same, read from what the standing query tells of the subject and of those from whom listings reach it. */
function verdictTold(told: readonly (Told | undefined)[], at: number, person: boolean): string {
  const all = told.flatMap((each) => each?.listings ?? []);
  const lines = all.flatMap(({ list, state, from, until, suspensions = [] }): InForce[] => {
    if (state !== 'active') return [];
    const kind = list === 'black' || list === 'red' ? list : 'ordinary';
    return [{ kind, from, until, resting: suspensions }];
  });
  return verdict(lines, day(at), person);
}

/** True where a transition of what the check rests on was under way at some moment of it. */
export const overlaps = ({ who, reached, start, end }: Check, transitions: readonly Transition[]): boolean =>
  transitions.some(
    (each) =>
      [who, ...reached.map((other) => other.who)].some((subject) => touches(each.parts, subject)) &&
      each.start <= end &&
      each.end >= start,
  );

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
 * one before left them, and one that only rests on a subject's standing comes before what moves it on.
 */
function serial({ subjects, transitions, pair }: History): { order: Transition[]; found: string[] } {
  const versions = new Map([...subjects.map(({ who, first }) => [who, first] as const), [PAPERS, 0]]);
  const waiting = new Set(transitions.toSorted((one, other) => one.end - other.end));
  const order: Transition[] = [];
  const restedOn = (next: Transition, who: string) =>
    [...waiting].some(
      (each) =>
        each !== next &&
        each.parts.some((p) => p.who === who && p.before === p.after && p.before === versions.get(who)),
    );
  const fits = (each: Transition) =>
    each.parts.every(
      ({ who, before, after }) => versions.get(who) === before && (after === before || !restedOn(each, who)),
    );
  for (let next = [...waiting].find(fits); next; next = [...waiting].find(fits)) {
    waiting.delete(next);
    order.push(next);
    for (const { who, after } of next.parts) versions.set(who, after);
  }
  const found = [...waiting].map(
    ({ deed, parts }) =>
      `${deed.do} has no place: from ${parts.map(({ who, before, after }) => `${who} ${before} to ${after}`).join(', ')}`,
  );
  for (const { who, stored } of [...subjects, ...(pair ? [{ who: PAPERS, stored: pair.stored }] : [])])
    if (stored !== versions.get(who))
      found.push(`version ${stored} of ${who} is stored, ${versions.get(who)} was acknowledged`);
  return { order, found };
}

function inOrder(history: History): string[] {
  const { order, found } = serial(history);
  if (found.length > 0) return found;
  let book = Book.of(history.drafts, history.pair);
  const books = new Map(history.subjects.map(({ who, first }) => [who, new Map([[first, book]])]));
  const latest = new Map<string, number>();
  for (const { deed, at, parts } of order) {
    book = book.after(deed, at);
    for (const { who, before, after } of parts) {
      if (at < (latest.get(who) ?? at)) found.push(`${deed.do} carries a moment before what it follows on ${who}`);
      // What only rested on a standing is followed by nothing: it came before what moved it on, whenever that began.
      if (after > before) latest.set(who, at);
    }
    for (const who of [...history.subjects.map((each) => each.who), PAPERS]) {
      const part = parts.find((each) => each.who === who);
      const [took, takes] = [part ? part.after - part.before : 0, book.events.get(who) ?? 0];
      if (took !== takes) found.push(`${deed.do} took ${took} events of ${who}, not ${takes}`);
      if (part) books.get(who)?.set(part.after, book);
    }
  }
  found.push(...casesOf(history, book));
  for (const check of history.checks) found.push(...ofCheck(check, history.subjects, order, books));
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

type Books = ReadonlyMap<string, ReadonlyMap<number, Book>>;

function ofCheck(check: Check, subjects: readonly Seen[], order: readonly Transition[], books: Books): string[] {
  const { who, version, reached, outcome, checkedAt } = check;
  const restsOn = [{ who, version }, ...reached].map((each) => ({
    ...each,
    book: books.get(each.who)?.get(each.version),
  }));
  const [own] = restsOn;
  const never = restsOn.find(({ book }) => book === undefined);
  if (never || !own?.book) return [`a check of ${who} saw version ${version} of ${never?.who}, which never was`];
  const found: string[] = [];
  const others = own.book.reaching(who);
  if (others.join() !== reached.map((each) => each.who).join())
    found.push(`a check of ${who} at version ${version} rests on ${reached.map((each) => each.who)}, not on ${others}`);
  found.push(...restsOn.flatMap((each) => outOfTime(check, each, subjects, order)));
  const seen = restsOn.flatMap((each) => {
    const subject = subjects.find((other) => other.who === each.who);
    return subject ? [{ ...each, subject }] : [];
  });
  const person = seen.some(({ subject }) => subject.who === who && subject.person);
  const expected = verdict(
    restsOn.flatMap((each) => each.book?.live(each.who) ?? []),
    day(checkedAt),
    person,
  );
  if (outcome !== expected) found.push(`at version ${version} a check of ${who} said ${outcome}, not ${expected}`);
  const told = verdictTold(
    seen.map(({ subject, version: at }) => subject.tellVersion(at)),
    checkedAt,
    person,
  );
  if (told !== outcome) found.push(`the standing query says ${told} of ${who} at ${version}, the check ${outcome}`);
  if (overlaps(check, order)) return found;
  const asOf = seen.map(({ subject }) => subject.tellAsOf(checkedAt));
  const toldThen = verdictTold(asOf, checkedAt, person);
  if (seen.some((each, index) => (asOf[index]?.version ?? 0) !== each.version) || toldThen !== outcome)
    found.push(
      `as of its moment ${who} is at ${asOf.map((each) => each?.version ?? 0)} (${toldThen}), the check at ${seen.map((each) => each.version)} (${outcome}), and nothing overlaps`,
    );
  return found;
}

/** What a check saw of one subject is what was acknowledged before it, or came while it ran. */
function outOfTime(
  { who: asked, start, end, version: own }: Check,
  { who, version }: { readonly who: string; readonly version: number },
  subjects: readonly Seen[],
  order: readonly Transition[],
): string[] {
  const first = subjects.find((each) => each.who === who)?.first ?? 0;
  const reached = (done: (each: Transition) => boolean) =>
    Math.max(first, ...order.filter(done).flatMap(({ parts }) => parts.flatMap((p) => (p.who === who ? p.after : []))));
  const finished = reached((each) => each.end < start);
  const begun = reached((each) => each.start < end);
  // Another's standing is read behind its own: what is one transaction on both is seen of both.
  const together = reached(({ parts }) =>
    parts.some((part) => part.who === asked && part.before < part.after && part.after <= own),
  );
  const found: string[] = [];
  if (version < finished)
    found.push(`a check of ${asked} saw version ${version} of ${who} after ${finished} was acknowledged`);
  if (version > begun) found.push(`a check of ${asked} saw version ${version} of ${who} before it began`);
  if (version < together)
    found.push(
      `a check of ${asked} saw version ${version} of ${who}, and ${own} of its own, which ${together} came with`,
    );
  return found;
}
