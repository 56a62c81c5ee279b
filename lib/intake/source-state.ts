import * as z from 'zod/mini';
import { kebab } from '../kernel/text.ts';
import { Against, Counts, FaultCounts, type Import } from './import.ts';

const KEPT_IMPORTS = 10;

/** What one import has left of itself with its source. */
export const ImportSummary = z.strictObject({
  id: z.string(),
  mode: z.enum(['full', 'delta']),
  asOf: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  counts: Counts,
  faults: FaultCounts,
  /** Rows on which another source says something else of the same subject. */
  disagreements: z.int(),
  /** Rows whose last day is not the one that the authority's own listing has. */
  termsDiffer: z.int(),
  /** What did not agree with other sources: after a full file all that is in force of its source, after a delta its own rows. */
  against: Against,
});
export type ImportSummary = z.infer<typeof ImportSummary>;

/** What the Registry keeps of a source beside its rows. */
export const SourceState = z.strictObject({
  source: kebab,
  /** Of the newest file that was taken in. */
  asOf: z.optional(z.iso.datetime()),
  /** Who is writing: one import at a time. After `until` it is taken for dead. */
  lease: z.optional(z.strictObject({ import: z.string(), until: z.iso.datetime() })),
  /** Newest first. */
  imports: z.array(ImportSummary),
});
export type SourceState = z.infer<typeof SourceState>;

export const newSource = (source: string): SourceState => ({ source, imports: [] });

/** The last import that was carried out: a plan holds for as long as this stays the same. */
export const lastImport = (state: SourceState | undefined): string | null => state?.imports[0]?.id ?? null;

/** The source once an import has it for itself until then; undefined where another import has it. */
export function leased(
  state: SourceState,
  { id }: Pick<Import, 'id'>,
  now: string,
  until: string,
): SourceState | undefined {
  if (state.lease && state.lease.import !== id && state.lease.until > now) return undefined;
  return { ...state, lease: { import: id, until } };
}

/** The source without this import's lease; another's stays. */
export function released(state: SourceState, id: string): SourceState {
  const { lease, ...rest } = state;
  return lease === undefined || lease.import === id ? rest : state;
}

/** The source once an import has been carried out. An older file, let in by name, does not make it staler. */
export function takenIn(state: SourceState, summary: ImportSummary): SourceState {
  const { asOf } = state;
  return { ...brokenOff(state, summary), asOf: asOf !== undefined && asOf > summary.asOf ? asOf : summary.asOf };
}

/** The source once an import has written a part of its file: no plan made before holds, and it is no fresher. */
export function brokenOff(state: SourceState, summary: ImportSummary): SourceState {
  return {
    ...released(state, summary.id),
    imports: [summary, ...state.imports.filter(({ id }) => id !== summary.id)].slice(0, KEPT_IMPORTS),
  };
}
