import type { Import } from './import.ts';
import { readLines } from './lines.ts';
import { packedText } from './packed-text.ts';
import { objectNames } from './ports.ts';
import { quarantineHead, quarantineRow } from './quarantine.ts';
import type { IntakePorts } from './step.ts';
import { StoredQuarantined } from './stored-row.ts';

type Row = ReturnType<typeof StoredQuarantined.parse>;

/** Writes the quarantine file of an import: every row that was kept out so far, in the order of the file, packed. */
export async function writeQuarantine(ports: IntakePorts, taken: Import): Promise<void> {
  const { objects } = ports;
  const pieces = (await Promise.all((['diff', 'work'] as const).map((step) => refusedIn(ports, taken, step)))).flat();
  const streams = [badRows(ports, taken), ...pieces.map((name) => readLines(objects, name, StoredQuarantined))];
  await objects.write(objectNames.quarantine(taken.id), await packedText(textsOf(streams)), 'csv');
}

const ROWS_AT_ONCE = 1_000;

async function* textsOf(streams: readonly AsyncGenerator<Row>[]): AsyncGenerator<string> {
  yield quarantineHead();
  let open: string[] = [];
  for await (const row of inOrder(streams)) {
    open.push(quarantineRow(row));
    if (open.length < ROWS_AT_ONCE) continue;
    yield open.join('');
    open = [];
  }
  if (open.length > 0) yield open.join('');
}

async function* badRows({ objects }: IntakePorts, { id, reading }: Import): AsyncGenerator<Row> {
  for (let sequence = 0; sequence < (reading?.badObjects ?? 0); sequence += 1)
    yield* readLines(objects, objectNames.bad(id, sequence), StoredQuarantined);
}

/** What the pieces of a step have refused. */
async function refusedIn({ imports }: IntakePorts, { id }: Import, step: 'diff' | 'work'): Promise<string[]> {
  const results = await imports.pieces(id, step);
  return [...results].flatMap(([piece, { counts }]) =>
    counts.quarantined > 0 ? [objectNames.refused(id, step, piece)] : [],
  );
}

/** Several streams, each in the order of its lines, as one. */
async function* inOrder(streams: readonly AsyncGenerator<Row>[]): AsyncGenerator<Row> {
  const heads = new Map<AsyncGenerator<Row>, Row>();
  const advance = async (stream: AsyncGenerator<Row>) => {
    const { done, value } = await stream.next();
    if (done) heads.delete(stream);
    else heads.set(stream, value);
  };
  for (const stream of streams) await advance(stream);
  while (heads.size > 0) {
    const [[stream, row] = []] = [...heads].toSorted(([, one], [, other]) => one.line - other.line);
    if (!stream || !row) return;
    yield row;
    await advance(stream);
  }
}
