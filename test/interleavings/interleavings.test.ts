import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, engineKinds, isInstalled, startEngine } from '../../infra/local/engine.ts';
import { localClient } from '../../infra/local/stack.ts';
import { createTables } from '../../infra/local/tables.ts';
import { contradictions, differsAsOf, overlaps } from './checker.ts';
import { looseClient } from './loose-client.ts';
import { MUTANTS } from './mutants.ts';
import { interleavings } from './run.ts';
import { prepare, productParts, System } from './system.ts';

/**
 * Histories on each engine, and the number of the first: the same number is the same history but for what the engine's
 * and the machine's speed makes of it. docs/adr/0031 says how many thousands are run in pieces.
 */
const COUNT = Number(process.env.GRANTGATE_INTERLEAVINGS ?? 45);
const FIRST = Number(process.env.GRANTGATE_INTERLEAVINGS_FROM ?? 0);
/** Histories in which a mutant has to be caught. */
const MUTANT_HISTORIES = 320;
/** Numbers that no other test of this file uses. */
const MUTANT_FIRST = 10_000_000;
const MUTANT_SPACE = 10_000;
const PATIENCE_MS = 3_600_000;
const TABLES = { registry: 'Registry-histories', checkLog: 'CheckLog-histories', seals: 'Seals-histories' };

const installed = new Map(await Promise.all(engineKinds.map(async (kind) => [kind, await isInstalled(kind)] as const)));

describe.each(engineKinds)('lists and checks at once, on %s', (kind) => {
  if (!installed.get(kind)) {
    it.skip(`(${kind} is not installed)`, () => undefined);
    return;
  }
  let engine: Engine;
  let client: ReturnType<typeof localClient>;
  beforeAll(async () => {
    engine = await startEngine({ dataFolder: ':memory:', kind });
    client = localClient(engine.endpoint);
    await createTables(client, TABLES);
    await prepare(client, TABLES);
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });

  it(
    `no check of ${COUNT} histories from ${FIRST} on contradicts the serial order of the transitions, and none is stale`,
    async () => {
      const seen = { transitions: 0, checks: 0, overlapping: 0, differing: 0 };
      const deeds = new Map<string, number>();
      const found: string[] = [];
      await interleavings(new System(productParts(client, TABLES)), FIRST, COUNT, (history, number) => {
        const { checks, transitions } = history;
        seen.transitions += transitions.length;
        seen.checks += checks.length;
        seen.overlapping += checks.filter((check) => overlaps(check, transitions)).length;
        seen.differing += checks.filter((check) => differsAsOf(check, history)).length;
        for (const { deed } of transitions) deeds.set(deed.do, (deeds.get(deed.do) ?? 0) + 1);
        found.push(...contradictions(history).map((each) => `history ${number}: ${each}`));
        return false;
      });
      console.info(`${kind}, ${COUNT} histories from ${FIRST} on:`, seen, Object.fromEntries(deeds));
      expect(found).toEqual([]);
      // Histories in which nothing happened would contradict nothing.
      expect(seen.transitions).toBeGreaterThan(COUNT * 4);
      expect(seen.checks).toBeGreaterThan(COUNT * 9);
      expect(seen.overlapping).toBeGreaterThan(COUNT);
      expect(seen.differing).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  if (kind !== engineKinds[0]) return;
  it.each(MUTANTS.map((mutant, index) => ({ ...mutant, index })))(
    'the checker catches the mutant: $name',
    async ({ mutate, index }) => {
      const loose = looseClient(engine.endpoint);
      const system = new System(mutate(productParts(client, TABLES), loose, TABLES));
      const found: string[] = [];
      await interleavings(system, MUTANT_FIRST + index * MUTANT_SPACE, MUTANT_HISTORIES, (history) => {
        found.push(...contradictions(history));
        return found.length > 0;
      });
      loose.destroy();
      expect(found).not.toEqual([]);
    },
    PATIENCE_MS,
  );
});
