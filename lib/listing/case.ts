import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { kebab } from '../kernel/text.ts';
import { SubjectKey } from '../subject/key.ts';
import { ObjectionOutcome, Signature } from './event.ts';
import { Evidence } from './proposal.ts';
import { type Listing, mayBeFoundWrong } from './standing.ts';

/** What somebody owes an answer to, and by when. */
export const Deadline = z.strictObject({
  kind: z.enum([
    'hearing-end',
    'objection-acceptance',
    'objection-reply',
    'repair-acceptance',
    'repair-result',
    'revocation-signature',
    'proceedings-signature',
    'reorganisation-signature',
    'identification-signature',
    'mistaken-subject-signature',
  ]),
  /** Code of the authority that owes it. */
  owner: z.string(),
  /** The last day in time. */
  due: CalendarDate,
  /** True while the calendar of a year on the way is not known yet. */
  provisional: z.boolean(),
});
export type Deadline = z.infer<typeof Deadline>;

/** Whether an answer can still be given: once a listing has ended, only whether it was wrong, or another's. */
export const isOwedOn = (
  listing: Pick<Listing, 'state' | 'ended' | 'objections'>,
  { kind, caseId }: { readonly kind: string; readonly caseId: string },
): boolean =>
  listing.state !== 'ended' ||
  kind === 'mistaken-subject-signature' ||
  (kind === 'revocation-signature' && mayBeFoundWrong(listing)) ||
  (listing.objections ?? []).some(({ id }) => id === caseId);

const Decided = z.strictObject({ at: z.iso.datetime(), by: Signature, ground: z.optional(z.string()) });
const common = { id: z.string(), listingId: z.string(), deadline: z.optional(Deadline) };

/** The subject is heard before the decision: in public, or by a notice that was served. */
export const Hearing = z.strictObject({
  kind: z.literal('hearing'),
  ...common,
  path: z.enum(['publicity', 'notice']),
  /** The day that is not counted. */
  from: CalendarDate,
  until: CalendarDate,
  provisional: z.boolean(),
  /** How and to whom the notice was served. */
  service: z.optional(z.string()),
  opened: Decided,
});
export type Hearing = z.infer<typeof Hearing>;

export const ObjectionCase = z.strictObject({
  kind: z.literal('objection'),
  ...common,
  by: z.enum(['subject', 'provider', 'own-discovery']),
  ground: kebab,
  statement: z.string(),
  evidence: z.array(Evidence),
  state: z.enum(['filed', 'accepted', 'refused', 'resolved']),
  filed: Decided,
  acceptance: z.optional(Decided),
  outcome: z.optional(ObjectionOutcome),
  resolution: z.optional(Decided),
  /** The authority whose listing it found to be wrong. */
  wrongOf: z.optional(z.string()),
});
export type ObjectionCase = z.infer<typeof ObjectionCase>;

export const RepairCase = z.strictObject({
  kind: z.literal('repair'),
  ...common,
  methods: z.array(z.strictObject({ code: kebab, evidence: z.array(Evidence) })),
  statement: z.string(),
  state: z.enum(['requested', 'accepted', 'refused', 'approved']),
  requested: Decided,
  acceptance: z.optional(Decided),
  leadsTo: z.optional(z.enum(['ended', 'ordinary'])),
  decision: z.optional(Decided),
});
export type RepairCase = z.infer<typeof RepairCase>;

/** What takes back a listing that was wrong from the start: 行政复议, 诉讼, 上级机关监督, 自行纠正. */
const WRONG_FROM_THE_START = [
  'annulled-on-reconsideration',
  'annulled-by-court',
  'annulled-by-superior',
  'corrected-by-itself',
] as const;
/** What ends one that was right: its document has lapsed, or what it rested on is otherwise by now. */
const LATER = ['document-lapsed', 'circumstances-changed'] as const;
export const RevokedFor = z.enum([...WRONG_FROM_THE_START, ...LATER]);
export type RevokedFor = z.infer<typeof RevokedFor>;

export const wrongFromTheStart = (revokedFor: RevokedFor | undefined): boolean =>
  WRONG_FROM_THE_START.some((each) => each === revokedFor);

export const Revocation = z.strictObject({
  kind: z.literal('revocation'),
  ...common,
  reason: z.enum(['revoked', 'withdrawn-by-subject']),
  /** With the reason `revoked`. */
  revokedFor: z.optional(RevokedFor),
  state: z.enum(['proposed', 'signed', 'declined']),
  proposed: Decided,
  signed: z.optional(Decided),
  /** The authority whose listing was wrong from the start. */
  wrongOf: z.optional(z.string()),
});
export type Revocation = z.infer<typeof Revocation>;

/** Proceedings or a reorganisation of which a listing is marked, or no longer. */
export const Mark = z.strictObject({
  kind: z.literal('mark'),
  ...common,
  what: z.enum(['proceedings', 'reorganisation']),
  pending: z.boolean(),
  state: z.enum(['proposed', 'signed', 'declined']),
  /** With the paper that says so. */
  proposed: Decided,
  signed: z.optional(Decided),
});
export type Mark = z.infer<typeof Mark>;

/** Whose a listing under a name alone is, or is not. */
export const Identification = z.strictObject({
  kind: z.literal('identification'),
  ...common,
  subject: SubjectKey,
  code: z.string(),
  same: z.boolean(),
  /** Listings under the same name of which the same was proposed with it, and is signed or declined with it. */
  also: z.optional(z.array(z.string())),
  state: z.enum(['proposed', 'signed', 'declined']),
  proposed: Decided,
  signed: z.optional(Decided),
  /** Where the subject had been taken for whom the listing means: the authority by whose listing it was refused. */
  wrongOf: z.optional(z.string()),
});
export type Identification = z.infer<typeof Identification>;

/** What has been brought up about a listing: its words, its papers and who signed; its effect stands in the standing. */
export const Case = z.discriminatedUnion('kind', [
  Hearing,
  ObjectionCase,
  RepairCase,
  Revocation,
  Mark,
  Identification,
]);
export type Case = z.infer<typeof Case>;

const MARK = {
  objection: 'o',
  repair: 'r',
  revocation: 'v',
  mark: 'm',
  hearing: 'h',
  identification: 'i',
} as const satisfies Record<Case['kind'], string>;

/** The id of the next case of a kind: the listing's, and a number higher than any that was given. */
export function nextCaseId(listingId: string, kind: Case['kind'], cases: readonly Case[]): string {
  const stem = `${listingId}.${MARK[kind]}`;
  const numbers = cases.flatMap((each) => (each.kind === kind ? [Number(each.id.slice(stem.length))] : []));
  return `${stem}${Math.max(0, ...numbers) + 1}`;
}

/** The listing that a case is about; undefined for what is no case's id. */
export const listingOfCase = (caseId: string, kind: Case['kind']): string | undefined =>
  new RegExp(`^(.+)\\.${MARK[kind]}\\d+$`).exec(caseId)?.[1];

/**
 * Whether of a listing that has ended it can still be said that it was wrong from the start: not of a candidate that was
 * dropped, which ended in the same words and has refused nobody, nor once its papers are deleted.
 */
export const mayBeAnnulled = (
  listing: Pick<Listing, 'ended'>,
  { cases, papersDeleted }: { readonly cases: readonly Case[]; readonly papersDeleted?: object | undefined },
): boolean =>
  papersDeleted === undefined &&
  mayBeFoundWrong(listing) &&
  (listing.ended?.reason !== 'revoked' || cases.some((each) => each.kind === 'revocation' && each.state === 'signed'));

/** How a case found its listing to be wrong: whose it was, and since when that is known. Undefined where it did not. */
export function foundWrong(each: Case): { owner: string; at: string; outcome: string } | undefined {
  if (each.kind === 'hearing' || each.kind === 'repair' || each.kind === 'mark') return undefined;
  const { wrongOf: owner } = each;
  const decided = each.kind === 'objection' ? each.resolution : each.signed;
  const outcome = outcomeOf(each);
  if (owner === undefined || !decided || outcome === undefined) return undefined;
  return { owner, at: decided.at, outcome };
}

/** A listing under a name that is right, and was taken to mean somebody whom it does not. */
export const MISTAKEN_SUBJECT = 'mistaken-subject';
/** Listings that are right, and reached somebody by an alias that is not. */
export const MISTAKEN_ALIAS = 'mistaken-alias';

function outcomeOf(each: ObjectionCase | Revocation | Identification): string | undefined {
  switch (each.kind) {
    case 'objection':
      return each.outcome;
    case 'revocation':
      return each.reason;
    case 'identification':
      return MISTAKEN_SUBJECT;
  }
}
