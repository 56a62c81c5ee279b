import type { Instant } from '../kernel/clock.ts';
import { isPersonKey } from '../subject/key.ts';
import type { LookLog } from './ports.ts';
import { type Looker, putOnRecord } from './put-on-record.ts';
import type { GrantLine } from './reconcile.ts';

/** Persons in one look: with so many each of its items is one unit of writing still. */
const PERSONS = 12;
/** Looks that are written at once. */
const AT_ONCE = 10;

/**
 * Puts a reconciliation on record: a look for the list, and one for every few of its persons, so that each person finds who
 * held a list with them in it against the log. Of organisations there is the count: a look would be a write for each of
 * them, and of thousands.
 * @throws Problem `evidence-unavailable`: what cannot be put on record is not shown
 */
export async function listOnRecord(
  looks: LookLog,
  by: Looker,
  { held, lines }: { readonly held: readonly GrantLine[]; readonly lines: number },
  now: Instant,
): Promise<void> {
  const linesOf = new Map<string, number>();
  // The key that new records are made with; a search by the person looks under every key.
  for (const { subject } of held)
    for (const key of subject.keys.slice(0, 1)) linesOf.set(key, (linesOf.get(key) ?? 0) + 1);
  const persons = [...linesOf.keys()].filter(isPersonKey);
  const looked = Array.from({ length: Math.ceil(persons.length / PERSONS) }, (_, index) => {
    const subjects = persons.slice(index * PERSONS, (index + 1) * PERSONS);
    return { subjects, results: subjects.reduce((sum, key) => sum + (linesOf.get(key) ?? 0), 0) };
  });
  const rest = looked.reduce((left, { results }) => left - results, lines);
  const all = [{ others: linesOf.size - persons.length, results: rest }, ...looked];
  for (let start = 0; start < all.length; start += AT_ONCE)
    await Promise.all(
      all.slice(start, start + AT_ONCE).map((each) => putOnRecord(looks, by, { kind: 'reconciliation', ...each }, now)),
    );
}
