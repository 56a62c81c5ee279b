import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Encoding } from '../../lib/intake/encoding.ts';
import type { ReadRow } from '../../lib/intake/row.ts';
import { bytesOf, codesOf, faultOf, readAll } from '../domain/reading.ts';
import { csvOf, encode, workbookOf } from '../domain/written-files.ts';

const PROFILE = 'abnormal-operation';
const HEADER = ['企业名称', '统一社会信用代码/注册号', '列入日期', '作出决定机关(列入)', '列入原因', '移出日期'];
const DELIMITERS = [',', '\t', ';', '，', '；', '|'] as const;
const CODES = ['91350100M000100Y43', '744190927', '74419092-7', '91230199744****927K', '911306007109266097', ''];

const letters = fc.constantFrom(...'甲乙丙丁建设贸易湖南长沙一二三（）());:：、。0189ABxy');
const troublesome = fc.constantFrom(...'甲乙丙 ,，;；|\t"“”\n=+-@\'0a');
const row = fc.record({
  name: fc.string({ unit: letters, maxLength: 8 }).map((name) => `甲${name}有限公司`),
  code: fc.constantFrom(...CODES),
  day: fc.constantFrom('2025-01-10', '2025年2月3日', '20250304', '2025/5/6', '2025-02-30', ''),
  authority: fc.string({ unit: letters, maxLength: 4 }).map((name) => `${name}局`),
  reason: fc.string({ unit: troublesome, maxLength: 12 }),
  removal: fc.constantFrom('2026-01-15', '2026年1月15日', '2026/11/5', '20261231', '长期', ''),
});
const rows = fc.array(
  row.map(({ name, code, day, authority, reason, removal }) => [name, code, day, authority, reason, removal]),
  { minLength: 1, maxLength: 6 },
);

/** What was read, but for the lines, which differ from format to format. */
const content = (read: readonly ReadRow[]) =>
  read.map((one) => (one.ok ? { ...one.row, line: 0 } : codesOf(one).toSorted()));

/** The bytes in chunks of these lengths, again and again. */
async function* chunked(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    yield bytes.subarray(start, start + length);
    start += length;
  }
}
const lengths = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 });

describe('a list', () => {
  it('gives the same rows in every encoding, with every delimiter and line break, gzipped or not, in any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom(...Encoding.options),
        fc.constantFrom(...DELIMITERS),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        lengths,
        async (written, encoding, delimiter, lineBreak, zipped, cuts) => {
          const expected = content(await readAll(bytesOf(csvOf([HEADER, ...written])), PROFILE));
          const text = encode(csvOf([HEADER, ...written], delimiter, lineBreak), encoding);
          const read = await readAll(chunked(zipped ? gzipSync(text) : text, cuts), PROFILE);
          expect(content(read)).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives the same rows as a workbook and as JSON Lines', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), lengths, async (written, shared, cuts) => {
        const expected = content(await readAll(bytesOf(csvOf([HEADER, ...written])), PROFILE));
        const workbook = workbookOf([{ rows: [HEADER, ...written] }], { shared });
        expect(content(await readAll(chunked(workbook, cuts), PROFILE))).toEqual(expected);
        const lines = written.map((cells) =>
          JSON.stringify(Object.fromEntries(HEADER.map((name, at) => [name, cells[at]]))),
        );
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        expect(content(await readAll(chunked(bytes, cuts), PROFILE))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('cut anywhere gives a beginning of its rows, or a fault, and never a row that it does not hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom(...Encoding.options),
        fc.constantFrom(',', '，'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (written, encoding, delimiter, at) => {
          const bytes = encode(csvOf([HEADER, ...written], delimiter, '\r\n'), encoding);
          const whole = content(await readAll(bytesOf(bytes), PROFILE));
          const cut = bytes.subarray(0, Math.floor(at * bytes.length));
          const read = await readAll(bytesOf(cut), PROFILE, { encoding }).catch(() => []);
          // Half a line break of UTF-16 is one more record, of damage alone.
          expect(read.length).toBeLessThanOrEqual(whole.length + 1);
          for (const [index, one] of content(read).entries()) if (read[index]?.ok) expect(one).toEqual(whole[index]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('gzipped or as a workbook, cut anywhere, is refused', async () => {
    const written = [['甲有限公司', '744190927', '2025-01-10', '某局', '地址', '']];
    for (const bytes of [gzipSync(csvOf([HEADER, ...written])), workbookOf([{ rows: [HEADER, ...written] }])])
      for (let end = 1; end < bytes.length; end += 1)
        expect(await faultOf(bytesOf(bytes.subarray(0, end)), PROFILE)).not.toBe('none');
  });
});
