import * as z from 'zod/mini';
import { text } from '../kernel/text.ts';
import { type CaseReport, ShownCase, shownCase } from './case-report.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { LimitText, pageOf, paging, rangeOf } from './page.ts';
import type { CheckLogReader, LogRange, LogRow, Stretch } from './ports.ts';

/** The parameters of `GET /v1/cases`; the time is that of the report. */
export const CaseParameters = z.strictObject({ caller: z.optional(text(128)), ...paging, limit: LimitText });
type CaseParameters = z.infer<typeof CaseParameters>;

export const CasePage = z.object({ items: z.array(ShownCase), next: z.nullable(z.string()) });

/** Where a case is found. */
export interface CaseRow {
  readonly checkId: string;
  /** Its key beside the check's. */
  readonly noteId: string;
  readonly position: string;
}

/** A case, and until when its check is kept, in epoch seconds. */
export type FoundCase = CaseReport & { readonly checkId: string; readonly keptUntil: number };

/** The cases that callers have reported. */
export interface CaseReader {
  /** Of one caller, newest first. */
  stretch(caller: string, range: LogRange, limit: number): Promise<Stretch<CaseRow>>;
  /** In the order of the rows; what was deleted since is left out. */
  reports(rows: readonly CaseRow[]): Promise<readonly FoundCase[]>;
}

/** Which lines of the log may be seen still. */
export interface KeptLines {
  kept<T extends Pick<LogRow, 'caller' | 'matter' | 'checkedAt' | 'keptUntil'>>(
    lines: readonly T[],
  ): Promise<readonly T[]>;
}

/** The cases of one caller, or of all where none is named, newest first. */
export async function searchCases(
  { cursor, limit, ...query }: CaseParameters,
  {
    cases,
    callers: all,
    log,
    key,
  }: {
    readonly cases: CaseReader;
    /** Every caller that was ever registered. */
    readonly callers: () => Promise<readonly string[]>;
    readonly log: Pick<CheckLogReader, 'maskedIds'> & KeptLines;
    readonly key: Uint8Array;
  },
): Promise<z.infer<typeof CasePage>> {
  const seal = JSON.stringify(['cases', query]);
  const callers = query.caller === undefined ? await all() : [query.caller];
  const range = {
    ...rangeOf(query.from, query.to),
    before: cursor === undefined ? undefined : openCursor(cursor, seal, key),
  };
  const stretches = await Promise.all(callers.map((caller) => cases.stretch(caller, range, limit)));
  const { rows, end } = pageOf(stretches, limit);
  const found = await log.kept(await cases.reports(rows));
  const persons = found.flatMap(({ checkId, id, subject, caller, matter }) =>
    id === null ? [{ id: checkId, member: subject, caller, matter }] : [],
  );
  const masked = persons.length === 0 ? new Map<string, string>() : await log.maskedIds(persons);
  return {
    items: found.map(({ checkId, keptUntil: _, ...report }) =>
      shownCase(checkId, report, masked.get(`${checkId}/${report.subject}`)),
    ),
    next: end === undefined ? null : sealCursor(end, seal, key),
  };
}
