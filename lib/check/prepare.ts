import { possibleHeadOffices } from '../subject/branch.ts';
import { type Identifier, type IdentifierFault, parseIdentifier } from '../subject/identifier.ts';
import { nameKey, organisationKey, type PersonKeyring, personKeys, type SubjectKey } from '../subject/key.ts';
import type { Scheme } from '../subject/scheme.ts';
import type { AliasKey } from './ports.ts';
import type { CheckQuestion } from './question.ts';
import { unresolvedKey } from './record.ts';

/** One identifier of the question, and where the Registry may know it. */
export interface Prepared {
  /** JSON pointer of the subject in the body. */
  readonly pointer: string;
  readonly identifier: Identifier | undefined;
  readonly faults: readonly IdentifierFault[];
  /** The failing code that a steward may have attested, as an identifier to go on with. */
  readonly attestable: (Identifier & { kind: 'organisation' }) | undefined;
  /** Its own keys, the current one first; none for what must be resolved first. */
  readonly keys: readonly SubjectKey[];
  readonly aliases: readonly AliasKey[];
  /** Where listings stand that know an organisation by such a name alone. */
  readonly named: readonly SubjectKey[];
}

interface PreparedSubject extends Prepared {
  readonly related: readonly Prepared[];
}

export interface PreparedQuestion {
  readonly question: CheckQuestion;
  readonly principal: Prepared;
  readonly subjects: readonly PreparedSubject[];
}

/** Parses every identifier of a question; what is wrong with each stays beside it, so that all faults are told at once. */
export function prepare(question: CheckQuestion, ring: PersonKeyring): PreparedQuestion {
  return {
    question,
    principal: prepareOne(question.principal, '/principal', ring),
    subjects: question.subjects.map((subject, index) => ({
      ...prepareOne(subject, `/subjects/${index}`, ring),
      related: (subject.related ?? []).map((related, at) =>
        prepareOne(related, `/subjects/${index}/related/${at}`, ring),
      ),
    })),
  };
}

/** Every identifier whose standing decides; the principal's decides nothing. */
export const asked = ({ subjects }: PreparedQuestion): Prepared[] =>
  subjects.flatMap((subject) => [subject, ...subject.related]);

/** What a check is found by under its principal; undefined where the identifier is not valid. */
export function principalKey({ principal: { keys, identifier } }: PreparedQuestion): string | undefined {
  if (identifier?.kind !== 'registration') return keys[0];
  return unresolvedKey(identifier.scheme, identifier.value);
}

function prepareOne(
  given: { scheme: Scheme; id: string; country?: string | undefined; name?: string | undefined },
  pointer: string,
  ring: PersonKeyring,
): Prepared {
  const parsed = parseIdentifier(given);
  if (parsed.ok) {
    const { identifier } = parsed;
    const named = namedAs(identifier, given.name);
    return { pointer, identifier, faults: [], attestable: undefined, ...whereKnown(identifier, ring), named };
  }
  if (!parsed.attestable)
    return {
      pointer,
      identifier: undefined,
      faults: parsed.faults,
      attestable: undefined,
      keys: [],
      aliases: [],
      named: [],
    };
  const { value, code9 } = parsed.attestable;
  const attestable = { kind: 'organisation', scheme: 'uscc', value, code9 } as const;
  return {
    pointer,
    identifier: undefined,
    faults: parsed.faults,
    attestable,
    keys: [organisationKey(code9)],
    aliases: [{ scheme: 'attested-code', value }],
    named: namedAs(attestable, given.name),
  };
}

/** Under the name that the question gives beside a number, or that it asks by; a person's name is no key. */
function namedAs(identifier: Identifier, name: string | undefined): SubjectKey[] {
  switch (identifier.kind) {
    case 'organisation':
    case 'registration': {
      const parsed = name === undefined ? undefined : parseIdentifier({ scheme: 'org-name', id: name });
      return parsed?.ok && parsed.identifier.kind === 'organisation-name' ? [nameKey(parsed.identifier.folded)] : [];
    }
    case 'organisation-name':
      return possibleNames(identifier).map(nameKey);
    case 'person':
    case 'person-name':
      return [];
  }
}

/** Which endings mark a branch is catalogue data, which the same read brings: every possible head office is asked for. */
const possibleNames = ({ folded }: { readonly folded: string }): string[] => [folded, ...possibleHeadOffices(folded)];

function whereKnown(identifier: Identifier, ring: PersonKeyring): Pick<Prepared, 'keys' | 'aliases'> {
  switch (identifier.kind) {
    case 'organisation':
      return { keys: [organisationKey(identifier.code9)], aliases: [] };
    case 'person':
      return { keys: personKeys(ring, identifier), aliases: [] };
    case 'registration':
      return { keys: [], aliases: [{ scheme: 'registration-no', value: identifier.value }] };
    case 'organisation-name':
      return { keys: [], aliases: possibleNames(identifier).map((value) => ({ scheme: 'org-name', value })) };
    case 'person-name':
      return { keys: [], aliases: [] };
  }
}
