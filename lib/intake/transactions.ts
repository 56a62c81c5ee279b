import type { SubjectKey } from '../subject/key.ts';
import { namesOf, type Unit } from './changes.ts';
import type { PlannedRow } from './plan.ts';
import type { SourceRow } from './ports.ts';

/** DynamoDB's own bound. */
export const MAX_ITEMS = 100;
/** A row makes an event and a document, and at most one name: 33 rows and the standing are 100 items. */
const MAX_ROWS = 33;

/** What is to be written, by subject; the parts of a subject with more rows than one transaction takes follow each other. */
export function unitsOf(source: string, rows: readonly PlannedRow[], end: readonly SourceRow[] = []): Unit[] {
  const ends = Map.groupBy(end, ({ subject }) => subject);
  const written = Map.groupBy(rows, ({ subject }) => subject);
  return [...new Set([...written.keys(), ...ends.keys()])].flatMap((subject) =>
    partsOf(source, subject, written.get(subject) ?? [], ends.get(subject) ?? []),
  );
}

function partsOf(source: string, subject: SubjectKey, rows: readonly PlannedRow[], end: readonly SourceRow[]): Unit[] {
  const parts = Math.ceil((rows.length + end.length) / MAX_ROWS);
  return Array.from({ length: parts }, (_, part) => {
    const [from, to] = [part * MAX_ROWS, (part + 1) * MAX_ROWS];
    const ended = end.slice(Math.max(0, from - rows.length), Math.max(0, to - rows.length));
    return { source, subject, rows: rows.slice(from, to), end: ended };
  });
}

/**
 * The units in transactions: the parts of one subject never share one, as its standing can be written once in each, nor
 * do two subjects of one name, whose alias is one item.
 */
export function packTransactions(units: Iterable<Unit>): Unit[][] {
  const transactions: Unit[][] = [];
  let open = new Pack();
  for (const unit of units) {
    if (!open.takes(unit)) {
      transactions.push(open.units);
      open = new Pack();
    }
    open.add(unit);
  }
  if (open.units.length > 0) transactions.push(open.units);
  return transactions;
}

/**
 * Units that are too much for one transaction, in two parts that follow each other: some each, or of one its rows.
 * Undefined for what cannot be parted.
 */
export function halvesOf(units: readonly Unit[]): readonly [Unit[], Unit[]] | undefined {
  const [unit] = units;
  if (units.length > 1) {
    const middle = Math.ceil(units.length / 2);
    return [units.slice(0, middle), units.slice(middle)];
  }
  if (!unit || rowsOf(unit) < 2) return undefined;
  const middle = Math.ceil(rowsOf(unit) / 2);
  const { rows, end } = unit;
  return [
    [{ ...unit, rows: rows.slice(0, middle), end: end.slice(0, Math.max(0, middle - rows.length)) }],
    [{ ...unit, rows: rows.slice(middle), end: end.slice(Math.max(0, middle - rows.length)) }],
  ];
}

class Pack {
  readonly units: Unit[] = [];
  readonly #subjects = new Set<string>();
  readonly #names = new Set<string>();
  #rows = 0;
  #items = 0;

  takes(unit: Unit): boolean {
    return (
      this.#rows + rowsOf(unit) <= MAX_ROWS &&
      this.#items + itemsOf(unit) <= MAX_ITEMS &&
      !this.#subjects.has(unit.subject) &&
      !namesOf(unit.rows).some((name) => this.#names.has(name))
    );
  }

  add(unit: Unit): void {
    this.units.push(unit);
    this.#subjects.add(unit.subject);
    for (const name of namesOf(unit.rows)) this.#names.add(name);
    this.#rows += rowsOf(unit);
    this.#items += itemsOf(unit);
  }
}

const rowsOf = ({ rows, end }: Unit): number => rows.length + end.length;
const itemsOf = (unit: Unit): number => 1 + 2 * rowsOf(unit) + namesOf(unit.rows).length;
