import { type RecordedSubjectKey, unresolvedKey } from '../check/record.ts';
import { Problem } from '../kernel/problem.ts';
import { type IdentifierInput, parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys } from '../subject/key.ts';

/**
 * Which subject of a check an identifier names, from 0; undefined where it names none of them.
 * @throws Problem `invalid-identifier`
 */
export function memberOf(
  given: IdentifierInput,
  members: readonly Pick<RecordedSubjectKey, 'key' | 'scheme' | 'id'>[],
  ring: PersonKeyring,
): number | undefined {
  const { keys, value } = namedBy(given, '/subject', ring);
  const member = members.findIndex(({ key, scheme, id }) => {
    // A number that leads to a subject by an alias is named as the check named it.
    if (scheme === given.scheme && id !== null && id === value) return true;
    // Two full codes with one 主体标识码 are not the same by themselves.
    const otherCode = scheme === 'uscc' && given.scheme === 'uscc';
    return key !== undefined && keys.includes(key) && !otherCode;
  });
  return member < 0 ? undefined : member;
}

/**
 * Whether two identifiers of organisations name the same one.
 * @throws Problem `invalid-identifier`
 */
export function sameOrganisation(one: IdentifierInput, other: IdentifierInput): boolean {
  const [first, second] = [namedBy(one, '/principal'), namedBy(other, '/principal')];
  if (one.scheme === other.scheme) return first.value === second.value;
  return first.keys.some((key) => second.keys.includes(key));
}

/** Under which keys an identifier is known, and its canonical form, which a person's has none of here. */
function namedBy(
  given: IdentifierInput,
  pointer: string,
  ring?: PersonKeyring,
): { keys: readonly string[]; value: string | undefined } {
  const parsed = parseIdentifier(given);
  if (!parsed.ok) {
    // A code that a steward has attested is checked, and granted on.
    if (parsed.attestable) return { keys: [organisationKey(parsed.attestable.code9)], value: parsed.attestable.value };
    throw new Problem(
      'invalid-identifier',
      { zh: '标识码无效', en: 'The identifier is not valid.' },
      { errors: parsed.faults.map(({ rule, message }) => ({ pointer: `${pointer}/id`, code: rule, message })) },
    );
  }
  const { identifier } = parsed;
  switch (identifier.kind) {
    case 'organisation':
      return { keys: [organisationKey(identifier.code9)], value: identifier.value };
    case 'person':
      return { keys: ring ? personKeys(ring, identifier) : [], value: undefined };
    case 'registration':
      return { keys: [unresolvedKey(identifier.scheme, identifier.value)], value: identifier.value };
    case 'organisation-name':
      return { keys: [unresolvedKey(identifier.scheme, identifier.folded)], value: identifier.value };
    case 'person-name':
      return { keys: [], value: undefined };
  }
}
