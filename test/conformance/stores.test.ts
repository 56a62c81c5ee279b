import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Engine, engineKinds, isInstalled, startEngine } from '../../infra/local/engine.ts';
import { localClient } from '../../infra/local/stack.ts';
import { createTables } from '../../infra/local/tables.ts';
import { checkLogBehaves } from './check-log.ts';
import { movesBehave } from './moves.ts';
import { registryBehaves } from './registry.ts';
import { TestEngine } from './samples.ts';
import { standingsBehave } from './standings.ts';
import { violationsBehave } from './violations.ts';

const installed = new Map(await Promise.all(engineKinds.map(async (kind) => [kind, await isInstalled(kind)] as const)));
for (const [kind, there] of installed)
  if (!there) console.warn(`${kind} is not installed: its conformance tests are skipped.`);

describe.each(engineKinds)('on %s', (kind) => {
  if (!installed.get(kind)) {
    test.skip('the stores behave (the engine is not installed)', () => undefined);
    return;
  }

  const testEngine = new TestEngine();
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await startEngine({ dataFolder: ':memory:', kind });
    // No deadline of a check's: DynamoDB Local on a busy machine takes its time.
    await testEngine.use(localClient(engine.endpoint), createTables);
  });
  afterAll(async () => {
    testEngine.close();
    await engine?.stop();
  });

  standingsBehave(testEngine);
  movesBehave(testEngine);
  registryBehaves(testEngine);
  checkLogBehaves(testEngine);
  violationsBehave(testEngine);
});
