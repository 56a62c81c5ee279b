import type { CheckLogReader, LogPartition, LogRange, LogRow, Stretch } from '../check-log/ports.ts';
import { addYears, type CalendarDate, type Clock, dateOf, type Instant, parseInstant } from '../kernel/clock.ts';
import { hasEnded } from './matter.ts';
import type { EndedMatters, MatterName } from './ports.ts';

/** No catalogue keeps a record for less: until then nobody need ask for its matter. */
const LEAST_YEARS = 1;

type Found = NonNullable<Awaited<ReturnType<CheckLogReader['record']>>>;
type Line = MatterName & { readonly checkedAt: string };

/** The log as it is stored. */
interface StoredLog extends CheckLogReader {
  /** Leaves out those whose own time is over at a moment. */
  maskedIds(rows: Parameters<CheckLogReader['maskedIds']>[0], now?: Instant): ReturnType<CheckLogReader['maskedIds']>;
}

/**
 * The log as it may be seen: what is past its time is not there from that day's first moment on, though neither TTL nor
 * the sweeper has come to it yet.
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
    const now = this.#clock();
    if (!found || parseInstant(found.record.keepUntil) <= now) return undefined;
    const { caller, matterId: matter, checkedAt } = found.record;
    const [kept] = await this.kept([{ caller, matter, checkedAt }]);
    if (!kept || parseInstant(found.record.personsKeepUntil) > now) return kept && found;
    // A person's masked fields may have a shorter term than their check.
    return { ...found, record: { ...found.record, persons: [] } };
  }

  async stretch(
    partition: LogPartition,
    range: LogRange,
    limit: number,
    keep: (row: LogRow) => boolean,
  ): Promise<Stretch<LogRow>> {
    const now = this.#clock();
    const inTerm = (row: LogRow): boolean => row.keptUntil * 1000 > now && keep(row);
    const { rows, reached } = await this.#log.stretch(partition, range, limit, inTerm);
    return { rows: await this.kept(rows), reached };
  }

  maskedIds(rows: readonly Pick<LogRow, 'id' | 'member'>[]): Promise<ReadonlyMap<string, string>> {
    return this.#log.maskedIds(rows, this.#clock());
  }

  /** Lines without those of matters whose time has come; of what is too young for that no matter is read. */
  async kept<T extends Line>(lines: readonly T[]): Promise<T[]> {
    const today = dateOf(this.#clock());
    const old = lines.filter((line) => addYears(dayOf(line), LEAST_YEARS) <= today);
    if (old.length === 0) return [...lines];
    const ended = new Map(
      (await this.#matters.among(old, (matter) => hasEnded(matter, today))).map((each) => [nameOf(each), each.lastOn]),
    );
    // What was checked after the matter was last registered is not counted in its term yet.
    return lines.filter((line) => dayOf(line) > (ended.get(nameOf(line)) ?? ''));
  }
}

const dayOf = ({ checkedAt }: Line): CalendarDate => dateOf(parseInstant(checkedAt));
const nameOf = ({ caller, matter }: MatterName): string => JSON.stringify([caller, matter]);
