import * as z from 'zod/mini';
import { type Instant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { statedText } from '../kernel/text.ts';
import { organisationKey, type SubjectKey } from '../subject/key.ts';
import { orgCodeOf } from '../subject/uscc.ts';
import type { Alias, AliasStep, Meant } from './alias.ts';
import type { StandingEvent } from './event.ts';
import { assertAnother, type Signer, signatureOf } from './signer.ts';
import type { Standing } from './standing.ts';

/** The body of `POST /v1/aliases/<id>/signature`: another person signs whatever waits, or declines and says why. */
export const AliasSignature = z.strictObject({
  decision: z.optional(z.enum(['sign', 'decline'])),
  ground: z.optional(statedText(500)),
});
/** The body of `POST /v1/aliases/<id>/withdrawal`: a steward proposes to take a signed alias back. */
export const AliasWithdrawal = z.strictObject({ ground: statedText(500) });

export const AliasState = z.enum(['proposed', 'signed', 'declined', 'withdrawal-proposed', 'withdrawn']);
export type AliasState = z.infer<typeof AliasState>;

/** Where an alias stands: what was done last, save that one whose withdrawal was declined is signed as before. */
export function stateOf({ steps }: Pick<Alias, 'steps'>): AliasState {
  const last = steps.at(-1)?.step ?? 'declined';
  return last === 'withdrawal-declined' ? 'signed' : last;
}

export const isWaiting = (alias: Pick<Alias, 'steps'>): boolean =>
  stateOf(alias) === 'proposed' || stateOf(alias) === 'withdrawal-proposed';

/** Proposed for the first time, or again after it was declined or taken back. Throws a Problem `conflict`. */
export function proposed(meant: Meant, before: Alias | undefined, signer: Signer, ground: string, now: Instant): Alias {
  const state = before && stateOf(before);
  if (state !== undefined && state !== 'declined' && state !== 'withdrawn') throw notAllowed(meant.id, state);
  return { ...meant, steps: [...(before?.steps ?? []), stepOf('proposed', signer, now, ground)] };
}

/** Throws a Problem `conflict` for one that is not in effect, or whose withdrawal waits already. */
export function withdrawalProposed(alias: Alias, signer: Signer, ground: string, now: Instant): Alias {
  const state = stateOf(alias);
  if (state !== 'signed') throw notAllowed(alias.id, state);
  return { ...alias, steps: [...alias.steps, stepOf('withdrawal-proposed', signer, now, ground)] };
}

/**
 * Another person answers what waits; one of the answers `signed` and `withdrawn` changes what an identifier leads to.
 * @throws Problem `forbidden` for who proposed it, `conflict` where nothing waits, `invalid-request`
 */
export function answered(
  alias: Alias,
  { decision = 'sign', ground }: z.infer<typeof AliasSignature>,
  signer: Signer,
  now: Instant,
): Alias {
  const state = stateOf(alias);
  const waiting = alias.steps.at(-1);
  if (!waiting || !(state === 'proposed' || state === 'withdrawal-proposed')) throw notAllowed(alias.id, state);
  assertAnother(signer, waiting.by);
  if (decision === 'decline' && ground === undefined) throw missingGround();
  return { ...alias, steps: [...alias.steps, stepOf(ANSWERS[state][decision], signer, now, ground)] };
}

const ANSWERS = {
  proposed: { sign: 'signed', decline: 'declined' },
  'withdrawal-proposed': { sign: 'withdrawn', decline: 'withdrawal-declined' },
} as const;

const stepOf = (step: AliasStep['step'], signer: Signer, now: Instant, ground: string | undefined): AliasStep => ({
  step,
  at: toIso(now),
  by: signatureOf(signer, ground),
});

/** What an alias makes of one standing; `subject` is who that is, where nothing is known yet. */
export interface AliasEvent {
  readonly key: SubjectKey;
  readonly subject: Standing['subject'];
  readonly event: StandingEvent;
}

/** What signing an alias, or taking it back, is for the standings of those that it is about. */
export function eventsOf({ said, subject: key }: Meant, withdrawn: boolean): AliasEvent[] {
  const taken = withdrawn && { withdrawn: true as const };
  switch (said.kind) {
    case 'confirmed-code':
      return [
        {
          key,
          subject: { scheme: 'uscc', code: said.code },
          event: { type: 'code-confirmed', code: said.code, ...taken },
        },
      ];
    case 'successor': {
      const predecessor = organisationKey(orgCodeOf(said.predecessor));
      return [
        {
          key,
          subject: { scheme: 'uscc', code: said.successor },
          event: { type: 'succeeded', predecessor, ...taken },
        },
        // Who is listed later has to find whom it reaches.
        {
          key: predecessor,
          subject: { scheme: 'uscc', code: said.predecessor },
          event: { type: 'succeeded-by', successor: key, ...taken },
        },
      ];
    }
    default:
      return [];
  }
}

/** The full codes that an alias takes to be their subjects', as these are known already. */
export function codesIn({ said, subject }: Pick<Meant, 'said' | 'subject'>): { key: SubjectKey; code: string }[] {
  switch (said.kind) {
    case 'registration-no':
      return [{ key: subject, code: said.code }];
    case 'successor':
      return [
        { key: subject, code: said.successor },
        { key: organisationKey(orgCodeOf(said.predecessor)), code: said.predecessor },
      ];
    default:
      return [];
  }
}

/** The identifier that an alias leads to its subject from, where it is a look-up of its own. */
export function linkOf({
  said,
}: Pick<Meant, 'said'>): { scheme: 'registration-no' | 'attested-code'; value: string } | undefined {
  if (said.kind === 'registration-no') return { scheme: said.kind, value: said.number };
  return said.kind === 'attested-code' ? { scheme: said.kind, value: said.code } : undefined;
}

/** What a state of an alias allows, by the names of the steps, and by which routes. */
function allowedOfAlias(id: string, state: AliasState | 'none'): { allows: string[]; routes: string[] } {
  const on = (route: string) => [`POST /v1/aliases/${id}/${route}`];
  switch (state) {
    case 'proposed':
    case 'withdrawal-proposed':
      return { allows: Object.values(ANSWERS[state]), routes: on('signature') };
    case 'signed':
      return { allows: ['withdrawal-proposed'], routes: on('withdrawal') };
    case 'none':
    case 'declined':
    case 'withdrawn':
      return { allows: ['proposed'], routes: ['POST /v1/aliases'] };
  }
}

/** A conflict on an alias, or on what would be one, with its state and what that allows; anything else stays what it is. */
export function aliasRefusalOf(error: unknown, id: string, alias: Pick<Alias, 'steps'> | undefined): unknown {
  if (!(error instanceof Problem) || error.code !== 'conflict') return error;
  const state = alias ? stateOf(alias) : 'none';
  return new Problem('conflict', error.detail, { state, ...allowedOfAlias(id, state), ...error.extras });
}

const ALLOWS: Readonly<Record<AliasState, { readonly zh: string; readonly en: string }>> = {
  proposed: { zh: '等待签署，可以：signature', en: 'waits to be signed, which allows: signature' },
  signed: { zh: '已签署，可以：withdrawal', en: 'is signed, which allows: withdrawal' },
  declined: { zh: '未获签署，可以重新提出', en: 'was declined: it can be proposed again' },
  'withdrawal-proposed': {
    zh: '撤回等待签署，可以：signature',
    en: 'waits for its withdrawal to be signed, which allows: signature',
  },
  withdrawn: { zh: '已撤回，可以重新提出', en: 'was taken back: it can be proposed again' },
};

const notAllowed = (id: string, state: AliasState): Problem =>
  new Problem('conflict', {
    zh: `标识对应 ${id} ${ALLOWS[state].zh}`,
    en: `The alias ${id} ${ALLOWS[state].en}.`,
  });

function missingGround(): Problem {
  const message = { zh: '须说明理由', en: 'says why' };
  return new Problem('invalid-request', message, { errors: [{ pointer: '/ground', code: 'missing', message }] });
}
