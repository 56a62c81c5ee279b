import * as z from 'zod/mini';
import { Bilingual, kebab, keptText } from '../kernel/text.ts';
import { Signature } from '../listing/event.ts';
import { Encoding } from './encoding.ts';
import { Field } from './profile.ts';

const MAX_GIVEN = 200;
const MAX_RATE = 100_000;

/** What is refused unless it is allowed by name: each may be how a bad download clears a blacklist. */
export const Allowance = z.enum(['empty', 'shrink', 'older']);
export type Allowance = z.infer<typeof Allowance>;

const Options = z.strictObject({
  /** Ends with the plan, and writes nothing into the lists. */
  dryRun: z.optional(z.boolean()),
  allow: z.optional(z.array(Allowance)),
  /** Of a text file, where it is not to be detected. */
  encoding: z.optional(Encoding),
  /** What the sender states for the whole file, of the fields that the profile lets be stated. */
  given: z.optional(z.partialRecord(Field, keptText(MAX_GIVEN))),
  /** Rows that each worker writes in a second at most. */
  rowsPerSecond: z.optional(z.int().check(z.positive(), z.maximum(MAX_RATE))),
});

/** The body of `POST /v1/imports`. */
export const ImportOrder = z.strictObject({
  profile: kebab,
  /** Instead of the profile's own. */
  source: z.optional(kebab),
  mode: z.enum(['full', 'delta']),
  /** The moment for which the file is complete; the source is never fresher than that. Now, where it is left out. */
  asOf: z.optional(z.iso.datetime({ offset: true })),
  file: z.strictObject({ name: keptText(200), size: z.int().check(z.nonnegative()) }),
  options: z.optional(Options),
});
export type ImportOrder = z.infer<typeof ImportOrder>;

const Count = z.int().check(z.nonnegative());
/** How many rows have each fault. */
export const FaultCounts = z.record(z.string(), Count);

/** How often each kind of contradiction was found. */
export const ConflictCounts = z.record(z.string(), Count);

/** How often listings of one source and of others in force do not agree, by the other source. */
export const Against = z.record(kebab, z.strictObject({ disagreements: Count, termsDiffer: Count }));
export type Against = z.infer<typeof Against>;

/** Where every row that was read has gone: `read` is the sum of added, changed, unchanged, merged and quarantined. */
export const Counts = z.strictObject({
  read: Count,
  added: Count,
  changed: Count,
  unchanged: Count,
  merged: Count,
  quarantined: Count,
  /** Rows of the source that a full file no longer contained. */
  ended: Count,
  /** Rows that the file was compared with and does not contain, and that stay. */
  kept: Count,
  /** Rows whose listing was repaired, upheld against or revoked here: it stays ended, whatever its source delivers. */
  stillDelivered: Count,
  /** Red rows taken in and ended at once, as a black listing of their subject is in force. */
  blacklisted: Count,
});
export type Counts = z.infer<typeof Counts>;

/** What a file would change of its source, before it does. */
export const PlanSummary = z.strictObject({
  counts: Counts,
  /** Rows of the source that the file was compared with. */
  known: Count,
  /** Black listings in force that start, change or end: why another person must approve. */
  black: z.strictObject({ start: Count, change: Count, end: Count }),
  needsApproval: z.boolean(),
  /** The last import of the source that the plan knows of. */
  basedOn: z.nullable(z.string()),
});
export type PlanSummary = z.infer<typeof PlanSummary>;

export const ImportState = z.enum([
  'awaiting-upload',
  'planning',
  'awaiting-approval',
  'running',
  'done',
  'refused',
  'failed',
]);
export type ImportState = z.infer<typeof ImportState>;

const Terms = z.strictObject({ inForce: Count, over: Count, toCome: Count });

/** One file on its way into its source. */
export const Import = z.strictObject({
  id: z.string().check(z.minLength(1)),
  order: ImportOrder,
  source: kebab,
  asOf: z.iso.datetime(),
  state: ImportState,
  proposedBy: Signature,
  approvedBy: z.optional(Signature),
  createdAt: z.iso.datetime(),
  /** The run that is at it: a second upload or a repeated event finds it taken. */
  run: z.optional(z.string()),
  /** How many bytes of the file have been read, while it is. */
  readBytes: z.optional(Count),
  /** What reading has found. */
  reading: z.optional(
    z.strictObject({
      rows: Count,
      bad: Count,
      badObjects: Count,
      parts: Count,
      /** How many objects each piece has. */
      pieces: z.record(z.string(), Count),
      faults: FaultCounts,
      conflicts: ConflictCounts,
      /** Rows of which nobody can say whom they are about: quarantined ones, and those that have a name alone. */
      unknownSubjects: Count,
    }),
  ),
  plan: z.optional(PlanSummary),
  /** What it did, once it is done. */
  result: z.optional(Counts),
  /** Of the rows that it has taken in or found unchanged, once it is done: before that nobody knows them all. */
  terms: z.optional(Terms),
  faults: z.optional(FaultCounts),
  /** What contradicts itself, by its kind: each time that it was found, whether or not it is listed for a steward. */
  conflicts: z.optional(ConflictCounts),
  /** Why it was refused or has failed. */
  refusal: z.optional(z.strictObject({ code: kebab, detail: Bilingual })),
  quarantineFile: z.optional(z.boolean()),
  planFile: z.optional(z.boolean()),
  /** Who did not approve it, and why. */
  declinedBy: z.optional(Signature),
});
export type Import = z.infer<typeof Import>;

export const allows = ({ order }: Import, what: Allowance): boolean => order.options?.allow?.includes(what) ?? false;

const NO_COUNTS: Counts = {
  read: 0,
  added: 0,
  changed: 0,
  unchanged: 0,
  merged: 0,
  quarantined: 0,
  ended: 0,
  kept: 0,
  stillDelivered: 0,
  blacklisted: 0,
};

/** What one piece has come to, and whether it is all of it. */
export const PieceResult = z.strictObject({
  done: z.boolean(),
  counts: Counts,
  faults: FaultCounts,
  black: PlanSummary.shape.black,
  terms: Terms,
  /** Rows of the source that were compared. */
  known: Count,
  /** Of them the listings in force, and how many of these a full file ends. */
  force: z.strictObject({ known: Count, ending: Count }),
  /** Pieces that have something to write, and how many rows. */
  work: z.record(z.string(), Count),
  /** Rows written or looked at so far. */
  rows: Count,
  /** What contradicts itself, by its kind: each time that it was found. */
  conflicts: ConflictCounts,
  against: Against,
});
export type PieceResult = z.infer<typeof PieceResult>;

export const emptyResult = (): PieceResult => ({
  done: false,
  counts: { ...NO_COUNTS },
  faults: {},
  black: { start: 0, change: 0, end: 0 },
  terms: { inForce: 0, over: 0, toCome: 0 },
  known: 0,
  force: { known: 0, ending: 0 },
  work: {},
  rows: 0,
  conflicts: {},
  against: {},
});

/** The results of pieces as one. */
export function sumOf(results: readonly PieceResult[]): PieceResult {
  const sum = emptyResult();
  for (const each of results) {
    addTo(sum.counts, each.counts);
    addTo(sum.faults, each.faults);
    addTo(sum.black, each.black);
    addTo(sum.terms, each.terms);
    addTo(sum.work, each.work);
    addTo(sum.force, each.force);
    sum.known += each.known;
    sum.rows += each.rows;
    addTo(sum.conflicts, each.conflicts);
    addAgainst(sum.against, each.against);
  }
  return { ...sum, done: results.every(({ done }) => done) };
}

export function addAgainst(sum: Against, more: Against): void {
  for (const [source, { disagreements, termsDiffer }] of Object.entries(more)) {
    const before = sum[source] ?? { disagreements: 0, termsDiffer: 0 };
    sum[source] = {
      disagreements: before.disagreements + disagreements,
      termsDiffer: before.termsDiffer + termsDiffer,
    };
  }
}

export function addTo(sum: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count;
}
