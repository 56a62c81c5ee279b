import * as z from 'zod/mini';
import { Grade, ListKind, Region } from '../catalogue/vocabulary.ts';
import { CalendarDate } from '../kernel/clock.ts';
import { kebab } from '../kernel/text.ts';
import { SubjectKey } from '../subject/key.ts';
import { Scheme } from '../subject/scheme.ts';

/** The effective legal document that a listing rests on (H21#2). */
const LegalDocument = z.strictObject({
  /** A court row's number is its 案号; 执行依据文号 is the underlying judgment. */
  number: z.string().check(z.minLength(1), z.maxLength(200)),
  type: kebab,
  issuedOn: CalendarDate,
});

/** Why the measures of a listing rest for now. Publicity of a proceeding suspends nothing by itself. */
export const Suspension = z.strictObject({
  cause: z.enum(['objection', 'reorganisation']),
  since: z.iso.datetime(),
  /** Of a linked person: it rests because the listing that it is linked to does, whatever its own case says. */
  linked: z.optional(z.literal(true)),
});

/** So many working days from a day that is not counted. */
export const HearingPeriod = z.strictObject({
  from: CalendarDate,
  workingDays: z.int().check(z.positive()),
  /** The last one, by the calendars of then; `heardUntil` says which it is by those of today. */
  until: CalendarDate,
});

export const EndReason = z.enum([
  'objection-upheld',
  'repaired',
  'expired',
  'revoked',
  'abolished',
  'withdrawn-by-source',
  'blacklisted',
  'withdrawn-by-subject',
  'faults-fallen',
]);
export type EndReason = z.infer<typeof EndReason>;

/** What takes away the ground of a red listing that a black one has ended already. */
export const Lapse = z.enum(['withdrawn-by-source', 'revoked', 'withdrawn-by-subject']);
export type Lapse = z.infer<typeof Lapse>;

/** What stands open of an objection; its words and evidence are kept apart from the standing. */
const OpenObjection = z.strictObject({ id: z.string(), ground: kebab, accepted: z.boolean() });

/** A linked person's listing, which shares the fate of the one that links it. */
const Link = z.strictObject({ subject: SubjectKey, listingId: z.string() });

export const Leniency = z.enum(['minor', 'force-majeure', 'no-intent', 'slight']);

/** 名单记录: one decision of one authority about one subject, with everything that a check needs of it. */
export const Listing = z.strictObject({
  id: z.string().check(z.minLength(1), z.maxLength(80)),
  list: ListKind,
  domain: kebab,
  /** Absent for a decision made in Grantgate, which is fresh by nature. */
  source: z.optional(kebab),
  authority: z.string().check(z.minLength(1), z.maxLength(200)),
  grade: z.optional(Grade),
  document: LegalDocument,
  measures: z.array(kebab),
  /** First day of effect. */
  from: CalendarDate,
  /** Last day of effect, inclusive; null where the law sets no term. */
  until: z.nullable(CalendarDate),
  /** A local list has no effect outside its region (H21#7). */
  region: z.optional(Region),
  /** A ban confined to sectors has no effect outside them. */
  sectors: z.optional(z.array(z.string().check(z.minLength(1)))),
  leniency: z.optional(z.array(Leniency)),
  repair: z.strictObject({ repairable: z.boolean(), route: z.optional(z.string()), citation: z.optional(z.string()) }),
  remedy: z.optional(z.string()),
  state: z.enum(['candidate', 'publicised', 'notified', 'decided', 'active', 'ended']),
  suspensions: z.optional(z.array(Suspension)),
  /** 复议、诉讼 pending: annotated, the measures stay. */
  proceedings: z.optional(z.boolean()),
  ended: z.optional(
    z.strictObject({
      reason: EndReason,
      at: z.iso.datetime(),
      /** The black listing that ended this red one; the fault with which this watch listing fell. */
      by: z.optional(z.string()),
      /** Of one that was revoked, or fell with what was: it was wrong from the start, as one is that an objection is upheld against. */
      wrong: z.optional(z.literal(true)),
      /** Of one that a black listing ended: what has taken its own ground away since, so that it does not come back. */
      lapsed: z.optional(Lapse),
    }),
  ),
  /** The candidate's publicity, or the time to reply to a notice. */
  hearing: z.optional(HearingPeriod),
  objections: z.optional(z.array(OpenObjection)),
  /** Grounds on which an objection has been decided: each is heard once. */
  heardGrounds: z.optional(z.array(kebab)),
  /** Of an ordinary one: it was on the black list and should not have been, which was for serious dishonesty only (D4). */
  wronglyBlack: z.optional(z.literal(true)),
  /** Lowered or corrected here: what its source says of it since then is to be settled with the source first. */
  settled: z.optional(z.literal(true)),
  /** The repair that is under way. */
  repairId: z.optional(z.string()),
  /** Of a watch listing that repeated minor faults have brought: how many, within what, in which domains. */
  promotion: z.optional(z.strictObject({ fromDomains: z.array(kebab), faults: z.int(), withinMonths: z.int() })),
  /** Persons whom the law holds responsible (H21#10), listed with this listing and ended with it. */
  links: z.optional(z.array(Link)),
  /** Of a linked person: whose listing it comes from, in which part, by which provision. */
  linkedTo: z.optional(z.strictObject({ listingId: z.string(), role: kebab, citation: z.string() })),
});
export type Listing = z.infer<typeof Listing>;

/** Whether it has ended because it should never have been. */
export const wasWrong = ({ ended }: Pick<Listing, 'ended'>): boolean =>
  ended?.reason === 'objection-upheld' || ended?.wrong === true;

/** Ends of what was in force and right as far as anybody knew. */
const UNQUESTIONED: ReadonlySet<EndReason> = new Set([
  'repaired',
  'expired',
  'revoked',
  'abolished',
  'withdrawn-by-source',
  'blacklisted',
  'withdrawn-by-subject',
  'faults-fallen',
]);

/** Whether it has ended, and it can still come out that it should never have been: a court takes longer than a term. */
export const mayBeFoundWrong = (listing: Pick<Listing, 'ended'>): boolean =>
  listing.ended !== undefined && UNQUESTIONED.has(listing.ended.reason) && !wasWrong(listing);

/** Whether it is a red listing that comes back, should the black one that ended it have been wrong (D7). */
export const mayReturn = (listing: Pick<Listing, 'ended'>): boolean =>
  listing.ended?.reason === 'blacklisted' && listing.ended.lapsed === undefined && !wasWrong(listing);

/** 主体状态: what is in force for one subject, and why; the fold of its events. */
export const Standing = z.strictObject({
  /** Grows by one with each event. */
  version: z.int().check(z.nonnegative()),
  subject: z.strictObject({
    scheme: Scheme,
    /** The unified code under which the subject was listed, if any was given. Never a person's number. */
    code: z.optional(z.string()),
    /** Other unified codes with the same 主体标识码 that were confirmed to be this subject. */
    confirmedCodes: z.optional(z.array(z.string())),
    /** As published, organisations only. */
    name: z.optional(z.string()),
  }),
  /** Subjects that this one succeeds (合并, 换码), signed by two persons: what is listed under them reaches it. */
  predecessors: z.optional(z.array(SubjectKey)),
  /** Subjects that succeed this one. */
  successors: z.optional(z.array(SubjectKey)),
  /** Of a standing under a name alone: of which subjects it was found that a row's listings are theirs, or are not. */
  identified: z.optional(z.array(z.strictObject({ listingId: z.string(), subject: SubjectKey, same: z.boolean() }))),
  /** Names under which listings stand that were found to be this subject's. */
  names: z.optional(z.array(SubjectKey)),
  listings: z.array(Listing),
});
export type Standing = z.infer<typeof Standing>;

/** The id of the first listing that a row of a source has made: what comes back after its withdrawal has a number more. */
export const rowOf = (listingId: string): string => listingId.replace(/^(imp-[0-9a-f]{32})-\d+$/, '$1');

/** Of which subjects it was found that a listing under a name is theirs, or is not; what was found last. */
export const identifiedAs = ({ identified }: Standing, listingId: string) =>
  (identified ?? []).filter((each) => each.listingId === rowOf(listingId));
