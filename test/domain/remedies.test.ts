import { expect, test } from 'vitest';
import type { LogRow } from '../../lib/check-log/ports.ts';
import { remediesOf, type Wrong } from '../../lib/check-log/remedies.ts';

const row = (id: string, listing: string): LogRow => ({
  id,
  position: id,
  checkedAt: '2026-11-20T01:00:00.000Z',
  outcome: 'veto',
  scene: 'government-procurement',
  matter: 'M-1',
  member: 0,
  keptUntil: 0,
  caller: 'procurement',
  principal: undefined,
  scheme: 'uscc',
  subjectId: null,
  listings: [listing],
  operator: 'u-1',
  via: undefined,
});

test('many listings that decided nothing cost a page no more than a bounded number of reads, and hide no check behind them', async () => {
  const wrong = Array.from(
    { length: 350 },
    (_, index): Wrong => ({
      listingId: `l${index}`,
      foundAt: '2026-11-21T01:00:00.000Z',
      outcome: 'revoked',
      owner: 'tax',
      under: [{ subject: `s${index}`, listings: [`l${index}`] }],
    }),
  );
  let reads = 0;
  const found: string[] = [];
  const most: number[] = [];
  let from: string | undefined;
  do {
    reads = 0;
    const page = await remediesOf(
      wrong,
      {
        stretch: async (partition) => {
          reads += 1;
          const rows = 'key' in partition && partition.key === 's349' ? [row('c1', 'l349')] : [];
          return { rows, reached: undefined };
        },
      },
      from,
      50,
    );
    most.push(reads);
    found.push(...page.items.map(({ check }) => check.id));
    from = page.reached;
  } while (from !== undefined);
  expect(found).toEqual(['c1']);
  expect(Math.max(...most)).toBeLessThanOrEqual(100);
  expect(most.reduce((sum, each) => sum + each)).toBe(350);
});
