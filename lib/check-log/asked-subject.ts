import * as z from 'zod/mini';
import { keptText, text } from '../kernel/text.ts';
import type { PersonKeyring } from '../subject/key.ts';
import { isPersonScheme, Scheme } from '../subject/scheme.ts';
import { type Named, named } from './named.ts';

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
 * Whom an identifier names, with the subjects that a registration number is tied to.
 * @throws Problem `invalid-identifier`
 */
export async function subjectNamed(
  subject: SubjectAsked,
  { ring, resolve }: Resolving,
  pointer = '/subject',
): Promise<Named> {
  const asked = named(subject, pointer, ring);
  if (asked.scheme !== 'registration-no' || asked.value === null) return asked;
  return { ...asked, keys: [...(await resolve(asked.value)), ...asked.keys] };
}

/**
 * The keys under which the log may have an identifier's records.
 * @throws Problem `invalid-identifier`
 */
export const subjectKeys = async (...asked: Parameters<typeof subjectNamed>): Promise<readonly string[]> =>
  (await subjectNamed(...asked)).keys;
