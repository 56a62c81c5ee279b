import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { B, S, toB, toS } from './attributes.ts';

/** What an import calls a listing: 128 bits in hex. */
const IMPORTED = /^imp-([0-9a-f]{32})$/;

/**
 * Ids of listings in a line of the log. An import's goes as its bytes, so that a debtor with 28 listings fits one write
 * unit in each index: 6 units a check instead of 10.
 */
export const toListingIds = (ids: readonly string[]): AttributeValue.LMember => ({
  L: ids.map((id) => {
    const hex = IMPORTED.exec(id)?.[1];
    return hex === undefined ? toS(id) : toB(Buffer.from(hex, 'hex'));
  }),
});

const Imported = z.pipe(
  B,
  z.transform((bytes) => `imp-${Buffer.from(bytes).toString('hex')}`),
);

export const ListingIds = z.pipe(
  z.object({ L: z.array(z.union([S, Imported])) }),
  z.transform(({ L }) => L),
);
