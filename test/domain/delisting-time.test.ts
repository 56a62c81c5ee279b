import { expect, test } from 'vitest';
import { CalendarDate } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { type DelistingPorts, runDelisting } from '../../lib/listing/run-delisting.ts';
import { organisationKey } from '../../lib/subject/key.ts';

const day = CalendarDate.parse('2026-11-21');

/** So many subjects, and what was read of them. */
function reading(subjects: number): DelistingPorts & { read: number } {
  return {
    read: 0,
    subjects: async () =>
      Array.from({ length: subjects }, (_, index) => organisationKey(String(index).padStart(9, '0'))),
    async history() {
      this.read += 1;
      return [];
    },
    abolitions: async () => new Map(),
    completeAsOf: async () => undefined,
  };
}

test.each([
  ['more than are begun', 20_001, () => false, 0],
  ['more than there is time for', 1_000, () => true, 0],
])('%s are refused with how many they are, and the advice of a shorter period', async (_, subjects, isOver, read) => {
  const ports = reading(subjects);
  const refusal = await runDelisting({ from: day, to: day }, ports, isOver).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Problem);
  expect(refusal).toMatchObject({ code: 'invalid-request', detail: { en: expect.stringContaining(String(subjects)) } });
  expect(ports.read).toBe(read);
});

test('reading stops when the time is over, and not before', async () => {
  const ports = reading(1_000);
  await expect(runDelisting({ from: day, to: day }, ports, () => ports.read >= 100)).rejects.toBeInstanceOf(Problem);
  expect(ports.read).toBe(100);
  const whole = reading(1_000);
  expect(await runDelisting({ from: day, to: day }, whole, () => false)).toEqual([]);
  expect(whole.read).toBe(1_000);
});
