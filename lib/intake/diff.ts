import { dateOf } from '../kernel/clock.ts';
import type { Standing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { Conflict } from './conflict.ts';
import { disagreeingWith } from './contradictions.ts';
import { type Against, addTo, emptyResult, type Import, type PieceResult } from './import.ts';
import { despiteLag, mayLag } from './lagging-index.ts';
import { renew } from './lease.ts';
import { readLines, writeLines } from './lines.ts';
import { PackedRows } from './packed-rows.ts';
import { bucketsIn, partOf, pieceName } from './piece.ts';
import { type Plan, planImport } from './plan.ts';
import { objectNames, type SourceRow } from './ports.ts';
import type { Quarantined } from './quarantine.ts';
import { type ReadRow, rowKeyOf } from './row.ts';
import { type IntakePorts, importOf } from './step.ts';
import { stillDelivered } from './still-delivered.ts';
import { PieceLine } from './stored-row.ts';
import { countAgainst, countInForce, countTerms, faultsByCode, inForceOf } from './tally.ts';
import { unitsOf } from './transactions.ts';

const SUBJECTS_A_READ = 100;
/** Of one range: a source that follows no exit at all is not told a steward case by case. */
const MAX_STILL = 1_000;

/** A delta of so few rows asks for those alone: what else its source has, and how much of it, is nothing to it. */
const MAX_ASKED = 1_000;

/** Compares a range of the file's buckets with those of the source, part by part, and writes down what is to be done. */
export async function diff(ports: IntakePorts, id: string, range: string): Promise<void> {
  const taken = await importOf(ports, id);
  await renew(ports, taken);
  const { parts = 1 } = taken.reading ?? {};
  const result = emptyResult();
  const refused: Quarantined[] = [];
  const still: Conflict[] = [];
  const lags = mayLag(await ports.imports.source(taken.source), ports.clock());
  for (const bucket of bucketsIn(range)) {
    const known = asksForItsRows(taken) ? undefined : await rowsKnown(ports, taken.source, bucket, parts);
    for (let part = 0; part < parts; part += 1) {
      const piece = await readPiece(ports, taken, pieceName(bucket, part));
      const ofPart = known ? known.of(part) : await rowsAsked(ports, taken.source, bucket, piece.rows);
      const found = await diffPart(ports, taken, piece, { known: ofPart, lags }, result);
      refused.push(...found.refused);
      still.push(...found.still.slice(0, MAX_STILL - still.length));
    }
  }
  refused.sort((one, other) => one.line - other.line);
  if (refused.length > 0) await writeLines(ports.objects, objectNames.refused(id, 'diff', range), refused);
  await writeLines(ports.objects, objectNames.conflicts(id, range), still);
  await ports.imports.savePiece(id, 'diff', range, { ...result, done: true });
}

async function diffPart(
  ports: IntakePorts,
  { id, source, order }: Import,
  { name, rows, shielded }: Piece,
  { known, lags }: { readonly known: ReadonlyMap<string, SourceRow>; readonly lags: boolean },
  result: PieceResult,
): Promise<{ readonly refused: readonly Quarantined[]; readonly still: readonly Conflict[] }> {
  result.known += known.size;
  const byIndex = planImport(source, rows, known, { mode: order.mode, shielded });
  const plan = lags ? await despiteLag(byIndex, ports) : byIndex;
  count(result, plan);
  const touched = [...plan.changed, ...plan.end].map(({ subject }) => subject);
  countInForce(result, plan, await standingsOf(ports, touched), ports.clock());
  const { still, inForce } = await unchangedIn(ports, plan, result.against);
  result.force.known += inForce;
  result.counts.stillDelivered += still.length;
  if (still.length > 0) addTo(result.conflicts, { 'still-delivered': still.length });
  countTerms(result.terms, dateOf(ports.clock()), plan.unchanged);
  for (const each of plan.quarantined) faultsByCode(result.faults, each);
  const units = unitsOf(source, [...plan.add, ...plan.changed], plan.end);
  if (units.length > 0) {
    result.work[name] = plan.add.length + plan.changed.length + plan.end.length;
    await writeLines(ports.objects, objectNames.plan(id, name), units);
  }
  return { refused: plan.quarantined, still };
}

/** Rows that nobody writes: what became of their listings here is looked up, some subjects at a time. */
async function unchangedIn(
  ports: IntakePorts,
  { source, unchanged }: Plan,
  against: Against,
): Promise<{ readonly still: readonly Conflict[]; readonly inForce: number }> {
  const still: Conflict[] = [];
  let inForce = 0;
  for (let start = 0; start < unchanged.length; start += SUBJECTS_A_READ) {
    const rows = unchanged.slice(start, start + SUBJECTS_A_READ);
    const standings = await standingsOf(
      ports,
      rows.map(({ subject }) => subject),
    );
    const now = ports.clock();
    still.push(...rows.flatMap((row) => stillDelivered(source, row, standings.get(row.subject), now) ?? []));
    for (const row of rows) {
      const listing = inForceOf(row, standings, dateOf(now));
      if (listing === undefined) continue;
      inForce += 1;
      countAgainst(against, disagreeingWith(listing, source, standings.get(row.subject), now));
    }
  }
  return { still, inForce };
}

function count({ counts }: PieceResult, plan: Plan): void {
  counts.added += plan.add.length;
  counts.changed += plan.changed.length;
  counts.unchanged += plan.unchanged.length;
  counts.merged += plan.merged.length;
  counts.quarantined += plan.quarantined.length;
  counts.ended += plan.end.length;
  counts.kept += plan.absent;
}

interface Piece {
  readonly name: string;
  readonly rows: readonly ReadRow[];
  readonly shielded: ReadonlySet<SubjectKey>;
}

async function readPiece({ objects }: IntakePorts, { id, reading }: Import, name: string): Promise<Piece> {
  const count = reading?.pieces[name] ?? 0;
  const rows: ReadRow[] = [];
  const shielded = new Set<SubjectKey>();
  for (let sequence = 0; sequence < count; sequence += 1)
    for await (const line of readLines(objects, objectNames.rows(id, name, sequence), PieceLine)) {
      if ('row' in line) rows.push({ ok: true, row: line.row });
      else shielded.add(line.shield);
    }
  return { name, rows, shielded };
}

async function rowsKnown({ index }: IntakePorts, source: string, bucket: number, parts: number): Promise<PackedRows> {
  const known = new PackedRows();
  for await (const row of index.rowsOfSource(source, bucket)) known.add(partOf(row.subject, parts), row);
  return known;
}

const asksForItsRows = ({ order, reading }: Import): boolean =>
  order.mode === 'delta' && (reading?.rows ?? 0) <= MAX_ASKED;

/** Of the source's rows those that a piece may be about. */
async function rowsAsked({ index }: IntakePorts, source: string, bucket: number, rows: readonly ReadRow[]) {
  const keys = rows.flatMap((read) => (read.ok ? read.row.keys.map((key) => rowKeyOf(key, read.row.decision)) : []));
  const found = await index.rowsCalled(source, bucket, [...new Set(keys)]);
  return new Map(found.map((row) => [row.key, row]));
}

async function standingsOf({ store }: IntakePorts, keys: readonly SubjectKey[]): Promise<Map<SubjectKey, Standing>> {
  const distinct = [...new Set(keys)];
  const standings = new Map<SubjectKey, Standing>();
  for (let start = 0; start < distinct.length; start += SUBJECTS_A_READ)
    for (const [key, standing] of await store.standings(distinct.slice(start, start + SUBJECTS_A_READ)))
      standings.set(key, standing);
  return standings;
}
