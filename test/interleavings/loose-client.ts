import {
  type DynamoDBClient,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { localClient } from '../../infra/local/stack.ts';
import { withoutConditions } from './mutate.ts';

/** A client whose transactions carry no conditions: what comes later overwrites. */
export function looseClient(endpoint: string): DynamoDBClient {
  const client = localClient(endpoint);
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === TransactWriteItemsCommand.name && isWrite(args.input))
        return next({ ...args, input: withoutConditions(args.input) });
      return next(args);
    },
    { step: 'initialize', name: 'withoutConditions' },
  );
  return client;
}

const isWrite = (input: object): input is TransactWriteItemsCommandInput => 'TransactItems' in input;
