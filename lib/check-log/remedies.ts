import * as z from 'zod/mini';
import type { CheckLogReader, LogRow } from './ports.ts';

/** What was found to be wrong, a listing or an alias, and where the checks are that it decided. */
export interface Wrong {
  readonly listingId?: string;
  readonly aliasId?: string;
  readonly foundAt: string;
  readonly outcome: string;
  readonly owner: string;
  readonly under: readonly Under[];
}

/** Lines of a subject: its own, and those of checks that it decided for somebody else. */
export interface Under {
  readonly subject: string;
  /** Only those that rest on one of these listings. */
  readonly listings?: readonly string[];
  /** Only those in which the subject was asked about by this identifier. */
  readonly asked?: { readonly scheme: string; readonly id: string };
  /** Of checks from this moment on and before that one, ISO 8601 UTC. */
  readonly from?: string;
  readonly to?: string;
}

/** 纠正名单: one check that a wrong listing or a mistaken alias decided; its caller is owed a remedy (S17(25): 恢复信誉、消除影响). */
export const Remedy = z.object({
  /** The listing that was wrong, or that an alias which was mistaken brought; absent where that brought none. */
  listingId: z.optional(z.string()),
  /** The alias that was mistaken. */
  aliasId: z.optional(z.string()),
  /**
   * `upheld` or `revoked`, the listing was wrong as a whole; `corrected`, in part; `mistaken-subject`, it is another's;
   * `mistaken-alias`, it reached another's check.
   */
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
          { from: under.from, to: under.to, before: before ?? undefined },
          left,
          (row) => isOf(under, row),
        );
        const rows = stretch.rows.slice(0, left);
        items.push(...rows.map((row) => remedyOf(listing, under, row)));
        const last = rows.at(-1);
        if (rows.length < stretch.rows.length && last) before = last.position;
        else if (stretch.reached === undefined) break;
        else before = stretch.reached;
      }
    }
  }
  return { items, reached: undefined };
}

const isOf = ({ listings, asked }: Under, row: LogRow): boolean =>
  (!listings || listings.some((each) => row.listings.includes(each))) &&
  (!asked || (row.scheme === asked.scheme && row.subjectId === asked.id));

function remedyOf(
  { listingId: wrong, aliasId, outcome: found, foundAt, owner }: Wrong,
  { listings }: Under,
  { id, checkedAt, outcome, scene, matter, caller, via, listings: decided }: LogRow,
): Remedy {
  const listingId = wrong ?? decided.find((each) => listings?.includes(each) ?? true);
  return {
    ...(listingId !== undefined && { listingId }),
    ...(aliasId !== undefined && { aliasId }),
    found,
    foundAt,
    owner,
    check: { id, checkedAt, outcome, scene, matter, caller, ...(via !== undefined && { via }) },
  };
}
