import { readCsv } from './csv.ts';
import { decodeText } from './decode.ts';
import { delimiterOf } from './delimiter.ts';
import { detectEncoding, type Encoding, markedEncoding } from './encoding.ts';
import { FileFault } from './file-fault.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { peek } from './head.ts';
import { isJsonLines, readJsonLines } from './json-lines.ts';
import type { FileRecord } from './record.ts';
import type { ReadRow } from './row.ts';
import { type RowContext, readRows } from './rows.ts';
import { withinSize } from './size.ts';
import { readWorkbook } from './workbook.ts';
import { isZip } from './zip-parts.ts';

export interface ListContext extends RowContext {
  /** Instead of the one that the file's first bytes speak for. */
  readonly encoding?: Encoding | undefined;
}

/** What encoding, format, delimiter and header are told by. */
const HEAD_BYTES = 65_536;
/** The old binary workbook of Excel 97 to 2003. */
const OLD_WORKBOOK = [0xd0, 0xcf, 0x11, 0xe0];

/**
 * The rows of a list file, good and bad, in its order: CSV with any usual delimiter, a workbook (XLSX) or JSON Lines,
 * gzipped or not, told by its content. Streams: all but a workbook takes memory that does not grow with the file.
 * @throws FileFault for what cannot be read; at any row, as a quote may be found open or a file cut off at its end
 */
export async function* readList(bytes: AsyncIterable<Uint8Array>, context: ListContext): AsyncGenerator<ReadRow> {
  const given = await peek(bytes, longEnough);
  if (isGzip(Buffer.concat(given.head))) {
    const unpacked = await peek(withinSize(gunzip(given.all)), longEnough);
    yield* readRows(await recordsOf(Buffer.concat(unpacked.head), unpacked.all, context), context);
  } else {
    yield* readRows(await recordsOf(Buffer.concat(given.head), withinSize(given.all), context), context);
  }
}

const longEnough = (chunks: readonly Uint8Array[]): boolean =>
  chunks.reduce((sum, chunk) => sum + chunk.length, 0) >= HEAD_BYTES;

async function recordsOf(
  head: Buffer,
  bytes: AsyncIterable<Uint8Array>,
  context: ListContext,
): Promise<AsyncIterable<FileRecord>> {
  const { profile } = context;
  const stated = Object.keys(context.given ?? {});
  if (isZip(head)) return readWorkbook(bytes, profile, stated);
  if (OLD_WORKBOOK.every((byte, index) => head[index] === byte))
    throw new FileFault('old-workbook', {
      zh: '旧版 Excel 工作簿（.xls），请另存为 .xlsx 或 CSV',
      en: 'an old Excel workbook (.xls): save it as .xlsx or CSV',
    });
  const text = await peek(decodeText(bytes, encodingOf(head, context.encoding)), textEnough);
  const beginning = text.head.join('');
  if (beginning.includes('\0'))
    throw new FileFault('not-a-list', {
      zh: '不是文本文件，可读取 CSV、XLSX、JSON Lines（可用 gzip 压缩）',
      en: 'this is no text: CSV, XLSX and JSON Lines are read, also compressed with gzip',
    });
  return isJsonLines(beginning)
    ? readJsonLines(text.all, profile, stated)
    : readCsv(text.all, delimiterOf(beginning, profile));
}

const textEnough = (pieces: readonly string[]): boolean =>
  pieces.reduce((sum, piece) => sum + piece.length, 0) >= HEAD_BYTES;

function encodingOf(head: Uint8Array, asked: Encoding | undefined): Encoding {
  const marked = markedEncoding(head);
  if (asked !== undefined && marked !== undefined && asked !== marked)
    throw new FileFault('wrong-encoding', {
      zh: `文件标记为 ${marked}，与指明的 ${asked} 不符`,
      en: `the file is marked as ${marked}, and ${asked} was asked for`,
    });
  return asked ?? detectEncoding(head);
}
