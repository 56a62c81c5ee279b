import { randomBytes } from 'node:crypto';
import { acrossCallers } from '../../lib/check-log/across-callers.ts';
import { pageOf } from '../../lib/check-log/paging.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { dateOf } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import {
  approve,
  type Hold,
  HoldRequest,
  propose,
  ReleaseRequest,
  release,
  WAITING,
} from '../../lib/retention/hold.ts';
import { HoldParameters } from '../../lib/retention/requests.ts';
import { changing, matterOf, type RetentionPorts } from './ports.ts';

const ID_BYTES = 16;

/** `POST /v1/holds`: an auditor proposes, and it holds from then on. */
export async function hold(request: ApiRequest, ports: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.audit);
  const body = readBody(request, HoldRequest);
  const now = ports.clock();
  const proposed = propose(body, randomBytes(ID_BYTES).toString('base64url'), signerOf(by), now);
  await changing(async () => {
    const { value, before } = await matterOf(body.caller, body.matter, ports);
    const next = { ...value, holds: [...value.holds, proposed.id] };
    const written = await ports.matters.write({ next, before }, dateOf(now), { next: proposed, before: undefined });
    return written || undefined;
  });
  return { status: 201, body: proposed, headers: { location: `/v1/holds/${proposed.id}` } };
}

/** `POST /v1/holds/{id}/release`: an auditor proposes, and it holds until another person agrees. */
export function proposeRelease(request: ApiRequest, ports: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.audit);
  const body = readBody(request, ReleaseRequest);
  return move(request, ports, (before) => release(before, body, signerOf(by), ports.clock()));
}

/** `POST /v1/holds/{id}/approval`: another person agrees with the hold, or with its release. */
export function approveHold(request: ApiRequest, ports: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.approve);
  return move(request, ports, (before) => approve(before, signerOf(by), ports.clock()));
}

/** `GET /v1/holds`: those of a state, or those that wait for another person's signature. */
export async function listHolds(request: ApiRequest, ports: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.audit, SCOPES.approve);
  const { state, ...paging } = readQuery(request, HoldParameters);
  const page = await pageOf(paging, JSON.stringify(['holds', state ?? null]), ports.recordKey, (from, limit) =>
    acrossCallers(state === undefined ? WAITING : [state], from, limit, (each, after, left) =>
      ports.matters.holdsIn(each, after, left),
    ),
  );
  await putOnRecord(ports.looks, by, { kind: 'holds', asked: { state }, results: page.items.length }, ports.clock());
  return { status: 200, body: page, log: { items: page.items.length } };
}

/** `GET /v1/holds/{id}`. */
export async function readHold(request: ApiRequest, { matters, looks, clock }: RetentionPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.audit, SCOPES.approve);
  const { value } = await existing(request, matters);
  const { id: hold, caller, matter } = value;
  await putOnRecord(looks, by, { kind: 'holds', asked: { hold, caller, matter }, results: 1 }, clock());
  return { status: 200, body: value };
}

async function move(request: ApiRequest, ports: RetentionPorts, next: (hold: Hold) => Hold): Promise<ApiReply> {
  const body = await changing(async () => {
    const { value, revision } = await existing(request, ports.matters);
    const moved = next(value);
    const matter = await matterOf(moved.caller, moved.matter, ports);
    const holds = matter.value.holds.filter((id) => id !== moved.id || moved.state !== 'released');
    const written = await ports.matters.write(
      { next: { ...matter.value, holds }, before: matter.before },
      dateOf(ports.clock()),
      { next: moved, before: revision },
    );
    return written ? moved : undefined;
  });
  return { status: 200, body };
}

async function existing({ path }: ApiRequest, matters: RetentionPorts['matters']) {
  const found = await matters.hold(path.id ?? '');
  if (!found) throw new Problem('not-found', { zh: '没有该保全', en: 'No such hold.' });
  return found;
}
