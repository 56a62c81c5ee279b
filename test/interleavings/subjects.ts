import { addDays, addMonths, type CalendarDate, dateOf, type Instant, instant, toIso } from '../../lib/kernel/clock.ts';
import type { ListingEntry } from '../../lib/listing/entry.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import type { SubjectChange } from '../../lib/listing/ports.ts';
import { signatureOf } from '../../lib/listing/signer.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { gb11643CheckCharacter } from '../../lib/subject/gb11643.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys, type SubjectKey } from '../../lib/subject/key.ts';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';
import type { Draft } from './history.ts';
import { APPROVER, STEWARD } from './steps.ts';

/** A subject of a history. */
export interface Subject {
  readonly who: string;
  readonly scheme: 'uscc' | 'resident-id';
  readonly number: string;
  readonly key: SubjectKey;
}

export const organisationOf = (number: number): Subject => firm('organisation', 20_000_000 + number);

/** Another organisation, of the same history. */
export const successorOf = (number: number): Subject => firm('successor', 60_000_000 + number);

function firm(who: string, serial: number): Subject {
  const body = String(serial);
  const code9 = `${body}${orgCodeCheckCharacter(body)}`;
  const uscc = `91430100${code9}${usccCheckCharacter(`91430100${code9}`)}`;
  return { who, scheme: 'uscc', number: uscc, key: organisationKey(code9) };
}

const BORN_FROM = Date.parse('1850-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
const BORN_A_DAY = 1_000;

export function personOf(which: number, number: number, ring: PersonKeyring): Subject {
  const serial = number * 2 + which;
  const born = toIso(instant(BORN_FROM + Math.floor(serial / BORN_A_DAY) * DAY_MS)).slice(0, 10);
  const body = `110105${born.replaceAll('-', '')}${String(serial % BORN_A_DAY).padStart(3, '0')}`;
  const id = `${body}${gb11643CheckCharacter(body)}`;
  const parsed = parseIdentifier({ scheme: 'resident-id', id });
  if (!parsed.ok || parsed.identifier.kind !== 'person') throw new Error('no number of a person');
  const [key] = personKeys(ring, parsed.identifier);
  if (key === undefined) throw new Error('a keyring without keys');
  return { who: `person ${which + 1}`, scheme: 'resident-id', number: id, key };
}

/** Months after its document from which a listing may be repaired. */
const REPAIR_FROM_MONTHS = 12;
/** Months after its document for which one that was lowered may last. */
const LOWER_MONTHS = 24;

/** A draft with its first and last day counted from today; no `days` for no term. */
export function drafted(
  { who }: Subject,
  id: string,
  kind: Draft['kind'],
  today: CalendarDate,
  { starts, days, lowerDays }: { starts: number; days: number | null; lowerDays: number },
): Draft & { readonly issuedOn: CalendarDate } {
  // Issued so long ago that it may be repaired by now, and that it lasts for `lowerDays` once it is lowered.
  const issuedOn = addMonths(addDays(today, lowerDays), -LOWER_MONTHS);
  if (addMonths(issuedOn, REPAIR_FROM_MONTHS) > today) throw new Error('not to be repaired yet');
  return {
    who,
    id,
    kind,
    from: addDays(today, starts),
    until: days === null ? null : addDays(today, days),
    lowerUntil: addMonths(issuedOn, LOWER_MONTHS),
    issuedOn,
  };
}

/** The papers and the standing of a subject whose listings have been decided, by the transitions of the product. */
export function candidatesOf(
  { key, scheme, number }: Subject,
  drafts: readonly ReturnType<typeof drafted>[],
  linked: readonly Subject[],
  at: Instant,
): SubjectChange {
  const listings = drafts.map(listingOf);
  const events = listings.flatMap((listing): StandingEvent[] => [
    { type: 'proposed', listing },
    { type: 'publicised', listingId: listing.id, hearing: { from: dateOf(at), workingDays: 20, until: dateOf(at) } },
    { type: 'decided', listingId: listing.id },
  ]);
  const entryOf = (listing: Listing): ListingEntry => ({
    keeper: 'science',
    proposedBy: signatureOf(STEWARD),
    proposedAt: toIso(at),
    subject: { scheme, id: '样例' },
    legalBasis: '样例',
    issuer: '样例机关',
    facts: '样例',
    exitConditions: '样例',
    linked:
      listing.list === 'black'
        ? linked.map((person) => ({
            keys: [person.key],
            shown: { scheme: person.scheme, id: '样例' },
            role: 'principal-investigator',
            citation: '样例',
          }))
        : [],
  });
  const before = unknownSubject(scheme === 'uscc' ? { scheme, code: number } : { scheme });
  return {
    key,
    change: advance(before, events, signatureOf(APPROVER), at),
    documents: listings.map((listing) => ({
      listingId: listing.id,
      subject: key,
      fields: {},
      entry: entryOf(listing),
    })),
    names: [],
  };
}

const listingOf = ({ id, kind, from, until, issuedOn }: ReturnType<typeof drafted>): Listing =>
  Listing.parse({
    id,
    list: kind,
    domain: kind === 'black' ? 'research-misconduct' : 'tax-a-grade',
    authority: '样例机关',
    ...(kind === 'black' && { grade: 'serious' }),
    document: { number: id, type: 'listing-decision', issuedOn },
    measures: [kind === 'black' ? 'no-research-fund' : 'priority'],
    from,
    until,
    repair: { repairable: true },
    state: 'candidate',
  });
