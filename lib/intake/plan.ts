import type { SubjectKey } from '../subject/key.ts';
import type { SourceRow } from './ports.ts';
import type { Quarantined, RowFault } from './quarantine.ts';
import { contentDigest, listingIdOf, type ReadRow, type Row, rowDigest, rowKeyOf } from './row.ts';

/** One good row and what it is called in the Registry. */
export interface PlannedRow {
  readonly row: Row;
  readonly subject: SubjectKey;
  readonly rowKey: string;
  readonly listingId: string;
  readonly digest: string;
}

/** A full file is the whole of its source; a delta says only what is new or has changed. */
type Mode = 'full' | 'delta';

/** What a file would change of its source. Every row that was read is in one of the first five. */
export interface Plan {
  readonly source: string;
  readonly add: readonly PlannedRow[];
  readonly changed: readonly PlannedRow[];
  readonly unchanged: readonly PlannedRow[];
  /** Rows that say what another row of the file has said. */
  readonly merged: readonly Row[];
  readonly quarantined: readonly Quarantined[];
  /** Rows of the source that a full file no longer contains. */
  readonly end: readonly SourceRow[];
  /** How many other rows the source has that the file does not: they stay. */
  readonly absent: number;
}

export interface PlanOptions {
  readonly mode: Mode;
  /** Subjects of rows that could not be taken in: whatever the file meant to say of them, it did not drop them. */
  readonly shielded?: ReadonlySet<SubjectKey>;
}

/** Compares the rows of a file with what the source has: pure, and blind to everything that is not of this source. */
export function planImport(
  source: string,
  rows: readonly ReadRow[],
  known: ReadonlyMap<string, SourceRow>,
  { mode, shielded = new Set() }: PlanOptions,
): Plan {
  const kept = new Map<string, PlannedRow>();
  const merged: Row[] = [];
  const quarantined: Quarantined[] = [];
  for (const read of rows) {
    if (!read.ok) {
      quarantined.push({ line: read.line, faults: read.faults });
      continue;
    }
    const { row } = read;
    const planned = nameRow(source, row, known);
    const first = kept.get(planned.rowKey);
    const fault = first && clashOf(first.row, row);
    if (fault) {
      quarantined.push({ line: row.line, faults: [fault] });
      continue;
    }
    if (first) merged.push(row);
    if (first === undefined) kept.set(planned.rowKey, planned);
    // Once by the old code and once by the full one: the subject is kept with the full one, which says more.
    else if (first.row.subject.code === undefined && row.subject.code !== undefined)
      kept.set(planned.rowKey, { ...first, row: { ...first.row, subject: row.subject }, digest: planned.digest });
  }
  const absent = [...known.values()].filter(({ key }) => !kept.has(key));
  const end = mode === 'full' ? absent.filter(({ subject }) => !shielded.has(subject)) : [];
  const { add, changed, unchanged } = Object.groupBy(kept.values(), (planned) => fateOf(planned, known));
  return {
    source,
    add: add ?? [],
    changed: changed ?? [],
    unchanged: unchanged ?? [],
    merged,
    quarantined,
    end,
    absent: absent.length - end.length,
  };
}

function fateOf({ rowKey, digest }: PlannedRow, known: ReadonlyMap<string, SourceRow>) {
  const before = known.get(rowKey);
  if (before === undefined) return 'add';
  return before.digest === digest ? 'unchanged' : 'changed';
}

/** A person may be known under the key of an older version: the row is then that row. */
function nameRow(source: string, row: Row, known: ReadonlyMap<string, SourceRow>): PlannedRow {
  const [current] = row.keys;
  const name = row.keys.find((key) => known.has(rowKeyOf(key, row.decision))) ?? current;
  const rowKey = rowKeyOf(name, row.decision);
  return {
    row,
    subject: known.get(rowKey)?.subject ?? name,
    rowKey,
    listingId: listingIdOf(source, rowKey),
    digest: rowDigest(row),
  };
}

/** Why a second row about the same decision cannot stand beside the first; undefined where it says the same. */
function clashOf(first: Row, second: Row): RowFault | undefined {
  const [one, other] = [first.subject.code, second.subject.code];
  if (one !== undefined && other !== undefined && one !== other) return codeConflict(first.line);
  if (contentDigest(first) === contentDigest(second)) return undefined;
  return {
    column: '',
    code: 'conflicting-duplicate',
    advice: {
      zh: `与第 ${first.line} 行是同一主体、同一文书，内容却不同，请核对后保留一行`,
      en: `the same subject and document as line ${first.line} with another content: keep the right one`,
    },
  };
}

/** Two full codes that differ before their 主体标识码 are a conflict, not a match. `line` is where the other one stands. */
export const codeConflict = (line?: number): RowFault => ({
  column: '',
  code: 'code-conflict',
  advice: {
    zh: `主体标识码相同而统一社会信用代码不同（${line === undefined ? '与已入库的代码' : `与第 ${line} 行`}），请核对，或由管理员确认`,
    en: `the same 主体标识码 under another unified code (${line === undefined ? 'the one on record' : `line ${line}`}): compare, or have a steward confirm it`,
  },
});
