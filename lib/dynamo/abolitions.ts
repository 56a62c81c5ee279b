import type { Abolitions } from '../listing/term.ts';
import type { DynamoHeadStore } from './head-store.ts';

/** The last days of the domains that are abolished some day, from the catalogue in force. */
export async function abolitionsOf(head: DynamoHeadStore): Promise<Abolitions> {
  const domains = (await head.read()) ? (await head.current()).domains : [];
  return new Map(
    domains.flatMap(({ code, abolishedAfter }) =>
      abolishedAfter === undefined ? [] : [[code, abolishedAfter] as const],
    ),
  );
}
