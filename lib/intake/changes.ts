import * as z from 'zod/mini';
import { dateOf, type Instant } from '../kernel/clock.ts';
import type { Signature, StandingEvent } from '../listing/event.ts';
import type { ListingDocument, SubjectChange } from '../listing/ports.ts';
import { Listing, mayReturn, type Standing, wasWrong } from '../listing/standing.ts';
import { type Day, inTerm, NONE_ABOLISHED, reasonToEnd } from '../listing/term.ts';
import { advance, unknownSubject } from '../listing/transition.ts';
import { foldName } from '../subject/fold.ts';
import { isNameKey, type SubjectKey } from '../subject/key.ts';
import { lineageOf, nextId } from './lineage.ts';
import { codeConflict, type PlannedRow } from './plan.ts';
import type { SourceRow } from './ports.ts';
import type { Quarantined, RowFault } from './quarantine.ts';

/** The rows of one subject that go into one transaction, in the order of the file, and what the source has dropped. */
export interface Unit {
  readonly source: string;
  readonly subject: SubjectKey;
  readonly rows: readonly PlannedRow[];
  readonly end: readonly SourceRow[];
}

/** What a unit does to the standing as it is now. */
export interface UnitChange {
  /** Absent where there is nothing to write. */
  readonly change?: SubjectChange;
  readonly added: readonly PlannedRow[];
  readonly changed: readonly PlannedRow[];
  /** The Registry says it already: another run was here since the plan was made. */
  readonly unchanged: readonly PlannedRow[];
  readonly ended: readonly SourceRow[];
  /** What only the standing could tell. */
  readonly refused: readonly Quarantined[];
}

/** When a unit is written, and for when its file is complete: days before, where a person has thought it over. */
interface When extends Day {
  readonly asOf: Instant;
}

/**
 * The change of one subject: pure. The standing decides, not the plan, which may be older; `digests` are those of the
 * unit's listings now. What was ended here stays ended, whatever the source says (H21#12, D6); what its own source had
 * withdrawn, or lengthens after its term, comes back as a listing of its own, so that the history of the first stays what
 * it was.
 */
export function changeOf(
  { source, subject, rows, end }: Unit,
  standing: Standing | undefined,
  digests: ReadonlyMap<string, string>,
  by: Signature,
  { at, abolitions, asOf }: When,
): UnitChange {
  const done = { added: [] as PlannedRow[], changed: [] as PlannedRow[], unchanged: [] as PlannedRow[] };
  const refused: Quarantined[] = [];
  const events: StandingEvent[] = [];
  const documents: ListingDocument[] = [];
  const lengthened: string[] = [];
  let who = standing?.subject;
  for (const planned of rows) {
    const lineage = lineageOf(planned.listingId, standing);
    const before = lineage.at(-1);
    const gone = isGone(before, planned, at);
    const fault = faultOf(planned, who, before, digests, gone, at);
    if (fault) {
      refused.push({ line: planned.row.line, faults: [fault] });
    } else if (before && !gone && (digests.get(before.id) === planned.digest || isHistory(before, planned, at))) {
      done.unchanged.push(planned);
    } else {
      who = merge(who, planned.row.subject);
      const listing = listingOf(source, planned, gone ? undefined : before, nextId(planned.listingId, lineage));
      events.push({ type: before && !gone ? 'changed' : 'listed', listing });
      documents.push(documentOf(source, planned, subject, listing.id));
      (before && !gone ? done.changed : done.added).push(planned);
      if (before?.ended?.reason === 'expired' && digests.has(before.id)) lengthened.push(before.id);
    }
  }
  const standingNow = new Map(standing?.listings.flatMap((each) => (each.state === 'ended' ? [] : [[each.id, each]])));
  const ended = end.filter(({ listingId }) => standingNow.has(listingId));
  for (const { listingId } of ended) {
    // A source that drops what is over says nothing of whether it was right. It had dropped it by the time of its file.
    const listing = standingNow.get(listingId);
    const over = listing && reasonToEnd(listing, dateOf(asOf), abolitions);
    events.push({ type: 'ended', listingId, reason: over ?? 'withdrawn-by-source' });
  }
  // What a black listing ended has its source's word no more: it does not come back without.
  const forgone = new Set(standing?.listings.flatMap((each) => (mayReturn(each) ? each.id : [])));
  for (const { listingId } of end)
    if (forgone.has(listingId)) events.push({ type: 'lapsed', listingId, reason: 'withdrawn-by-source' });
  // A row whose listing has ended here leaves the source's index too, or every later file would end it again.
  const withdrawn = [
    ...lengthened,
    ...end.filter(({ listingId }) => digests.has(listingId)).map(({ listingId }) => listingId),
  ];
  if (who === undefined || (events.length === 0 && withdrawn.length === 0)) return { ...done, ended, refused };
  const start: Standing = standing ? { ...standing, subject: who } : unknownSubject(who);
  return {
    change: {
      key: subject,
      change: advance(start, events, by, at, abolitions),
      documents,
      // Under the name that it is known by it is found already, and so is what stands under a name alone.
      names: isNameKey(subject)
        ? []
        : namesOf([...done.added, ...done.changed]).filter((name) => name !== knownAs(standing)),
      withdrawn,
    },
    ...done,
    ended,
    refused,
  };
}

/** The folded name by which a subject is found. */
export const knownAs = (standing: Standing | undefined): string | undefined =>
  standing?.subject.name === undefined ? undefined : foldName(standing.subject.name);

/** The folded names of the rows; persons have none. */
export const namesOf = (rows: readonly PlannedRow[]): string[] => [
  ...new Set(rows.flatMap(({ row }) => row.foldedName ?? [])),
];

function faultOf(
  { row, digest }: PlannedRow,
  who: Standing['subject'] | undefined,
  before: Listing | undefined,
  digests: ReadonlyMap<string, string>,
  gone: boolean,
  at: Instant,
): RowFault | undefined {
  const { code } = row.subject;
  if (code !== undefined && who?.code !== undefined && code !== who.code && !who.confirmedCodes?.includes(code))
    return codeConflict();
  const same = before !== undefined && digests.get(before.id) === digest;
  // Nor may it come back heavier, once its source has dropped it.
  if (before?.settled && (gone || (before.state === 'active' && !same))) return settledHere();
  if (before?.state !== 'ended' || gone || same || isHistory(before, { row }, at)) return undefined;
  return {
    column: '',
    code: 'ended-here',
    advice: {
      zh: `该记录已在本系统终止（${before.ended?.reason ?? ''}），来源仍在变更，请与来源核对`,
      en: `the listing has ended here (${before.ended?.reason ?? ''}) and its source still changes it: settle it with the source`,
    },
  };
}

/** Its term is over by its own days and by what the source says now, in whatever words: there is nothing to change. */
const isHistory = (listing: Listing, { row }: Pick<PlannedRow, 'row'>, at: Instant): boolean =>
  listing.ended?.reason === 'expired' && !isInTerm(row, at);

/** By the last day that the row itself says. */
const isInTerm = ({ decision }: PlannedRow['row'], at: Instant): boolean =>
  inTerm(decision, { at, abolitions: NONE_ABOLISHED });

/**
 * Its source had withdrawn it, or its term was over and is not by what the source says now; and nobody has found that it
 * should never have been there.
 */
export function isGone(listing: Listing | undefined, { row }: PlannedRow, at: Instant): boolean {
  if (!listing?.ended || wasWrong(listing)) return false;
  const { reason, lapsed } = listing.ended;
  return (
    reason === 'withdrawn-by-source' || lapsed === 'withdrawn-by-source' || (reason === 'expired' && isInTerm(row, at))
  );
}

/** What was lowered or corrected here is not made heavier again by a file. */
const settledHere = (): RowFault => ({
  column: '',
  code: 'settled-here',
  advice: {
    zh: '该记录已在本系统降级或更正，来源仍在变更，请与来源核对',
    en: 'the listing was lowered or corrected here and its source still changes it: settle it with the source',
  },
});

/** The full code once one is known; the name by which the subject was known first. */
function merge(known: Standing['subject'] | undefined, given: Standing['subject']): Standing['subject'] {
  if (known === undefined) return given;
  const code = known.code ?? given.code;
  const name = known.name ?? given.name;
  return {
    ...known,
    ...(code !== undefined && { scheme: 'uscc', code }),
    ...(name !== undefined && { name }),
  };
}

/** D5: active on the authority's own document. What happened to the listing here stays with it. */
function listingOf(source: string, { row }: PlannedRow, before: Listing | undefined, id: string): Listing {
  const here = before ? HappenedHere.parse(before) : {};
  return { ...here, id: before?.id ?? id, source, ...row.decision, state: 'active' };
}

/** What no source says of a listing. */
const HappenedHere = z.object({
  ...z.pick(Listing, { suspensions: true, proceedings: true, objections: true, heardGrounds: true }).shape,
  ...z.pick(Listing, { hearing: true, repairId: true, links: true, linkedTo: true }).shape,
});

const documentOf = (
  source: string,
  { row, rowKey, digest }: PlannedRow,
  subject: SubjectKey,
  listingId: string,
): ListingDocument => ({ listingId, subject, row: { source, key: rowKey, digest }, fields: row.fields });
