import * as z from 'zod/mini';
import { type Instant, instant } from '../kernel/clock.ts';
import type { Standing } from '../listing/standing.ts';
import { SubjectKey } from '../subject/key.ts';
import { S } from './attributes.ts';
import { StandingItem } from './items.ts';
import { subjectOfStanding } from './keys.ts';

const SECOND_MS = 1_000;

/** On its way to a function an image is JSON: bytes are base64. */
const StreamedBody = z.union([
  z.object({ S: z.string() }),
  z.pipe(
    z.object({ B: z.base64() }),
    z.transform((value) => ({ B: new Uint8Array(Buffer.from(value.B, 'base64')) })),
  ),
]);
const Streamed = z.pipe(
  z.looseObject({ body: StreamedBody }),
  z.transform((image): unknown => image),
);
const Image = z.pipe(Streamed, StandingItem);

const Keys = z.object({ dynamodb: z.object({ Keys: z.object({ pk: S, sk: S }) }) });
const Written = z.object({
  dynamodb: z.object({
    ApproximateCreationDateTime: z.number(),
    OldImage: z.optional(Image),
    NewImage: Image,
  }),
});

/** One write of a standing, as the Registry's stream tells of it. */
export interface StandingWritten {
  readonly subject: SubjectKey;
  /** To the second. */
  readonly at: Instant;
  readonly before: Standing | undefined;
  readonly after: Standing;
}

/** Reads a record of the Registry's stream; undefined where it is of another item. Throws on one that is not understood. */
export function standingWritten(record: unknown): StandingWritten | undefined {
  const subject = subjectOfStanding(Keys.parse(record).dynamodb.Keys);
  if (subject === undefined) return undefined;
  const { ApproximateCreationDateTime: seconds, OldImage, NewImage } = Written.parse(record).dynamodb;
  return {
    subject: SubjectKey.parse(subject),
    at: instant(Math.floor(seconds) * SECOND_MS),
    before: OldImage?.body,
    after: NewImage.body,
  };
}
