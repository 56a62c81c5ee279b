import { assertInTerm } from '../../lib/check/admission.ts';
import type { Caller } from '../../lib/check/caller.ts';
import { AnnulmentRequest, annul } from '../../lib/check-log/annulment.ts';
import { DeterminationRequest, determine } from '../../lib/check-log/determination.ts';
import { type FollowUps, owesNothingAnnulled } from '../../lib/check-log/follow-up.ts';
import { notesOf } from '../../lib/check-log/note.ts';
import type { CheckLogReader, NoteWriter } from '../../lib/check-log/ports.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import { noSuchCheck } from '../../lib/check-log/visibility.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';

export interface DeterminationPorts {
  readonly log: Pick<CheckLogReader, 'record'>;
  readonly notes: NoteWriter;
  readonly followUps: Pick<FollowUps, 'annulled'>;
  /** Read each time: a caller that is suspended, or whose registration has expired, decides nothing. */
  readonly callers: { read(id: string): Promise<Pick<Caller, 'state' | 'validUntil'> | undefined> };
  readonly clock: Clock;
}

/** `POST /v1/checks/{id}/determination` and `/annulment`: signed by the person of the token, appended, never edited. */
export function determinationHandler(ports: DeterminationPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    const claims = authorise(request, SCOPES.determine);
    const { client_id: caller, person } = claims;
    if (person === undefined)
      throw new Problem('forbidden', {
        zh: '须由令牌中载明的人员作出',
        en: 'This is decided by a person: the token names none.',
      });
    const append = appending(request);
    const registered = await ports.callers.read(caller);
    if (registered?.state !== 'active')
      throw new Problem('forbidden', { zh: '该调用单位未登记或已停用', en: 'The caller is not active.' });
    assertInTerm(registered, ports.clock());
    const found = await ports.log.record(request.path.id ?? '');
    if (found?.record.caller !== caller) throw noSuchCheck();
    // An earlier try may have ended between the two.
    if (request.route === ANNULMENT && isAnnulled(found.notes)) await owesNothing(found, ports);
    const note = append(found, { ...signerOf(claims), person }, ports.clock());
    await ports.notes.append(found.record, note);
    if (note.kind === 'annulment') await owesNothing(found, ports);
    const { kind: _, ...appended } = note;
    return { status: 201, body: { checkId: found.record.id, ...appended }, log: { caller, checkId: found.record.id } };
  };
  return apiHandler(answer, { whenDown: 'evidence-unavailable' });
}

const ANNULMENT = 'POST /v1/checks/{id}/annulment';

/** What was asked wrongly obliges to nothing that could be carried out; a veto stays one. */
async function owesNothing({ record: { id, caller, checkedAt, outcome } }: Found, { followUps }: DeterminationPorts) {
  if (owesNothingAnnulled(outcome)) await followUps.annulled(id, caller, checkedAt);
}

type Found = NonNullable<Awaited<ReturnType<CheckLogReader['record']>>>;
type Person = Parameters<typeof determine>[3];

/** What the body says is to be appended, to a check that is read later. */
function appending(request: ApiRequest) {
  if (request.route === ANNULMENT) {
    const body = readBody(request, AnnulmentRequest);
    return ({ record, notes }: Found, by: Person, now: ReturnType<Clock>) => ({
      kind: 'annulment' as const,
      ...annul(record, isAnnulled(notes), body, by, now),
    });
  }
  const body = readBody(request, DeterminationRequest);
  return ({ record, notes }: Found, by: Person, now: ReturnType<Clock>) => ({
    kind: 'determination' as const,
    ...determine(record, isAnnulled(notes), body, by, now),
  });
}

const isAnnulled = (notes: Found['notes']): boolean => notesOf(notes, 'annulment').length > 0;
