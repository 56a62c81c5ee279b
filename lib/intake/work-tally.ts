import { dateOf } from '../kernel/clock.ts';
import type { StandingEvent } from '../listing/event.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { Carried } from './carry-out.ts';
import type { Conflict, ConflictKind } from './conflict.ts';
import { conflictsOf, disagreementsOf } from './contradictions.ts';
import { addTo, emptyResult, type PieceResult } from './import.ts';
import { nameOnly } from './name-only.ts';
import type { Quarantined } from './quarantine.ts';
import type { IntakePorts } from './step.ts';
import { countAgainst, countTerms, faultsByCode } from './tally.ts';
import { untiedNumbers } from './untied-numbers.ts';
import { mayBeWritten, namesWritten, type Told, type WrittenBefore, writtenBefore } from './written-before.ts';

/** Of one kind in one piece: a source that contradicts itself everywhere is counted, and not told a steward case by case. */
const MAX_OF_KIND = 100;

/** What becomes of a piece, transaction by transaction: counted, and looked over for contradictions. */
export class WorkTally {
  readonly result: PieceResult = emptyResult();
  readonly #refused: Quarantined[] = [];
  readonly #ports: IntakePorts;
  readonly #ground: string;
  readonly #kept = new Map<ConflictKind, number>();

  constructor(ports: IntakePorts, ground: string) {
    this.#ports = ports;
    this.#ground = ground;
  }

  /** In the order of the file. */
  get refused(): Quarantined[] {
    return this.#refused.toSorted((one, other) => one.line - other.line);
  }

  async add(carried: readonly Carried[]): Promise<void> {
    const told: Told[] = [];
    for (const each of carried) told.push({ ...each, prior: await this.#priorTo(each) });
    for (const each of told) this.#count(each);
    await this.#keepConflicts(told);
  }

  async #priorTo(carried: Carried): Promise<WrittenBefore> {
    const history = mayBeWritten(carried) ? await this.#ports.store.history(carried.unit.subject) : [];
    return writtenBefore(carried, history, this.#ground);
  }

  #count(told: Told): void {
    const { outcome, unit, prior, kept = 0 } = told;
    const { counts, faults, terms } = this.result;
    const { added, changed, unchanged, ended, refused } = outcome;
    const events = outcome.change?.change.records.map(({ event }) => event) ?? [];
    addTo(counts, {
      added: added.length + prior.added.length,
      changed: changed.length + prior.changed.length,
      unchanged: unchanged.length - prior.added.length - prior.changed.length,
      ended: ended.length + prior.ended.length,
      quarantined: refused.length,
      kept,
      blacklisted: endedAtOnce([...events, ...prior.events]),
    });
    countTerms(terms, dateOf(this.#ports.clock()), [...added, ...changed, ...unchanged]);
    for (const each of refused) faultsByCode(faults, each);
    countAgainst(this.result.against, disagreementsOf(told, this.#ports.clock()));
    this.#refused.push(...refused);
    this.result.rows += unit.rows.length + unit.end.length;
  }

  async #keepConflicts(told: readonly Told[]): Promise<void> {
    const { names, imports, resolve, clock } = this.#ports;
    const asked = told.flatMap(namesWritten);
    const named = asked.length > 0 ? await names.subjectsOf(asked) : new Map<string, readonly SubjectKey[]>();
    const found = [
      ...told.flatMap((each) => [...conflictsOf(each, named, clock()), ...nameOnly(each)]),
      ...(await untiedNumbers(told, resolve)),
    ];
    const ofKind = (wanted: ConflictKind) => found.filter(({ kind }) => kind === wanted).length;
    for (const { kind } of found) addTo(this.result.conflicts, { [kind]: 1 });
    this.result.counts.stillDelivered += ofKind('still-delivered');
    const kept = found.filter((conflict) => this.#hasRoomFor(conflict));
    if (kept.length > 0) await imports.recordConflicts(kept, clock());
  }

  /** Of listings under a name alone every one: each holds grants up until a steward has settled it. */
  #hasRoomFor({ kind }: Conflict): boolean {
    if (kind === 'name-only') return true;
    const kept = this.#kept.get(kind) ?? 0;
    this.#kept.set(kind, kept + 1);
    return kept < MAX_OF_KIND;
  }
}

/** How many listings of these events were ended as they came: red ones beside a black one. */
function endedAtOnce(events: readonly StandingEvent[]): number {
  const listed = new Set(events.flatMap((event) => (event.type === 'listed' ? [event.listing.id] : [])));
  return events.filter(
    (event) => event.type === 'ended' && event.reason === 'blacklisted' && listed.has(event.listingId),
  ).length;
}
