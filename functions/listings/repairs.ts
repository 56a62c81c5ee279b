import { ruleOf } from '../../lib/catalogue/list-rule.ts';
import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Instant } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { listingOfCase, type RepairCase } from '../../lib/listing/case.ts';
import { move, type Seen, type Step } from '../../lib/listing/move.ts';
import { AcceptanceRequest } from '../../lib/listing/objection.ts';
import { acceptRepair, decideRepair, RepairDecision, RepairRequest, requestRepair } from '../../lib/listing/repair.ts';
import { replyOf } from './objections.ts';
import { answering, type Desk, deskFor, type ListingPorts, moving, ownRule } from './ports.ts';

/** `POST /v1/listings/{id}/repairs`. */
export async function request(given: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(given, ports, SCOPES.steward);
  const body = readBody(given, RepairRequest);
  const listingId = given.path.id ?? '';
  let step: Step | undefined;
  await move(listingId, moving(ports, desk), (seen, now) => {
    step = requestRepair(seen, body, ownRule(seen, desk), answering(seen, desk, now));
    return step;
  });
  return replyOf(201, listingId, step);
}

/** `POST /v1/repairs/{id}/acceptance`. */
export async function accept(given: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(given, ports, SCOPES.steward);
  const body = readBody(given, AcceptanceRequest);
  return act(given, ports, desk, (seen, repair, now) => acceptRepair(repair, body, answering(seen, desk, now)));
}

/** `POST /v1/repairs/{id}/decision`: another person than who accepted it. */
export async function decide(given: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(given, ports, SCOPES.approve);
  const body = readBody(given, RepairDecision);
  return act(given, ports, desk, (seen, repair, now) =>
    decideRepair(
      seen,
      repair,
      body,
      ownRule(seen, desk),
      ruleOf(desk.keeping, seen.listing.domain, 'ordinary'),
      desk.catalogue,
      answering(seen, desk, now),
    ),
  );
}

async function act(
  { path: { id = '' } }: ApiRequest,
  ports: ListingPorts,
  desk: Desk,
  next: (seen: Seen, repair: RepairCase, now: Instant) => Step,
): Promise<ApiReply> {
  const listingId = listingOfCase(id, 'repair');
  if (listingId === undefined) throw noSuchRepair();
  let step: Step | undefined;
  await move(listingId, moving(ports, desk), (seen, now) => {
    const repair = seen.file.cases.find((each): each is RepairCase => each.id === id && each.kind === 'repair');
    if (!repair) throw noSuchRepair();
    step = next(seen, repair, now);
    return step;
  });
  return replyOf(200, listingId, step);
}

const noSuchRepair = () => new Problem('not-found', { zh: '没有该修复申请', en: 'No such repair.' });
