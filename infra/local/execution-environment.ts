import { setImmediate } from 'node:timers/promises';

/** Of one function. More invocations than that wait; in AWS there would be more environments. */
const MAX_ENVIRONMENTS = 8;

/**
 * Lambda gives an execution environment one invocation at a time, and starts another when all are busy. Code that
 * counts on it (a record names the one before it in the same environment) would break if invocations shared one.
 */
export function onePerInvocation<Given extends unknown[], Result>(
  start: () => (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  type Environment = ReturnType<typeof start>;
  const idle: Environment[] = [];
  const waiting: ((environment: Environment) => void)[] = [];
  let started = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function take(): Promise<Environment> {
    const environment = idle.pop();
    if (environment !== undefined) return environment;
    if (started >= MAX_ENVIRONMENTS) return await new Promise((resolve) => waiting.push(resolve));
    started += 1;
    // A start takes some 40 ms of this one thread: between two of them, other environments get the answers they wait for.
    turn = turn.then(() => setImmediate());
    await turn;
    try {
      return start();
    } catch (error) {
      started -= 1;
      throw error;
    }
  }

  function giveBack(environment: Environment): void {
    const next = waiting.shift();
    if (next === undefined) idle.push(environment);
    else next(environment);
  }

  return async (...given) => {
    const environment = await take();
    try {
      return await environment(...given);
    } finally {
      giveBack(environment);
    }
  };
}
