import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type DeployedFunction, FUNCTION_PLANS } from '../../infra/aws/function-plans.ts';
import { LOCAL_REGION, type Stack } from '../../infra/local/stack.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';

const Key = z.object({ pk: z.object({ S: z.string() }) });
const Written = z.object({ TableName: z.string(), Item: Key.optional(), Key: Key.optional() });
const Names = z.object({ ExpressionAttributeNames: z.record(z.string(), z.string()).optional() });
const Request = z.object({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  Item: Key.optional(),
  Key: Key.optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
  TransactItems: z
    .array(
      z.union([
        z.strictObject({ ConditionCheck: Written }),
        z.strictObject({ Put: Written }),
        z.strictObject({ Update: Written }),
        z.strictObject({ Delete: Written }),
      ]),
    )
    .optional(),
});

/** One thing that a request wants, as IAM is asked for it. */
interface Wanted {
  readonly action: string;
  readonly table: string;
  readonly index?: string | undefined;
  /** Of what is written. */
  readonly partition?: string | undefined;
  /** The attributes that an update names. */
  readonly attributes?: readonly string[] | undefined;
}

function wantedBy(command: string, input: unknown): Wanted[] {
  const { TableName, IndexName, Item, Key: key, RequestItems, TransactItems } = Request.parse(input);
  if (TransactItems)
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, written]) => {
        const { TableName: table, Item: put, Key: changed } = Written.parse(written);
        return { action: `${kind}Item`, table, partition: (put ?? changed)?.pk.S };
      }),
    );
  if (RequestItems) return Object.keys(RequestItems).map((table) => ({ action: 'BatchGetItem', table }));
  const writes = /^(Put|Update|Delete)Item$/.test(command);
  return [
    {
      action: command,
      table: TableName ?? '',
      index: IndexName,
      partition: writes ? (Item ?? key)?.pk.S : undefined,
      attributes:
        command === 'UpdateItem' ? Object.values(Names.parse(input).ExpressionAttributeNames ?? {}) : undefined,
    },
  ];
}

/**
 * A client with the rights that a function has on AWS, and no other: the embedded engine asks nobody. What the function
 * may not do rejects, as it would there.
 */
export function leastClient(
  name: DeployedFunction,
  { endpoint, registryTable, checkLogTable, sealsTable }: Stack,
): DynamoDBClient {
  const client = dynamoClient({ endpoint, region: LOCAL_REGION });
  const { registry, checkLog, seals } = FUNCTION_PLANS[name];
  const plans = new Map([
    [registryTable, registry],
    [checkLogTable, checkLog],
    [sealsTable, seals],
  ]);
  const may = ({ action, table, index, partition, attributes }: Wanted): boolean => {
    const plan = plans.get(table);
    const confined = partition === undefined ? undefined : plan?.writesTo;
    return (
      (plan?.actions.some((allowed) => allowed === `dynamodb:${action}`) ?? false) &&
      (index === undefined || (plan?.indexes?.includes(index) ?? false)) &&
      (confined?.some((pattern) => matches(pattern, partition ?? '')) ?? true) &&
      (attributes?.every((attribute) => plan?.changes?.includes(attribute) ?? true) ?? true)
    );
  };
  client.middlewareStack.add(
    (next, context) => (args) => {
      for (const wanted of wantedBy(String(context.commandName).replace(/Command$/, ''), args.input))
        if (!may(wanted)) throw new Error(`AccessDenied: ${name} may not ${JSON.stringify(wanted)}`);
      return next(args);
    },
    { step: 'initialize', name: 'leastRights' },
  );
  return client;
}

const matches = (pattern: string, partition: string): boolean =>
  pattern.endsWith('*') ? partition.startsWith(pattern.slice(0, -1)) : partition === pattern;
