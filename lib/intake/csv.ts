import { CsvError, parse } from 'csv-parse';
import * as z from 'zod/mini';
import { FileFault } from './file-fault.ts';
import { DAMAGED } from './mojibake.ts';
import { type FileRecord, MAX_RECORD_LENGTH } from './record.ts';

const LINE_BREAKS_AROUND = /^[\r\n]+|[\r\n]+$/g;
const LINE_BREAK = /\r\n|\n|\r/g;
const ENDS_WITH_BREAK = /[\r\n]$/;
/** One piece for the parser: its bound counts within a piece, and a piece of a gigabyte would be held first. */
const PIECE = 65_536;

/** The parser loses the raw text of a delimiter of several bytes: a control character, which no list has, stands in for it. */
const STAND_IN = '\u001f';
const LAST_OF_ONE_BYTE = 0x7f;

const Parsed = z.object({
  record: z.array(z.string()),
  raw: z.string(),
  info: z.object({ empty_lines: z.number() }),
});

/**
 * The records of a delimited file, one after the other as they arrive. Empty lines are no records. A quote inside an
 * unquoted cell says nothing else (甲"乙"公司), one that is not doubled inside a quoted cell is told.
 * @throws FileFault for a quote that is never closed, and for a record beyond the bound
 */
export async function* readCsv(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<FileRecord> {
  const wide = delimiter.charCodeAt(0) > LAST_OF_ONE_BYTE;
  const separator = wide ? STAND_IN : delimiter;
  const wellQuoted = wellQuotedBy(separator);
  const read: unknown[] = [];
  const parser = parse({
    delimiter: separator,
    info: true,
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MAX_RECORD_LENGTH,
    // Taken out here: as a stream of objects it would cost as much again, and lose what it read before a fault.
    on_record: (record) => {
      read.push(record);
      return null;
    },
  });
  let fault: CsvError | undefined;
  parser.on('error', (error) => {
    if (!(error instanceof CsvError)) throw error;
    fault = error;
  });
  let next = 1;
  let emptyLines = 0;
  const records = function* (): Generator<FileRecord> {
    for (const parsed of read.splice(0)) {
      const { record, raw, info } = Parsed.parse(parsed);
      const line = next + info.empty_lines - emptyLines;
      const bare = raw.replaceAll(LINE_BREAKS_AROUND, '');
      emptyLines = info.empty_lines;
      next = line + 1 + (bare.match(LINE_BREAK)?.length ?? 0);
      yield {
        line,
        cells: wide ? record.map((cell) => cell.replaceAll(STAND_IN, delimiter)) : record,
        ...(!wellQuoted.test(bare) && { flaw: 'misquoted' }),
        ...(!ENDS_WITH_BREAK.test(raw) && { unfinished: true }),
      };
    }
  };
  for await (const piece of inPieces(wide ? standingIn(text, delimiter) : text)) {
    await new Promise<void>((resolve) => void parser.write(piece, () => resolve()));
    yield* records();
    if (fault) throw faultOf(fault, next);
  }
  await new Promise<void>((resolve) => void parser.end(() => resolve()).once('error', () => resolve()));
  yield* records();
  if (fault) throw faultOf(fault, next);
}

/** RFC 4180, but for quotes inside an unquoted cell. */
function wellQuotedBy(delimiter: string): RegExp {
  const d = `\\u{${delimiter.codePointAt(0)?.toString(16)}}`;
  const cell = `(?:"(?:[^"]|"")*"|[^"${d}\\r\\n][^${d}\\r\\n]*)?`;
  return new RegExp(`^${cell}(?:${d}${cell})*$`, 'u');
}

async function* standingIn(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<string> {
  for await (const piece of text) yield piece.replaceAll(STAND_IN, DAMAGED).replaceAll(delimiter, STAND_IN);
}

async function* inPieces(text: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of text)
    for (let start = 0; start < piece.length; start += PIECE) yield piece.slice(start, start + PIECE);
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
