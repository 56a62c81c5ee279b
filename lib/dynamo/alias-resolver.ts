import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Resolve, referenceId } from '../intake/resolve.ts';
import { batchGet } from './batch-get.ts';
import { AliasItem } from './items.ts';
import { aliasKey, keyText } from './keys.ts';

const READ_TIMEOUT_MS = 10_000;

/** Looks up, for an import, whose a registration number or an attested code is. One that is tied to two is nobody's. */
export function aliasResolver(client: DynamoDBClient, table: string): Resolve {
  return async (references) => {
    const items = await batchGet(client, table, references.map(aliasKey), AbortSignal.timeout(READ_TIMEOUT_MS));
    return new Map(
      references.flatMap((reference) => {
        const item = items.get(keyText(aliasKey(reference)));
        const [subject, ...others] = item ? AliasItem.parse(item).subjects : [];
        return subject === undefined || others.length > 0 ? [] : [[referenceId(reference), subject] as const];
      }),
    );
  };
}
