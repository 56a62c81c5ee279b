import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AlertingPorts } from '../alert/ports.ts';
import type { SubjectKey } from '../subject/key.ts';
import { DynamoAlertRaiser } from './alert-raiser.ts';
import { DynamoCheckLogReader } from './check-log-reader.ts';
import { DynamoHeadStore } from './head-store.ts';
import { DynamoMatterStore } from './matter-store.ts';
import { DynamoSubjectGrants } from './subject-grants.ts';

/** What alerts are found with in both tables. */
export function alertingPorts(
  client: DynamoDBClient,
  { registry, checkLog }: { readonly registry: string; readonly checkLog: string },
) {
  const head = new DynamoHeadStore(client, registry);
  const matters = new DynamoMatterStore(client, registry);
  const alerts = new DynamoAlertRaiser(client, registry);
  return {
    log: new DynamoCheckLogReader(client, checkLog),
    grants: new DynamoSubjectGrants(client, checkLog),
    matter: async (caller: string, matter: string) => (await matters.read(caller, matter))?.value,
    alerts,
    corrected: (subject: SubjectKey, after: number, upTo: number) => alerts.corrected(subject, after, upTo),
    law: async () => {
      const current = await head.read();
      const catalogue = current && (await head.body(current.catalogueVersion));
      return catalogue && { catalogue, head: current };
    },
  } satisfies Partial<AlertingPorts> & Record<string, unknown>;
}
