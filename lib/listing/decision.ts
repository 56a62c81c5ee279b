import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListKeeping, ListRule } from '../catalogue/list-rule.ts';
import { CalendarDate, dateOf, type Instant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { statedText } from '../kernel/text.ts';
import type { SubjectKey } from '../subject/key.ts';
import { blackAgainst } from './beyond.ts';
import { type Hearing, nextCaseId } from './case.ts';
import type { StandingEvent } from './event.ts';
import { heardUntil } from './heard-until.ts';
import type { ListingFile, Seen, Step } from './move.ts';
import { phaseOf } from './phase.ts';
import { type Promotion, promotionsOf, watchListsOf } from './promotion.ts';
import type { Known } from './reach.ts';
import { assertAnother, type Signer, signatureOf } from './signer.ts';
import { abolitionsIn, type Day, lastDayOf } from './term.ts';
import type { WorkingDays } from './working-days.ts';

/** The body of `POST /v1/listings/<id>/publicity`: opens the publicity, or says how the notice was served. */
export const HearingRequest = z.strictObject({
  /** Of a notice: how, where and to whom it was served. */
  service: z.optional(statedText(500)),
  /** Of a notice: the day it was served; today when absent. */
  servedOn: z.optional(CalendarDate),
});

/** Publicity or notice, as the list's rule has it; its length is the rule's too. */
export function openHearing(
  { file, listing }: Seen,
  { service, servedOn }: z.infer<typeof HearingRequest>,
  { hearing }: ListRule,
  workingDays: WorkingDays,
  signer: Signer,
  now: Instant,
): Step {
  const today = dateOf(now);
  const byNotice = hearing.path === 'notice';
  if (byNotice && service === undefined)
    throw invalid('/service', 'service-required', '告知须载明送达方式', 'a notice says how it was served');
  if (!byNotice && (service !== undefined || servedOn !== undefined))
    throw invalid('/service', 'not-allowed', '该名单以公示告知', 'this list is heard in public: nothing is served');
  const from = servedOn ?? today;
  const deliberated = file.entry?.recognition?.at(-1)?.on ?? listing.document.issuedOn;
  if (from > today || from < listing.document.issuedOn || from < deliberated)
    throw invalid(
      '/servedOn',
      'wrong-date',
      '送达日期须在文书日期之后、今日之前',
      'is neither before the document nor in the future',
    );
  const { workingDays: count } = hearing;
  const { day: until, provisional } = workingDays(from, count);
  const by = signatureOf(signer);
  const opened: Hearing = {
    kind: 'hearing',
    id: nextCaseId(listing.id, 'hearing', file.cases),
    listingId: listing.id,
    path: hearing.path,
    from,
    until,
    provisional,
    ...(service !== undefined && { service }),
    opened: { at: toIso(now), by },
    deadline: { kind: 'hearing-end', owner: file.entry?.keeper ?? '', due: until, provisional },
  };
  return {
    events: [
      {
        type: byNotice ? 'notified' : 'publicised',
        listingId: listing.id,
        hearing: { from, workingDays: count, until },
      },
    ],
    cases: [opened],
    by,
  };
}

/** The body of `POST /v1/listings/<id>/decision`. */
export const DecisionRequest = z.strictObject({ decision: z.enum(['list', 'drop']), ground: statedText(1_000) });

/**
 * Another person signs, once the subject has been heard; or drops the candidate, at any time.
 */
export function decideListing(
  { file, listing }: Seen,
  { decision, ground }: z.infer<typeof DecisionRequest>,
  workingDays: WorkingDays,
  signer: Signer,
  now: Instant,
): Step {
  assertAnother(signer, file.entry?.proposedBy);
  const by = signatureOf(signer, ground.slice(0, 500));
  const hearing = file.cases.find((each): each is Hearing => each.kind === 'hearing');
  const closed = hearing ? [withoutDeadline(hearing)] : [];
  if (decision === 'drop' && (listing.state === 'active' || listing.state === 'ended'))
    throw new Problem('conflict', {
      zh: `该名单记录的状态为 ${phaseOf(listing)}，不能再放弃认定；撤销须由经办人提出`,
      en: `The listing is ${phaseOf(listing)}: it cannot be dropped any more; a steward proposes its revocation.`,
    });
  if (decision === 'drop')
    return { events: [{ type: 'ended', listingId: listing.id, reason: 'revoked' }], cases: closed, by };
  const until = heardUntil(listing, workingDays)?.day;
  if (until !== undefined && dateOf(now) <= until)
    throw new Problem('conflict', {
      zh: `该名单记录的状态为 ${listing.state}，公示或告知期至 ${until}（含当日），期满后可以：decided`,
      en: `The listing is ${listing.state}: its subject is heard until ${until}, that day included; then it allows: decided.`,
    });
  return { events: [{ type: 'decided', listingId: listing.id }], cases: closed, by };
}

/**
 * 红名单比对 (S17(7)): nobody is put on a red list beside a black listing that is in force and reaches them, be it under
 * whom they succeed or under a name; `tied` holds every standing that may.
 * @throws Problem `conflict`
 */
export function assertNoBlack(subject: SubjectKey, tied: Known, on: Day): void {
  const black = blackAgainst(subject, tied, on);
  if (!black) return;
  throw new Problem('conflict', {
    zh: `该主体有生效的黑名单记录 ${black.id}（含其所承继主体的、以名称列入而认定为其的），不能列入红名单`,
    en: `A black listing in force reaches the subject, ${black.id}, its own or that of whom it succeeds or under a name: it cannot be put on a red list.`,
  });
}

/** The body of `POST /v1/listings/<id>/activation`. */
export const ActivationRequest = z.strictObject({});

/** What an activation is made with. */
interface Activation {
  readonly catalogue: Catalogue;
  readonly keeping: ListKeeping;
  readonly signer: Signer;
  readonly now: Instant;
  /** Ids of linked persons' listings say nothing of whose listing they are linked to. */
  readonly newId: () => string;
}

/** In force from today or the later first day that was proposed, and no longer than the list itself. */
export function activate({ file, listing, standing, persons, tied }: Seen, activation: Activation): Step {
  const { catalogue, keeping, signer, now, newId } = activation;
  const on = { at: now, abolitions: abolitionsIn(catalogue) };
  if (listing.list === 'red') assertNoBlack(file.subject, tied, on);
  const today = dateOf(now);
  const from = later(listing.from, today);
  const until = lastDayOf(listing, on.abolitions);
  if (until !== null && until < from)
    throw new Problem('conflict', {
      zh: `该名单记录的期限已于 ${until} 届满，不能生效`,
      en: `The listing's term ended on ${until}: it cannot come into force.`,
    });
  const linked = file.entry?.linked ?? [];
  const links = linked.flatMap(({ keys }) => {
    // There is one standing of a person, under whichever key of theirs: what is red there ends.
    const subject = keys.find((key) => persons.has(key)) ?? keys[0];
    return subject === undefined ? [] : [{ subject, listingId: newId() }];
  });
  const { listings } = standing;
  const active = listings.map((each) => (each.id === listing.id ? { ...each, state: 'active' as const } : each));
  const watches = promotionsOf(listings, active, watchListsOf(keeping, catalogue), on);
  return {
    events: [
      { type: 'activated', listingId: listing.id, from, until, ...(links.length > 0 && { links }) },
      ...watches.map((watch): StandingEvent => ({ type: 'listed', listing: watch.listing })),
    ],
    cases: [],
    documents: watches.map((watch) => papersOf(watch, file)),
    by: signatureOf(signer),
  };
}

/** A watch listing rests on the papers of the fault that brought it, and on the two signatures under them. */
function papersOf({ listing: { id: listingId }, list, faults }: Promotion, { subject, entry }: ListingFile) {
  const facts = faults.map(({ document }) => document.number).join('；');
  return {
    listingId,
    subject,
    fields: {},
    ...(entry && { entry: { ...entry, legalBasis: list.legalBasis, facts, linked: [] } }),
  };
}

function withoutDeadline({ deadline: _, ...hearing }: Hearing): Hearing {
  return hearing;
}

const later = (one: CalendarDate, other: CalendarDate): CalendarDate => [one, other].toSorted()[1] ?? one;

const invalid = (pointer: string, code: string, zh: string, en: string): Problem =>
  new Problem('invalid-request', { zh, en }, { errors: [{ pointer, code, message: { zh, en } }] });
