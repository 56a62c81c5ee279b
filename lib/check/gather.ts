import type { Standing } from '../listing/standing.ts';
import { headOfficeName } from '../subject/branch.ts';
import { isNameKey, nameKey, type SubjectKey } from '../subject/key.ts';
import type { Asked, AskedSubject } from './evidence.ts';
import { aliasId, type RegistryReader, type RegistryView } from './ports.ts';
import type { Prepared, PreparedQuestion } from './prepare.ts';
import { type RecordDetail, unresolvedKey } from './record.ts';

/** The subjects of a question with every standing that their identifiers lead to. */
export interface Gathered {
  readonly subjects: readonly AskedSubject[];
  /** For the record: which standings were read for each subject. */
  readonly read: readonly RecordDetail['subjects'][number]['standings'][];
  /** What each subject is found by in the log. */
  readonly subjectKeys: readonly (string | undefined)[];
  /** Every standing that was found, by whose it is. */
  readonly standings: ReadonlyMap<string, Standing>;
}

/** Follows registration numbers, names and successions to their standings: one more read, only where there are any. */
export async function gather(
  { question, subjects }: PreparedQuestion,
  view: RegistryView,
  registry: RegistryReader,
  signal: AbortSignal,
): Promise<Gathered> {
  const leads = (one: Prepared): readonly SubjectKey[] => leadsOf(one, view);
  const all = subjects.flatMap((subject) => [subject, ...subject.related]);
  const known = new Map(view.standings);
  const keysOf = (one: Prepared): SubjectKey[] => withPredecessors([...one.keys, ...leads(one)], known);
  const namesakes = (one: Prepared) => [...new Set([...namesakesOf(one, view), ...namesIn(keysOf(one), known)])];
  const looked = new Set<SubjectKey>(all.flatMap(({ keys, named }) => [...keys, ...named]));
  for (;;) {
    const missing = [...new Set(all.flatMap((one) => [...keysOf(one), ...namesakes(one)]))].filter(
      (key) => !looked.has(key),
    );
    if (missing.length === 0) break;
    for (const key of missing) looked.add(key);
    for (const [key, found] of await registry.standings(missing, signal)) known.set(key, found);
  }

  const askedOf = (one: Prepared, name: string | undefined): Asked => {
    const identifier = one.identifier ?? one.attestable;
    if (!identifier) throw new RangeError('an identifier that was refused');
    const own = [...one.keys, ...leads(one)].flatMap((key) => known.get(key)?.subject.name ?? []);
    const asName = identifier.kind === 'organisation-name' ? [identifier.value] : own;
    return {
      identifier,
      names: [...(name === undefined ? [] : [name]), ...asName],
      key: standingKey(one, known) ?? (identifier.kind === 'registration' ? leads(one)[0] : undefined),
      standings: keysOf(one).flatMap((key) => known.get(key) ?? []),
      namesakes: namesakes(one).flatMap((key) => known.get(key) ?? []),
      unresolved: identifier.kind === 'registration' && leads(one).length === 0,
      attested: one.identifier === undefined,
    };
  };
  const readOf = (one: Prepared, through?: { readonly relation: string | undefined; readonly related: number }) =>
    [...keysOf(one), ...namesakes(one)].map((key) => ({
      key,
      version: known.get(key)?.version ?? 0,
      ...(through?.relation !== undefined && { relation: through.relation }),
      ...(through && { related: through.related }),
      ...reachedBy(key, one.keys, leads(one)),
    }));

  return {
    subjects: subjects.map((one, index) => {
      const said = question.subjects[index];
      return {
        ...askedOf(one, said?.name),
        role: said?.role,
        related: one.related.map((other, at) => ({
          ...askedOf(other, said?.related?.[at]?.name),
          relation: said?.related?.[at]?.relation ?? '',
        })),
      };
    }),
    read: subjects.map((one, index) => [
      ...readOf(one),
      ...one.related.flatMap((other, related) =>
        readOf(other, { relation: question.subjects[index]?.related?.[related]?.relation, related }),
      ),
    ]),
    subjectKeys: subjects.map((one) => logKey(one, leads(one), known)),
    standings: known,
  };
}

/** Where the aliases of an identifier lead. A branch's name leads to its head office too. */
function leadsOf({ identifier }: Prepared, { aliases, catalogue }: RegistryView): readonly SubjectKey[] {
  if (identifier?.kind === 'registration') return aliases.get(aliasId(identifier)) ?? [];
  if (identifier?.kind !== 'organisation-name') return [];
  return namesMeant(identifier.folded, catalogue).flatMap(
    (value) => aliases.get(aliasId({ scheme: 'org-name', value })) ?? [],
  );
}

/** Where what is listed under its name alone stands: of a name that is asked about, under its head office's too. */
function namesakesOf({ identifier, named }: Prepared, { catalogue }: RegistryView): readonly SubjectKey[] {
  return identifier?.kind === 'organisation-name' ? namesMeant(identifier.folded, catalogue).map(nameKey) : named;
}

/** Where listings stand that were found to be one of these subjects'. */
const namesIn = (keys: readonly SubjectKey[], known: ReadonlyMap<SubjectKey, Standing>): readonly SubjectKey[] =>
  keys.flatMap((key) => known.get(key)?.names ?? []);

function namesMeant(folded: string, { branchSuffixes }: RegistryView['catalogue']): string[] {
  const head = headOfficeName(folded, branchSuffixes);
  return head === undefined ? [folded] : [folded, head];
}

/** How a standing was found, where it is not the identifier's own: deciding again needs to know it. */
function reachedBy(
  key: SubjectKey,
  own: readonly SubjectKey[],
  leads: readonly SubjectKey[],
): { by?: 'alias' | 'succession' | 'name' } {
  if (own.includes(key)) return {};
  if (isNameKey(key)) return { by: 'name' };
  return { by: leads.includes(key) ? 'alias' : 'succession' };
}

/** The keys and all that they succeed, as far as it is known; a set, so that a circle of successions ends. */
function withPredecessors(keys: readonly SubjectKey[], known: ReadonlyMap<SubjectKey, Standing>): SubjectKey[] {
  const all = new Set(keys);
  // What is added while a set is walked is walked too.
  for (const key of all) for (const before of known.get(key)?.predecessors ?? []) all.add(before);
  return [...all];
}

/** A name is no subject: a check by name is found by the name. A person's name is never a key. */
function logKey(
  one: Prepared,
  leads: readonly SubjectKey[],
  known: ReadonlyMap<SubjectKey, Standing>,
): string | undefined {
  const { identifier } = one;
  switch (identifier?.kind) {
    case 'organisation-name':
      return unresolvedKey(identifier.scheme, identifier.folded);
    case 'person-name':
      return undefined;
    case 'registration':
      return leads[0] ?? unresolvedKey(identifier.scheme, identifier.value);
    default:
      return standingKey(one, known);
  }
}

/**
 * A person who was listed before the persons' key was rotated stands under the older one for good: whatever happens to that
 * standing concerns the checks of today, which are found by the same key.
 */
const standingKey = ({ keys }: Prepared, known: ReadonlyMap<SubjectKey, Standing>): SubjectKey | undefined =>
  keys.find((key) => known.has(key)) ?? keys[0];
