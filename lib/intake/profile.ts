import * as z from 'zod/mini';
import { Bilingual, kebab } from '../kernel/text.ts';
import { Scheme } from '../subject/scheme.ts';

/** What the intake makes of a row, whatever the file calls it. */
export const Field = z.enum([
  'subjectScheme',
  'subjectId',
  'subjectCountry',
  'subjectName',
  'list',
  'domain',
  'grade',
  'documentNumber',
  'documentType',
  'issuedOn',
  'authority',
  'measures',
  'from',
  'until',
  /** Why the subject was listed, where the term depends on it. */
  'reason',
  'region',
  'sectors',
  'leniency',
  'repairable',
  'repairRoute',
  'citation',
  'remedy',
]);
export type Field = z.infer<typeof Field>;

/** The names under which files have the same column; the first is its name in messages and in the stored document. */
const Headers = z.array(z.string().check(z.minLength(1))).check(z.minLength(1));

/**
 * 导入模板: how one kind of file is read, as data. A value is a cell of a column, or a constant of the list; both are
 * read by the same rules.
 */
export const Profile = z.strictObject({
  name: kebab,
  title: Bilingual,
  /** Why it reads as it does: the law behind its constants and its term. */
  basis: z.string().check(z.minLength(1)),
  /** The source that the rows belong to, unless the import names another. */
  source: z.optional(kebab),
  /** Whether rows about natural persons are taken in. */
  persons: z.boolean(),
  /** A format of our own refuses a column that it does not know: a misspelt `region` would make a local list national. */
  unknownColumns: z.enum(['ignore', 'refuse']),
  columns: z.partialRecord(Field, z.strictObject({ headers: Headers, optional: z.optional(z.literal(true)) })),
  constants: z.partialRecord(Field, z.string().check(z.minLength(1))),
  /** Which scheme an identifier is of: said by a column, or told by its length after folding. */
  scheme: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('column') }),
    z.strictObject({
      by: z.literal('length'),
      schemes: z.record(z.string().check(z.regex(/^\d+$/)), Scheme),
      /** For every other length: the scheme whose rules say what is wrong. */
      otherwise: Scheme,
    }),
  ]),
  term: z.discriminatedUnion('rule', [
    z.strictObject({ rule: z.literal('columns') }),
    z.strictObject({
      rule: z.literal('by-reason'),
      /** A reason that contains one of these has no fixed term. */
      unlimited: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
      otherwiseYears: z.int().check(z.positive()),
    }),
  ]),
  /** Further columns that are kept with the document as they are, of organisations only. */
  kept: z.array(Headers),
});
export type Profile = z.infer<typeof Profile>;
