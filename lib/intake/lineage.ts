import type { Listing, Standing } from '../listing/standing.ts';

/** The listings that one row of a source has made, oldest first: a new one each time after the source had withdrawn it. */
export const lineageOf = (listingId: string, standing: Standing | undefined): Listing[] =>
  standing?.listings.filter(({ id }) => isOfRow(listingId, id)) ?? [];

/** Whether a listing is one that this row has made; the watch listing that it brought is nobody's row. */
export const isOfRow = (listingId: string, id: string): boolean =>
  id === listingId || (id.startsWith(`${listingId}-`) && /^\d+$/.test(id.slice(listingId.length + 1)));

/** What the row's next listing is called. */
export const nextId = (listingId: string, lineage: readonly Listing[]): string =>
  lineage.length === 0 ? listingId : `${listingId}-${lineage.length + 1}`;
