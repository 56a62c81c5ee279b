import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { addDays, type CalendarDate, startOf, toIso } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { Listing, type Standing } from '../../lib/listing/standing.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { nameKey, organisationKey, type PersonKeyring, personKeys, type SubjectKey } from '../../lib/subject/key.ts';
import { CAST, type CastEntry, type CataloguePatch, type Happening, type ListingFact, TEMPLATES } from './scenario.ts';

export function castOf(who: string): CastEntry {
  const entry = CAST[who];
  if (!entry) throw new Error(`nobody in the cast is called ${who}`);
  return entry;
}

/** A subject as the Registry keeps it. */
export interface Kept {
  readonly key: SubjectKey;
  readonly subject: Standing['subject'];
  /** The folded names by which it is found. */
  readonly names: readonly string[];
}

/** Where the Registry keeps a member of the cast, under a keyring for persons. */
export function keptAs(who: string, ring: PersonKeyring, name?: string): Kept {
  const { scheme, id, name: usual } = castOf(who);
  const parsed = parseIdentifier({ scheme, id });
  if (parsed.ok && parsed.identifier.kind === 'person') {
    const [key] = personKeys(ring, parsed.identifier);
    if (key) return { key, subject: { scheme }, names: [] };
  }
  if (parsed.ok && parsed.identifier.kind === 'organisation-name')
    return { key: nameKey(parsed.identifier.folded), subject: { scheme, name: id }, names: [] };
  const found = parsed.ok ? parsed.identifier : parsed.attestable && { kind: 'organisation', ...parsed.attestable };
  if (!found || !('code9' in found)) throw new Error(`${who} is nobody that can be listed`);
  const known = name ?? usual;
  return {
    key: organisationKey(found.code9),
    subject: {
      scheme,
      ...(scheme === 'uscc' && { code: found.value }),
      ...(known !== undefined && { name: known }),
    },
    names: known === undefined ? [] : [foldName(known)],
  };
}

/** The listings that one line of the facts stands for. */
export function listingsOf(fact: ListingFact, today: CalendarDate): Listing[] {
  const { like, id = like, times, without = [], from, until, issued, suspended, ended, ...said } = fact;
  const template = TEMPLATES[like];
  if (!template) throw new Error(`no listing is called ${like}`);
  const { type, from: usualFrom, until: usualUntil, ...usual } = template;
  const first = from ?? usualFrom;
  const last = until === undefined ? usualUntil : until;
  const day = (offset: number) => addDays(today, offset);
  const moment = toIso(startOf(day(-1)));
  const whole: Record<string, unknown> = {
    ...usual,
    document: { number: `样字〔2026〕${id}号`, type, issuedOn: day(issued ?? first) },
    from: day(first),
    until: last === null ? null : day(last),
    repair: { repairable: true },
    state: ended ? 'ended' : 'active',
    ...said,
    ...(suspended && { suspensions: suspended.map((cause) => ({ cause, since: moment })) }),
    ...(ended && { ended: { reason: ended, at: moment } }),
  };
  for (const field of without) delete whole[field];
  const ids = times === undefined ? [id] : Array.from({ length: times }, (_, index) => `${id}-${index + 1}`);
  return ids.map((each) => Listing.parse({ id: each, ...whole }));
}

export const listed = (fact: ListingFact, today: CalendarDate): StandingEvent[] =>
  listingsOf(fact, today).map((listing) => ({ type: 'listed', listing }));

/** What a happening does to the standing of the subject that it names. */
export function eventsOf(happening: Exclude<Happening, { alias: unknown }>, today: CalendarDate): StandingEvent[] {
  if ('list' in happening) return listed(happening.list, today);
  if ('propose' in happening)
    return listingsOf(happening.propose, today).map((listing) => ({
      type: 'proposed',
      listing: { ...listing, state: 'candidate' },
    }));
  if ('step' in happening) return [stepOf(happening, today)];
  if ('end' in happening) return [{ type: 'ended', listingId: happening.end, reason: happening.reason }];
  const { cause } = happening;
  return 'suspend' in happening
    ? [{ type: 'suspended', listingId: happening.suspend, cause }]
    : [{ type: 'resumed', listingId: happening.resume, cause }];
}

function stepOf({ step, of, until }: Extract<Happening, { step: string }>, today: CalendarDate): StandingEvent {
  const listingId = of;
  const last = addDays(today, until ?? 0);
  switch (step) {
    case 'publicised':
    case 'notified':
      return { type: step, listingId, hearing: { from: today, workingDays: 20, until: last } };
    case 'decided':
      return { type: step, listingId };
    case 'activated':
      return { type: step, listingId, from: today, until: until === undefined ? null : last };
    case 'lowered':
      return { type: step, listingId, grade: 'ordinary', measures: [] };
    case 'proceedings':
      return { type: step, listingId, pending: true };
    case 'changed-term':
      return { type: 'corrected', listingId, until: last };
  }
}

/** Days of a patch are relative, as everywhere in a scenario. */
const DATES: readonly string[] = ['from', 'until', 'abolishedAfter'];

/** The catalogue with a scenario's patch laid over it. A code that it does not have is added. */
export function patched(
  catalogue: PublishedCatalogue,
  patch: CataloguePatch,
  version: string,
  today: CalendarDate,
): PublishedCatalogue {
  const lay = (entries: readonly { readonly code: string }[], changes: CataloguePatch['measures'] = {}) => {
    const changed = entries.map((entry) => merge(entry, changes[entry.code] ?? {}, today));
    const known = new Set(entries.map(({ code }) => code));
    const added = Object.entries(changes).filter(([code]) => !known.has(code));
    return [...changed, ...added.map(([code, fields]) => merge({ code }, fields, today))];
  };
  return PublishedCatalogue.parse({
    ...catalogue,
    version,
    scenes: lay(catalogue.scenes, patch.scenes),
    domains: lay(catalogue.domains, patch.domains),
    measures: lay(catalogue.measures, patch.measures),
  });
}

function merge(entry: object, fields: Readonly<Record<string, unknown>>, today: CalendarDate): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...entry };
  for (const [name, value] of Object.entries(fields)) {
    const before = merged[name];
    if (DATES.includes(name) && typeof value === 'number') merged[name] = addDays(today, value);
    else if (isObject(value) && isObject(before)) merged[name] = { ...before, ...value };
    else merged[name] = value;
  }
  return merged;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
