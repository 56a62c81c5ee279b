import { addDays, dateOf, type Instant } from '../../lib/kernel/clock.ts';
import type { Opening, TieStep, Transition } from './history.ts';
import type { Wish } from './steps.ts';

/** Numbers that are the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const isOfTie = (wish: Wish | TieStep): wish is TieStep => 'by' in wish;

export type Pick = <T>(...from: readonly [T, ...T[]]) => T;

/** How often a case that is open is gone on with, where there is one. */
const GOES_ON = 0.85;
/** How often a listing that waits comes into force, where others are in force already. */
const LISTS = 0.5;
/** How often linked persons come to rest, or the listing that they are linked to is woken. */
const WAKES = 0.6;
/** How often something is asked for that is known to be out of place. */
const AGAINST_ALL = 0.1;
/** How often the succession is gone on with, where there is a pair. */
const TIES = 0.4;
const PERSONS = ['one', 'another'] as const;
const GROUNDS = ['wrong-facts', 'wrong-term', 'procedure'] as const;
const LONGEST_CORRECTED_DAYS = 3;

interface OpenCase {
  readonly id: string;
  readonly case: string;
  readonly kind: Opening['do'];
  readonly state: 'opened' | 'accepted';
}

/** What the workers of a history know between them, and what each asks for next. */
export class Wishes {
  readonly #next: () => number;
  readonly #pick: Pick;
  readonly #now: () => Instant;
  readonly #waiting: string[];
  /** In force or ended; a listing of a linked person is known once it is there. */
  readonly #known: string[] = [];
  readonly #cases = new Map<string, OpenCase>();
  readonly #kind: string;
  /** The listing that persons are linked to, once it is in force, and theirs. */
  #linked: readonly [string, ...string[]] | undefined;

  /** What waits of the succession, and who proposed it; or what can be proposed. */
  #tie: { readonly waits: 'succession' | 'parting'; readonly by: string } | 'apart' | 'tied' = 'apart';

  /** @param kind what it is all about: `resting`, `mending`, `succeeding`, or anything */
  constructor(drafts: readonly string[], next: () => number, pick: Pick, now: () => Instant, kind: string) {
    this.#waiting = [...drafts];
    this.#next = next;
    this.#pick = pick;
    this.#now = now;
    this.#kind = kind;
  }

  next(): Wish | TieStep {
    if (this.#kind === 'succeeding' && this.#next() < TIES) return this.#tieStep();
    const open = [...this.#cases.values()];
    const [first, ...others] = open;
    if (first && this.#next() < GOES_ON) return this.#onward(this.#pick(first, ...others));
    const [waiting] = this.#waiting;
    const [known, ...more] = this.#known;
    // The red one first, and then the black one that ends it.
    if (waiting !== undefined && this.#kind === 'mending') return { do: 'list', id: waiting };
    const early = this.#next() < AGAINST_ALL;
    if (waiting !== undefined && (!known || early || this.#next() < LISTS)) {
      const id = this.#pick(waiting, ...this.#waiting.slice(1));
      return early ? { do: 'object', id, ground: this.#pick(...GROUNDS) } : { do: 'list', id };
    }
    const id = this.#kind === 'mending' ? (more.at(-1) ?? known ?? '') : this.#pick(known ?? waiting ?? '', ...more);
    if (this.#kind === 'resting')
      return this.#pick<Wish>(
        { do: 'reorganise', id },
        { do: 'reorganised', id },
        { do: 'object', id, ground: this.#pick(...GROUNDS) },
        { do: 'object', id, ground: this.#pick(...GROUNDS) },
      );
    if (this.#kind === 'mending')
      return this.#pick<Wish>(
        { do: 'ask-repair', id },
        { do: 'object', id, ground: this.#pick(...GROUNDS) },
        { do: 'object', id, ground: this.#pick(...GROUNDS) },
      );
    // What wakes the main listing wakes nobody who rests for a cause of their own.
    if (this.#linked && this.#next() < WAKES)
      return this.#pick<Wish>(
        { do: 'reorganise', id: this.#pick(...this.#linked) },
        { do: 'reorganise', id: this.#pick(...this.#linked) },
        { do: 'reorganised', id: this.#linked[0] },
      );
    return this.#pick<Wish>(
      { do: 'object', id, ground: this.#pick(...GROUNDS) },
      { do: 'ask-repair', id },
      { do: 'ask-repair', id },
      { do: 'ask-repair', id },
      { do: 'propose-revocation', id, wrong: this.#pick(true, false) },
      { do: 'reorganise', id },
      { do: 'reorganised', id },
    );
  }

  #tieStep(): TieStep {
    const by = this.#pick(...PERSONS);
    const tie = this.#tie;
    if (tie === 'apart') return { do: 'propose-succession', by };
    if (tie === 'tied') return { do: 'propose-parting', by };
    const other = PERSONS.find((each) => each !== tie.by) ?? by;
    return { do: this.#pick('sign', 'sign', 'sign', 'decline'), by: this.#pick(other, other, by) };
  }

  tieCame({ do: step, by }: TieStep, done: boolean): void {
    if (!done) return;
    const waits = typeof this.#tie === 'string' ? undefined : this.#tie.waits;
    if (step === 'propose-succession') this.#tie = { waits: 'succession', by };
    else if (step === 'propose-parting') this.#tie = { waits: 'parting', by };
    else this.#tie = (waits === 'succession') === (step === 'sign') ? 'tied' : 'apart';
  }

  #onward({ id, case: opened, kind, state }: OpenCase): Wish {
    const step = { id, case: opened };
    if (kind === 'propose-revocation') return { ...step, do: this.#pick('revoke', 'revoke', 'decline-revocation') };
    if (state === 'opened' && kind === 'ask-repair') return { ...step, do: 'accept-repair' };
    if (kind === 'ask-repair')
      return { ...step, do: this.#pick('repair', 'lower', 'lower', 'repair', 'refuse-repair') };
    if (state === 'opened' && this.#kind === 'mending') return { ...step, do: 'accept-objection' };
    if (state === 'opened')
      return {
        ...step,
        do: this.#pick(
          'accept-objection',
          'accept-objection',
          'accept-objection',
          'refuse-objection',
          'withdraw-objection',
        ),
      };
    if (this.#kind === 'resting') return { ...step, do: this.#pick('reject', 'withdraw-objection') };
    if (this.#kind === 'mending') return { ...step, do: this.#pick('uphold', 'lessen', 'reject') };
    const until = addDays(dateOf(this.#now()), Math.floor(this.#next() * LONGEST_CORRECTED_DAYS));
    return this.#pick<Wish>(
      { ...step, do: 'uphold' },
      { ...step, do: 'lessen' },
      { ...step, do: 'reject' },
      { ...step, do: 'correct', until },
      { ...step, do: 'correct', until },
      { ...step, do: 'withdraw-objection' },
    );
  }

  /** What became of a wish; undefined where it was refused. */
  came(wish: Wish, done: Transition | undefined, knownBefore: OpenCase | undefined): void {
    const deed = done?.deed;
    if (!deed) {
      // What nobody else went on with in the meantime is stuck.
      if ('case' in wish && this.#cases.get(wish.case) === knownBefore) this.#cases.delete(wish.case);
      else if (wish.do === 'list') this.#is(wish.id);
      return;
    }
    switch (deed.do) {
      case 'list':
        this.#is(deed.id);
        this.#known.push(...deed.links.map(({ id }) => id));
        if (deed.links.length > 0) this.#linked = [deed.id, ...deed.links.map(({ id }) => id)];
        return;
      case 'object':
      case 'ask-repair':
      case 'propose-revocation':
        this.#cases.set(deed.case, { id: deed.id, case: deed.case, kind: deed.do, state: 'opened' });
        return;
      case 'accept-objection':
      case 'accept-repair': {
        const open = this.#cases.get(deed.case);
        if (open) this.#cases.set(deed.case, { ...open, state: 'accepted' });
        return;
      }
      default:
        if ('case' in deed) this.#cases.delete(deed.case);
    }
  }

  openCase(wish: Wish): OpenCase | undefined {
    return 'case' in wish ? this.#cases.get(wish.case) : undefined;
  }

  #is(id: string): void {
    const at = this.#waiting.indexOf(id);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#known.push(id);
  }
}
