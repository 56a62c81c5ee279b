import * as z from 'zod/mini';
import { PageParameters, pageOf } from '../../lib/check-log/paging.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody, readQuery, signing } from '../../lib/edge/request.ts';
import { SCOPES, type Scope } from '../../lib/edge/scopes.ts';
import type { Clock, Instant } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { type Alias, AliasRequest, type Meant, meantBy } from '../../lib/listing/alias.ts';
import {
  AliasSignature,
  AliasWithdrawal,
  answered,
  isWaiting,
  proposed,
  stateOf,
  withdrawalProposed,
} from '../../lib/listing/alias-steps.ts';
import type { AliasStore } from '../../lib/listing/ports.ts';
import type { Signer } from '../../lib/listing/signer.ts';
import type { Abolitions } from '../../lib/listing/term.ts';
import { assertPossible } from './carry-out.ts';
import { page } from './page.ts';
import { step } from './step.ts';

export interface AliasPorts {
  readonly aliases: AliasStore;
  /** By the catalogue in force. */
  abolitions(): Promise<Abolitions>;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

const ALL = 'GET /v1/aliases';
const AliasesParameters = z.extend(PageParameters, { waiting: z.optional(z.literal('signature')) });

const ROUTES: Readonly<Record<string, (request: ApiRequest, ports: AliasPorts) => Promise<ApiReply>>> = {
  'POST /v1/aliases': propose,
  [ALL]: list,
  'GET /v1/aliases/{id}': show,
  'POST /v1/aliases/{id}/signature': sign,
  'POST /v1/aliases/{id}/withdrawal': withdraw,
};

/** That identifiers are one subject: proposed by a steward, signed by another person, and taken back in the same way. */
export function aliasesHandler(ports: AliasPorts) {
  return apiHandler(
    async (request) => {
      const answer = ROUTES[request.route];
      if (!answer) throw new RangeError(`${request.route} is not of this function`);
      return answer(request, ports);
    },
    { takesQuery: [ALL] },
  );
}

/** `POST /v1/aliases`: nothing has changed before another person has signed. */
async function propose(request: ApiRequest, ports: AliasPorts): Promise<ApiReply> {
  const signer = signerOf(request, SCOPES.steward);
  const { ground, ...said } = readBody(request, AliasRequest);
  const meant = needed({ ...said, ground });
  const alias = await taken(meant.id, ports, async (before, now) => {
    await assertPossible(meant, ports.aliases);
    return proposed(meant, before, signer, ground, now);
  });
  return {
    status: 201,
    body: shown(alias),
    headers: { location: `/v1/aliases/${meant.id}` },
    log: { aliasId: meant.id },
  };
}

/** `POST /v1/aliases/{id}/withdrawal`: a steward proposes to take back what was signed. */
async function withdraw(request: ApiRequest, ports: AliasPorts): Promise<ApiReply> {
  const signer = signerOf(request, SCOPES.steward);
  const { ground } = readBody(request, AliasWithdrawal);
  return answer(request, ports, (alias, now) => withdrawalProposed(alias, signer, ground, now));
}

/** `POST /v1/aliases/{id}/signature`: another person signs what waits, or declines it. */
async function sign(request: ApiRequest, ports: AliasPorts): Promise<ApiReply> {
  const signer = signerOf(request, SCOPES.approve);
  const body = readBody(request, AliasSignature);
  return answer(request, ports, (alias, now) => answered(alias, body, signer, now));
}

/** `GET /v1/aliases/{id}`. */
async function show(request: ApiRequest, { aliases }: AliasPorts): Promise<ApiReply> {
  authorise(request, SCOPES.steward, SCOPES.approve, SCOPES.audit);
  const { id = '' } = request.path;
  return { status: 200, body: shown(known((await aliases.aliases([id])).get(id))) };
}

/** `GET /v1/aliases`: what waits to be signed, the oldest first; then the others, the newest first. */
async function list(request: ApiRequest, { aliases, recordKey }: AliasPorts): Promise<ApiReply> {
  authorise(request, SCOPES.steward, SCOPES.approve, SCOPES.audit);
  const { cursor, limit, waiting } = readQuery(request, AliasesParameters);
  const { items, next } = await pageOf({ cursor, limit }, `${ALL} ${waiting ?? ''}`, recordKey, (from, wanted) =>
    page(waiting ? ['waiting'] : ['waiting', 'settled'], aliases, from, wanted),
  );
  return { status: 200, body: { items: items.map(shown), next }, log: { items: items.length } };
}

/**
 * Stewards propose, approvers sign, of whatever authority: whose an identifier is, is no list's matter. Who proposes
 * does so for an authority, which owes the remedy where it was mistaken.
 * @throws Problem `forbidden`
 */
function signerOf(request: ApiRequest, scope: Scope): Signer {
  const { scopes, ...signed } = signing(request, scope);
  if (scope === SCOPES.steward && signed.authority === undefined)
    throw new Problem('forbidden', {
      zh: '标识对应须由令牌中载明的部门提出',
      en: 'An alias is proposed for an authority: the token names none.',
    });
  return { ...signed, onlySigns: !scopes.has(SCOPES.steward) };
}

async function answer(
  { path: { id = '' } }: ApiRequest,
  ports: AliasPorts,
  next: (alias: Alias, now: Instant) => Alias,
): Promise<ApiReply> {
  const alias = await taken(id, ports, (before, now) => next(known(before), now));
  return { status: 200, body: shown(alias), log: { aliasId: id } };
}

/** What a request says. Throws a Problem `conflict` for what needs no alias: nothing is to be done. */
function needed(request: AliasRequest): Meant {
  try {
    return meantBy(request);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
    throw new Problem('conflict', error.detail, { state: 'none', allows: [], routes: [] });
  }
}

const taken = async (id: string, ports: AliasPorts, next: Parameters<typeof step>[2]): Promise<Alias> =>
  step(id, { ...ports, abolitions: await ports.abolitions() }, next);

function known(alias: Alias | undefined): Alias {
  if (alias) return alias;
  throw new Problem('not-found', { zh: '没有该标识对应', en: 'No such alias.' });
}

/** An alias as whoever proposes and signs sees it. */
const shown = ({ id, said, steps }: Alias) => ({
  id,
  ...said,
  state: stateOf({ steps }),
  ...(isWaiting({ steps }) && { waitsFor: 'signature' }),
  steps,
});
