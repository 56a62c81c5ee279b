import * as z from 'zod/mini';
import type { Alias } from '../../lib/listing/alias.ts';
import type { AliasShelf, AliasStore } from '../../lib/listing/ports.ts';

/** Which shelf, and how far along it. */
const Position = z.tuple([z.int(), z.nullable(z.string())]);

/** One page of the aliases on some shelves, one shelf after the other. */
export async function page(
  shelves: readonly AliasShelf[],
  store: Pick<AliasStore, 'aliases' | 'shelf'>,
  from: string | undefined,
  limit: number,
): Promise<{ items: Alias[]; reached: string | undefined }> {
  const items: Alias[] = [];
  let [index, place] = from === undefined ? [0, null] : Position.parse(JSON.parse(from));
  for (;;) {
    const shelf = shelves[index];
    if (shelf === undefined) return { items, reached: undefined };
    const { lines, reached } = await store.shelf(shelf, place ?? undefined);
    const found = await store.aliases(lines.map(({ id }) => id));
    for (const { id, position } of lines) {
      if (items.length === limit) return { items, reached: JSON.stringify([index, place]) };
      const alias = found.get(id);
      if (alias) items.push(alias);
      place = position;
    }
    if (reached !== undefined) continue;
    index += 1;
    place = null;
  }
}
