import * as z from 'zod/mini';
import type { Item } from './attributes.ts';

const Bytes = z.pipe(
  z.object({ B: z.string() }),
  z.transform(({ B }) => ({ B: Buffer.from(B, 'base64') })),
);
const Text = z.object({ S: z.string() });
/** An attribute as Lambda delivers it: JSON, with bytes in base64. */
const Delivered = z.union([Bytes, Text, z.object({ N: z.string() }), z.object({ L: z.array(z.union([Text, Bytes])) })]);

/** An item from an image of a table's stream, or from a line of its export. Throws a $ZodError for an attribute that no item of the log has. */
export const itemInImage = (image: Readonly<Record<string, unknown>>): Item =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, Delivered.parse(value)]));
