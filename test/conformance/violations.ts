import { describe, expect, test } from 'vitest';
import { DynamoViolationReader } from '../../lib/dynamo/violation-reader.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import type { Violation } from '../../lib/listing/violation.ts';
import type { TestEngine } from './samples.ts';

/** What is expected of the register of violations, on every engine. */
export function violationsBehave(engine: TestEngine): void {
  describe('the register of violations', () => {
    const register = () => new DynamoViolationRegister(engine.client, engine.tables.registry);
    const reader = () => new DynamoViolationReader(engine.client, engine.tables.registry);
    const entry = (second: number, what: Violation['what']): Violation => ({
      at: `2026-11-21T01:00:0${second}.000Z`,
      kind: 'uncatalogued-measure',
      who: { actor: 'steward-court', person: 'judge-chen' },
      what,
    });

    test('gives what was appended, newest first, in any pages, and the same entry once', async () => {
      const entries = [entry(2, { measure: 'no-land' }), entry(1, { measure: 'no-land' }), entry(2, { measure: 'x' })];
      for (const each of entries) await register().append(each);
      await register().append({ ...entry(1, { measure: 'no-land' }) });
      const { items, reached } = await reader().page(undefined, 100);
      expect(reached).toBeUndefined();
      expect(items.map(({ at }) => at.slice(17, 19))).toEqual(['02', '02', '01']);
      expect(items).toEqual(expect.arrayContaining(entries));
      const paged: Violation[] = [];
      for (let before: string | undefined; ; ) {
        const page = await reader().page(before, 1);
        paged.push(...page.items);
        if (page.reached === undefined) break;
        before = page.reached;
      }
      expect(paged).toEqual(items);
    });

    test('refuses an entry that holds a resident’s number', async () => {
      await expect(register().append(entry(3, { note: '11010519491231002X' }))).rejects.toThrow();
    });
  });
}
