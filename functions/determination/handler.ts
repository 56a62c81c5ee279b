import { DeterminationRequest, determine } from '../../lib/check-log/determination.ts';
import type { CheckLogReader, NoteWriter } from '../../lib/check-log/ports.ts';
import { noSuchCheck } from '../../lib/check-log/visibility.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';

export interface DeterminationPorts {
  readonly log: Pick<CheckLogReader, 'record'>;
  readonly notes: NoteWriter;
  /** Read each time: a suspended caller decides nothing. */
  readonly callers: { read(id: string): Promise<{ readonly state: string } | undefined> };
  readonly clock: Clock;
}

/** `POST /v1/checks/{id}/determination`: signed by the person of the token, appended, never edited. */
export function determinationHandler({ log, notes, callers, clock }: DeterminationPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    const { client_id: caller, sub, person, authority } = authorise(request, SCOPES.determine);
    if (person === undefined)
      throw new Problem('forbidden', {
        zh: '人工认定须由令牌中载明的人员作出',
        en: 'A determination is made by a person: the token names none.',
      });
    const decision = readBody(request, DeterminationRequest);
    if ((await callers.read(caller))?.state !== 'active')
      throw new Problem('forbidden', { zh: '该调用单位未登记或已停用', en: 'The caller is not active.' });
    const record = (await log.record(request.path.id ?? ''))?.record;
    if (record?.caller !== caller) throw noSuchCheck();
    const by = { subject: sub, person, ...(authority !== undefined && { authority }) };
    const determination = determine(record, decision, by, clock());
    await notes.append(record.id, determination);
    return { status: 201, body: { checkId: record.id, ...determination }, log: { caller, checkId: record.id } };
  };
  return apiHandler(answer, { whenDown: 'evidence-unavailable' });
}
