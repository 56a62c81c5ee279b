import { Problem } from '../kernel/problem.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { Case, Identification } from './case.ts';
import { assertNoOtherCode } from './other-code.ts';
import type { StandingStore } from './ports.ts';
import { downward, predecessorsOf, successorsOf, upward, walked } from './reach.ts';
import { identifiedAs, type Standing } from './standing.ts';

/**
 * Whose a listing under a name is said to be is who is known by that full code: another one with the same 主体标识码 may be
 * another firm's. An organisation code says no more than that.
 * @throws Problem `conflict`
 */
export async function assertKnownByCode(
  cases: readonly Case[],
  store: Pick<StandingStore, 'standings'>,
): Promise<void> {
  const [said] = saidToBe(cases);
  if (!said || said.code.length === ORG_CODE_LENGTH) return;
  assertNoOtherCode(said.code, (await store.standings([said.subject])).get(said.subject)?.subject);
}

const ORG_CODE_LENGTH = 9;

const saidToBe = (cases: readonly Case[]): Identification[] =>
  cases.filter(
    (each): each is Identification => each.kind === 'identification' && each.same && each.state !== 'declined',
  );

/**
 * A listing is one firm's, or with it that of whom succeeds it or whom it succeeds: before it is found to be another's, what
 * was found is taken back, so that who was refused by it meanwhile is owed a remedy.
 * @throws Problem `conflict`
 */
export async function assertOneFirm(
  cases: readonly Case[],
  standing: Standing,
  store: Pick<StandingStore, 'standings'>,
): Promise<void> {
  const taken = saidToBe(cases).flatMap(({ listingId, subject }) =>
    identifiedAs(standing, listingId).flatMap((each) =>
      each.same && each.subject !== subject ? [{ listingId, subject, other: each.subject }] : [],
    ),
  );
  if (taken.length === 0) return;
  const read = (keys: readonly SubjectKey[]) => store.standings(keys);
  const subjects = new Set(taken.map(({ subject }) => subject));
  const known = await walked(await walked(new Map(), subjects, downward, read), subjects, upward, read);
  const isTied = (subject: SubjectKey, other: SubjectKey) =>
    successorsOf(subject, known).includes(other) || predecessorsOf(subject, known).includes(other);
  const ids = taken.filter(({ subject, other }) => !isTied(subject, other)).map(({ listingId }) => listingId);
  if (ids.length === 0) return;
  const named = [...new Set(ids)].join('、');
  throw new Problem('conflict', {
    zh: `名单记录 ${named} 已认定为另一主体，须先撤回该认定（same 为 false）`,
    en: `The listing was found to be another subject's, ${named}: that is taken back first, with same: false.`,
  });
}
