import { unresolvedKey } from '../check/record.ts';
import { Problem } from '../kernel/problem.ts';
import { type IdentifierInput, parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys } from '../subject/key.ts';

/** Whom an identifier names, as it is compared with another one. */
export interface Named {
  readonly scheme: string;
  /** In canonical form; null of a person. */
  readonly value: string | null;
  /** Under which keys the log may have its records: the one that new records are made with first. */
  readonly keys: readonly string[];
}

/**
 * Whether two identifiers name the same one. An old organisation code and a unified code with it do; two unified codes
 * with one 主体标识码 do not by themselves; a number that leads to a subject by an alias is named as it was asked, too.
 */
export const isSame = (one: Named, other: Named): boolean =>
  (one.scheme === other.scheme && one.value !== null && one.value === other.value) ||
  (!(one.scheme === 'uscc' && other.scheme === 'uscc') && one.keys.some((key) => other.keys.includes(key)));

/** What a principal is counted under: its old and its new code are one. */
export const keyOf = ({ scheme, value, keys: [key] }: Named): string => key ?? unresolvedKey(scheme, value ?? '');

/**
 * Whom an identifier names; without a keyring a person has no key. Aliases are not followed.
 * @throws Problem `invalid-identifier`, at the pointer
 */
export function named(given: IdentifierInput, pointer: string, ring?: PersonKeyring): Named {
  const { scheme } = given;
  const parsed = parseIdentifier(given);
  if (!parsed.ok) {
    // A code that fails has records, and grants, where a steward attested it, and otherwise none.
    if (parsed.attestable)
      return { scheme, value: parsed.attestable.value, keys: [organisationKey(parsed.attestable.code9)] };
    throw new Problem(
      'invalid-identifier',
      { zh: '标识码无效', en: 'The identifier is not valid.' },
      { errors: parsed.faults.map(({ rule, message }) => ({ pointer, code: rule, message })) },
    );
  }
  const { identifier } = parsed;
  switch (identifier.kind) {
    case 'organisation':
      return { scheme, value: identifier.value, keys: [organisationKey(identifier.code9)] };
    case 'person':
      return { scheme, value: null, keys: ring ? personKeys(ring, identifier) : [] };
    case 'registration':
      return { scheme, value: identifier.value, keys: [unresolvedKey(identifier.scheme, identifier.value)] };
    case 'organisation-name':
      return { scheme, value: identifier.value, keys: [unresolvedKey(identifier.scheme, identifier.folded)] };
    case 'person-name':
      return { scheme, value: null, keys: [] };
  }
}
