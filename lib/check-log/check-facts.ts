import { CheckAnswer } from '../check/answer.ts';
import { answerOf } from '../check/receipt.ts';
import type { CheckRecord } from '../check/record.ts';
import { type Note, notesOf } from './note.ts';
import type { CheckLogReader, LogRange, LogRow } from './ports.ts';
import type { CheckFacts } from './rests-on.ts';

/** Lines of the log at once, and records: mostly there is one check of a subject in a matter. */
const PAGE = 100;
const WINDOW = 20;

/** The facts of a check; undefined for a refused attempt, which is none. */
export function factsIn(record: CheckRecord, notes: readonly Note[]): CheckFacts | undefined {
  if (record.outcome === 'invalid') return undefined;
  const { principal, matter, outcome } = CheckAnswer.parse(JSON.parse(answerOf(record)));
  return {
    id: record.id,
    caller: record.caller,
    subjects: record.subjects.map(({ key, scheme, id }) => ({
      scheme,
      value: id,
      keys: key === undefined ? [] : [key],
    })),
    principal: {
      scheme: principal.scheme,
      value: principal.id,
      keys: record.principal === undefined ? [] : [record.principal],
    },
    matter: record.matterId,
    lot: typeof matter.lot === 'string' ? matter.lot : undefined,
    scene: record.scene,
    checkedAt: record.checkedAt,
    expiresAt: record.expiresAt,
    outcome,
    annulledAt: notesOf(notes, 'annulment')[0]?.at,
    determinations: notesOf(notes, 'determination'),
  };
}

/** Whose checks may be seen: `only` is the caller's, undefined for all. */
export interface FactsPorts {
  readonly log: Pick<CheckLogReader, 'record' | 'stretch'>;
  readonly only: string | undefined;
}

/** The check of that id, where there is one that may be seen. */
export async function factsOf(id: string, { log, only }: FactsPorts): Promise<CheckFacts | undefined> {
  const found = await log.record(id);
  if (!found || (only !== undefined && found.record.caller !== only)) return undefined;
  return factsIn(found.record, found.notes);
}

/** Every check of these subjects in a matter, of a time where one is given. */
export async function checksIn(
  matter: string,
  subjects: ReadonlySet<string>,
  ports: FactsPorts,
  time: LogRange = {},
): Promise<readonly CheckFacts[]> {
  const keep = (row: LogRow): boolean =>
    row.matter === matter &&
    row.via === undefined &&
    row.outcome !== 'invalid' &&
    (ports.only === undefined || row.caller === ports.only);
  const ids = await Promise.all([...subjects].map((key) => idsAlong(key, time, keep, ports)));
  const all = [...new Set(ids.flat())];
  const facts: CheckFacts[] = [];
  for (let at = 0; at < all.length; at += WINDOW) {
    const read = await Promise.all(all.slice(at, at + WINDOW).map((id) => factsOf(id, ports)));
    facts.push(...read.flatMap((each) => each ?? []));
  }
  return facts;
}

async function idsAlong(
  key: string,
  time: LogRange,
  keep: (row: LogRow) => boolean,
  { log }: FactsPorts,
): Promise<string[]> {
  const ids: string[] = [];
  let before: string | undefined;
  do {
    const { rows, reached } = await log.stretch({ by: 'subject', key }, { ...time, before }, PAGE, keep);
    ids.push(...rows.map(({ id }) => id));
    before = reached;
  } while (before !== undefined);
  return ids;
}
