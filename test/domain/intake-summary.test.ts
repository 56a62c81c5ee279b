import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROFILES } from '../../lib/intake/profiles.ts';
import { progressOn } from '../../lib/intake/progress.ts';
import { summaryLines } from '../../lib/intake/summary.ts';
import { instant } from '../../lib/kernel/clock.ts';

const report = {
  source: 'court-defaulters-list',
  takenInAt: instant(0),
  read: 29,
  added: 28,
  changed: 0,
  unchanged: 0,
  merged: 0,
  quarantined: [{ line: 2, faults: [] }],
  absent: 3,
  terms: { inForce: 23, over: 4, toCome: 1 },
  transactions: 1,
  signed: { actor: 'a', person: 'one', approvedBy: 'other' },
};

it('sums up in both languages, and says who approved', () => {
  const text = summaryLines(report, false).join('\n');
  for (const line of [
    /rows read +29$/m,
    /added +28$/m,
    /quarantined +1$/m,
    /in force today +23$/m,
    /out of term today +4$/m,
    /not yet in force +1$/m,
    /kept +3/,
  ])
    expect(text).toMatch(line);
  expect(text).toContain('proposed by one, approved by other');
  expect(summaryLines({ ...report, signed: { actor: 'a' } }, true).join('\n')).not.toMatch(/approved/);
});

it('shows progress as one bar on a terminal, as a line for every tenth elsewhere', () => {
  const told = (isTTY: boolean) => {
    const written: string[] = [];
    let now = 0;
    const progress = progressOn({ isTTY, write: (text) => written.push(text) }, () => now);
    for (let rows = 1; rows <= 50; rows += 1) {
      now += 10;
      progress(rows, 50);
    }
    return written;
  };
  expect(told(false)).toHaveLength(10);
  expect(told(false).at(-1)).toBe('50/50 行 rows, 100/s\n');
  expect(told(true)).toHaveLength(50);
  expect(told(true).at(-1)).toBe(`\r[${'█'.repeat(30)}] 50/50 行 rows, 100/s\n`);
});

it('documents every column of the generic format', () => {
  const document = readFileSync(new URL('../../docs/import-generic.md', import.meta.url), 'utf8');
  const columns = Object.values(PROFILES.get('generic')?.columns ?? {});
  for (const {
    headers: [name],
    optional,
  } of columns)
    expect(document).toMatch(
      new RegExp(`^\\| \`${name}\` \\| ${optional ? '(optional|passports)' : '(required|organisations)'}`, 'm'),
    );
});
