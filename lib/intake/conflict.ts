import * as z from 'zod/mini';
import { kebab } from '../kernel/text.ts';
import { SubjectKey } from '../subject/key.ts';
import { Paging } from './paging.ts';

const ConflictKind = z.enum([
  'one-code-two-names',
  'one-name-two-codes',
  'one-body-two-prefixes',
  'sources-disagree',
  'term-differs',
  'still-delivered',
  'name-only',
  'registration-no-untied',
  'one-number-two-subjects',
]);
export type ConflictKind = z.infer<typeof ConflictKind>;

/** Two things that cannot both be right. It is listed for a steward, and nobody guesses. Holds nothing of a person. */
export const Conflict = z.strictObject({
  kind: ConflictKind,
  /** Absent where nobody is known: a row of which nothing but the name can be read. */
  subject: z.optional(SubjectKey),
  /** Whose file has shown it. */
  source: kebab,
  /** What stands against what: names, codes, subjects, or listings with their terms. */
  values: z.array(z.string()).check(z.minLength(1)),
  /** Where it stands in the file, if it is one between its rows. */
  lines: z.optional(z.array(z.int())),
  /** How long after its exit the source still delivers a listing, at its last import. */
  hoursAfterExit: z.optional(z.int()),
});
export type Conflict = z.infer<typeof Conflict>;

/** The parameters of `GET /v1/conflicts`. */
export const ConflictQuery = z.strictObject({
  kind: z.optional(ConflictKind),
  ...Paging,
});
