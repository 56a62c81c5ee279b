import { namesOf, type Unit } from './changes.ts';
import type { PlannedRow } from './plan.ts';

/** DynamoDB's own bound. */
const MAX_ITEMS = 100;
/** A row makes an event and a document, and at most one name: 33 rows and the standing are 100 items. */
const MAX_ROWS = 33;

/**
 * The rows in transactions: the parts of one subject never share one, as its standing can be written once in each, nor
 * do two subjects of one name, whose alias is one item. The parts of a large subject follow each other.
 */
export function packTransactions(source: string, rows: readonly PlannedRow[]): Unit[][] {
  const transactions: Unit[][] = [];
  let open = new Pack();
  for (const [subject, ofSubject] of Map.groupBy(rows, (planned) => planned.subject)) {
    for (let start = 0; start < ofSubject.length; start += MAX_ROWS) {
      const unit: Unit = { source, subject, rows: ofSubject.slice(start, start + MAX_ROWS) };
      if (!open.takes(unit)) {
        transactions.push(open.units);
        open = new Pack();
      }
      open.add(unit);
    }
  }
  if (open.units.length > 0) transactions.push(open.units);
  return transactions;
}

class Pack {
  readonly units: Unit[] = [];
  readonly #subjects = new Set<string>();
  readonly #names = new Set<string>();
  #rows = 0;
  #items = 0;

  takes(unit: Unit): boolean {
    return (
      this.#rows + unit.rows.length <= MAX_ROWS &&
      this.#items + itemsOf(unit) <= MAX_ITEMS &&
      !this.#subjects.has(unit.subject) &&
      !namesOf(unit.rows).some((name) => this.#names.has(name))
    );
  }

  add(unit: Unit): void {
    this.units.push(unit);
    this.#subjects.add(unit.subject);
    for (const name of namesOf(unit.rows)) this.#names.add(name);
    this.#rows += unit.rows.length;
    this.#items += itemsOf(unit);
  }
}

const itemsOf = ({ rows }: Unit): number => 1 + 2 * rows.length + namesOf(rows).length;
