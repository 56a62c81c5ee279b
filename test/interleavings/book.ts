import { type Answer, type Deed, type Draft, type Expiry, type OnListing, PAPERS, type Pair } from './history.ts';
import {
  accepted,
  type Cause,
  day,
  type End,
  earlier,
  isOwnReorganisation,
  type Line,
  lineOf,
  mayBeWrong,
  mayReturn,
  rests,
  runs,
  wasWrongAsBlack,
  without,
  withoutRest,
} from './line.ts';
import { APART, isTied, type Tie, tieAfter } from './tie.ts';

// The rules from the page, not from the product: nothing of lib is imported here.

/** A deed that was acknowledged and has no place where it stands. */
class Impossible extends Error {}

function must(holds: boolean, deed: Deed, why: string): asserts holds {
  if (!holds) throw new Impossible(`${deed.do} was acknowledged where it is not possible: ${why}`);
}

/** The listings of a few subjects and what has been brought up about them. */
export class Book {
  readonly #lines: Map<string, Line>;
  readonly #cases: Map<string, string>;
  /** Revocations of what was wrong from the start. */
  readonly #wrong: Set<string>;
  readonly #pair: Pair | undefined;
  #tie: Tie;
  /** Events of the last deed, by subject. */
  readonly events = new Map<string, number>();

  private constructor(
    lines: ReadonlyMap<string, Line>,
    cases: ReadonlyMap<string, string>,
    wrong: ReadonlySet<string>,
    pair: Pair | undefined,
    tie: Tie,
  ) {
    this.#lines = new Map(lines);
    this.#cases = new Map(cases);
    this.#wrong = new Set(wrong);
    this.#pair = pair;
    this.#tie = tie;
  }

  /** @param pair two of them, one of which may come to succeed the other */
  static of(drafts: readonly Draft[], pair?: Pair): Book {
    return new Book(new Map(drafts.map((draft) => [draft.id, lineOf(draft)])), new Map(), new Set(), pair, APART);
  }

  /** Whose listings reach a subject beside its own: of whom it succeeds. */
  reaching(who: string): string[] {
    return this.#pair?.successor === who && isTied(this.#tie) ? [this.#pair.predecessor] : [];
  }

  /** What is in force of one subject, at rest or not. */
  live(who: string): Line[] {
    return [...this.#lines.values()].filter((line) => line.who === who && line.state === 'active');
  }

  get cases(): ReadonlyMap<string, string> {
    return this.#cases;
  }

  /** @throws Impossible */
  after(deed: Deed, at: number): Book {
    const next = new Book(this.#lines, this.#cases, this.#wrong, this.#pair, this.#tie);
    next.#do(deed, at, this);
    return next;
  }

  #do(deed: Deed, at: number, before: Book): void {
    switch (deed.do) {
      case 'expire':
        this.#expire(deed, at);
        return;
      case 'propose-succession':
      case 'propose-parting':
      case 'sign':
      case 'decline': {
        const pair = this.#pair;
        must(pair !== undefined, deed, 'nobody succeeds anybody');
        const tie = tieAfter(this.#tie, deed);
        must(tie !== undefined, deed, `the succession is ${this.#tie.state} by ${this.#tie.by}`);
        this.#tie = tie;
        this.#count(PAPERS);
        if (isTied(tie) !== isTied(before.#tie)) for (const who of [pair.predecessor, pair.successor]) this.#count(who);
        break;
      }
      default:
        this.#onListing(deed, at);
    }
    this.#acrossSubjects(before, at);
  }

  /** No red listing stands beside a black one that reaches its subject, from whomever; and it is back where none should have. */
  #acrossSubjects(before: Book, at: number): void {
    const fresh = (is: (line: Line, was: Line | undefined) => boolean) =>
      [...this.#lines].flatMap(([id, line]) => (is(line, before.#lines.get(id)) ? [line.who] : []));
    const tie = (this.#pair && isTied(this.#tie) !== isTied(before.#tie) && [this.#pair.successor]) || [];
    const released = [
      ...fresh((line, was) => wasWrongAsBlack(line) && !(was && wasWrongAsBlack(was))),
      ...(isTied(before.#tie) ? tie : []),
    ];
    const cameInto = (kind: Line['kind']) =>
      fresh(
        (line, was) =>
          line.kind === kind &&
          line.state === 'active' &&
          !(was?.state === 'active' && was.kind === kind && was.until === line.until),
      );
    const spreading = [...released, ...cameInto('black'), ...tie];
    const concerned = new Set([...spreading, ...this.#succeeding(spreading), ...cameInto('red')]);
    for (const [red, line] of [...this.#lines]) {
      if (line.kind !== 'red' || !concerned.has(line.who)) continue;
      const black = this.#blackAgainst(line.who, at);
      if (black !== undefined && line.state === 'active') this.#end(red, 'blacklisted', black, at);
      const returns = released.length > 0 && mayReturn(line) && runs(line, at) && !this.#isHeld(line);
      if (returns) this.#release(red, black);
    }
  }

  #succeeding(subjects: readonly string[]): string[] {
    const { predecessor, successor } = this.#pair ?? {};
    return successor !== undefined && predecessor !== undefined && isTied(this.#tie) && subjects.includes(predecessor)
      ? [successor]
      : [];
  }

  /** What ended it was right, and reaches its subject still. */
  #isHeld({ who, by }: Line): boolean {
    const black = this.#lines.get(by ?? '');
    return black !== undefined && [who, ...this.reaching(who)].includes(black.who) && !wasWrongAsBlack(black);
  }

  #onListing(deed: OnListing, at: number): void {
    const { id } = deed;
    const line = this.#lines.get(id);
    const revisits = line?.state === 'over' && REVISITS.has(deed.do);
    must(line !== undefined && (line.state !== 'over' || revisits), deed, `${id} is ${line?.over ?? 'unknown'}`);
    const shared = line.links.filter((each) => this.#line(each).state === 'active');
    switch (deed.do) {
      case 'list': {
        must(line.state === 'decided', deed, 'it is in force');
        must(line.objections.length === 0, deed, 'it is objected to');
        must(
          line.kind !== 'red' || this.#blackAgainst(line.who, at) === undefined,
          deed,
          'a black listing is in force',
        );
        const [, from = line.from] = [line.from, day(at)].toSorted();
        must(line.until === null || line.until >= from, deed, 'its term is over');
        this.#happen(id, { state: 'active', from, links: deed.links.map((each) => each.id) }, at);
        for (const { who, id: own } of deed.links) {
          must(!this.#lines.has(own), deed, 'the linked listing is there already');
          this.#lines.set(own, { ...line, who, from, heard: [] });
          this.#happen(own, { state: 'active' }, at);
        }
        return;
      }
      case 'object': {
        const { ground } = deed;
        const known = [...line.heard, ...line.objections.map((each) => each.ground)];
        must(!known.includes(ground), deed, 'the ground was heard');
        this.#open(deed, 'filed');
        this.#happen(id, { objections: [...line.objections, { case: deed.case, ground, accepted: false }] }, at);
        return;
      }
      case 'accept-objection': {
        this.#step(deed, ['filed'], 'accepted');
        must(this.#objection(line, deed.case) !== undefined, deed, 'nothing of it is open');
        // Of what is over the answer is owed all the same.
        const objections = line.objections.map((each) =>
          each.case === deed.case ? { ...each, accepted: true } : each,
        );
        this.#answer(id, { objections }, at);
        if (line.state === 'active' && !rests(line, 'objection', false)) this.#rest(id, shared, 'objection', at);
        return;
      }
      case 'refuse-objection': {
        this.#step(deed, ['filed'], 'refused');
        must(this.#objection(line, deed.case) !== undefined, deed, 'nothing of it is open');
        this.#answer(id, { objections: without(line, deed.case) }, at);
        return;
      }
      case 'uphold':
      case 'correct':
      case 'lessen':
      case 'reject':
      case 'withdraw-objection':
        this.#resolve(deed, line, shared, at);
        return;
      case 'reorganise':
        must(line.state === 'active', deed, 'it is not in force');
        this.#rest(id, shared, 'reorganisation', at);
        return;
      case 'reorganised':
        must(rests(line, 'reorganisation', false), deed, 'it does not rest for that');
        this.#wake(id, shared, 'reorganisation', at);
        return;
      case 'ask-repair':
        must(line.state === 'active' && line.kind !== 'red' && line.repair === null, deed, 'it takes no repair');
        this.#open(deed, 'requested');
        this.#happen(id, { repair: deed.case }, at);
        return;
      case 'accept-repair':
        this.#step(deed, ['requested'], 'accepted');
        this.#happen(id, {}, at);
        return;
      case 'refuse-repair':
      case 'repair':
      case 'lower': {
        this.#step(deed, ['accepted'], deed.do === 'refuse-repair' ? 'refused' : 'approved');
        must(line.repair === deed.case, deed, 'it is not under this repair');
        if (deed.do !== 'refuse-repair') must(!line.objections.some(accepted), deed, 'an objection is to be answered');
        this.#happen(id, { repair: null }, at);
        if (deed.do === 'repair') for (const each of [id, ...shared]) this.#end(each, 'repaired', null, at);
        if (deed.do === 'lower') {
          must(line.kind === 'black', deed, 'it is not black');
          this.#lower([id, ...shared], {}, at);
        }
        return;
      }
      case 'propose-revocation':
        must(this.#revocation(id, 'proposed') === undefined, deed, 'another one waits');
        must(
          line.state !== 'over' || mayReturn(line) || (deed.wrong && this.#isOpenToAnnulment(id)),
          deed,
          `it ended as ${line.over}`,
        );
        this.#open(deed, 'proposed');
        if (deed.wrong) this.#wrong.add(deed.case);
        this.#answer(id, {}, at);
        return;
      case 'decline-revocation':
        this.#step(deed, ['proposed'], 'declined');
        this.#answer(id, {}, at);
        return;
      case 'revoke': {
        this.#step(deed, ['proposed'], 'signed');
        must(line.state === 'over' || !line.objections.some(accepted), deed, 'an objection is to be answered');
        const wrong = this.#wrong.has(deed.case);
        if (line.state !== 'over') this.#end(id, 'revoked', null, at, wrong);
        else if (wrong) {
          must(mayBeWrong(line), deed, `it ended as ${line.over}`);
          this.#findWrong(id, at);
        } else {
          must(mayReturn(line), deed, `it ended as ${line.over}`);
          this.#lines.set(id, { ...line, lapsed: true });
          this.#count(line.who);
        }
        for (const each of shared) this.#end(each, 'revoked', null, at, wrong);
        if (wrong) this.#alsoWrong(line, shared, at);
        return;
      }
    }
  }

  #resolve(deed: Answer, line: Line, shared: readonly string[], at: number): void {
    const { id } = deed;
    this.#step(deed, deed.do === 'withdraw-objection' ? ['filed', 'accepted'] : ['accepted'], 'resolved');
    const objection = this.#objection(line, deed.case);
    must(objection !== undefined, deed, 'nothing of it is open');
    const heard = objection.accepted ? [...line.heard, objection.ground] : line.heard;
    const objections = without(line, deed.case);
    this.#answer(id, { objections, heard }, at);
    if (deed.do === 'uphold') {
      if (line.state === 'over' && !mayBeWrong(line)) return;
      if (line.state === 'over') this.#findWrong(id, at);
      else this.#end(id, 'objection-upheld', null, at);
      for (const each of shared)
        this.#end(each, line.state === 'over' ? 'revoked' : 'objection-upheld', null, at, true);
      this.#alsoWrong(line, shared, at);
      return;
    }
    if (line.state === 'over') {
      must(deed.do !== 'correct' && deed.do !== 'lessen', deed, 'what is over stays as it was');
      return;
    }
    if (deed.do === 'correct') {
      must(deed.until >= line.from && earlier(line.until, deed.until) === deed.until, deed, 'that is longer');
      for (const each of [id, ...shared])
        this.#happen(each, { until: earlier(this.#line(each).until, deed.until) }, at);
    }
    if (deed.do === 'lessen') {
      must(line.kind !== 'red', deed, 'a red one has no grade');
      if (line.kind === 'black') this.#lower([id, ...shared], { neverBlack: true }, at);
      else for (const each of [id, ...shared]) this.#happen(each, {}, at);
    }
    if (rests(line, 'objection', false) && !objections.some(accepted)) this.#wake(id, shared, 'objection', at);
  }

  /** From black to ordinary, and no longer than such a one lasts; in whole, or because it should never have been black. */
  #lower(ids: readonly string[], change: Pick<Partial<Line>, 'neverBlack'>, at: number): void {
    for (const each of ids) {
      const { kind, until, lowerUntil } = this.#line(each);
      if (kind !== 'black') continue;
      this.#happen(each, { ...change, kind: 'ordinary', until: earlier(until, lowerUntil) }, at);
      const line = this.#line(each);
      if (line.neverBlack && line.state === 'active') this.#bringBack(line, at);
    }
  }

  #expire(deed: Expiry, at: number): void {
    const over = [...this.#lines].filter(
      ([, { who, state, objections, until }]) =>
        who === deed.who && state === 'active' && objections.length === 0 && until !== null && until < day(deed.since),
    );
    must(over.length > 0, deed, 'nothing is over');
    for (const [id] of over) this.#end(id, 'expired', null, at);
  }

  /** The measures rest; of linked persons too, who may rest for a cause of their own beside it. */
  #rest(id: string, shared: readonly string[], cause: Cause, at: number): void {
    this.#happen(id, { resting: [...withoutRest(this.#line(id), cause, false), { cause, linked: false }] }, at);
    for (const each of shared) {
      const line = this.#line(each);
      if (!rests(line, cause, true)) this.#happen(each, { resting: [...line.resting, { cause, linked: true }] }, at);
    }
  }

  #wake(id: string, shared: readonly string[], cause: Cause, at: number): void {
    this.#happen(id, { resting: withoutRest(this.#line(id), cause, false) }, at);
    for (const each of shared) {
      const line = this.#line(each);
      if (rests(line, cause, true)) this.#happen(each, { resting: withoutRest(line, cause, true) }, at);
    }
  }

  /** One event on a line, with what the law makes of it: no red listing stands beside a black one. */
  #happen(id: string, change: Partial<Line>, at: number): void {
    const line = { ...this.#line(id), ...change };
    if (line.state === 'over') throw new Impossible(`something happened to ${id}, which was over`);
    this.#lines.set(id, line);
    this.#count(line.who);
    if (line.state !== 'active') return;
    if (line.kind === 'black' && runs(line, at))
      for (const [red, each] of [...this.#lines])
        if (each.who === line.who && each.kind === 'red' && each.state === 'active')
          this.#end(red, 'blacklisted', id, at);
    const black = line.kind === 'red' ? this.#black(line.who, at) : undefined;
    if (black !== undefined) this.#end(id, 'blacklisted', black, at);
  }

  #end(id: string, over: End, by: string | null, at: number, wrong = over === 'objection-upheld'): void {
    const line = this.#line(id);
    if (line.state === 'over') throw new Impossible(`${id} ended as ${over} and had ended as ${line.over}`);
    const objections = line.state === 'active' ? line.objections : [];
    // One that may come back does so in the reorganisation in which it was.
    const resting = over === 'blacklisted' ? line.resting.filter(isOwnReorganisation) : [];
    this.#lines.set(id, { ...line, state: 'over', over, by, wrong, resting, objections, repair: null });
    this.#count(line.who);
    if (wrong) this.#bringBack(line, at);
  }

  /** What has ended already comes out as wrong from the start. */
  #findWrong(id: string, at: number): void {
    const line = this.#line(id);
    this.#lines.set(id, { ...line, wrong: true });
    this.#count(line.who);
    this.#bringBack(line, at);
  }

  /** Listings of linked persons that had ended before the main one came out as wrong were as wrong as that. */
  #alsoWrong({ links }: Line, shared: readonly string[], at: number): void {
    for (const each of links) if (!shared.includes(each) && mayBeWrong(this.#line(each))) this.#findWrong(each, at);
  }

  /** One that was wrong brings back the red ones of its subject that it ended; another one has ended them, where one stands. */
  #bringBack(line: Line, at: number): void {
    if (line.kind === 'red') return;
    const black = this.#black(line.who, at);
    for (const [red, each] of [...this.#lines]) {
      const by = this.#lines.get(each.by ?? '');
      if (each.who !== line.who || !mayReturn(each) || by?.who !== line.who) continue;
      if (wasWrongAsBlack(by) && runs(each, at)) this.#release(red, black);
    }
  }

  /** What ended it was wrong, or reaches it no more: it is back, or has ended by what else stands against it. */
  #release(red: string, black: string | undefined): void {
    if (black === undefined) {
      this.#reinstate(red);
      return;
    }
    const line = this.#line(red);
    this.#lines.set(red, { ...line, by: black });
    for (const _ of ['back', 'over']) this.#count(line.who);
  }

  #reinstate(red: string): void {
    const line = this.#line(red);
    const rest = line.objections.some(accepted) ? [{ cause: 'objection', linked: false } as const] : [];
    const resting = [...line.resting, ...rest];
    this.#lines.set(red, { ...line, state: 'active', over: null, by: null, resting });
    for (let events = 0; events <= rest.length; events += 1) this.#count(line.who);
  }

  /** A step of a case, whether what it is about is over or not. */
  #answer(id: string, change: Pick<Partial<Line>, 'objections' | 'heard'>, at: number): void {
    const line = this.#line(id);
    if (line.state !== 'over') {
      this.#happen(id, change, at);
      return;
    }
    this.#lines.set(id, { ...line, ...change });
    this.#count(line.who);
  }

  /** What was revoked ended by a case of its own; linked to one that was, it goes by that. */
  #isOpenToAnnulment(id: string): boolean {
    const line = this.#line(id);
    return mayBeWrong(line) && (line.over !== 'revoked' || this.#revocation(id, 'signed') !== undefined);
  }

  #black(who: string, at: number): string | undefined {
    return [...this.#lines].find(
      ([, line]) => line.who === who && line.kind === 'black' && line.state === 'active' && runs(line, at),
    )?.[0];
  }

  /** Its own, or one that reaches it. */
  #blackAgainst(who: string, at: number): string | undefined {
    return [who, ...this.reaching(who)].map((each) => this.#black(each, at)).find((each) => each !== undefined);
  }

  #line(id: string): Line {
    const line = this.#lines.get(id);
    if (!line) throw new Impossible(`${id} is unknown`);
    return line;
  }

  #count(who: string): void {
    this.events.set(who, (this.events.get(who) ?? 0) + 1);
  }

  #open(deed: Extract<Deed, { case: string }>, state: string): void {
    must(!this.#cases.has(deed.case), deed, `${deed.case} was opened before`);
    this.#cases.set(deed.case, state);
  }

  #step(deed: Extract<Deed, { case: string }>, from: readonly string[], to: string): void {
    const state = this.#cases.get(deed.case);
    must(state !== undefined && from.includes(state), deed, `${deed.case} is ${state}`);
    this.#cases.set(deed.case, to);
  }

  #objection(line: Line, wanted: string) {
    return line.objections.find((each) => each.case === wanted);
  }

  #revocation(id: string, wanted: 'proposed' | 'signed'): string | undefined {
    return [...this.#cases].find(([each, state]) => state === wanted && each.startsWith(`${id}.`))?.[0];
  }
}

/** What can be done with a listing that is over: to say that it was wrong from the start, or that it was not. */
const REVISITS: ReadonlySet<Deed['do']> = new Set([
  ...(['propose-revocation', 'revoke', 'decline-revocation'] as const),
  ...(['accept-objection', 'refuse-objection', 'uphold', 'correct', 'reject', 'withdraw-objection'] as const),
]);
