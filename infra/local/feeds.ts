import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { DynamoSealReader } from '../../lib/dynamo/seal-reader.ts';
import { type BackgroundFunction, loadBackground, type Variables } from './bundles.ts';
import { type ReceivedEvent, startEventBus } from './event-bus.ts';
import { type SealingPace, sealFolder, startSealing } from './sealing.ts';
import { startStreamPoller } from './stream-poller.ts';
import { streamPosition } from './stream-position.ts';
import type { TableNames } from './tables.ts';

/** What is asked for of the feeds. */
export interface FeedsWanted {
  /** Takes the events that go out. */
  readonly receive: (event: ReceivedEvent) => void | Promise<void>;
  /** Whether the CheckLog is watched, and callers are metered. */
  readonly meter: boolean;
  /** Raises alerts. */
  readonly alerts?: true;
  /** Seals the log, at this pace. */
  readonly seal?: SealingPace;
}

export interface FeedsOptions extends FeedsWanted {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  readonly dataFolder: string;
  readonly distFolder: string;
  readonly variables: Variables;
}

const BUS_NAME = 'grantgate';

/**
 * What happens behind the API: a stand-in for EventBridge, and the tables' streams given to the built bundles that
 * consume them. The returned function stops it all.
 */
export async function startFeeds(options: FeedsOptions): Promise<() => Promise<void>> {
  const { endpoint, client, tables, dataFolder, distFolder, receive, meter, alerts, seal } = options;
  const streams = new DynamoDBStreamsClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const bus = await startEventBus({ port: 0, receive });
  const variables = { ...options.variables, EVENT_BUS: BUS_NAME, EVENTS_ENDPOINT: bus.url };
  const consume = (name: BackgroundFunction, table: string) =>
    startStreamPoller({
      client,
      streams,
      table,
      consumer: loadBackground(distFolder, name, variables),
      position: streamPosition(dataFolder, name),
    });
  const pollers = [
    await consume('outgoing', tables.registry),
    ...(alerts ? [await consume('alerter', tables.registry)] : []),
    ...(meter ? [await consume('meter', tables.checkLog)] : []),
    ...(seal ? [await consume('witness', tables.checkLog)] : []),
  ];
  const sealing = seal
    ? startSealing({
        everyMs: seal.everyMs,
        sealer: loadBackground(distFolder, 'sealer', {
          ...variables,
          SEAL_AFTER_SECONDS: String(seal.afterSeconds),
        }),
        store: new DynamoSealReader(client, tables.seals),
        folder: sealFolder(dataFolder),
      })
    : undefined;
  return async () => {
    await sealing?.stop();
    await Promise.all(pollers.map((poller) => poller.stop()));
    await bus.stop();
    streams.destroy();
  };
}
