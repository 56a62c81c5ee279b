import type { CheckLogReader, LogPartition, LogRange, LogRow, PersonLine, Stretch } from '../check-log/ports.ts';
import { addYears, type CalendarDate, type Clock, dateOf, type Instant, parseInstant } from '../kernel/clock.ts';
import { hasEnded } from './matter.ts';
import type { EndedMatters, MatterName } from './ports.ts';

/** No catalogue keeps a record for less: until then nobody need ask for its matter. */
const LEAST_YEARS = 1;
const SECOND_MS = 1_000;

type Found = NonNullable<Awaited<ReturnType<CheckLogReader['record']>>>;
type Line = Pick<LogRow, 'caller' | 'matter' | 'checkedAt' | 'keptUntil'>;

/** The log as it is stored. */
interface StoredLog extends Omit<CheckLogReader, 'maskedIds'> {
  /** What is left of the persons in lines, keyed `id/member`, and until when each is kept, in epoch seconds. */
  masked(
    rows: readonly PersonLine[],
  ): Promise<ReadonlyMap<string, { readonly id: string; readonly keptUntil: number }>>;
}

/**
 * The log as it may be seen: what is past its time is not there from that day's first moment on, though neither TTL nor
 * the sweeper has come to it yet; what a hold keeps is there, whatever its time.
 */
export class KeptLog implements CheckLogReader {
  readonly #log: StoredLog;
  readonly #matters: EndedMatters;
  readonly #clock: Clock;

  constructor(log: StoredLog, matters: EndedMatters, clock: Clock) {
    this.#log = log;
    this.#matters = matters;
    this.#clock = clock;
  }

  async record(id: string): Promise<Found | undefined> {
    const found = await this.#log.record(id);
    if (!found) return undefined;
    const { caller, matterId: matter, checkedAt, keepUntil, personsKeepUntil, persons } = found.record;
    const line = { caller, matter, checkedAt, keptUntil: parseInstant(keepUntil) / SECOND_MS };
    if ((await this.kept([line])).length === 0) return undefined;
    // A person's masked fields may have a shorter term than their check.
    const left =
      persons.length === 0
        ? []
        : await this.#inTerm([{ ...line, keptUntil: parseInstant(personsKeepUntil) / SECOND_MS }]);
    return left.length > 0 ? found : { ...found, record: { ...found.record, persons: [] } };
  }

  async stretch(
    partition: LogPartition,
    range: LogRange,
    limit: number,
    keep: (row: LogRow) => boolean,
  ): Promise<Stretch<LogRow>> {
    const { rows, reached } = await this.#log.stretch(partition, range, limit, keep);
    return { rows: await this.kept(rows), reached };
  }

  async maskedIds(rows: readonly PersonLine[]): Promise<ReadonlyMap<string, string>> {
    const masked = await this.#log.masked(rows);
    const persons = rows.flatMap((row) => {
      const person = masked.get(`${row.id}/${row.member}`);
      return person ? [{ ...row, keptUntil: person.keptUntil, masked: person.id }] : [];
    });
    return new Map((await this.#inTerm(persons)).map(({ id, member, masked: left }) => [`${id}/${member}`, left]));
  }

  /** Of lines that are seen; a principal is no natural person. */
  principals(ids: readonly string[]): ReturnType<CheckLogReader['principals']> {
    return this.#log.principals(ids);
  }

  /** Lines without those whose time has come; of what is too young for that no matter is read. */
  async kept<T extends Line>(lines: readonly T[]): Promise<T[]> {
    const today = dateOf(this.#clock());
    const old = lines.filter((line) => addYears(dayOf(line), LEAST_YEARS) <= today);
    if (old.length === 0) return this.#inTerm(lines);
    const ended = new Map(
      (await this.#matters.among(old, (matter) => hasEnded(matter, today))).map((each) => [nameOf(each), each.lastOn]),
    );
    // What was checked after the matter was last registered is not counted in its term yet.
    return this.#inTerm(lines.filter((line) => dayOf(line) > (ended.get(nameOf(line)) ?? '')));
  }

  /** What has not come to its own last moment, or is held beyond that. */
  async #inTerm<T extends MatterName & { readonly keptUntil: number }>(items: readonly T[]): Promise<T[]> {
    const now: Instant = this.#clock();
    const isOver = ({ keptUntil }: T): boolean => keptUntil * SECOND_MS <= now;
    const over = items.filter(isOver);
    if (over.length === 0) return [...items];
    const held = new Set((await this.#matters.held(over)).map(nameOf));
    return items.filter((item) => !isOver(item) || held.has(nameOf(item)));
  }
}

const dayOf = ({ checkedAt }: Line): CalendarDate => dateOf(parseInstant(checkedAt));
const nameOf = ({ caller, matter }: MatterName): string => JSON.stringify([caller, matter]);
