import * as z from 'zod';
import { publish, refreshed } from '../../lib/catalogue/change.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { CallerApplication } from '../../lib/check/registration.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { addDays, type CalendarDate, dateOf, type Instant, instant, startOf, toIso } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import type { ListingDocument } from '../../lib/listing/ports.ts';
import { Listing, type Standing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import {
  organisationKey,
  type PersonKeyring,
  parseKeyring,
  personKeys,
  type SubjectKey,
} from '../../lib/subject/key.ts';
import { Scheme } from '../../lib/subject/scheme.ts';
import callers from './sample/callers.json' with { type: 'json' };
import catalogue from './sample/catalogue.json' with { type: 'json' };
import subjects from './sample/listings.json' with { type: 'json' };

/** Days before or after the day of the start: the README's examples hold on any day. */
const Days = z.int();
const SampleListing = z.looseObject({
  from: Days,
  until: Days.nullable(),
  document: z.looseObject({ issuedOn: Days }),
});
const SampleSubjects = z.array(
  z.strictObject({ scheme: Scheme, id: z.string(), name: z.string(), listings: z.array(SampleListing) }),
);

const SIGNED = { actor: 'sample', approvedBy: 'sample' };

export interface SampleOptions {
  readonly endpoint: string;
  readonly registryTable: string;
  readonly checkLogTable: string;
  readonly personKeyring: string;
  readonly now: Date;
}

/** Brings the sample catalogue, callers and lists in, or up to the day; what is there already and right stays as it is. */
export async function loadSample({ endpoint, registryTable, personKeyring, now }: SampleOptions): Promise<void> {
  const client = dynamoClient({ endpoint, region: 'local' });
  const at = instant(now.getTime());
  try {
    const body = PublishedCatalogue.parse(catalogue);
    const heads = new DynamoHeadStore(client, registryTable);
    if ((await heads.read()) === undefined) await heads.change((head) => publish(head, body), body);
    await heads.change((head) =>
      body.sources.reduce((next, { id }) => refreshed(next, id, at), head ?? publish(head, body)),
    );

    const register = new DynamoCallerStore(client, registryTable);
    for (const caller of z.array(CallerApplication).parse(callers))
      await register.write({ ...caller, state: 'active', appliedBy: 'sample', approvedBy: 'sample' }, undefined);

    await loadListings(new DynamoStandingStore(client, registryTable), parseKeyring(personKeyring), at);
  } finally {
    client.destroy();
  }
}

async function loadListings(store: DynamoStandingStore, ring: PersonKeyring, at: Instant): Promise<void> {
  const wanted = SampleSubjects.parse(subjects).map(({ scheme, id, name, listings }) => ({
    ...subjectOf(scheme, id, name, ring),
    listings: listings.map((listing) => onTheDay(listing, dateOf(at))),
  }));
  const known = await store.standings(wanted.map(({ key }) => key));
  for (const { key, subject, names, listings } of wanted) {
    const before = known.get(key) ?? unknownSubject(subject);
    const events = listings.flatMap((listing) => eventFor(listing, before));
    if (events.length > 0)
      await store.commit([
        {
          key,
          change: advance(before, events, SIGNED, at),
          documents: documentsOf(events, key),
          names: before.version === 0 ? names : [],
        },
      ]);
  }
}

/** A listing's document says whose it is: by it an objection finds the subject. */
const documentsOf = (events: readonly StandingEvent[], subject: SubjectKey): ListingDocument[] =>
  events.flatMap((event) => (event.type === 'listed' ? [{ listingId: event.listing.id, subject, fields: {} }] : []));

/** What brings a sample listing up to the day; one that has ended stays as it is. */
function eventFor(listing: Listing, { listings }: Standing): StandingEvent[] {
  const known = listings.find(({ id }) => id === listing.id);
  if (!known) return [{ type: 'listed', listing }];
  if (known.state === 'ended' || JSON.stringify(known) === JSON.stringify(listing)) return [];
  return [{ type: 'changed', listing }];
}

function onTheDay({ from, until, document, ...listing }: z.infer<typeof SampleListing>, today: CalendarDate): Listing {
  const day = (offset: number) => addDays(today, offset);
  return Listing.parse(
    JSON.parse(
      JSON.stringify({
        ...listing,
        from: day(from),
        until: until === null ? null : day(until),
        document: { ...document, issuedOn: day(document.issuedOn) },
      }),
      // `@-5` is the beginning of the day five days ago.
      (_, value: unknown) =>
        typeof value === 'string' && /^@-?\d+$/.test(value) ? toIso(startOf(day(Number(value.slice(1))))) : value,
    ),
  );
}

function subjectOf(
  scheme: Scheme,
  id: string,
  name: string,
  ring: PersonKeyring,
): { key: SubjectKey; subject: Standing['subject']; names: string[] } {
  const parsed = parseIdentifier({ scheme, id });
  if (parsed.ok && parsed.identifier.kind === 'organisation') {
    const { code9, value } = parsed.identifier;
    return { key: organisationKey(code9), subject: { scheme, code: value, name }, names: [foldName(name)] };
  }
  const [key] = parsed.ok && parsed.identifier.kind === 'person' ? personKeys(ring, parsed.identifier) : [];
  if (!key) throw new Error(`sample: ${scheme} is not valid`);
  return { key, subject: { scheme }, names: [] };
}
