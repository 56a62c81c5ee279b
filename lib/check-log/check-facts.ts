import { CheckAnswer } from '../check/answer.ts';
import { answerOf } from '../check/receipt.ts';
import type { CheckRecord } from '../check/record.ts';
import { type Note, notesOf } from './note.ts';
import type { CheckLogReader } from './ports.ts';
import type { CheckFacts } from './rests-on.ts';

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
