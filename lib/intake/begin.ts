import type { Catalogue } from '../catalogue/catalogue.ts';
import { bucketOf } from '../kernel/buckets.ts';
import { type CalendarDate, dateOf } from '../kernel/clock.ts';
import { isNameKey, type SubjectKey } from '../subject/key.ts';
import { ConflictFinder } from './conflicts.ts';
import { fileConflicts } from './file-conflicts.ts';
import { FileFault } from './file-fault.ts';
import { allows, type Import } from './import.ts';
import { Spool, writeLines } from './lines.ts';
import { partOf, partsFor, pieceName, textBytes } from './piece.ts';
import { objectNames, READING } from './ports.ts';
import { sourceOf } from './profile-check.ts';
import { PROFILES } from './profiles.ts';
import { readList } from './read-list.ts';
import { listingIdOf, type ReadRow, type Row, rowKeyOf } from './row.ts';
import { following, type IntakePorts, refuse, type StepResult } from './step.ts';
import { faultsByCode } from './tally.ts';

const HELD_CHARACTERS = 64 * 1024;
const CHUNK = 100;
const TELL_EVERY_MS = 1_000;

type Reading = NonNullable<Import['reading']>;

/**
 * Takes an upload: reads the whole file once and spreads its rows over pieces, each subject's into one. Nothing of the
 * lists is touched before every row has been read.
 */
export async function begin(ports: IntakePorts, id: string, run: string): Promise<StepResult> {
  const { imports, objects } = ports;
  const taken = await imports.change(id, (before) =>
    before.state === 'awaiting-upload' ? { ...before, state: 'planning', run } : before,
  );
  if (taken.run !== run || taken.state !== 'planning') return following(id, 'end');
  const size = await objects.size(objectNames.upload(id));
  if (size !== taken.order.file.size)
    return refuse(ports, taken, 'wrong-size', {
      zh: `应为 ${taken.order.file.size} 字节，收到 ${size ?? 0} 字节`,
      en: `${taken.order.file.size} bytes were announced and ${size ?? 0} have arrived`,
    });
  try {
    const reading = await read(ports, taken);
    await imports.change(id, (before) => ({ ...before, reading }));
    return following(id, 'lease');
  } catch (error) {
    if (error instanceof FileFault) return refuse(ports, taken, error.code, error.detail);
    throw error;
  }
}

/** Of a list that is abolished nothing is taken in any more (H21(四)): its rows are kept out, and say which lists there are. */
const withoutAbolished = (catalogue: Catalogue, today: CalendarDate): Catalogue => ({
  ...catalogue,
  domains: catalogue.domains.filter(({ abolishedAfter }) => abolishedAfter === undefined || abolishedAfter >= today),
});

async function read(ports: IntakePorts, taken: Import): Promise<Reading> {
  const { objects, ring } = ports;
  const { id, order } = taken;
  const catalogue = await ports.catalogue();
  const profile = PROFILES.get(order.profile);
  if (!profile) throw new RangeError('no such profile');
  sourceOf(profile, taken.source, catalogue);
  const parts = partsFor(textBytes(order.file.size, await headOf(ports, id)));
  const pieces = new Spool(objects, (piece, sequence) => objectNames.rows(id, piece, sequence), HELD_CHARACTERS);
  const bad = new Spool(objects, (_, sequence) => objectNames.bad(id, sequence), HELD_CHARACTERS);
  const found: Omit<Reading, 'pieces' | 'badObjects' | 'conflicts'> = {
    rows: 0,
    bad: 0,
    parts,
    faults: {},
    unknownSubjects: 0,
  };
  const finder = new ConflictFinder();
  const { encoding, given = {} } = order.options ?? {};
  const context = {
    profile,
    catalogue: withoutAbolished(catalogue, dateOf(ports.clock())),
    ring,
    encoding,
    given,
    resolve: ports.resolve,
  };
  const rows = readList(bytesOf(ports, id), context);
  for await (const chunk of inChunks(rows, taken)) {
    const older = await storedUnderOlderKeys(ports, taken.source, chunk);
    for (const each of chunk) {
      found.rows += 1;
      finder.see(each);
      if (each.ok) {
        const subject = older.get(each.row) ?? each.row.keys[0];
        if (isNameKey(subject)) found.unknownSubjects += 1;
        await pieces.add(pieceOf(subject, parts), { row: { ...each.row, keys: [subject] } });
        continue;
      }
      found.bad += 1;
      // What is on record of those whom the row is about is not absent from the file.
      for (const shield of each.keys ?? []) await pieces.add(pieceOf(shield, parts), { shield });
      if (each.keys === undefined) found.unknownSubjects += 1;
      faultsByCode(found.faults, each);
      await bad.add('', { line: each.line, faults: each.faults });
    }
  }
  await pieces.end();
  await bad.end();
  const report = finder.report();
  await writeLines(objects, objectNames.conflicts(id, READING), fileConflicts(taken.source, report));
  return { ...found, conflicts: report.found, pieces: pieces.written, badObjects: bad.written[''] ?? 0 };
}

/** The first bytes, by which a packed file is known. */
async function headOf({ objects }: IntakePorts, id: string): Promise<Uint8Array> {
  for await (const chunk of objects.read(objectNames.upload(id))) if (chunk.length > MAGIC_LENGTH) return chunk;
  return new Uint8Array();
}
const MAGIC_LENGTH = 4;

/** The upload as it passes; how far it has come is said now and then. */
async function* bytesOf({ imports, objects, clock }: IntakePorts, id: string): AsyncGenerator<Uint8Array> {
  let readBytes = 0;
  let told: number | undefined;
  for await (const chunk of objects.read(objectNames.upload(id))) {
    readBytes += chunk.length;
    // From the first bytes on: a file of one chunk has nothing to say, however late they come.
    told ??= clock();
    if (clock() - told >= TELL_EVERY_MS) {
      told = clock();
      await imports.change(id, (before) => ({ ...before, readBytes }));
    }
    yield chunk;
  }
}

const pieceOf = (subject: SubjectKey, parts: number): string => pieceName(bucketOf(subject), partOf(subject, parts));

/** An empty file says nothing, unless it is allowed to say that there is nothing. */
async function* inChunks(rows: AsyncIterable<ReadRow>, taken: Import): AsyncGenerator<ReadRow[]> {
  let chunk: ReadRow[] = [];
  try {
    for await (const row of rows) {
      chunk.push(row);
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = [];
    }
  } catch (error) {
    const empty = error instanceof FileFault && (error.code === 'empty-file' || error.code === 'no-rows');
    if (!empty || !allows(taken, 'empty')) throw error;
  }
  yield chunk;
}

/** A person may be stored under the key of an older version: the row is then that row. */
async function storedUnderOlderKeys(
  { index }: IntakePorts,
  source: string,
  chunk: readonly ReadRow[],
): Promise<Map<Row, Row['keys'][number]>> {
  const asked = chunk.flatMap((each) =>
    each.ok
      ? each.row.keys.slice(1).map((key) => ({
          row: each.row,
          key,
          listingId: listingIdOf(source, rowKeyOf(key, each.row.decision)),
        }))
      : [],
  );
  if (asked.length === 0) return new Map();
  const stored = await index.digestsOf(asked.map(({ listingId }) => listingId));
  return new Map(asked.filter(({ listingId }) => stored.has(listingId)).map(({ row, key }) => [row, key]));
}
