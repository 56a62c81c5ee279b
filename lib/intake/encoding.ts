import { isAscii, isUtf8 } from 'node:buffer';
import * as z from 'zod/mini';

/** The encodings of list files. */
export const Encoding = z.enum(['utf-8', 'utf-16le', 'utf-16be', 'gb18030']);
export type Encoding = z.infer<typeof Encoding>;

const MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['gb18030', [0x84, 0x31, 0x95, 0x33]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** How much more often zeros stand in one half of the pairs than in the other: 一 (U+4E00) has one in the wrong half. */
const LOPSIDED = 3;
/** The longest sequence of UTF-8, but for its last byte: what a cut can leave behind. */
const MAX_TORN = 3;

/** The encoding that a byte order mark states. */
export const markedEncoding = (head: Uint8Array): Encoding | undefined =>
  MARKS.find(([, mark]) => mark.every((byte, index) => head[index] === byte))?.[0];

/**
 * The encoding of a file by its first bytes: the mark, else zeros in one half of the pairs (UTF-16), else what most of
 * the lines that are not ASCII are. Lines of the other kind are mixed in, and are quarantined when they are read.
 */
export function detectEncoding(head: Uint8Array): Encoding {
  return markedEncoding(head) ?? utf16By(head) ?? votedBy(head);
}

function utf16By(head: Uint8Array): Encoding | undefined {
  const zeros = [0, 0];
  for (let index = 0; index < head.length; index += 1)
    if (head[index] === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd < 2) return undefined;
  if (odd > LOPSIDED * even) return 'utf-16le';
  return even > LOPSIDED * odd ? 'utf-16be' : undefined;
}

function votedBy(head: Uint8Array): Encoding {
  let utf8 = 0;
  let other = 0;
  const lines = [...linesOf(head)];
  for (const [index, line] of lines.entries()) {
    if (isAscii(line)) continue;
    if (isUtf8(line) || (index === lines.length - 1 && isTornUtf8(line))) utf8 += 1;
    else other += 1;
  }
  return other > utf8 ? 'gb18030' : 'utf-8';
}

/** The head may end within a character. */
const isTornUtf8 = (line: Uint8Array): boolean =>
  Array.from({ length: MAX_TORN }, (_, torn) => line.subarray(0, line.length - torn - 1)).some((part) => isUtf8(part));

/**
 * The lines in bytes, each with its line break. Neither UTF-8 nor GB18030 has these two bytes within a character.
 */
export function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (start < bytes.length) {
    const end = nextBreak(bytes, start);
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** Behind the last line break; 0 where there is none. */
export const lastBreak = (bytes: Uint8Array): number =>
  Math.max(bytes.lastIndexOf(LINE_FEED), bytes.lastIndexOf(CARRIAGE_RETURN)) + 1;

function nextBreak(bytes: Uint8Array, start: number): number {
  const feed = bytes.indexOf(LINE_FEED, start);
  if (feed >= 0) return feed + 1;
  const carriageReturn = bytes.indexOf(CARRIAGE_RETURN, start);
  return carriageReturn >= 0 ? carriageReturn + 1 : bytes.length;
}
