import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListRule } from '../catalogue/list-rule.ts';
import { Grade, ListKind } from '../catalogue/vocabulary.ts';
import { CalendarDate } from '../kernel/clock.ts';
import type { Language } from '../kernel/text.ts';
import type { ListingEntry } from '../listing/entry.ts';
import { Listing, type Standing } from '../listing/standing.ts';
import { isNameKey, isPersonKey, type SubjectKey } from '../subject/key.ts';
import { Scheme } from '../subject/scheme.ts';
import { ExitReason, type Publicity } from './publicity.ts';

/** One listing, or its exit, as everybody may see it. A person by the masked forms alone. */
export const PublicEntry = z.object({
  listingId: z.string(),
  list: ListKind,
  domain: z.object({ code: z.string(), name: z.string() }),
  authority: z.string(),
  subject: z.object({ scheme: Scheme, id: z.optional(z.string()), name: z.optional(z.string()) }),
  stage: z.enum(['candidate', 'in-force', 'exit']),
  from: CalendarDate,
  until: z.nullable(CalendarDate),
  /** Of an exit. */
  reason: z.optional(ExitReason),
  notices: z.array(z.enum(['objection-pending', 'proceedings-pending'])),
  // What the rule of the list lets be public.
  document: z.optional(Listing.shape.document),
  grade: z.optional(Grade),
  measures: z.optional(z.array(z.object({ code: z.string(), name: z.string(), legalBasis: z.string() }))),
  facts: z.optional(z.string()),
  repair: z.optional(z.object({ repairable: z.boolean(), route: z.string() })),
  remedy: z.optional(z.string()),
});
export type PublicEntry = z.infer<typeof PublicEntry>;

/** What an entry is made from. */
export interface Publishing {
  readonly key: SubjectKey;
  readonly subject: Standing['subject'];
  readonly listing: Listing;
  readonly publicity: Publicity;
  /** The papers of a listing that was made here. */
  readonly papers: ListingEntry | undefined;
  readonly fields: readonly PublicField[];
  readonly catalogue: Pick<Catalogue, 'domains' | 'measures'>;
  readonly language: Language;
}

type PublicField = NonNullable<ListRule['publication']>['fields'][number];

/** The entry of a listing; the announcement of an exit says who left which list, why and when, and nothing else. */
export function entryOf(of: Publishing): PublicEntry {
  const { listing, publicity, catalogue, language } = of;
  const domain = catalogue.domains.find(({ code }) => code === listing.domain);
  const entry = {
    listingId: listing.id,
    list: listing.list,
    domain: { code: listing.domain, name: domain?.name[language] ?? listing.domain },
    authority: listing.authority,
    subject: shownSubject(of),
    ...publicity,
    notices: noticesOn(listing),
  };
  return publicity.stage === 'exit' ? { ...entry, notices: [] } : { ...entry, ...fieldsOf(of) };
}

/** An organisation as it was published; a person as its papers mask them, and an imported person not at all. */
function shownSubject({ key, subject: { scheme, code, name }, papers }: Publishing): PublicEntry['subject'] {
  if (isPersonKey(key)) return { scheme, ...papers?.subject };
  if (isNameKey(key)) return { scheme, ...(name !== undefined && { name }) };
  const identified = code === undefined ? { scheme: 'org-code' as const, id: key.slice(2) } : { scheme, id: code };
  return { ...identified, ...(name !== undefined && { name }) };
}

/** 异议、诉讼: said at once beside the listing. */
function noticesOn({ suspensions = [], objections = [], proceedings }: Listing): PublicEntry['notices'] {
  const objected =
    suspensions.some(({ cause }) => cause === 'objection') || objections.some(({ accepted }) => accepted);
  return [
    ...(objected ? ['objection-pending' as const] : []),
    ...(proceedings ? ['proceedings-pending' as const] : []),
  ];
}

function fieldsOf({ key, listing, papers, fields, catalogue, language }: Publishing): Partial<PublicEntry> {
  const domain = catalogue.domains.find(({ code }) => code === listing.domain);
  const shown: Partial<PublicEntry> = {};
  for (const field of fields)
    switch (field) {
      case 'document':
        // The number of a case leads to the person.
        if (!isPersonKey(key)) shown.document = listing.document;
        break;
      case 'grade':
        if (listing.grade) shown.grade = listing.grade;
        break;
      case 'measures':
        shown.measures = catalogue.measures
          .filter(({ code }) => listing.measures.includes(code))
          .map(({ code, name, legalBasis }) => ({ code, name: name[language], legalBasis }));
        break;
      case 'facts':
        if (papers) shown.facts = papers.facts;
        break;
      case 'repair':
        shown.repair = {
          repairable: listing.repair.repairable,
          route: listing.repair.route ?? listing.repair.citation ?? domain?.repairRoute[language] ?? '',
        };
        break;
      case 'remedy':
        shown.remedy = listing.remedy ?? domain?.remedy[language] ?? '';
        break;
    }
  return shown;
}
