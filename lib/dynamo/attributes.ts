import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Key } from './keys.ts';

export type Item = Record<string, AttributeValue>;

// How stored attributes are written, and parsed on read.
export const toS = (value: string): AttributeValue.SMember => ({ S: value });
export const toN = (value: number): AttributeValue.NMember => ({ N: String(value) });
export const toB = (value: Uint8Array): AttributeValue.BMember => ({ B: value });

export const S = z.pipe(
  z.object({ S: z.string() }),
  z.transform((value) => value.S),
);
export const N = z.pipe(
  z.object({ N: z.string() }),
  z.transform((value) => Number(value.N)),
);
export const B = z.pipe(
  z.object({ B: z.instanceof(Uint8Array) }),
  z.transform((value) => value.B),
);
export const SS = z.pipe(
  z.object({ SS: z.array(z.string()) }),
  z.transform((value) => value.SS),
);

/** A primary key as attributes. */
export const keyItem = ({ pk, sk }: Key) => ({ pk: toS(pk), sk: toS(sk) });

/** Schema version of every item written today. */
export const VERSION = 1;

/** The schema of a stored item: of today's version, or it is not understood and not guessed at. */
export const stored = <T extends z.core.$ZodShape>(shape: T) =>
  z.object({ v: z.pipe(N, z.literal(VERSION)), ...shape });

/** Larger than one read unit, a text is deflated: a standing of 28 listings then costs what one of three does. */
const DEFLATE_ABOVE_BYTES = 4_000;

/** A text of any length as one attribute: as it is, or deflated. */
export function toText(text: string): AttributeValue.SMember | AttributeValue.BMember {
  return Buffer.byteLength(text) > DEFLATE_ABOVE_BYTES ? toB(deflateRawSync(text)) : toS(text);
}

const Text = z.union([
  S,
  z.pipe(
    B,
    z.transform((bytes, { issues }) => orIssue(bytes, issues, () => inflateRawSync(bytes).toString('utf8'))),
  ),
]);
const Json = z.pipe(
  Text,
  z.transform((text, { issues }): unknown => orIssue(text, issues, () => JSON.parse(text))),
);

/** What cannot be read is a fault of the item like any other, and no exception of its own. */
function orIssue<T>(input: unknown, issues: z.core.ParsePayload['issues'], read: () => T): T {
  try {
    return read();
  } catch {
    issues.push({ code: 'custom', input, message: 'not readable' });
    return z.NEVER;
  }
}

/** The JSON of an attribute that {@link toText} wrote, parsed by its schema. */
export const jsonText = <T extends z.ZodMiniType>(schema: T) => z.pipe(Json, schema);
