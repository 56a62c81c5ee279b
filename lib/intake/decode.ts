import { isAscii, isUtf8 } from 'node:buffer';
import { type Encoding, lastBreak, linesOf } from './encoding.ts';
import { FileFault } from './file-fault.ts';
import { DAMAGED } from './mojibake.ts';
import { MAX_RECORD_LENGTH } from './record.ts';

// Quoted cells may hold line breaks: a line is never longer than its record. Four bytes are the longest character.
const MAX_LINE_BYTES = 4 * MAX_RECORD_LENGTH;
const MARK = '\ufeff';
/** Files put behind each other leave a mark in the middle, at the start of a line. */
const MARK_AT_START = /(^|[\r\n])\ufeff+/g;
// Two Chinese characters, and nothing of the two-byte range: 一 in GB18030 happens to be a character of UTF-8 too.
const CHINESE = /^[^\u0080-\u07ff]*[\u2e80-\uffef][^\u0080-\u07ff]*[\u2e80-\uffef][^\u0080-\u07ff]*$/;
const NOT_ASCII = /[^\0-\x7f]+/g;

/**
 * The text of a file, in pieces. What its encoding does not know becomes U+FFFD where it stands, and so does a line of
 * UTF-8 in a file of GB18030, which would decode to other characters: the row is then told from its neighbours and kept
 * out, and nothing is guessed.
 * @throws FileFault for a line that is too long, before it has been read to its end
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const pieces = encoding === 'utf-8' || encoding === 'gb18030' ? byLine(bytes, encoding) : utf16(bytes, encoding);
  // A mark may stand right behind the end of a piece.
  let atStart = true;
  for await (const piece of pieces) {
    const text = piece.includes(MARK) ? withoutMarks(piece, atStart) : piece;
    if (piece !== '') atStart = /[\r\n]$/.test(piece);
    if (text !== '') yield text;
  }
}

const withoutMarks = (piece: string, atStart: boolean): string =>
  atStart ? piece.replace(MARK_AT_START, '$1') : piece.replace(/([\r\n])\ufeff+/g, '$1');

async function* utf16(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** Whole lines, as only of these can be said in which encoding they are. */
async function* byLine(bytes: AsyncIterable<Uint8Array>, encoding: 'utf-8' | 'gb18030'): AsyncGenerator<string> {
  const decode = encoding === 'utf-8' ? decodeUtf8 : gb18030Decoder();
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const end = lastBreak(chunk);
    if (held.length + (end > 0 ? 0 : chunk.length) > MAX_LINE_BYTES) throw tooLong();
    if (end === 0) {
      held = Buffer.concat([held, chunk]);
      continue;
    }
    yield decode(Buffer.concat([held, chunk.subarray(0, end)]));
    held = Buffer.from(chunk.subarray(end));
  }
  if (held.length > 0) yield decode(held);
}

const decodeUtf8 = (block: Buffer): string => block.toString('utf8');

function gb18030Decoder(): (block: Buffer) => string {
  const decoder = new TextDecoder('gb18030', { ignoreBOM: true });
  return (block) => {
    if (isAscii(block)) return block.toString('latin1');
    let text = '';
    let start = 0;
    let end = 0;
    for (const line of linesOf(block)) {
      if (!isAscii(line) && isUtf8(line) && CHINESE.test(decodeUtf8(Buffer.from(line)))) {
        text += decoder.decode(block.subarray(start, end));
        text += decodeUtf8(Buffer.from(line)).replace(NOT_ASCII, DAMAGED);
        start = end + line.length;
      }
      end += line.length;
    }
    return text + decoder.decode(block.subarray(start, end));
  };
}

const tooLong = (): FileFault =>
  new FileFault('record-too-long', {
    zh: `有一行超过 ${MAX_LINE_BYTES / MAX_RECORD_LENGTH} MB，不是名单文件，或缺少换行`,
    en: `a line is longer than ${MAX_LINE_BYTES / MAX_RECORD_LENGTH} MB: this is no list, or its line breaks are missing`,
  });
