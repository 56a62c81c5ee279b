import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { importIn } from '../intake/ground.ts';
import { parseInstant } from '../kernel/clock.ts';
import type { DelistingPorts } from '../listing/run-delisting.ts';
import { abolitionsOf } from './abolitions.ts';
import { subjectsWithExits } from './exit-reader.ts';
import { DynamoHeadStore } from './head-store.ts';
import { DynamoImportStore } from './import-store.ts';
import { DynamoStandingStore } from './standing-store.ts';

/** What counting the time to delist needs, on one table. */
export function delistingPorts(client: DynamoDBClient, table: string): DelistingPorts {
  const head = new DynamoHeadStore(client, table);
  const standings = new DynamoStandingStore(client, table);
  const imports = new DynamoImportStore(client, table);
  return {
    subjects: (from, to) => subjectsWithExits(client, table, { from, to }),
    history: (subject) => standings.history(subject),
    abolitions: () => abolitionsOf(head),
    completeAsOf: async (ground) => {
      const id = importIn(ground);
      const taken = id === undefined ? undefined : await imports.read(id);
      return taken && parseInstant(taken.asOf);
    },
  };
}
