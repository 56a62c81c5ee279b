import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unresolvedKey } from '../../lib/check/record.ts';
import { callerHit, callerMatter, looksAtCheck, looksAtSubject, looksOfClient } from '../../lib/dynamo/keys.ts';

const name = fc.oneof(
  fc.string(),
  fc.constantFrom('LOOK', 'LOOK#', 'look', '#look', 'C', 'C#x', 'hit', 'clear', '%23'),
);
const hit = fc.constantFrom('hit' as const, 'clear' as const, 'attempt' as const);

test('no caller, matter or subject has a partition that a look stands in', () => {
  fc.assert(
    fc.property(name, name, name, hit, (one, two, three, part) => {
      expect(looksOfClient(one)).not.toBe(callerHit(two, part));
      expect(looksAtCheck(one)).not.toBe(callerMatter(two, three));
      expect(looksAtSubject(one)).not.toBe(unresolvedKey(two, three));
      expect(looksAtSubject(one)).not.toMatch(/^[op]:/);
    }),
    { numRuns: 2_000 },
  );
});

test('two clients, or two checks, never share a partition', () => {
  fc.assert(
    fc.property(name, name, (one, two) => {
      expect(looksOfClient(one) === looksOfClient(two)).toBe(one === two);
      expect(looksAtCheck(one) === looksAtCheck(two)).toBe(one === two);
    }),
    { numRuns: 2_000 },
  );
});
