import type { Case } from '../../lib/listing/case.ts';
import { heardUntil } from '../../lib/listing/heard-until.ts';
import { knownAs } from '../../lib/listing/known-as.ts';
import type { Seen } from '../../lib/listing/move.ts';
import { allowedOf, type Papers, phaseOf } from '../../lib/listing/phase.ts';
import type { Listing } from '../../lib/listing/standing.ts';
import type { WorkingDays } from '../../lib/listing/working-days.ts';

/** A listing as its steward sees it: its state and what that allows, its papers, and what was brought up about it. */
export function shown(
  { file, standing }: Pick<Seen, 'file' | 'standing'>,
  listing: Listing,
  workingDays: WorkingDays,
  hearing: Papers['hearing'],
) {
  const { links, hearing: _, ...rest } = listing;
  const hearingUntil = heardUntil(listing, workingDays)?.day;
  const { entry, cases, papersDeleted } = file;
  return {
    ...rest,
    ...(hearingUntil !== undefined && { hearingUntil }),
    phase: phaseOf(listing),
    ...allowedOf(listing, { ...file, hearing }),
    subject: entry?.subject ?? knownAs(standing.subject, file.subject),
    ...(entry && {
      keeper: entry.keeper,
      proposedBy: entry.proposedBy,
      proposedAt: entry.proposedAt,
      legalBasis: entry.legalBasis,
      ...(entry.severity !== undefined && { severity: entry.severity }),
      issuer: entry.issuer,
      facts: entry.facts,
      exitConditions: entry.exitConditions,
      ...(entry.recognition && { recognition: entry.recognition }),
      ...(entry.regulation !== undefined && { regulation: entry.regulation }),
      ...(entry.opinions && { opinions: entry.opinions }),
      linkedPersons: entry.linked.map(({ shown: person, role, citation }, index) => ({
        ...person,
        role,
        citation,
        ...(links?.[index] && { listingId: links[index].listingId }),
      })),
    }),
    cases: cases.map(caseShown),
    ...(papersDeleted && { papersDeleted }),
  };
}

/** A case without what repeats the listing. */
export function caseShown({ listingId: _, ...each }: Case) {
  return each;
}
