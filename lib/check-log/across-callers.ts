import * as z from 'zod/mini';

/** Where a page across callers ended: whose, and how far along them. */
const Position = z.tuple([z.string(), z.nullable(z.string())]);

type Reader<T, Along extends string> = (
  caller: Along,
  before: string | undefined,
  limit: number,
) => Promise<{ items: readonly T[]; reached: string | undefined }>;

/** A page along several callers, or states, one after the other in the order of their ids. */
export async function acrossCallers<T, Along extends string = string>(
  callers: readonly Along[],
  from: string | undefined,
  limit: number,
  read: Reader<T, Along>,
): Promise<{ items: T[]; reached: string | undefined }> {
  const [first, position]: z.infer<typeof Position> =
    from === undefined ? ['', null] : Position.parse(JSON.parse(from));
  const items: T[] = [];
  for (const caller of callers.filter((each) => each >= first).sort()) {
    if (items.length === limit) return { items, reached: JSON.stringify([caller, null]) };
    const before = caller === first ? (position ?? undefined) : undefined;
    const page = await read(caller, before, limit - items.length);
    items.push(...page.items);
    if (page.reached !== undefined) return { items, reached: JSON.stringify([caller, page.reached]) };
  }
  return { items, reached: undefined };
}
