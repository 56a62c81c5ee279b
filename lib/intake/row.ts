import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { CalendarDate } from '../kernel/clock.ts';
import { Listing } from '../listing/standing.ts';
import { foldName } from '../subject/fold.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { Quarantined } from './quarantine.ts';
import type { RowSubject } from './row-subject.ts';

/** A listing without what the Registry adds: its id, its source, its state. */
export const Decision = z.omit(Listing, {
  id: true,
  source: true,
  state: true,
  suspensions: true,
  proceedings: true,
  ended: true,
  hearing: true,
  objections: true,
  heardGrounds: true,
  repairId: true,
  links: true,
  linkedTo: true,
  settled: true,
});
export type Decision = z.infer<typeof Decision>;

/** One good row: who, what was decided, and what else the source says of it. */
export interface Row extends Omit<RowSubject, 'secret'> {
  readonly line: number;
  readonly decision: Decision;
  readonly fields: Readonly<Record<string, string>>;
  /** The end that the authority publishes, where the term comes from elsewhere: the two should agree. */
  readonly publishedUntil?: CalendarDate | undefined;
}

export type ReadRow = { readonly ok: true; readonly row: Row } | ({ readonly ok: false } & Quarantined);

// 128 bits: a source of a hundred million rows collides with a chance below 10⁻²².
const DIGEST_LENGTH = 32;

/**
 * What makes a row the same row in every file of its source: subject, domain and document, the brackets of its number
 * aside ((2016), （2016） and 〔2016〕 are one). The list is left out, as lowering a grade moves a decision to another list.
 */
export const rowKeyOf = (subject: SubjectKey, { domain, document }: Decision): string =>
  `${subject}|${domain}|${foldName(document.number)}`;

/** The same listing of the same source has the same id, whichever run brings it in. */
export const listingIdOf = (source: string, rowKey: string): string => `imp-${digest([source, rowKey])}`;

/** What a row says, whichever of the subject's codes it is written with. */
export function contentDigest({ decision, foldedName, fields }: Row): string {
  const kept = Object.entries(fields)
    .map(([name, value]) => [name, foldName(value)])
    .toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1));
  return digest([
    foldedName ?? '',
    decision.list,
    decision.domain,
    foldName(decision.authority),
    decision.grade ?? '',
    foldName(decision.document.number),
    decision.document.type,
    decision.document.issuedOn,
    decision.measures.toSorted(),
    decision.from,
    decision.until,
    decision.region ?? '',
    (decision.sectors ?? []).map(foldName).toSorted(),
    (decision.leniency ?? []).toSorted(),
    decision.repair.repairable,
    foldName(decision.repair.route ?? ''),
    foldName(decision.repair.citation ?? ''),
    foldName(decision.remedy ?? ''),
    kept,
  ]);
}

/** The content and the full code, if the row gives one: what the next file's row is compared with. */
export const rowDigest = (row: Row): string => digest([contentDigest(row), row.subject.code ?? '']);

const digest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, DIGEST_LENGTH);
