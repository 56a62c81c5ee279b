import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportPage } from '../../lib/check-log/export.ts';
import type { LogRow } from '../../lib/check-log/ports.ts';
import { csvLine } from '../../lib/kernel/csv.ts';

const row = (index: number, listings: readonly string[]): LogRow => ({
  id: `id-${index}`,
  checkedAt: '2026-11-21T01:00:00.000Z',
  outcome: 'veto',
  scene: 'land',
  matter: '事项',
  caller: 'c',
  member: 0,
  scheme: 'uscc',
  subjectId: '91430100MAGG10073P',
  principal: 'o:123456789',
  operator: 'u',
  listings,
  via: undefined,
  position: `p-${index}`,
  keptUntil: 0,
});

const NOTHING_BESIDE = { masked: new Map(), principals: new Map() };

describe('a page of an export', () => {
  test('stays under what Lambda gives back, and goes on where it stopped', () => {
    const listings = Array.from({ length: 2_000 }, (_, index) => `imp-${String(index).padStart(28, '0')}`);
    const rows = Array.from({ length: 200 }, (_, index) => row(index, listings));
    const found = { rows, next: 'the end', after: ({ position }: LogRow) => position };
    const { text, lines, next } = exportPage(found, NOTHING_BESIDE, 'jsonl', true, 'zh');
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(6_000_000);
    expect(lines).toBeGreaterThan(10);
    expect(text.split('\n').filter(Boolean)).toHaveLength(lines);
    expect(next).toBe(`p-${lines - 1}`);
    const rest = exportPage({ ...found, rows: rows.slice(195) }, NOTHING_BESIDE, 'jsonl', false, 'zh');
    expect(rest).toMatchObject({ lines: 5, next: 'the end' });
  });

  test('gives a line that is too long by itself all the same', () => {
    const long = row(0, ['x'.repeat(4_000_000)]);
    const found = { rows: [long, row(1, [])], next: null, after: ({ position }: LogRow) => position };
    expect(exportPage(found, NOTHING_BESIDE, 'jsonl', true, 'zh')).toMatchObject({ lines: 1, next: 'p-0' });
  });
});

test('a line of CSV is read back as its cells, but for the mark that keeps a spreadsheet from computing', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (cells) => {
      const [read = []]: string[][] = parse(csvLine(cells), { relax_column_count: true, skip_empty_lines: false });
      // A line of one empty cell is an empty line.
      if (cells.length === 1 && cells[0] === '') return;
      expect(read.map((cell, index) => (cell === cells[index] ? cell : cell.slice(1)))).toEqual(cells);
      for (const cell of read) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }),
    { numRuns: 1_000 },
  );
});

test.each(['2026-11', '3/12', '2026年11月', '10:30', '1E5', '2.5e10', 'DEC1', 'Mar-2026', '5%', '1.10'])(
  '%s is no day and no number',
  (cell) => {
    expect(csvLine([cell])).toBe(`'${cell}\r\n`);
  },
);

test.each(['2026-11-21 21:25', '2026-11-21T13:25:00.123Z', 'HN-2026-000142', '2026-0001号', '100', 'decision', 'T-1'])(
  '%s is left as it is',
  (cell) => {
    expect(csvLine([cell])).toBe(`${cell}\r\n`);
  },
);

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '000006146', '430100000010234', '110105194912310021'])(
  '%s stays text',
  (cell) => {
    expect(csvLine([cell])).toBe(`'${cell}\r\n`);
  },
);
