import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FUNCTION_PLANS } from '../../infra/aws/function-plans.ts';
import { bundleFunction, functionNames } from '../../infra/build.ts';
import { Variables } from '../../lib/edge/env.ts';

const ROOT = join(import.meta.dirname, '../..');
const plans = new Map(Object.entries(FUNCTION_PLANS));
const bundles = await Promise.all(functionNames().map((name) => bundleFunction(name)));

/** In every client, for an endpoint discovery that is off. */
const OF_THE_CLIENT = 'DescribeEndpoints';

/** The region is Lambda's own, an endpoint is a stand-in's. */
const NOT_DEPLOYED: ReadonlySet<string> = new Set([
  'AWS_REGION',
  'DYNAMODB_ENDPOINT',
  'SEAL_AFTER_SECONDS',
  'EVENTS_ENDPOINT',
  'INTAKE_ENDPOINT',
]);

/** Commands that a function's classes have, though it never calls them: no reason for a right. */
const UNCALLED: Readonly<Record<string, readonly string[]>> = {
  alerter: ['BatchGetItem', 'TransactWriteItems', 'UpdateItem'],
  alerts: ['TransactWriteItems'],
  determination: ['TransactWriteItems'],
  imports: ['CreateSession', 'TransactWriteItems'],
  intake: ['CreateSession'],
  registers: ['TransactWriteItems'],
  publications: ['TransactWriteItems'],
  retention: ['BatchGetItem'],
  review: ['UpdateItem'],
  statistics: ['BatchGetItem', 'UpdateItem'],
  tallier: ['BatchGetItem', 'UpdateItem'],
  grants: ['UpdateItem'],
  // Of the client, for a kind of bucket that this one is not.
  sealer: ['CreateSession'],
  witness: ['CreateSession', 'TransactWriteItems'],
};

/** What stands in a transaction beside puts. */
const IN_TRANSACTIONS: Readonly<Record<string, readonly string[]>> = {
  alerts: ['UpdateItem'],
  aliases: ['ConditionCheckItem'],
  callers: ['UpdateItem'],
  catalogue: ['UpdateItem'],
  intake: ['ConditionCheckItem', 'UpdateItem'],
  listings: ['ConditionCheckItem', 'UpdateItem'],
  retention: ['UpdateItem'],
};

const sorted = (names: readonly string[]) => [...new Set(names)].sort();

// Nothing on this side of AWS refuses a call: a right that is missing would show there first.
describe.each(bundles)('$name', ({ name, inputs }) => {
  const plan = plans.get(name);

  it('is deployed with the rights that its code calls for, and no other', () => {
    const called = inputs
      .flatMap(
        (file) => /client-(?:dynamodb|eventbridge|s3|sfn)\/dist-es\/commands\/(\w+)Command\.js$/.exec(file)?.[1] ?? [],
      )
      .filter((command) => command !== OF_THE_CLIENT && !UNCALLED[name]?.includes(command))
      // Our transactions are of puts, and authorised as such.
      .map((command) => (command === 'TransactWriteItems' ? 'PutItem' : command))
      // Asking for an object's size is reading it.
      .map((command) => (command === 'HeadObject' ? 'GetObject' : command));
    const { registry, checkLog, seals, sealsBucket, bus, whenArchiving } = plan ?? {};
    const granted = [registry, checkLog, seals, sealsBucket, bus, whenArchiving?.registry].flatMap(
      (access): readonly string[] => access?.actions ?? [],
    );
    // A lock is put with its object.
    const archive = Object.keys(whenArchiving?.archive ?? {}).filter((action) => action !== 's3:PutObjectRetention');
    granted.push(
      ...archive,
      ...Object.keys(plan?.intake ?? {}),
      ...(plan?.startsIntake ? ['states:StartExecution'] : []),
    );
    expect(sorted(granted.map((action) => action.replace(/^(dynamodb|events|s3|states):/, '')))).toEqual(
      sorted([...called, ...(IN_TRANSACTIONS[name] ?? [])]),
    );
  });

  it('is deployed with the variables that it reads, and no other', async () => {
    const source = await readFile(join(ROOT, `functions/${name}/index.ts`), 'utf8');
    const read = Object.keys(Variables.shape).filter((variable) => new RegExp(`\\b${variable}\\b`).test(source));
    const given = [...(plan?.variables ?? []), ...(plan?.whenArchiving?.variables ?? [])];
    expect(sorted(given)).toEqual(sorted(read.filter((variable) => !NOT_DEPLOYED.has(variable))));
  });

  it('has its credentials from the environment, and no other way to them', () => {
    expect(inputs.filter((file) => /credential-provider-(?!env)|nested-clients/.test(file))).toEqual([]);
  });
});
