import type { Instant } from '../kernel/clock.ts';
import type { Signature, StandingEvent } from '../listing/event.ts';
import type { ListingDocument, SubjectChange } from '../listing/ports.ts';
import type { Listing, Standing } from '../listing/standing.ts';
import { advance, unknownSubject } from '../listing/transition.ts';
import type { SubjectKey } from '../subject/key.ts';
import { codeConflict, type PlannedRow } from './plan.ts';
import type { Quarantined, RowFault } from './quarantine.ts';

/** The rows of one subject that go into one transaction, in the order of the file. */
export interface Unit {
  readonly source: string;
  readonly subject: SubjectKey;
  readonly rows: readonly PlannedRow[];
}

/** What a unit does to the standing as it is now. */
export interface UnitChange {
  /** Absent where there is nothing to write. */
  readonly change?: SubjectChange;
  readonly added: readonly PlannedRow[];
  readonly changed: readonly PlannedRow[];
  /** The Registry says it already: another run was here since the plan was made. */
  readonly unchanged: readonly PlannedRow[];
  /** What only the standing could tell. */
  readonly refused: readonly Quarantined[];
}

/**
 * The change of one subject: pure. The standing decides, not the plan, which may be older; `digests` are those of the
 * unit's listings now. What was ended here stays ended, whatever the source says (H21#12, D6).
 */
export function changeOf(
  { source, subject, rows }: Unit,
  standing: Standing | undefined,
  digests: ReadonlyMap<string, string>,
  by: Signature,
  at: Instant,
): UnitChange {
  const listings = new Map(standing?.listings.map((listing) => [listing.id, listing]));
  const added: PlannedRow[] = [];
  const changed: PlannedRow[] = [];
  const unchanged: PlannedRow[] = [];
  const refused: Quarantined[] = [];
  const events: StandingEvent[] = [];
  let who = standing?.subject;
  for (const planned of rows) {
    const { row, listingId, digest } = planned;
    const before = listings.get(listingId);
    const fault = faultOf(planned, who, before, digests);
    if (fault) {
      refused.push({ line: row.line, faults: [fault] });
    } else if (before && digests.get(listingId) === digest) {
      unchanged.push(planned);
    } else {
      who = merge(who, row.subject);
      const listing = listingOf(source, planned, before);
      events.push({ type: before ? 'changed' : 'listed', listing });
      (before ? changed : added).push(planned);
    }
  }
  if (who === undefined || events.length === 0) return { added, changed, unchanged, refused };
  const start: Standing = standing ? { ...standing, subject: who } : unknownSubject(who);
  const written = [...added, ...changed];
  return {
    change: {
      key: subject,
      change: advance(start, events, by, at),
      documents: written.map((planned) => documentOf(source, planned, subject)),
      names: namesOf(written),
    },
    added,
    changed,
    unchanged,
    refused,
  };
}

/** The folded names of the rows; persons have none. */
export const namesOf = (rows: readonly PlannedRow[]): string[] => [
  ...new Set(rows.flatMap(({ row }) => row.foldedName ?? [])),
];

function faultOf(
  { row, digest, listingId }: PlannedRow,
  who: Standing['subject'] | undefined,
  before: Listing | undefined,
  digests: ReadonlyMap<string, string>,
): RowFault | undefined {
  const { code } = row.subject;
  if (code !== undefined && who?.code !== undefined && code !== who.code && !who.confirmedCodes?.includes(code))
    return codeConflict();
  if (before?.state !== 'ended' || digests.get(listingId) === digest) return undefined;
  return {
    column: '',
    code: 'ended-here',
    advice: {
      zh: `该记录已在本系统终止（${before.ended?.reason ?? ''}），来源仍在变更，请与来源核对`,
      en: `the listing has ended here (${before.ended?.reason ?? ''}) and its source still changes it: settle it with the source`,
    },
  };
}

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
function listingOf(source: string, { row, listingId }: PlannedRow, before: Listing | undefined): Listing {
  return {
    id: listingId,
    source,
    ...row.decision,
    state: 'active',
    ...(before?.suspensions && { suspensions: before.suspensions }),
    ...(before?.proceedings !== undefined && { proceedings: before.proceedings }),
    ...(before?.objections && { objections: before.objections }),
    ...(before?.heardGrounds && { heardGrounds: before.heardGrounds }),
    ...(before?.repairId !== undefined && { repairId: before.repairId }),
  };
}

const documentOf = (
  source: string,
  { row, rowKey, listingId, digest }: PlannedRow,
  subject: SubjectKey,
): ListingDocument => ({
  listingId,
  subject,
  row: { source, key: rowKey, digest },
  fields: row.fields,
});
