import * as z from 'zod/mini';
import { Bilingual, kebab } from '../kernel/text.ts';
import { Scheme } from '../subject/scheme.ts';
import { FileFault } from './file-fault.ts';

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
  /** What was imposed, where a ban, its term or a grade depend on it. */
  'penalty',
  'region',
  'sectors',
  'leniency',
  'repairable',
  'repairRoute',
  'citation',
  'remedy',
]);
export type Field = z.infer<typeof Field>;

const Phrase = z.string().check(z.minLength(1));
const Phrases = z.array(Phrase).check(z.minLength(1));
const Years = z.int().check(z.positive());

const Column = z.strictObject({
  /** The names under which files have the same column; the first is its name in messages and in the stored document. */
  headers: Phrases,
  optional: z.optional(z.literal(true)),
  /** An end that is the first day without effect, such as the day of removal. */
  exclusive: z.optional(z.literal(true)),
  /** A cell that holds a year alone means this day (`MM-DD`), `plus` years later. */
  year: z.optional(z.strictObject({ plus: z.int(), day: z.string().check(z.regex(/^\d{2}-\d{2}$/)) })),
});

/** A 15-character taxpayer's number from before the unified code: division, then the organisation code. */
const IdentifierScheme = z.enum([...Scheme.options, 'taxpayer-15']);

const IdentifierColumn = z.strictObject({
  headers: Phrases,
  optional: z.optional(z.literal(true)),
  /** By the length after folding; `otherwise` is the scheme whose rules say what is wrong with every other length. */
  schemes: z.optional(z.record(z.string().check(z.regex(/^\d+$/)), IdentifierScheme)),
  otherwise: IdentifierScheme,
  /** A column of free text: the unified codes within it count. */
  within: z.optional(z.literal(true)),
});
export type IdentifierColumn = z.infer<typeof IdentifierColumn>;

const TermRule = z.discriminatedUnion('rule', [
  /** The column `until`; where it is empty or missing, so many years from the first day, else no fixed term. */
  z.strictObject({ rule: z.literal('columns'), otherwiseYears: z.optional(Years) }),
  z.strictObject({
    rule: z.literal('by-reason'),
    /** A reason that contains one of these has no fixed term. */
    unlimited: Phrases,
    otherwiseYears: Years,
  }),
  /**
   * A ban and its term are read out of the text of the penalty: a verb, an object and a length beside them, or two
   * dates. Without a ban the listing has no measure, and the column `until` or the years say how long it is kept.
   */
  z.strictObject({
    rule: z.literal('ban-in-text'),
    verbs: Phrases,
    objects: Phrases,
    /** The longest ban that the law knows: another is unclear. */
    longestYears: Years,
    otherwiseYears: Years,
  }),
]);
export type TermRule = z.infer<typeof TermRule>;

/**
 * 导入模板: how one kind of file is read, as data. A value is a cell of a column, what the sender states for the whole
 * file, a constant of the list, or composed of other values, in this order; all are read by the same rules.
 */
export const Profile = z.strictObject({
  name: kebab,
  title: Bilingual,
  /** Why it reads as it does: the law behind its constants and its term. */
  basis: Phrase,
  /** The source that the rows belong to, unless the import names another. */
  source: z.optional(kebab),
  /** Whether rows about natural persons are taken in. */
  persons: z.boolean(),
  /** A format of our own refuses a column that it does not know: a misspelt `region` would make a local list national. */
  unknownColumns: z.enum(['ignore', 'refuse']),
  /** The names of the columns of a file that has no header. */
  headerless: z.optional(Phrases),
  /** Cells that say that there is nothing. */
  empty: z.optional(Phrases),
  /** How dates without the year in front are written. */
  dates: z.optional(z.enum(['month-first', 'day-first'])),
  columns: z.partialRecord(Field, Column),
  constants: z.partialRecord(Field, Phrase),
  /** Fields that the sender of a file may state for all of its rows, where the file does not have them. */
  given: z.optional(z.array(Field)),
  /** `{field}` stands for another field's value; a value that lacks one of them is empty. */
  composed: z.optional(z.partialRecord(Field, Phrase)),
  /** Who the row is about: a scheme and a number in columns, or the first of some columns that holds a good identifier. */
  identifiers: z.union([z.literal('subjectId'), z.array(IdentifierColumn).check(z.minLength(1))]),
  term: TermRule,
  /** A penalty made up of these alone is a minor one; every other has the other grade. */
  grades: z.optional(
    z.strictObject({
      minor: Phrases,
      otherwise: z.literal('ordinary'),
      /** Months from the document's day after which the law lets a listing of the grade count no longer, whatever the file says. */
      longestMonths: z.strictObject({ minor: z.int().check(z.positive()), ordinary: z.int().check(z.positive()) }),
    }),
  ),
  /** Further columns that are kept with the document as they are, of organisations only. */
  kept: z.array(Phrases),
});
export type Profile = z.infer<typeof Profile>;

/**
 * A profile of one's own, from the text of its file.
 * @throws FileFault that says what is wrong, and where
 */
export function readProfile(text: string): Profile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new FileFault('bad-profile', { zh: '模板不是 JSON', en: 'the profile is not JSON' });
  }
  const parsed = Profile.safeParse(data);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path, message }) => `${path.join('.') || '/'} (${message})`).join(', ');
  throw new FileFault('bad-profile', { zh: `模板有误：${places}`, en: `the profile is wrong at ${places}` });
}
