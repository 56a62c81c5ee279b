import { type Abolitions, abolitionsIn, NONE_ABOLISHED } from '../listing/term.ts';
import type { DynamoHeadStore } from './head-store.ts';

/** The last days of the domains that are abolished some day, from the catalogue in force. */
export async function abolitionsOf(head: DynamoHeadStore): Promise<Abolitions> {
  return (await head.read()) ? abolitionsIn(await head.current()) : NONE_ABOLISHED;
}
