import * as z from 'zod/mini';
import { BUCKETS } from '../kernel/buckets.ts';
import type { Language } from '../kernel/text.ts';
import { type Import, ImportState, type PieceResult, sumOf } from './import.ts';
import { Paging } from './paging.ts';
import { bucketsIn } from './piece.ts';

/** The parameters of `GET /v1/imports`. */
export const ImportsQuery = z.strictObject({ state: z.optional(ImportState), ...Paging });

/** How far an import has come. */
export interface Progress {
  readonly stage: 'reading' | 'comparing' | 'writing';
  /** Bytes of the file read, buckets compared, or rows written. */
  readonly done: number;
  readonly of: number;
}

export function progressOf(
  { state, order, reading, readBytes = 0 }: Import,
  compared: ReadonlyMap<string, PieceResult>,
  written: ReadonlyMap<string, PieceResult>,
): Progress {
  if (state === 'running') {
    const planned = Object.values(sumOf([...compared.values()]).work).reduce((sum, rows) => sum + rows, 0);
    return { stage: 'writing', done: Math.min(planned, sumOf([...written.values()]).rows), of: planned };
  }
  if (!reading) return { stage: 'reading', done: readBytes, of: order.file.size };
  const buckets = [...compared.keys()].flatMap(bucketsIn);
  return { stage: 'comparing', done: buckets.length, of: BUCKETS };
}

/** An import as it is shown: who proposed and approved it, what it found and did, and nothing of a row. */
export function importView(
  { order, refusal, proposedBy, approvedBy, declinedBy, ...found }: Import,
  language: Language,
) {
  const { id, source, asOf, state, createdAt, plan, result, terms, faults, conflicts } = found;
  return {
    id,
    state,
    profile: order.profile,
    source,
    mode: order.mode,
    asOf,
    file: order.file,
    ...(order.options && { options: order.options }),
    proposedBy: proposedBy.person ?? proposedBy.actor,
    ...(approvedBy && { approvedBy: approvedBy.person ?? approvedBy.actor }),
    ...(declinedBy && { declinedBy: declinedBy.person ?? declinedBy.actor }),
    createdAt,
    ...(plan && { plan }),
    ...(result && { result }),
    ...(terms && { terms }),
    ...(faults && { faults }),
    ...(conflicts && { conflicts }),
    ...(refusal && { refusal: { code: refusal.code, detail: refusal.detail[language] } }),
  };
}
