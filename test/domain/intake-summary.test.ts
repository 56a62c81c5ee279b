import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { progressOn } from '../../infra/local/import-progress.ts';
import { summaryLines } from '../../infra/local/import-summary.ts';
import { PROFILES } from '../../lib/intake/profiles.ts';

const counts = {
  ...{ read: 29, added: 28, changed: 0, unchanged: 0, merged: 0, quarantined: 1, ended: 2, kept: 3 },
  ...{ stillDelivered: 5, blacklisted: 6 },
};
const plan = {
  counts,
  known: 31,
  black: { start: 28, change: 0, end: 2 },
  needsApproval: true,
  basedOn: null,
};
const answer = {
  id: 'an-id',
  state: 'done' as const,
  source: 'court-defaulters-list',
  proposedBy: 'one',
  approvedBy: 'other',
  plan,
  result: counts,
  terms: { inForce: 23, over: 4, toCome: 1 },
};

it('sums up in both languages, and says who approved', () => {
  const text = summaryLines(answer).join('\n');
  for (const line of [
    /rows read +29$/m,
    /added +28$/m,
    /quarantined +1$/m,
    /ended +2$/m,
    /in force today +23$/m,
    /out of term today +4$/m,
    /not yet in force +1$/m,
    /kept +3/,
    /still delivered +5/,
    /black listing in force +6/,
    /start 28, .*end 2$/m,
  ])
    expect(text).toMatch(line);
  expect(text).toContain('proposed by one, approved by other');
  const { approvedBy: _, result: __, ...planned } = answer;
  const rehearsed = summaryLines({ ...planned, options: { dryRun: true } }).join('\n');
  expect(rehearsed).toMatch(/dry run, nothing was written/);
  expect(rehearsed).not.toMatch(/approved/);
});

it('shows progress as one bar on a terminal, as a line for every tenth elsewhere, with rate and time left', () => {
  const told = (isTTY: boolean) => {
    const written: string[] = [];
    let now = 0;
    const progress = progressOn({ isTTY, write: (text) => written.push(text) }, () => now);
    for (let rows = 0; rows <= 50; rows += 1) {
      progress('writing', 'rows', rows, 50);
      now += 100;
    }
    return written;
  };
  expect(told(false)).toHaveLength(10);
  expect(told(false).at(4)).toBe('writing 25/50 rows, 10/s, 还需 left 0:03\n');
  // Within the first two seconds nobody knows how long it takes.
  expect(told(false).slice(0, 3)).toEqual([5, 10, 15].map((rows) => `writing ${rows}/50 rows, 10/s\n`));
  expect(told(true)).toHaveLength(51);
  expect(told(true).at(-1)).toBe(`\r\u001b[K[${'█'.repeat(30)}] writing 50/50 rows, 10/s\n`);
});

it('shows no rate of what was there when it was first seen, and counts the seconds of a minute to its end', () => {
  const written: string[] = [];
  let now = 0;
  const progress = progressOn({ isTTY: false, write: (text) => written.push(text) }, () => now);
  progress('comparing', 'parts', 16, 16);
  progress('writing', 'rows', 0, 100);
  now = 6_630;
  progress('writing', 'rows', 10, 100);
  expect(written).toEqual(['comparing 16/16 parts\n', 'writing 10/100 rows, 2/s, 还需 left 1:00\n']);
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
