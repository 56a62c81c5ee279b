import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { alertsOfMatter } from '../alert/alert.ts';
import type { Clock } from '../kernel/clock.ts';
import { KeptLog } from '../retention/kept-log.ts';
import { Matter } from '../retention/matter.ts';
import type { EndedMatters, MatterName } from '../retention/ports.ts';
import { AlertItem } from './alert-items.ts';
import { jsonText, stored, toS } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import { DynamoCheckLogReader } from './check-log-reader.ts';
import { alertsPartition, matterKey } from './keys.ts';

const TIMEOUT_MS = 5_000;
const MatterItem = stored({ body: jsonText(Matter) });

/** Matters and their alerts in the Registry. */
class DynamoEndedMatters implements EndedMatters {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async among(names: readonly MatterName[], ended: (matter: Matter) => boolean): Promise<readonly Matter[]> {
    const over = (await this.#matters(names)).filter(ended);
    // Few at any time: the sweeper comes every hour.
    const alerted = await Promise.all(over.map((matter) => this.#unanswered(matter)));
    return over.filter((_, index) => !alerted[index]);
  }

  async held(names: readonly MatterName[]): Promise<readonly MatterName[]> {
    return (await this.#matters(names)).filter(({ holds }) => holds.length > 0);
  }

  async #matters(names: readonly MatterName[]): Promise<Matter[]> {
    const keys = names.map(({ caller, matter }) => matterKey(caller, matter));
    const items = await batchGet(this.#client, this.#table, keys, AbortSignal.timeout(TIMEOUT_MS));
    return [...items.values()].map((item) => MatterItem.parse(item).body);
  }

  async #unanswered({ caller, matter }: MatterName): Promise<boolean> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': toS(alertsPartition(alertsOfMatter(caller, matter))) },
        ConsistentRead: true,
      }),
    );
    return Items.some((item) => AlertItem.parse(item).body.acknowledgement === undefined);
  }
}

/** The log without what is past its time. */
export const keptLog = (
  client: DynamoDBClient,
  { registry, checkLog }: { readonly registry: string; readonly checkLog: string },
  clock: Clock,
): KeptLog => new KeptLog(new DynamoCheckLogReader(client, checkLog), new DynamoEndedMatters(client, registry), clock);
