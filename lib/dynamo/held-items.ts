import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import type { HeldMatter } from '../retention/ports.ts';
import { type Item, jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { heldKey } from './keys.ts';

const Carried = z.strictObject({
  caller: z.string(),
  matter: z.string(),
  after: z.optional(z.string()),
  doneOn: z.optional(CalendarDate),
});
const HeldItem = stored({ since: S, body: jsonText(Carried) });

/** How far a hold, or its release, has been carried to the records of its matter. */
export const heldItem = ({ since, ...carried }: HeldMatter): Item => ({
  ...keyItem(heldKey(carried.caller, carried.matter)),
  v: toN(VERSION),
  since: toS(since),
  body: toText(JSON.stringify(carried)),
});

export function heldIn(item: Item): HeldMatter {
  const { since, body } = HeldItem.parse(item);
  return { ...body, since };
}
