import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, engineKinds, isInstalled, startEngine } from '../../infra/local/engine.ts';
import { localClient } from '../../infra/local/stack.ts';
import { createTables } from '../../infra/local/tables.ts';
import { contradictions } from './checker.ts';
import { looseClient } from './loose-client.ts';
import { MUTANTS } from './mutants.ts';
import { interleavings } from './run.ts';
import { prepare, productParts, System } from './system.ts';

/** Histories on each engine; `GRANTGATE_INTERLEAVINGS=10000` runs as many. Each has up to 13 transitions, and 10 checks. */
const COUNT = Number(process.env.GRANTGATE_INTERLEAVINGS ?? 60);
/** Histories in which a mutant has to be caught, in batches. */
const BATCH = 8;
const BATCHES = 40;
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
    `no check of ${COUNT} histories contradicts the serial order of the transitions, and none is stale`,
    async () => {
      const seen = { transitions: 0, checks: 0, overlapping: 0, contradictions: [] as string[] };
      await interleavings(new System(productParts(client, TABLES)), 0, COUNT, (history, number) => {
        seen.transitions += history.transitions.length;
        seen.checks += history.checks.length;
        seen.overlapping += history.checks.filter(
          ({ version, checkedAt }) => (history.tellAsOf(checkedAt)?.version ?? 0) !== version,
        ).length;
        seen.contradictions.push(...contradictions(history).map((each) => `history ${number}: ${each}`));
      });
      console.info(`${kind}: ${seen.transitions} transitions, ${seen.checks} checks, ${seen.overlapping} overlap one`);
      expect(seen.contradictions).toEqual([]);
      // Histories in which nothing happened would contradict nothing.
      expect(seen.transitions).toBeGreaterThan(COUNT);
      expect(seen.checks).toBe(COUNT * 10);
    },
    PATIENCE_MS,
  );

  if (kind !== engineKinds[0]) return;
  it.each(MUTANTS)(
    'the checker catches the mutant: $name',
    async ({ name, mutate }) => {
      const loose = looseClient(engine.endpoint);
      const system = new System(mutate(productParts(client, TABLES), loose, TABLES));
      const from = 1_000_000 * (1 + MUTANTS.findIndex((each) => each.name === name));
      const found: string[] = [];
      for (let batch = 0; batch < BATCHES && found.length === 0; batch += 1)
        await interleavings(system, from + batch * BATCH, BATCH, (history) => found.push(...contradictions(history)));
      loose.destroy();
      expect(found).not.toEqual([]);
    },
    PATIENCE_MS,
  );
});
