import { createHmac } from 'node:crypto';
import { assertInTerm } from '../../lib/check/admission.ts';
import type { Caller } from '../../lib/check/caller.ts';
import { type Resolving, subjectNamed } from '../../lib/check-log/asked-subject.ts';
import { factsIn, factsOf } from '../../lib/check-log/check-facts.ts';
import { checksSince, vetoedAfter } from '../../lib/check-log/checks-since.ts';
import { gate, grantedBy } from '../../lib/check-log/gate.ts';
import { GrantRequest, type GrantStore, type OpenGrant } from '../../lib/check-log/grant.ts';
import { named } from '../../lib/check-log/named.ts';
import type { CheckLogReader } from '../../lib/check-log/ports.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import { noSuchCheck } from '../../lib/check-log/visibility.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, type Claims, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, instant, parseInstant, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { ViolationRegister } from '../../lib/listing/violation.ts';

export interface GrantsPorts extends Resolving {
  readonly log: Pick<CheckLogReader, 'record' | 'stretch'>;
  readonly grants: GrantStore;
  readonly callers: { read(id: string): Promise<Pick<Caller, 'state' | 'validUntil'> | undefined> };
  readonly violations: ViolationRegister;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** `POST /v1/grants`: no grant without a check that allows it. */
export function grantsHandler(ports: GrantsPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    const claims = authorise(request, SCOPES.check);
    const { client_id: caller } = claims;
    const body = readBody(request, GrantRequest);
    const [registered, now] = [await ports.callers.read(caller), ports.clock()];
    if (registered?.state !== 'active')
      throw new Problem('forbidden', { zh: '该调用单位未登记或已停用', en: 'The caller is not active.' });
    // Once its term is over nothing is granted any more; what was granted before may still be reported.
    assertInTerm(registered, instant(Math.min(parseInstant(body.grantedAt), now)));
    const fingerprint = createHmac('sha256', ports.recordKey)
      .update(JSON.stringify(['grant', body]))
      .digest('base64url');
    const known = await ports.grants.under(caller, body.reference);
    if (known) return repeated(known, fingerprint);

    const found = await ports.log.record(body.checkId);
    if (found?.record.caller !== caller) throw noSuchCheck();
    const { record, notes } = found;
    const check = factsIn(record, notes);
    if (!check)
      throw new Problem('conflict', {
        zh: '这是被退回的请求，不是核查',
        en: 'This is a refused attempt and no check: no grant can rest on it.',
      });
    const parties = {
      subject: await subjectNamed(body.subject, ports, '/subject/id'),
      principal: named(body.principal, '/principal/id'),
    };
    const members = record.subjects.flatMap(({ key }) => key ?? []);
    const granted = grantedBy(body, parties);
    const stretch: CheckLogReader['stretch'] = (...along) => ports.log.stretch(...along);
    const since = await checksSince(granted, check, {
      stretch,
      check: (id) => factsOf(id, { log: ports.log, only: undefined }),
    });
    const gated = () => gate({ check, since }, body, parties, signerOf(claims), now);
    const allowed = await refusalsNoted(claims, body, ports, gated);
    const afterVeto = await vetoedAfter(granted, check, now, stretch);
    const grant = { ...allowed, ...(afterVeto && { reportedAfterVeto: true as const }) };
    const { scene, checkedAt, matterId: matter, principal, keepUntil } = record;
    const open: OpenGrant = { checkId: record.id, caller, scene, matter, checkedAt, fingerprint, grant };
    const first = await ports.grants.append(open, { subjects: members, principal, keepUntil });
    return first
      ? repeated(first, fingerprint)
      : { status: 201, body: shown(open), log: { caller, checkId: record.id } };
  };
  return apiHandler(answer, { whenDown: 'evidence-unavailable' });
}

/** The grant as it is answered: the same bytes each time. */
const shown = ({ checkId, grant: { member: _, ...grant } }: OpenGrant) => ({ checkId, ...grant });

function repeated(known: OpenGrant, fingerprint: string): ApiReply {
  if (known.fingerprint === fingerprint)
    return { status: 200, body: shown(known), log: { caller: known.caller, checkId: known.checkId, replayed: true } };
  throw new Problem(
    'idempotency-mismatch',
    { zh: '该编号已用于另一项授予', en: 'The reference belongs to another grant.' },
    { checkId: known.checkId },
  );
}

/** 违规登记: a grant that its check does not allow was made all the same, or was about to be. */
async function refusalsNoted<T>(
  { client_id: caller, sub, person, authority }: Claims,
  { checkId, reference }: GrantRequest,
  { violations, clock }: GrantsPorts,
  gated: () => T,
): Promise<T> {
  try {
    return gated();
  } catch (error) {
    if (error instanceof Problem && error.code === 'conflict')
      await violations.append({
        at: toIso(clock()),
        kind: 'grant-refused',
        who: { actor: sub, person, authority, caller },
        what: { checkId, reference, reason: error.detail.en },
      });
    throw error;
  }
}
