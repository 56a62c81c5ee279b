import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import type { IntakeObjects } from './ports.ts';

// Half a second of work, not two: what is packed here is read once or twice.
const LEVEL = 1;

/** So many are one text on their way: the plan of a piece is never one as a whole. */
const LINES_AT_ONCE = 100;

/** Writes values as an object of JSON lines, packed as they pass. */
export async function writeLines(objects: IntakeObjects, name: string, values: readonly unknown[]): Promise<void> {
  const packed: Buffer[] = [];
  for await (const chunk of Readable.from(textsOf(values)).compose(createGzip({ level: LEVEL }))) packed.push(chunk);
  await objects.write(name, packed, 'lines');
}

function* textsOf(values: readonly unknown[]): Generator<string> {
  for (let start = 0; start < values.length; start += LINES_AT_ONCE)
    yield values
      .slice(start, start + LINES_AT_ONCE)
      .map((value) => `${JSON.stringify(value)}\n`)
      .join('');
}

/** The values of an object that {@link writeLines} wrote, one after the other. */
export async function* readLines<T>(
  objects: IntakeObjects,
  name: string,
  schema: { parse(value: unknown): T },
): AsyncGenerator<T> {
  const text = ReadableStream.from(objects.read(name))
    .pipeThrough(gunzip())
    .pipeThrough(new TextDecoderStream('utf-8', { fatal: true }));
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield schema.parse(JSON.parse(line));
  }
}

function gunzip(): ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array> {
  const { readable, writable } = new DecompressionStream('gzip');
  return { readable, writable };
}

/** Spreads lines over objects, each as large as is held in memory. */
export class Spool {
  readonly #objects: IntakeObjects;
  readonly #nameOf: (key: string, sequence: number) => string;
  readonly #limit: number;
  readonly #open = new Map<string, { lines: string[]; length: number }>();
  /** How many objects there are of each key. */
  readonly written: Record<string, number> = {};

  /** @param limit characters of one key that are held before they are written */
  constructor(objects: IntakeObjects, nameOf: (key: string, sequence: number) => string, limit: number) {
    this.#objects = objects;
    this.#nameOf = nameOf;
    this.#limit = limit;
  }

  async add(key: string, value: unknown): Promise<void> {
    const line = `${JSON.stringify(value)}\n`;
    const open = this.#open.get(key) ?? { lines: [], length: 0 };
    open.lines.push(line);
    open.length += line.length;
    this.#open.set(key, open);
    if (open.length >= this.#limit) await this.#write(key, open.lines);
  }

  async end(): Promise<void> {
    for (const [key, { lines }] of this.#open) await this.#write(key, lines);
  }

  async #write(key: string, lines: readonly string[]): Promise<void> {
    this.#open.delete(key);
    const sequence = this.written[key] ?? 0;
    const packed = gzipSync(lines.join(''), { level: LEVEL });
    await this.#objects.write(this.#nameOf(key, sequence), [packed], 'lines');
    this.written[key] = sequence + 1;
  }
}
