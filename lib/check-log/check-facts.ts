import { CheckAnswer } from '../check/answer.ts';
import { answerOf } from '../check/receipt.ts';
import { canonicalOrganisation } from './grant-line.ts';
import { notesOf } from './note.ts';
import type { CheckLogReader, LogRow } from './ports.ts';
import type { CheckFacts } from './reconcile.ts';

/** Checks of one subject in one matter beyond which nobody repeats a check; the newest are looked at. */
const MAX_CHECKS = 20;

/** What a reconciliation may see: `only` is whose records, undefined for an auditor. */
export interface FactsPorts {
  readonly log: Pick<CheckLogReader, 'record' | 'stretch'>;
  readonly only: string | undefined;
}

/** The check of that id, where there is one that may be seen. */
export async function factsOf(id: string, { log, only }: FactsPorts): Promise<CheckFacts | undefined> {
  const found = await log.record(id);
  if (!found || found.record.outcome === 'invalid') return undefined;
  const { record, notes } = found;
  if (only !== undefined && record.caller !== only) return undefined;
  const { principal, matter, outcome } = CheckAnswer.parse(JSON.parse(answerOf(record)));
  return {
    id: record.id,
    caller: record.caller,
    subjects: record.subjects.flatMap(({ key }) => key ?? []),
    principal: canonicalOrganisation(principal.scheme, principal.id) ?? '',
    matter: record.matterId,
    lot: typeof matter.lot === 'string' ? matter.lot : undefined,
    scene: record.scene,
    checkedAt: record.checkedAt,
    expiresAt: record.expiresAt,
    outcome,
    annulled: notesOf(notes, 'annulment').length > 0,
    determinations: notesOf(notes, 'determination'),
  };
}

/** Every check of a subject in a matter. */
export async function checksIn(
  matter: string,
  subjects: readonly string[],
  ports: FactsPorts,
): Promise<readonly CheckFacts[]> {
  const keep = (row: LogRow): boolean =>
    row.matter === matter &&
    row.via === undefined &&
    row.outcome !== 'invalid' &&
    (ports.only === undefined || row.caller === ports.only);
  const ids = await Promise.all(subjects.map((key) => idsAlong(key, keep, ports)));
  const facts = await Promise.all([...new Set(ids.flat())].map((id) => factsOf(id, ports)));
  return facts.flatMap((each) => each ?? []);
}

async function idsAlong(key: string, keep: (row: LogRow) => boolean, { log }: FactsPorts): Promise<string[]> {
  const ids: string[] = [];
  let before: string | undefined;
  do {
    const { rows, reached } = await log.stretch({ by: 'subject', key }, { before }, MAX_CHECKS, keep);
    ids.push(...rows.map(({ id }) => id));
    before = reached;
  } while (before !== undefined && ids.length < MAX_CHECKS);
  return ids;
}
