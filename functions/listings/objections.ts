import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Instant } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { listingOfCase, type ObjectionCase } from '../../lib/listing/case.ts';
import { move, type Seen, type Step } from '../../lib/listing/move.ts';
import {
  AcceptanceRequest,
  acceptObjection,
  fileObjection,
  ObjectionRequest,
  ResolutionRequest,
  resolveObjection,
} from '../../lib/listing/objection.ts';
import { answering, type Desk, deskFor, type ListingPorts, moving } from './ports.ts';
import { caseShown } from './shown.ts';

/** `POST /v1/listings/{id}/objections`. */
export async function object(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward);
  const body = readBody(request, ObjectionRequest);
  const listingId = request.path.id ?? '';
  let step: Step | undefined;
  await move(listingId, moving(ports, desk), (seen, now) => {
    step = fileObjection(seen, body, answering(seen, desk, now));
    return step;
  });
  return replyOf(201, listingId, step);
}

/** `POST /v1/objections/{id}/acceptance`: from here the measures rest. */
export async function accept(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward);
  const body = readBody(request, AcceptanceRequest);
  return act(request, ports, desk, (seen, objection, now) =>
    acceptObjection(seen, objection, body, answering(seen, desk, now)),
  );
}

/** `POST /v1/objections/{id}/resolution`: upheld, corrected, rejected or withdrawn. */
export async function resolve(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward, SCOPES.approve);
  const body = readBody(request, ResolutionRequest);
  return act(request, ports, desk, (seen, objection, now) =>
    resolveObjection(seen, objection, body, desk.catalogue, answering(seen, desk, now)),
  );
}

async function act(
  { path: { id = '' } }: ApiRequest,
  ports: ListingPorts,
  desk: Desk,
  next: (seen: Seen, objection: ObjectionCase, now: Instant) => Step,
): Promise<ApiReply> {
  const listingId = listingOfCase(id, 'objection');
  if (listingId === undefined) throw noSuchObjection();
  let step: Step | undefined;
  await move(listingId, moving(ports, desk), (seen, now) => {
    const objection = seen.file.cases.find(
      (each): each is ObjectionCase => each.id === id && each.kind === 'objection',
    );
    if (!objection) throw noSuchObjection();
    step = next(seen, objection, now);
    return step;
  });
  return replyOf(200, listingId, step);
}

/** The case as it stands now; `step` is what was written last. */
export function replyOf(status: number, listingId: string, step: Step | undefined): ApiReply {
  const written = step?.cases[0];
  if (!written) throw new RangeError('a step without its case');
  return {
    status,
    body: { listingId, ...caseShown(written) },
    ...(status === 201 && { headers: { location: `/v1/listings/${listingId}` } }),
    log: { listingId },
  };
}

const noSuchObjection = () => new Problem('not-found', { zh: '没有该异议', en: 'No such objection.' });
