import { Problem } from '../../lib/kernel/problem.ts';
import type { Alias, Meant } from '../../lib/listing/alias.ts';
import { codesIn, eventsOf, linkOf, stateOf } from '../../lib/listing/alias-steps.ts';
import { beyond } from '../../lib/listing/beyond.ts';
import { assertOneTransaction } from '../../lib/listing/one-transaction.ts';
import { assertNoOtherCode } from '../../lib/listing/other-code.ts';
import type { AliasChange, AliasStore, SubjectChange } from '../../lib/listing/ports.ts';
import type { Standing } from '../../lib/listing/standing.ts';
import type { Day } from '../../lib/listing/term.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';

/** What is looked up for a step. */
export type Looking = Pick<AliasStore, 'standings' | 'subjectsOf'>;

/**
 * What a step of an alias writes. Signed, its identifiers lead to its subject, and what is listed under a predecessor reaches
 * the successor; taken back, they do no more, and what it decided meanwhile is owed a remedy by who proposed it.
 * @throws Problem `conflict`, `not-found`
 */
export async function carriedOut(
  before: Alias | undefined,
  after: Alias,
  aliases: Looking,
  on: Day,
): Promise<AliasChange> {
  const [state, was] = [stateOf(after), before && stateOf(before)];
  const withdrawn = state === 'withdrawn';
  // A withdrawal that was declined leaves it signed as it was.
  const takesEffect = withdrawn || (state === 'signed' && was === 'proposed');
  if (!takesEffect) return { before, after };
  if (!withdrawn) await assertPossible(after, aliases);
  const link = linkOf(after);
  const owner = after.steps.findLast(({ step }) => step === 'proposed')?.by.authority ?? '';
  return {
    before,
    after,
    ...(link && { link: { ...link, tied: !withdrawn } }),
    ...(withdrawn && { mistakenBy: owner }),
    changes: await changesOf(after, withdrawn, aliases, on),
  };
}

/**
 * What cannot be signed is not proposed either.
 * @throws Problem `conflict` for an identifier that leads to somebody else or a second full code, `not-found` for a code of which nothing is known
 */
export async function assertPossible(meant: Meant, aliases: Looking): Promise<void> {
  const link = linkOf(meant);
  if (link && (await aliases.subjectsOf(link)).some((subject) => subject !== meant.subject))
    throw new Problem('conflict', {
      zh: '该标识已对应另一主体，须先撤回原对应',
      en: 'This identifier is tied to another subject: that is taken back first.',
    });
  if (meant.said.kind === 'confirmed-code' && !(await aliases.standings([meant.subject])).has(meant.subject))
    throw new Problem('not-found', { zh: '名单中没有该主体', en: 'Nothing is known of this subject.' });
  const codes = codesIn(meant);
  const known = codes.length > 0 ? await aliases.standings(codes.map(({ key }) => key)) : new Map<string, Standing>();
  for (const { key, code } of codes) assertNoOtherCode(code, known.get(key)?.subject);
}

/** Its papers, the identifier's link, and that it was mistaken. */
const OWN_ITEMS = 3;

async function changesOf(alias: Alias, withdrawn: boolean, aliases: Looking, on: Day): Promise<SubjectChange[]> {
  const events = eventsOf(alias, withdrawn);
  const standings = await aliases.standings(events.map(({ key }) => key));
  const [proposal, signature] = alias.steps.slice(-2);
  if (!proposal || !signature) throw new RangeError('an alias that was signed by one');
  const { ground } = proposal.by;
  const by = { ...signature.by, ...(ground !== undefined && { ground }) };
  const changes = events.map(({ key, subject, event }) => ({
    key,
    change: advance(standings.get(key) ?? unknownSubject(subject), [event], by, on.at, on.abolitions),
    documents: [],
    names: [],
  }));
  const all = await beyond(changes, aliases, by, on);
  assertOneTransaction(all, OWN_ITEMS);
  return all;
}
