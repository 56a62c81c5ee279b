import { type FactsPorts, factsOf } from './check-facts.ts';
import type { LogRow } from './ports.ts';
import type { CheckFacts } from './rests-on.ts';

/** Records at once: mostly there is one check of a subject in a matter. */
const WINDOW = 20;
/** Lines of the log at once. */
const PAGE = 200;
/** Of one subject in one matter. Nobody asks so often to know; whoever reads them all for each line ends no list. */
const MAX_CHECKS = 2_000;
/** Lines of one subject, in whatever matter. */
const MAX_ROWS = 50_000;

/** The checks of subjects in matters, for a whole list: those of one subject in one matter are read once. */
export class ChecksInMatters {
  readonly #ports: FactsPorts;
  readonly #read = new Map<string, Promise<readonly CheckFacts[] | undefined>>();

  constructor(ports: FactsPorts) {
    this.#ports = ports;
  }

  /** Every check of these subjects in the matter, by id; undefined where there are more than can be held against a line. */
  async of(matter: string, subjects: Iterable<string>): Promise<readonly CheckFacts[] | undefined> {
    const found = await Promise.all([...subjects].map((key) => this.#once(matter, key)));
    const known = found.flatMap((checks) => (checks ? [checks] : []));
    return known.length < found.length ? undefined : known.flat();
  }

  #once(matter: string, key: string): Promise<readonly CheckFacts[] | undefined> {
    const name = JSON.stringify([matter, key]);
    const reading = this.#read.get(name) ?? this.#checks(matter, key);
    this.#read.set(name, reading);
    return reading;
  }

  async #checks(matter: string, key: string): Promise<readonly CheckFacts[] | undefined> {
    const ids = await this.#ids(matter, key);
    if (!ids) return undefined;
    const facts: CheckFacts[] = [];
    for (let at = 0; at < ids.length; at += WINDOW) {
      const read = await Promise.all(ids.slice(at, at + WINDOW).map((id) => factsOf(id, this.#ports)));
      facts.push(...read.flatMap((each) => each ?? []));
    }
    return facts;
  }

  async #ids(matter: string, key: string): Promise<string[] | undefined> {
    const { log, only } = this.#ports;
    let looked = 0;
    const keep = (row: LogRow): boolean => {
      looked += 1;
      return (
        row.matter === matter &&
        row.via === undefined &&
        row.outcome !== 'invalid' &&
        (only === undefined || row.caller === only)
      );
    };
    const ids = new Set<string>();
    let before: string | undefined;
    do {
      const { rows, reached } = await log.stretch({ by: 'subject', key }, { before }, PAGE, keep);
      for (const { id } of rows) ids.add(id);
      if (ids.size > MAX_CHECKS || looked > MAX_ROWS) return undefined;
      before = reached;
    } while (before !== undefined);
    return [...ids];
  }
}
