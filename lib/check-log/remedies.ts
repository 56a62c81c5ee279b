import * as z from 'zod/mini';
import type { CheckLogReader, LogRow } from './ports.ts';

/** A listing that was found to be wrong, and the subjects under whom its checks are found: its own and linked persons'. */
export interface Wrong {
  readonly listingId: string;
  readonly foundAt: string;
  readonly outcome: string;
  readonly owner: string;
  readonly under: readonly { readonly subject: string; readonly listingId: string }[];
}

/** 纠正名单: one check that a wrong listing decided; its caller is owed a remedy (S17(25): 恢复信誉、消除影响). */
export const Remedy = z.object({
  listingId: z.string(),
  /** `upheld` or `revoked`, the listing was wrong as a whole; `corrected`, in part; `mistaken-subject`, it is another's. */
  found: z.string(),
  foundAt: z.iso.datetime(),
  owner: z.string(),
  check: z.object({
    id: z.string(),
    checkedAt: z.iso.datetime(),
    outcome: z.string(),
    scene: z.string(),
    matter: z.string(),
    caller: z.string(),
    /** The relation through which the listing decided, where it was not the subject's own. */
    via: z.optional(z.string()),
  }),
});
export type Remedy = z.infer<typeof Remedy>;

/** Where a page ended: which subject of which listing, and how far along it. */
const Position = z.tuple([z.int(), z.int(), z.nullable(z.string())]);

/** So many reads make one page at most: listings that decided little give a short one. */
const MAX_STRETCHES = 100;

/** The checks that wrong listings decided, listing by listing, each newest first. */
export async function remediesOf(
  wrong: readonly Wrong[],
  log: Pick<CheckLogReader, 'stretch'>,
  from: string | undefined,
  limit: number,
): Promise<{ items: Remedy[]; reached: string | undefined }> {
  const items: Remedy[] = [];
  let [index, part, before]: z.infer<typeof Position> =
    from === undefined ? [0, 0, null] : Position.parse(JSON.parse(from));
  let stretches = 0;
  for (; index < wrong.length; index += 1, part = 0) {
    const listing = wrong[index];
    for (; listing && part < listing.under.length; part += 1, before = null) {
      const under = listing.under[part];
      while (under) {
        const left = limit - items.length;
        if (left === 0 || stretches === MAX_STRETCHES) return { items, reached: JSON.stringify([index, part, before]) };
        stretches += 1;
        const stretch = await log.stretch(
          { by: 'subject', key: under.subject },
          { before: before ?? undefined },
          left,
          ({ listings }) => listings.includes(under.listingId),
        );
        const rows = stretch.rows.slice(0, left);
        items.push(...rows.map((row) => remedyOf(listing, row)));
        const last = rows.at(-1);
        if (rows.length < stretch.rows.length && last) before = last.position;
        else if (stretch.reached === undefined) break;
        else before = stretch.reached;
      }
    }
  }
  return { items, reached: undefined };
}

const remedyOf = (
  { listingId, outcome: found, foundAt, owner }: Wrong,
  { id, checkedAt, outcome, scene, matter, caller, via }: LogRow,
): Remedy => ({
  listingId,
  found,
  foundAt,
  owner,
  check: { id, checkedAt, outcome, scene, matter, caller, ...(via !== undefined && { via }) },
});
