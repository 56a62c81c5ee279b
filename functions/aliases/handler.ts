import { apiHandler } from '../../lib/edge/api.ts';
import { authorise, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { AliasRequest, attestableAt, codeInUseAt, organisationAt, registrationAt } from '../../lib/listing/alias.ts';
import type { Signature, StandingEvent } from '../../lib/listing/event.ts';
import { type AliasStore, StandingMoved, type StandingStore } from '../../lib/listing/ports.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';

export interface AliasPorts {
  readonly aliases: AliasStore;
  readonly standings: StandingStore;
  readonly clock: Clock;
}

/** `POST /v1/aliases`: a steward signs that two identifiers are one subject, or that a failing code is in use. */
export function aliasesHandler({ aliases, standings, clock }: AliasPorts) {
  return apiHandler(async (request) => {
    const { sub, person, authority } = authorise(request, SCOPES.steward);
    const alias = readBody(request, AliasRequest);
    const by: Signature = {
      actor: sub,
      ...(person && { person }),
      ...(authority && { authority }),
      ground: alias.ground,
    };
    const link = async (scheme: 'attested-code' | 'registration-no', value: string, key: SubjectKey) => {
      if (await aliases.link({ scheme, value }, key, by, toIso(clock()))) return;
      throw new Problem('conflict', {
        zh: '该标识已对应另一主体，不能改换',
        en: 'This identifier is tied to another subject already and is not moved.',
      });
    };

    switch (alias.kind) {
      case 'attested-code': {
        const { key, code } = attestableAt(alias.code, '/code');
        await link(alias.kind, code, key);
        return signed(key, alias.kind);
      }
      case 'registration-no': {
        const { key } = organisationAt(alias.code, '/code');
        await link(alias.kind, registrationAt(alias.number, '/number'), key);
        return signed(key, alias.kind);
      }
      case 'confirmed-code': {
        const { key, code } = codeInUseAt(alias.code, '/code');
        await record(key, { type: 'code-confirmed', code }, by, undefined);
        return signed(key, alias.kind);
      }
      case 'successor': {
        const predecessor = organisationAt(alias.predecessor, '/predecessor');
        const { key, code } = organisationAt(alias.successor, '/successor');
        if (key === predecessor.key)
          throw new Problem('conflict', {
            zh: '两个代码的主体标识码相同，请用 confirmed-code',
            en: 'Both codes are one subject: use confirmed-code.',
          });
        await record(key, { type: 'succeeded', predecessor: predecessor.key }, by, code);
        return signed(key, alias.kind);
      }
    }
  });

  /** One event on the subject's standing; `code` makes a subject of which nothing was known. */
  async function record(key: SubjectKey, event: StandingEvent, by: Signature, code: string | undefined): Promise<void> {
    const before = (await standings.standings([key])).get(key);
    if (!before && code === undefined)
      throw new Problem('not-found', { zh: '名单中没有该主体', en: 'Nothing is known of this subject.' });
    const from = before ?? unknownSubject({ scheme: 'uscc', ...(code !== undefined && { code }) });
    try {
      await standings.commit([{ key, change: advance(from, [event], by, clock()), documents: [], names: [] }]);
    } catch (error) {
      if (!(error instanceof StandingMoved)) throw error;
      throw new Problem('conflict', { zh: '该主体刚有变动，请重试', en: 'The subject has just changed: try again.' });
    }
  }
}

const signed = (subject: SubjectKey, kind: AliasRequest['kind']) => ({ status: 201, body: { subject, kind } });
