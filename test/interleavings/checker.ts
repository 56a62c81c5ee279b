import type { Check, Deed, History, Told, Transition } from './history.ts';

// The checker knows the rules from the page, not from the product: nothing of lib is imported here.

type Cause = 'objection' | 'reorganisation';
interface Line {
  readonly kind: 'black' | 'red' | 'ordinary';
  readonly until: string | null;
  readonly resting: readonly Cause[];
  readonly over: string | null;
  readonly by: string | null;
}
type Book = ReadonlyMap<string, Line>;

/** The date in Shanghai, eight hours ahead of UTC, without any calendar of the product's. */
const day = (at: number): string => new Date(at + 28_800_000).toISOString().slice(0, 10);
const runs = ({ until }: Line, at: number): boolean => until === null || until >= day(at);

/** One transition in the serial order: the book after it, and how many events that takes; undefined where it is unlawful. */
function turn(book: Book, deed: Deed, at: number): { book: Book; events: number } | undefined {
  const next = new Map(book);
  const line = book.get(deed.id);
  let events = 1;
  const blacks = () => [...next].filter(([, each]) => each.kind === 'black' && each.over === null && runs(each, at));
  const end = (id: string, each: Line, over: string, by: string | null) =>
    next.set(id, { ...each, over, by, resting: [] });

  if (deed.do === 'list') {
    if (line) return undefined;
    const [black] = blacks();
    const made: Line = { kind: deed.kind, until: deed.until, resting: [], over: null, by: null };
    next.set(deed.id, made);
    if (deed.kind === 'red' && black) {
      end(deed.id, made, 'blacklisted', black[0]);
      events += 1;
    }
    if (deed.kind === 'black' && runs(made, at))
      for (const [id, each] of book)
        if (each.kind === 'red' && each.over === null) {
          end(id, each, 'blacklisted', deed.id);
          events += 1;
        }
    return { book: next, events };
  }
  if (!line || line.over !== null) return undefined;
  switch (deed.do) {
    case 'suspend':
      next.set(deed.id, { ...line, resting: [...line.resting.filter((cause) => cause !== deed.cause), deed.cause] });
      return { book: next, events };
    case 'resume':
      if (!line.resting.includes(deed.cause)) return undefined;
      next.set(deed.id, { ...line, resting: line.resting.filter((cause) => cause !== deed.cause) });
      return { book: next, events };
    case 'lower':
      if (line.kind !== 'black') return undefined;
      next.set(deed.id, { ...line, kind: 'ordinary' });
      return { book: next, events };
    case 'repair':
      end(deed.id, line, 'repaired', null);
      return { book: next, events };
    case 'uphold':
      end(deed.id, line, 'objection-upheld', null);
      if (line.kind !== 'red' && blacks().length === 0)
        for (const [id, each] of [...next])
          if (each.over === 'blacklisted' && next.get(each.by ?? '')?.over === 'objection-upheld' && runs(each, at)) {
            next.set(id, { ...each, over: null, by: null });
            events += 1;
          }
      return { book: next, events };
  }
}

/** What a check has to say by a book on a day. */
function verdict(lines: Iterable<Pick<Line, 'kind' | 'resting' | 'until'>>, on: string): string {
  const inTerm = [...lines].filter(({ until }) => until === null || until >= on);
  const black = inTerm.filter(({ kind }) => kind === 'black');
  if (black.some(({ resting }) => resting.length === 0)) return 'veto';
  if (black.some(({ resting }) => resting.includes('objection'))) return 'warn';
  return inTerm.some(({ kind, resting }) => kind === 'red' && resting.length === 0) ? 'favour' : 'pass';
}

const live = (book: Book): Line[] => [...book.values()].filter(({ over }) => over === null);

/** The same, read from what the standing query tells. */
function verdictTold(told: Told | undefined, at: number): string {
  const lines = (told?.listings ?? []).flatMap(({ list, state, until, suspensions = [] }) => {
    if (state !== 'active') return [];
    const kind = list === 'black' || list === 'red' ? list : 'ordinary';
    const resting = suspensions.flatMap(({ cause }): Cause[] =>
      cause === 'objection' || cause === 'reorganisation' ? [cause] : [],
    );
    return [{ kind, until, resting } as const];
  });
  return verdict(lines, day(at));
}

/** Everything that contradicts the serial order of the transitions; nothing where all is well. */
export function contradictions(history: History): string[] {
  try {
    return inOrder(history);
  } catch (error) {
    // A history that cannot be followed contradicts itself.
    return [String(error)];
  }
}

function inOrder(history: History): string[] {
  const found: string[] = [];
  const serial = history.transitions.toSorted((one, other) => one.after - other.after);
  const books = new Map<number, Book>([[0, new Map()]]);
  let book: Book = new Map();
  let version = 0;
  for (const transition of serial) {
    const next = turn(book, transition.deed, transition.at);
    if (transition.before !== version) found.push(`a transition from ${transition.before} came after ${version}`);
    if (!next) {
      found.push(`${transition.deed.do} was acknowledged where it is not possible`);
      return found;
    }
    if (transition.after !== transition.before + next.events)
      found.push(`${transition.deed.do} took ${transition.after - transition.before} events, not ${next.events}`);
    ({ book } = next);
    version = transition.after;
    books.set(version, book);
  }
  if (history.stored !== version) found.push(`version ${history.stored} is stored, ${version} was acknowledged`);
  for (const check of history.checks) found.push(...ofCheck(check, serial, books, history));
  return found;
}

function ofCheck(
  check: Check,
  serial: readonly Transition[],
  books: ReadonlyMap<number, Book>,
  { tellVersion, tellAsOf }: History,
): string[] {
  const found: string[] = [];
  const { start, end, version, outcome, checkedAt } = check;
  const book = books.get(version);
  if (!book) return [`a check saw version ${version}, which never was`];
  const expected = verdict(live(book), day(checkedAt));
  if (outcome !== expected) found.push(`at version ${version} a check said ${outcome}, not ${expected}`);
  const finished = Math.max(0, ...serial.filter((each) => each.end < start).map(({ after }) => after));
  const begun = Math.max(0, ...serial.filter((each) => each.start < end).map(({ after }) => after));
  if (version < finished) found.push(`a check saw version ${version} after ${finished} was acknowledged`);
  if (version > begun) found.push(`a check saw version ${version} before it began`);
  const told = verdictTold(tellVersion(version), checkedAt);
  if (told !== outcome) found.push(`the standing query says ${told} at version ${version}, the check ${outcome}`);
  const asOf = tellAsOf(checkedAt);
  const overlaps = serial.some((each) => each.start <= end && each.end >= start);
  if ((asOf?.version ?? 0) !== version && !overlaps)
    found.push(
      `as of its moment the standing is at ${asOf?.version ?? 0}, the check at ${version}, and nothing overlaps`,
    );
  return found;
}
