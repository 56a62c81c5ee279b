import * as z from 'zod/mini';
import { unresolvedKey } from '../check/record.ts';
import { Problem } from '../kernel/problem.ts';
import { text } from '../kernel/text.ts';
import { type IdentifierFault, parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys, type SubjectKey } from '../subject/key.ts';
import { maskIdentifier } from '../subject/mask.ts';
import { Scheme } from '../subject/scheme.ts';

/** A subject in a body, by what identifies it: a name is nobody's alone. */
export const SubjectNamed = z.strictObject({
  scheme: Scheme.check(
    z.refine((scheme) => scheme !== 'org-name' && scheme !== 'person-name', { error: 'unknown-value' }),
  ),
  id: text(200),
  /** Of a passport. */
  country: z.optional(text(3)),
});
export type SubjectNamed = z.infer<typeof SubjectNamed>;

/** What an identifier leads to. */
export interface FoundSubject {
  /** A person's masked. */
  readonly shown: { readonly scheme: Scheme; readonly id: string };
  /** Under which the Registry may hold a standing, the current first. */
  readonly keys: readonly SubjectKey[];
  /** Under which the log may hold checks. */
  readonly logKeys: readonly string[];
}

/** What turns identifiers into keys. */
export interface Resolving {
  readonly ring: PersonKeyring;
  subjectsOf(alias: {
    readonly scheme: 'registration-no' | 'attested-code';
    readonly value: string;
  }): Promise<readonly SubjectKey[]>;
}

/**
 * The subject behind an identifier. A registration number that nobody has tied to a code leads to no key.
 * @throws Problem `invalid-identifier`, also for a failing code that no steward has attested
 */
export async function findSubject(named: SubjectNamed, { ring, subjectsOf }: Resolving): Promise<FoundSubject> {
  const parsed = parseIdentifier(named);
  if (!parsed.ok) {
    const { attestable, faults } = parsed;
    const attested = attestable ? await subjectsOf({ scheme: 'attested-code', value: attestable.value }) : [];
    if (!attestable || attested.length === 0) throw invalid(faults);
    return { shown: { scheme: named.scheme, id: attestable.value }, keys: attested, logKeys: attested };
  }
  const { identifier } = parsed;
  const shown = { scheme: named.scheme, id: maskIdentifier(identifier) };
  switch (identifier.kind) {
    case 'organisation': {
      const keys = [organisationKey(identifier.code9)];
      return { shown, keys, logKeys: keys };
    }
    case 'person': {
      const keys = personKeys(ring, identifier);
      return { shown, keys, logKeys: keys };
    }
    case 'registration': {
      const keys = await subjectsOf({ scheme: identifier.scheme, value: identifier.value });
      return { shown, keys, logKeys: [...keys, unresolvedKey(identifier.scheme, identifier.value)] };
    }
    case 'organisation-name':
    case 'person-name':
      throw new RangeError('a name identifies nobody');
  }
}

const invalid = (faults: readonly IdentifierFault[]): Problem =>
  new Problem(
    'invalid-identifier',
    { zh: '标识码无效', en: 'The identifier is not valid.' },
    { errors: faults.map(({ rule, ...fault }) => ({ pointer: '/subject', code: rule, ...fault })) },
  );
