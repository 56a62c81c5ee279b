import { type GrantedLine, GrantedLine as Schema } from '../../lib/check-log/grant-line.ts';
import { faultsOf } from '../../lib/edge/faults.ts';
import { readCsv } from '../../lib/intake/csv.ts';
import { decodeText } from '../../lib/intake/decode.ts';
import { detectEncoding } from '../../lib/intake/encoding.ts';
import { FileFault } from '../../lib/intake/file-fault.ts';
import { isMojibake } from '../../lib/intake/mojibake.ts';
import { type Fault, Problem } from '../../lib/kernel/problem.ts';

/** A line of the list: what it says, or what is wrong with it. */
export type Line =
  | { readonly line: number; readonly given: GrantedLine }
  | { readonly line: number; readonly faults: readonly Fault[] };

const NEWLINE = 10;

/** The lines of a CSV with a header, or of JSON Lines. A broken line says what is wrong with it, and ends nothing. */
export async function* linesOf(contentType: string | undefined, bytes: Uint8Array): AsyncGenerator<Line> {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/csv') yield* csvLines(bytes);
  else if (type === 'application/x-ndjson' || type === 'application/jsonl') yield* jsonLines(bytes);
  else {
    const message = {
      zh: 'Content-Type 须为 text/csv 或 application/x-ndjson',
      en: 'The Content-Type is text/csv or application/x-ndjson.',
    };
    throw new Problem('invalid-request', message, { errors: [{ pointer: '', code: 'wrong-type', message }] });
  }
}

async function* csvLines(bytes: Uint8Array): AsyncGenerator<Line> {
  let header: readonly string[] | undefined;
  let last = 1;
  try {
    for await (const { line, cells, flaw } of readCsv(textOf(bytes), ',')) {
      last = line;
      if (!header) {
        header = cells.map((cell) => cell.trim());
        assertColumns(header);
      } else if (flaw || cells.length !== header.length) yield { line, faults: [fault('wrong-columns')] };
      else if (cells.some(isMojibake)) yield { line, faults: [fault('garbled')] };
      else {
        const named = header.map((name, index) => [name, cells[index]?.trim()] as const);
        yield lineIn(line, Object.fromEntries(named.filter(([, cell]) => cell !== undefined && cell !== '')));
      }
    }
  } catch (error) {
    // A quote that never closes hides where the lines after it begin; what came before it stands.
    if (!(error instanceof FileFault)) throw error;
    yield { line: last + 1, faults: [{ pointer: '', code: error.code, message: error.detail }] };
  }
}

/** In whichever of the usual encodings it is. */
const textOf = (bytes: Uint8Array): AsyncGenerator<string> =>
  decodeText(ReadableStream.from([bytes]), detectEncoding(bytes));

function assertColumns(header: readonly string[]): void {
  const missing = ['subjectScheme', 'subjectId', 'principalId', 'matter', 'grantedAt'].filter(
    (name) => !header.includes(name),
  );
  if (missing.length === 0) return;
  const message = { zh: `缺少列：${missing.join('、')}`, en: `Columns are missing: ${missing.join(', ')}.` };
  throw new Problem('invalid-request', message, { errors: [{ pointer: '', code: 'missing-columns', message }] });
}

async function* jsonLines(bytes: Uint8Array): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    start = end + 1;
    let value: unknown;
    try {
      const text = decoder.decode(part).trim();
      if (text === '') continue;
      value = JSON.parse(text);
    } catch {
      yield { line, faults: [fault('malformed-json')] };
      continue;
    }
    yield lineIn(line, value);
  }
}

function lineIn(line: number, value: unknown): Line {
  const parsed = Schema.safeParse(value, { reportInput: true });
  return parsed.success ? { line, given: parsed.data } : { line, faults: faultsOf(parsed.error) };
}

const FAULTS = {
  'wrong-columns': { zh: '列数与表头不符，或引号有误', en: 'has other columns than the header, or misplaced quotes' },
  garbled: {
    zh: '乱码：该行编码与文件不一致，或原文已损坏',
    en: 'is garbled: in another encoding than the file, or damaged before',
  },
  'malformed-json': { zh: '不是合法的 JSON', en: 'is not valid JSON' },
} as const;
const fault = (code: keyof typeof FAULTS): Fault => ({ pointer: '', code, message: FAULTS[code] });
