import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { Case, foundWrong } from '../listing/case.ts';
import type { KeptLine } from '../listing/kept-listings.ts';
import { SubjectKey } from '../subject/key.ts';
import { type Item, jsonText, S, stored, toS, toText } from './attributes.ts';
import { deadlineOwner, dueOn, wrongOwner } from './keys.ts';

const CaseItem = stored({ body: jsonText(Case) });

/** A case as it is stored; in the index by owner while an answer is owed, or once it has found the listing wrong. */
export function caseItem(each: Case, subject: SubjectKey): Item {
  return {
    body: toText(JSON.stringify(each)),
    listing: toS(each.listingId),
    subject: toS(subject),
    ...ownerOf(each),
  };
}

function ownerOf(each: Case): Item {
  const { deadline } = each;
  if (deadline)
    return {
      owner: toS(deadlineOwner(deadline.owner)),
      due: toS(dueOn(deadline.due, each.id)),
      kind: toS(deadline.kind),
      ...(deadline.provisional && { provisional: toS('yes') }),
    };
  const wrong = foundWrong(each);
  if (!wrong) return {};
  return { owner: toS(wrongOwner(wrong.owner)), due: toS(dueOn(wrong.at, each.id)), kind: toS(wrong.outcome) };
}

export const readCase = (item: unknown): Case => CaseItem.parse(item).body;

/** A line of the index: the case is the last part of `due`. */
export const OwnedLine = z.pipe(
  z.object({
    due: z.object({ S: z.string() }),
    listing: z.object({ S: z.string() }),
    subject: z.object({ S: z.string() }),
    kind: z.object({ S: z.string() }),
    provisional: z.optional(z.object({ S: z.string() })),
  }),
  z.transform(({ due, listing, subject, kind, provisional }) => ({
    due: due.S.slice(0, due.S.indexOf('#')),
    caseId: due.S.slice(due.S.indexOf('#') + 1),
    position: due.S,
    listingId: listing.S,
    subject: subject.S,
    kind: kind.S,
    provisional: provisional !== undefined,
  })),
);
export type OwnedLine = z.infer<typeof OwnedLine>;

/** A line of any shelf of the same index; of a case where it has a kind. */
export const ShelfLine = z.pipe(
  z.object({ due: S, listing: S, subject: z.pipe(S, SubjectKey), kind: z.optional(S) }),
  z.transform(({ due: position, listing: listingId, subject, kind }): KeptLine => {
    const [day = '', ...caseId] = position.split('#');
    const owed = kind !== undefined && { owed: { caseId: caseId.join('#'), kind, due: CalendarDate.parse(day) } };
    return { listingId, subject, position, ...owed };
  }),
);
