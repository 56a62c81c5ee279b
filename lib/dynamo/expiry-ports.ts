import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../kernel/clock.ts';
import type { ExpiryPorts } from '../listing/run-expiry.ts';
import { abolitionsOf } from './abolitions.ts';
import { DynamoDueStandings } from './due-standings.ts';
import { DynamoHeadStore } from './head-store.ts';
import { DynamoStandingStore } from './standing-store.ts';
import { DynamoStandingWalk } from './standing-walk.ts';

/** Well within a quarter of an hour; what is more waits for the next one. */
const LIMITS = { subjects: 5_000, pages: 2_000 };

/** What ending listings needs, on one table. */
export function expiryPorts(
  client: DynamoDBClient,
  table: string,
  clock: Clock,
  limits: ExpiryPorts['limits'] = LIMITS,
): ExpiryPorts {
  const walk = new DynamoStandingWalk(client, table);
  const head = new DynamoHeadStore(client, table);
  return {
    due: new DynamoDueStandings(client, table),
    walk,
    progress: { read: () => walk.progress(), write: (progress) => walk.keepProgress(progress) },
    standings: new DynamoStandingStore(client, table),
    abolitions: () => abolitionsOf(head),
    clock,
    limits,
  };
}
