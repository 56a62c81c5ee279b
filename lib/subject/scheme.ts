import * as z from 'zod/mini';

/** The kinds of identifier of the contract. */
export const Scheme = z.enum([
  'uscc',
  'org-code',
  'registration-no',
  'resident-id',
  'residence-permit-hmt',
  'foreign-permanent-resident-id',
  'passport',
  'org-name',
  'person-name',
]);
export type Scheme = z.infer<typeof Scheme>;

/** A number that is tied to one natural person; a person's name is not one. */
export type PersonNumberScheme = Extract<
  Scheme,
  'resident-id' | 'residence-permit-hmt' | 'foreign-permanent-resident-id' | 'passport'
>;

/** True for everything that points at a natural person, the name included: it must not stand in a URL, a log or an event. */
export function isPersonScheme(scheme: Scheme): scheme is PersonNumberScheme | 'person-name' {
  switch (scheme) {
    case 'resident-id':
    case 'residence-permit-hmt':
    case 'foreign-permanent-resident-id':
    case 'passport':
    case 'person-name':
      return true;
    case 'uscc':
    case 'org-code':
    case 'registration-no':
    case 'org-name':
      return false;
  }
}
