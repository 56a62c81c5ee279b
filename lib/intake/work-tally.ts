import { dateOf } from '../kernel/clock.ts';
import type { StandingEvent } from '../listing/event.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { Carried } from './carry-out.ts';
import type { Conflict, ConflictKind } from './conflict.ts';
import { conflictsOf } from './contradictions.ts';
import { addTo, emptyResult, type PieceResult } from './import.ts';
import { nameOnly, namesAlone } from './name-only.ts';
import type { Quarantined } from './quarantine.ts';
import type { IntakePorts } from './step.ts';
import { countTerms, faultsByCode } from './tally.ts';
import { untiedNumbers } from './untied-numbers.ts';
import { mayBeWritten, writtenBefore } from './written-before.ts';

/** Of one kind in one piece: a source that contradicts itself everywhere is not told a steward case by case. */
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
    for (const each of carried) await this.#count(each);
    await this.#keepConflicts(carried);
  }

  async #count(carried: Carried): Promise<void> {
    const { counts, faults, terms } = this.result;
    const { outcome, unit } = carried;
    const { added, changed, unchanged, ended, refused } = outcome;
    const history = mayBeWritten(carried) ? await this.#ports.store.history(unit.subject) : [];
    const before = writtenBefore(carried, history, this.#ground);
    const events = outcome.change?.change.records.map(({ event }) => event) ?? [];
    addTo(counts, {
      added: added.length + before.added.length,
      changed: changed.length + before.changed.length,
      unchanged: unchanged.length - before.added.length - before.changed.length,
      ended: ended.length + before.ended.length,
      quarantined: refused.length,
      kept: carried.kept ?? 0,
      blacklisted: endedAtOnce([...events, ...before.events]),
    });
    countTerms(terms, dateOf(this.#ports.clock()), [...added, ...changed, ...unchanged]);
    for (const each of refused) faultsByCode(faults, each);
    this.#refused.push(...refused);
    this.result.rows += unit.rows.length + unit.end.length;
  }

  async #keepConflicts(carried: readonly Carried[]): Promise<void> {
    const { names, imports, resolve, clock } = this.#ports;
    const asked = carried.flatMap((each) => [...(each.outcome.change?.names ?? []), ...namesAlone(each)]);
    const named = asked.length > 0 ? await names.subjectsOf(asked) : new Map<string, readonly SubjectKey[]>();
    const found = [
      ...carried.flatMap((each) => [...conflictsOf(each, named, clock()), ...nameOnly(each, named)]),
      ...(await untiedNumbers(carried, resolve)),
    ];
    const ofKind = (wanted: ConflictKind) => found.filter(({ kind }) => kind === wanted).length;
    this.result.disagreements += ofKind('sources-disagree');
    this.result.termsDiffer += ofKind('term-differs');
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
