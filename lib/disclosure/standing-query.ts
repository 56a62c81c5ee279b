import * as z from 'zod/mini';
import { isSuspended, stoppedByItself } from '../check/in-force.ts';
import { dateOf, type Instant, parseInstant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { keptText } from '../kernel/text.ts';
import type { EventRecord } from '../listing/event.ts';
import { identifiedAs, type Listing, type Standing } from '../listing/standing.ts';
import { standingAsOf, standingAtVersion } from '../listing/standing-at.ts';
import { type Abolitions, isAbolished } from '../listing/term.ts';
import type { SubjectKey } from '../subject/key.ts';
import { type FoundSubject, SubjectNamed } from './subject.ts';

/** The body of `POST /v1/standings/query`: for now, as of a past moment, or at a version. */
export const StandingQuery = z
  .strictObject({
    subject: SubjectNamed,
    asOf: z.optional(z.iso.datetime({ offset: true })),
    version: z.optional(z.int().check(z.nonnegative())),
    purpose: keptText(500),
    operator: keptText(128),
  })
  .check(
    z.refine(({ asOf, version }) => asOf === undefined || version === undefined, {
      error: 'moment-or-version',
      path: ['version'],
    }),
  );
export type StandingQuery = z.infer<typeof StandingQuery>;

/** Where standings and their events are. */
export interface StandingReader {
  standings(keys: readonly SubjectKey[]): Promise<ReadonlyMap<SubjectKey, Standing>>;
  /** The events of a standing, oldest first. */
  history(key: SubjectKey): Promise<readonly EventRecord[]>;
}

/** The standings of one subject at one moment; a person who was listed under an older key has several. */
export interface Then {
  readonly standings: readonly Standing[];
  /** Undefined at version 0, which is no moment. */
  readonly moment: Instant | undefined;
}

/** What the Registry says of a subject now, read as it is. */
export async function standingsNow({ keys }: FoundSubject, reader: StandingReader, now: Instant): Promise<Then> {
  const known = await reader.standings(keys);
  const own = keys.flatMap((key) => known.get(key) ?? []);
  const named = namesOf(own);
  const found = named.length > 0 ? await reader.standings(named) : new Map<SubjectKey, Standing>();
  return { standings: [...own, ...named.flatMap((name) => ofSubject(found.get(name), keys))], moment: now };
}

/** Names under which listings stand that were found to be the subject's. */
const namesOf = (standings: readonly Standing[]): SubjectKey[] => standings.flatMap(({ names = [] }) => names);

/** Of what stands under a name, what was found to be the subject's. */
function ofSubject(standing: Standing | undefined, keys: readonly SubjectKey[]): Standing[] {
  if (!standing) return [];
  const its = ({ id }: Listing) =>
    identifiedAs(standing, id).some(({ subject, same }) => same && keys.includes(subject));
  return [{ ...standing, listings: standing.listings.filter(its) }];
}

/**
 * What the Registry said of a subject then: folded from the events, and for now as it is.
 * Undefined for a version that was never reached.
 * @throws Problem `invalid-request` for a moment that has not come
 */
export async function standingsThen(
  found: FoundSubject,
  { asOf, version }: Pick<StandingQuery, 'asOf' | 'version'>,
  reader: StandingReader,
  now: Instant,
): Promise<Then | undefined> {
  if (asOf === undefined && version === undefined) return await standingsNow(found, reader, now);
  const histories = await Promise.all(found.keys.map((key) => reader.history(key)));
  if (version === undefined) {
    const moment = parseInstant(asOf ?? '');
    if (moment > now) throw notYet();
    return {
      standings: await withNamed(
        histories.flatMap((each) => standingAsOf(each, moment) ?? []),
        moment,
      ),
      moment,
    };
  }
  if (version === 0) return { standings: [], moment: undefined };
  // Versions are counted along the standing that a check names: the first that there is.
  const first = histories.find((history) => history.length > 0) ?? [];
  const reached = first[version - 1];
  if (!reached) return undefined;
  const moment = parseInstant(reached.at);
  return {
    standings: await withNamed(
      histories.flatMap(
        (history) => (history === first ? standingAtVersion(history, version) : standingAsOf(history, moment)) ?? [],
      ),
      moment,
    ),
    moment,
  };

  async function withNamed(own: readonly Standing[], at: Instant): Promise<Standing[]> {
    const named = await Promise.all(namesOf(own).map((name) => reader.history(name)));
    return [...own, ...named.flatMap((history) => ofSubject(standingAsOf(history, at), found.keys))];
  }
}

/**
 * A listing as it stood, and whether it was in force by its own dates and state, and by those of its domain; what it does in
 * a scene a check says.
 */
function shownOn(listing: Listing, moment: Instant, abolitions: Abolitions) {
  const today = dateOf(moment);
  const stop = stoppedByItself(listing, today) ?? (isAbolished(listing, today, abolitions) ? 'domain' : undefined);
  const guard = stop ?? (isSuspended(listing) ? 'suspended' : undefined);
  const { links, ...rest } = listing;
  return {
    ...rest,
    // A linked person's key stays inside; the listing is named.
    ...(links && { links: links.map(({ listingId }) => ({ listingId })) }),
    inForce: stop === undefined,
    ...(guard && { guard }),
  };
}

/**
 * The answer: the version, and every listing in whatever state; which domains are abolished is as the catalogue in force says
 * it now, of past moments too. No person's number or name is held, so none is told.
 */
export function standingAnswer({ shown }: FoundSubject, { standings, moment }: Then, abolitions: Abolitions) {
  const [first] = standings;
  const { code, confirmedCodes, name } = first?.subject ?? {};
  const predecessors = standings.flatMap((standing) => standing.predecessors ?? []);
  return {
    subject: {
      ...shown,
      ...(name !== undefined && { name }),
      ...(code !== undefined && { code }),
      ...(confirmedCodes && { confirmedCodes }),
    },
    asOf: moment === undefined ? null : toIso(moment),
    version: first?.version ?? 0,
    listings:
      moment === undefined
        ? []
        : standings.flatMap(({ listings }) => listings.map((each) => shownOn(each, moment, abolitions))),
    /** Organisations that it succeeds: what is listed under them reaches it. */
    predecessors: predecessors.map((key) => ({ scheme: 'org-code', id: key.slice(key.indexOf(':') + 1) })),
  };
}

const notYet = (): Problem => {
  const message = { zh: '该时刻尚未到来', en: 'That moment has not come.' };
  return new Problem('invalid-request', message, { errors: [{ pointer: '/asOf', code: 'not-yet', message }] });
};
