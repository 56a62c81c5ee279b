import { expect, test } from 'vitest';
import { ChecksInMatters } from '../../lib/check-log/checks-in-matter.ts';
import type { CheckLogReader, LogRow } from '../../lib/check-log/ports.ts';

/** A log in which a subject was checked so often in `m-1`, which counts what is read of it. */
function logOf(checks: number) {
  const read = { stretches: 0, records: 0 };
  const rows = Array.from(
    { length: checks },
    (_, index): LogRow => ({
      ...{ id: `c-${index}`, checkedAt: '2026-11-01T00:00:00.000Z', outcome: 'pass', scene: 'land', matter: 'm-1' },
      ...{ caller: 'procurement', member: 0, scheme: 'uscc', subjectId: null, principal: undefined, operator: 'u' },
      ...{ listings: [], via: undefined, position: String(100_000 - index), keptUntil: 0 },
    }),
  );
  const log: Pick<CheckLogReader, 'record' | 'stretch'> = {
    stretch: async (_, { before = '~' }, limit, keep) => {
      read.stretches += 1;
      const page = rows.filter(({ position }) => position < before).slice(0, limit);
      return { rows: page.filter(keep), reached: page.length < limit ? undefined : page.at(-1)?.position };
    },
    record: async () => {
      read.records += 1;
      return undefined;
    },
  };
  return { log, read };
}

test('a list reads the checks of one subject in one matter once, however many of its lines are of them', async () => {
  const { log, read } = logOf(30);
  const inMatters = new ChecksInMatters({ log, only: undefined });
  const all = await Promise.all(Array.from({ length: 100 }, () => inMatters.of('m-1', ['o:1', 'o:2'])));
  expect(all.every((checks) => checks !== undefined)).toBe(true);
  expect(read).toEqual({ stretches: 2, records: 60 });
});

test('a subject that was checked beyond all measure opens no record, and is told apart from one never checked', async () => {
  const { log, read } = logOf(2_001);
  const inMatters = new ChecksInMatters({ log, only: undefined });
  expect(await inMatters.of('m-1', ['o:1'])).toBeUndefined();
  expect(await inMatters.of('m-2', ['o:1'])).toEqual([]);
  expect(read.records).toBe(0);
});
