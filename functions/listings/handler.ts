import { workingDaysBy } from '../../lib/calendar/working-days.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { see } from '../../lib/listing/move.ts';
import { activation, decision, identification, mark, propose, publicity, revocation } from './life.ts';
import { accept as acceptObjection, object, resolve } from './objections.ts';
import { hearingsOf, type ListingPorts } from './ports.ts';
import { accept as acceptRepair, decide as decideRepair, request as requestRepair } from './repairs.ts';
import { shown } from './shown.ts';

/** The routes by which listings live: proposed, heard, decided, in force, objected to, repaired, ended. */
const ROUTES: Readonly<Record<string, (request: ApiRequest, ports: ListingPorts) => Promise<ApiReply>>> = {
  'POST /v1/listings': propose,
  'GET /v1/listings/{id}': show,
  'GET /v1/listings/{id}/events': events,
  'POST /v1/listings/{id}/publicity': publicity,
  'POST /v1/listings/{id}/decision': decision,
  'POST /v1/listings/{id}/activation': activation,
  'POST /v1/listings/{id}/revocation': revocation,
  'POST /v1/listings/{id}/identification': identification,
  'POST /v1/listings/{id}/proceedings': mark,
  'POST /v1/listings/{id}/reorganisation': mark,
  'POST /v1/listings/{id}/objections': object,
  'POST /v1/objections/{id}/acceptance': acceptObjection,
  'POST /v1/objections/{id}/resolution': resolve,
  'POST /v1/listings/{id}/repairs': requestRepair,
  'POST /v1/repairs/{id}/acceptance': acceptRepair,
  'POST /v1/repairs/{id}/decision': decideRepair,
};

export function listingsHandler(ports: ListingPorts) {
  return apiHandler(async (request) => {
    const answer = ROUTES[request.route];
    if (!answer) throw new RangeError(`${request.route} is not of this function`);
    return answer(request, ports);
  });
}

/** `GET /v1/listings/{id}`. */
async function show(request: ApiRequest, { store, calendars, keeping }: ListingPorts): Promise<ApiReply> {
  authorise(request, SCOPES.steward, SCOPES.approve, SCOPES.audit);
  const seen = await see(request.path.id ?? '', store);
  const hearing = hearingsOf(await keeping())(seen.listing);
  return { status: 200, body: shown(seen, seen.listing, workingDaysBy(await calendars()), hearing) };
}

/** `GET /v1/listings/{id}/events`: what happened to one listing, oldest first, each signed. */
async function events(request: ApiRequest, { store }: ListingPorts): Promise<ApiReply> {
  authorise(request, SCOPES.steward, SCOPES.approve, SCOPES.audit);
  const { listing, file } = await see(request.path.id ?? '', store);
  const items = (await store.history(file.subject)).flatMap(({ version, at, by, event }) => {
    const id = 'listing' in event ? event.listing.id : 'listingId' in event ? event.listingId : undefined;
    return id === listing.id ? [{ version, at, by, event: withoutKeys(event) }] : [];
  });
  return { status: 200, body: { listingId: listing.id, items } };
}

/** A person's key is nobody's to see. */
function withoutKeys(event: StandingEvent): StandingEvent {
  if (event.type !== 'activated') return event;
  const { links: _, ...rest } = event;
  return rest;
}
