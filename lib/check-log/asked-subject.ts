import * as z from 'zod/mini';
import { unresolvedKey } from '../check/record.ts';
import { Problem } from '../kernel/problem.ts';
import { keptText, text } from '../kernel/text.ts';
import { parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys } from '../subject/key.ts';
import { isPersonScheme, Scheme } from '../subject/scheme.ts';

const ID_LENGTH = 200;

/** `<scheme>:<id>`. A person's identifier must not stand in a URL. */
export const SubjectText = z.pipe(
  z.pipe(
    z.string().check(z.regex(/^[a-z-]+:.+$/)),
    z.transform((value) => ({ scheme: value.slice(0, value.indexOf(':')), id: value.slice(value.indexOf(':') + 1) })),
  ),
  z.strictObject({ scheme: Scheme.check(z.refine((scheme) => !isPersonScheme(scheme))), id: keptText(ID_LENGTH) }),
);

/** A principal: an organisation by a code. */
export const PrincipalText = SubjectText.check(
  z.refine(({ scheme }) => scheme === 'uscc' || scheme === 'org-code' || scheme === 'registration-no'),
);

/** The same in a body, where it may be a person. */
export const SubjectAsked = z.strictObject({ scheme: Scheme, id: text(ID_LENGTH), country: z.optional(text(3)) }).check(
  z.refine(({ scheme, id }) => scheme !== 'org-name' || keptText(ID_LENGTH).safeParse(id).success, {
    error: 'personal-number',
    path: ['id'],
  }),
);
export type SubjectAsked = z.infer<typeof SubjectAsked>;

/** What turns an identifier into keys. */
export interface Resolving {
  readonly ring: PersonKeyring;
  /** The subject that a registration number is tied to. */
  readonly resolve: (registrationNo: string) => Promise<readonly string[]>;
}

/**
 * The keys under which the log may have an identifier's records.
 * @throws Problem `invalid-identifier`
 */
export async function subjectKeys(
  subject: SubjectAsked,
  { ring, resolve }: Resolving,
  pointer = '/subject',
): Promise<readonly string[]> {
  const parsed = parseIdentifier(subject);
  // A code that fails has records where a steward attested it, and otherwise none.
  if (!parsed.ok && parsed.attestable) return [organisationKey(parsed.attestable.code9)];
  if (!parsed.ok)
    throw new Problem(
      'invalid-identifier',
      { zh: '标识码无效', en: 'The identifier is not valid.' },
      { errors: parsed.faults.map(({ rule, message }) => ({ pointer, code: rule, message })) },
    );
  const { identifier } = parsed;
  switch (identifier.kind) {
    case 'organisation':
      return [organisationKey(identifier.code9)];
    case 'person':
      return personKeys(ring, identifier);
    case 'registration':
      return [...(await resolve(identifier.value)), unresolvedKey(identifier.scheme, identifier.value)];
    case 'organisation-name':
      return [unresolvedKey(identifier.scheme, identifier.folded)];
    case 'person-name':
      return [];
  }
}
