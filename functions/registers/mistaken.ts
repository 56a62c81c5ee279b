import type { Under, Wrong } from '../../lib/check-log/remedies.ts';
import type { Alias } from '../../lib/listing/alias.ts';
import { linkOf } from '../../lib/listing/alias-steps.ts';
import { MISTAKEN_ALIAS } from '../../lib/listing/case.ts';
import { downward, type Known, reaching, successorsOf, upward, walked } from '../../lib/listing/reach.ts';
import { organisationKey, type SubjectKey } from '../../lib/subject/key.ts';
import { orgCodeOf } from '../../lib/subject/uscc.ts';

/** That an alias was taken back: which, and when. */
interface MistakenAlias {
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface MistakenAliases {
  /** The aliases that an authority proposed and that were mistaken, oldest first. */
  mistaken(owner: string): Promise<readonly MistakenAlias[]>;
  aliases(ids: readonly string[]): Promise<ReadonlyMap<string, Alias>>;
  standings(keys: readonly SubjectKey[]): Promise<Known>;
}

/** The mistaken aliases of authorities, and where the checks are that they decided while they were in effect. */
export async function mistakenOf(owners: readonly string[], store: MistakenAliases): Promise<Wrong[]> {
  const found = await Promise.all(
    owners.map(async (owner) => (await store.mistaken(owner)).map((each) => ({ ...each, owner }))),
  );
  const all = found.flat();
  if (all.length === 0) return [];
  const aliases = await store.aliases([...new Set(all.map(({ id }) => id))]);
  const read = (keys: readonly SubjectKey[]) => store.standings(keys);
  const below = await walked(new Map(), [...aliases.values()].flatMap(subjectsOf), downward, read);
  const tied = await walked(below, below.keys(), upward, read);
  const terms = all.flatMap(({ id, at, owner }) => {
    const alias = aliases.get(id);
    return alias ? [{ owner, ...termOf(alias, at) }] : [];
  });
  return terms.map((term) => ({
    aliasId: term.alias.id,
    owner: term.owner,
    foundAt: term.to,
    outcome: MISTAKEN_ALIAS,
    under: underWhom(term, terms, tied),
  }));
}

/** An alias that was mistaken, and for how long it was in effect. */
interface Term {
  readonly alias: Alias;
  /** ISO 8601 UTC, the second one excluded. */
  readonly from: string;
  readonly to: string;
}

const termOf = (alias: Alias, to: string): Term => ({
  alias,
  from: alias.steps.findLast(({ step, at }) => step === 'signed' && at <= to)?.at ?? to,
  to,
});

const subjectsOf = ({ said, subject }: Alias): SubjectKey[] =>
  said.kind === 'successor' ? [subject, organisationKey(orgCodeOf(said.predecessor))] : [subject];

function underWhom({ alias: { said, subject }, from, to }: Term, terms: readonly Term[], known: Known): Under[] {
  if (said.kind === 'successor') {
    const predecessor = organisationKey(orgCodeOf(said.predecessor));
    const then = withTies(
      known,
      terms.filter((each) => each.from < to && from < each.to).map(({ alias }) => alias),
    );
    const reached = reaching(predecessor, then).map(({ listing }) => listing.id);
    return successorsOf(subject, then).map((each) => {
      // By another succession it may reach them still.
      const still = new Set(reaching(each, known).map(({ listing }) => listing.id));
      return { subject: each, listings: reached.filter((id) => !still.has(id)), from, to };
    });
  }
  // Without it, whoever was asked about by this identifier would not have been found.
  const link = linkOf({ said });
  const asked =
    link?.scheme === 'registration-no' ? { scheme: link.scheme, id: link.value } : { scheme: 'uscc', id: said.code };
  return [{ subject, asked, from, to }];
}

/** As it stood while other successions were in effect that were found to be mistaken too: listings reached further by these. */
function withTies(known: Known, aliases: readonly Alias[]): Known {
  const then = new Map(known);
  const tie = (key: SubjectKey, field: 'successors' | 'predecessors', other: SubjectKey) => {
    const standing = then.get(key);
    if (standing) then.set(key, { ...standing, [field]: [...(standing[field] ?? []), other] });
  };
  for (const { said, subject } of aliases) {
    if (said.kind !== 'successor') continue;
    const predecessor = organisationKey(orgCodeOf(said.predecessor));
    tie(predecessor, 'successors', subject);
    tie(subject, 'predecessors', predecessor);
  }
  return then;
}
