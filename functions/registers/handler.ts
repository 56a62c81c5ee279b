import * as z from 'zod/mini';
import { type Calendars, workingDaysBy } from '../../lib/calendar/working-days.ts';
import type { ListKeeping } from '../../lib/catalogue/list-rule.ts';
import { PageParameters, pageOf } from '../../lib/check-log/paging.ts';
import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { remediesOf, type Wrong } from '../../lib/check-log/remedies.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readQuery, signing } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, instant, parseInstant, toIso } from '../../lib/kernel/clock.ts';
import { MISTAKEN_SUBJECT } from '../../lib/listing/case.ts';
import { KeptParameters, type KeptReader, keptListings } from '../../lib/listing/kept-listings.ts';
import { clocksOf, dueToday, type OwedAnswer, stillOwed, type WrongListing } from '../../lib/listing/register.ts';
import { identifiedAs, rowOf, type Standing } from '../../lib/listing/standing.ts';
import { isNameKey } from '../../lib/subject/key.ts';
import { type MistakenAliases, mistakenOf } from './mistaken.ts';

const REMEDIES = 'GET /v1/remedies';
const LISTINGS = 'GET /v1/listings';
/** What a check that has read already takes to be answered, at most. */
const CHECK_UNDER_WAY_MS = 10_000;

const ListingsParameters = z.extend(PageParameters, KeptParameters);

export interface RegistersPorts {
  readonly store: KeptReader & {
    owed(owner: string): Promise<OwedAnswer[]>;
    wrong(owner: string): Promise<WrongListing[]>;
  };
  readonly aliases: MistakenAliases;
  readonly log: Pick<CheckLogReader, 'stretch'>;
  readonly looks: LookLog;
  keeping(): Promise<ListKeeping | undefined>;
  calendars(): Promise<Calendars>;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/**
 * `GET /v1/clocks`, what is owed by when; `GET /v1/remedies`, the checks that a wrong listing decided; `GET /v1/listings`,
 * what an authority keeps and what of it waits for a signature.
 */
export function registersHandler(ports: RegistersPorts) {
  const answer = (request: ApiRequest) => {
    if (request.route === REMEDIES) return remedies(request, ports);
    return request.route === LISTINGS ? listings(request, ports) : clocks(request, ports);
  };
  return apiHandler(answer, { takesQuery: [REMEDIES, LISTINGS] });
}

/** An auditor sees every authority's; a steward their own authority's; who signs, of the domains that they sign for. */
async function listings(
  request: ApiRequest,
  { store, keeping, calendars, recordKey, clock }: RegistersPorts,
): Promise<ApiReply> {
  const { authorities = [] } = (await keeping()) ?? {};
  const { domains, scopes } = signing(request, SCOPES.steward, SCOPES.approve, SCOPES.audit);
  const { cursor, limit, ...asked } = readQuery(request, ListingsParameters);
  const signs = scopes.has(SCOPES.approve) && !scopes.has(SCOPES.audit);
  const query = { owners: ownersFor(request, authorities), ...(signs && { domains }), ...asked };
  const workingDays = workingDaysBy(await calendars());
  const page = await pageOf({ cursor, limit }, `${LISTINGS} ${JSON.stringify(query)}`, recordKey, (from, wanted) =>
    keptListings(query, store, workingDays, clock(), from, wanted),
  );
  return { status: 200, body: page, log: { items: page.items.length } };
}

async function clocks(request: ApiRequest, { store, keeping, calendars, clock }: RegistersPorts): Promise<ApiReply> {
  const { rules = [], authorities = [] } = (await keeping()) ?? {};
  const owners = ownersFor(request, authorities);
  const lines = await Promise.all(owners.map((owner) => store.owed(owner)));
  const standings = await store.standings([...new Set(lines.flat().map(({ subject }) => subject))]);
  const workingDays = workingDaysBy(await calendars());
  const owed = lines.map((each) => dueToday(stillOwed(each, standings), standings, workingDays));
  const items = owners.flatMap((owner, index) => clocksOf(owner, owed[index] ?? [], { rules }, clock()));
  return { status: 200, body: { items }, log: { items: items.length } };
}

async function remedies(request: ApiRequest, ports: RegistersPorts): Promise<ApiReply> {
  const { authorities = [] } = (await ports.keeping()) ?? {};
  const owners = ownersFor(request, authorities);
  const by = authorise(request, SCOPES.steward, SCOPES.approve, SCOPES.audit);
  const parameters = readQuery(request, PageParameters);
  const found = (await Promise.all(owners.map((owner) => ports.store.wrong(owner)))).flat();
  const [listings, aliases] = await Promise.all([withLinked(found, ports.store), mistakenOf(owners, ports.aliases)]);
  // What is found while pages are read comes behind them.
  const wrong = [...listings, ...aliases].toSorted((one, other) => one.foundAt.localeCompare(other.foundAt));
  const query = `${REMEDIES} ${owners.join(' ')}`;
  const page = await pageOf(parameters, query, ports.recordKey, (before, limit) =>
    remediesOf(wrong, ports.log, before, limit),
  );
  await putOnRecord(ports.looks, by, { kind: 'remedies', results: page.items.length }, ports.clock());
  return { status: 200, body: page, log: { items: page.items.length } };
}

/** A steward sees what their own authority owes; who signs or audits sees every authority's. */
function ownersFor(request: ApiRequest, authorities: ListKeeping['authorities']): string[] {
  const { authority, scopes } = authorise(request, SCOPES.steward, SCOPES.approve, SCOPES.audit);
  const own = authority === undefined ? [] : [authority];
  return scopes.has(SCOPES.audit) || scopes.has(SCOPES.approve) ? authorities.map(({ code }) => code) : own;
}

/**
 * Under whom and by which listings a wrong listing's checks are found: its own, those of the persons it linked, and watch
 * listings that fell with it. What stands under a name decided of those whose it was found to be, and held the others up.
 */
async function withLinked(wrong: readonly WrongListing[], store: RegistersPorts['store']): Promise<Wrong[]> {
  const standings = await store.standings([...new Set(wrong.map(({ subject }) => subject))]);
  return wrong.map((each) => {
    const { owner, foundAt, outcome, listingId, subject } = each;
    const standing = standings.get(subject);
    return { owner, foundAt, outcome, listingId, under: standing ? underWhom(standing, each) : [] };
  });
}

function underWhom(standing: Standing, { subject, listingId, outcome, foundAt }: WrongListing): Wrong['under'] {
  const { listings } = standing;
  if (isNameKey(subject)) {
    const mistaken = outcome === MISTAKEN_SUBJECT;
    // A listing that is right was taken for somebody's by whichever listing of its row.
    const ids = listings.flatMap(({ id }) =>
      id === listingId || (mistaken && rowOf(id) === rowOf(listingId)) ? [id] : [],
    );
    const whose = identifiedAs(standing, listingId)
      .filter(({ same }) => same !== mistaken)
      .map((each) => ({ subject: each.subject, listings: ids }));
    // Before that was found, it held up whoever has the name.
    return mistaken ? whose : [{ subject, listings: ids }, ...whose];
  }
  const links = listings.find(({ id }) => id === listingId)?.links ?? [];
  const watches = listings.flatMap(({ id, ended }) =>
    ended?.reason === 'faults-fallen' && ended.by === listingId ? [{ subject, listings: [id] }] : [],
  );
  const linked = links.map((link) => ({ subject: link.subject, listings: [link.listingId] }));
  // What was corrected goes on in other words: what it decides since then it decides rightly.
  const to = outcome === 'corrected' ? { to: toIso(instant(parseInstant(foundAt) + CHECK_UNDER_WAY_MS)) } : {};
  return [{ subject, listings: [listingId] }, ...linked, ...watches].map((each) => ({ ...each, ...to }));
}
