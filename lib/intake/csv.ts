import { CsvError, parse } from 'csv-parse/stream';
import * as z from 'zod/mini';
import { FileFault } from './file-fault.ts';

/** One record of the file. */
export interface CsvRecord {
  /** The line on which it starts, counted from 1, the header's included: quoted cells may hold line breaks. */
  readonly line: number;
  readonly cells: readonly string[];
  /** A quoted cell holds a quote that is not doubled: where the cells end is a guess. */
  readonly misquoted: boolean;
}

// What an open quote may swallow before the file is given up; the longest judgment in a cell is far shorter.
const MAX_RECORD_BYTES = 1_048_576;
// RFC 4180, but for quotes inside an unquoted cell, which say nothing else: 甲"乙"公司.
const WELL_QUOTED = /^(?:"(?:[^"]|"")*"|[^",\r\n][^,\r\n]*)?(?:,(?:"(?:[^"]|"")*"|[^",\r\n][^,\r\n]*)?)*$/;
const LINE_BREAKS_AROUND = /^[\r\n]+|[\r\n]+$/g;

const Parsed = z.object({
  record: z.array(z.string()),
  raw: z.string(),
  info: z.object({ empty_lines: z.number() }),
});

/**
 * The records of a comma-separated file in strict UTF-8, with or without BOM, one after the other as they arrive.
 * Empty lines are no records.
 * @throws FileFault for another encoding, and for a quote that is never closed
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const records: AsyncIterable<unknown> = ReadableStream.from(strictUtf8(bytes)).pipeThrough(
    parse({
      bom: true,
      info: true,
      raw: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n'],
      max_record_size: MAX_RECORD_BYTES,
    }),
  );
  let next = 1;
  let emptyLines = 0;
  try {
    for await (const parsed of records) {
      const { record, raw, info } = Parsed.parse(parsed);
      const line = next + info.empty_lines - emptyLines;
      const text = raw.replaceAll(LINE_BREAKS_AROUND, '');
      emptyLines = info.empty_lines;
      next = line + text.split('\n').length;
      yield { line, cells: record, misquoted: !WELL_QUOTED.test(text) };
    }
  } catch (error) {
    throw error instanceof CsvError ? faultOf(error, next) : error;
  }
}

/** The same bytes, as long as they are UTF-8: a wrong guess of the encoding would make other names of the names. */
async function* strictUtf8(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const check = (chunk?: Uint8Array) => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new FileFault('not-utf-8', {
        zh: '文件不是 UTF-8 编码，请另存为 UTF-8 的 CSV（不要用 GBK、Excel 工作簿）',
        en: 'the file is not UTF-8: save it as CSV in UTF-8 (GBK and Excel workbooks are not read)',
      });
    }
  };
  for await (const chunk of bytes) {
    check(chunk);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  check();
}

function faultOf({ code }: CsvError, line: number): FileFault {
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return new FileFault('unclosed-quote', {
      zh: `第 ${line} 行起的记录有引号未闭合，其后的行无法辨认`,
      en: `a quote in the record that starts at line ${line} is never closed: the rows after it cannot be told apart`,
    });
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new FileFault('record-too-long', {
      zh: `第 ${line} 行起的记录超过 1 MB，多半是引号未闭合`,
      en: `the record that starts at line ${line} is longer than 1 MB: a quote is probably not closed`,
    });
  return new FileFault('unreadable-csv', {
    zh: `第 ${line} 行起的记录不是 CSV（${code}）`,
    en: `the record that starts at line ${line} is not CSV (${code})`,
  });
}
