import { Problem } from '../kernel/problem.ts';
import type { Bilingual } from '../kernel/text.ts';
import { allowedOf, type Papers, phaseOf } from './phase.ts';
import type { Listing } from './standing.ts';
import { TransitionRefused } from './transition.ts';

/**
 * What is not possible on a listing, as the API says it: every conflict names the state, what it allows and by which routes,
 * whatever words say why. Anything else stays what it is.
 */
export function refusalOf(error: unknown, listing: Listing, papers: Papers): unknown {
  const state = phaseOf(listing);
  const parts = { state, ...allowedOf(listing, papers) };
  if (error instanceof TransitionRefused) return new Problem('conflict', wayOn(parts, error), parts);
  if (!(error instanceof Problem) || error.code !== 'conflict') return error;
  return new Problem('conflict', error.detail, { ...parts, ...error.extras });
}

function wayOn(
  { state, allows, routes }: { state: string; allows: readonly string[]; routes: readonly string[] },
  refused: TransitionRefused,
): Bilingual {
  const why = refused.state === state ? { zh: '', en: '' } : { zh: `（${refused.state}）`, en: ` (${refused.state})` };
  const by = routes.join(', ');
  return {
    zh: `该名单记录的状态为 ${state}${why.zh}，可以：${allows.join(', ') || '—'}；办理：${by || '—'}`,
    en: `The listing is ${state}${why.en}, which allows: ${allows.join(', ') || '—'}; by ${by || '—'}.`,
  };
}
