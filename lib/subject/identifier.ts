import type { IdentifierFault } from './fault.ts';
import { lengthFault } from './fault.ts';
import { foldIdentifier, foldName } from './fold.ts';
import { readForeignPermanentResidentId } from './foreign-permanent-resident-id.ts';
import { maskedNameFault } from './masked.ts';
import { orgCodeFaults } from './org-code.ts';
import { readPassport } from './passport.ts';
import { registrationNoFaults } from './registration-no.ts';
import { readResidencePermit } from './residence-permit.ts';
import { type NumberReading, readResidentId } from './resident-id.ts';
import type { PersonNumberScheme, Scheme } from './scheme.ts';
import { orgCodeOf, readUscc } from './uscc.ts';

export type { IdentifierFault } from './fault.ts';

/** A person by number. `value` is the number itself: it must not leave the request that brought it. */
export interface PersonIdentifier {
  readonly kind: 'person';
  readonly scheme: PersonNumberScheme;
  /** Folded; a 15-digit resident id in its 18-character form. */
  readonly value: string;
  /** Of a passport: ISO 3166-1 alpha-3. */
  readonly country?: string;
}

/** An identifier that passed every rule of its scheme, in the one form in which it is compared and stored. */
export type Identifier =
  | {
      readonly kind: 'organisation';
      readonly scheme: 'uscc' | 'org-code';
      /** Folded, 18 or 9 characters. */
      readonly value: string;
      /** 主体标识码, the subject's key. */
      readonly code9: string;
    }
  /** A number that only the registry of aliases can tie to an organisation. */
  | { readonly kind: 'registration'; readonly scheme: 'registration-no'; readonly value: string }
  | PersonIdentifier
  | {
      readonly kind: 'organisation-name';
      readonly scheme: 'org-name';
      /** As it was given, trimmed. */
      readonly value: string;
      /** For comparing; see foldName. */
      readonly folded: string;
    }
  | { readonly kind: 'person-name'; readonly scheme: 'person-name'; readonly value: string };

export interface IdentifierInput {
  readonly scheme: Scheme;
  readonly id: string;
  /** Of a passport. */
  readonly country?: string | undefined;
}

export type ParsedIdentifier =
  | { readonly ok: true; readonly identifier: Identifier }
  | {
      readonly ok: false;
      readonly faults: readonly IdentifierFault[];
      /** A unified social credit code of the right form that fails a check digit or the department's table: a steward can attest it. */
      readonly attestable?: { readonly value: string; readonly code9: string };
    };

/** Folds and validates; never throws. Every rule that is broken is reported, in the order of the characters. */
export function parseIdentifier(input: IdentifierInput): ParsedIdentifier {
  const { scheme, id } = input;
  switch (scheme) {
    case 'uscc':
      return parseUscc(foldIdentifier(id));
    case 'org-code': {
      const value = foldIdentifier(id);
      return resolve(orgCodeFaults(value), { kind: 'organisation', scheme, value, code9: value });
    }
    case 'registration-no': {
      const value = foldIdentifier(id);
      return resolve(registrationNoFaults(value), { kind: 'registration', scheme, value });
    }
    case 'resident-id':
      return person(scheme, readResidentId(foldIdentifier(id)));
    case 'residence-permit-hmt':
      return person(scheme, readResidencePermit(foldIdentifier(id)));
    case 'foreign-permanent-resident-id':
      return person(scheme, readForeignPermanentResidentId(foldIdentifier(id)));
    case 'passport': {
      const read = readPassport(foldIdentifier(id), input.country);
      if (!read.ok) return read;
      return { ok: true, identifier: { kind: 'person', scheme, value: read.value, country: read.country } };
    }
    case 'org-name': {
      const folded = foldName(id);
      return resolve(nameFaults(folded), { kind: 'organisation-name', scheme, value: id.trim(), folded });
    }
    case 'person-name':
      return resolve(nameFaults(foldName(id)), { kind: 'person-name', scheme, value: id.trim() });
  }
}

function parseUscc(value: string): ParsedIdentifier {
  const { faults, attestable } = readUscc(value);
  const code9 = orgCodeOf(value);
  if (faults.length === 0) return { ok: true, identifier: { kind: 'organisation', scheme: 'uscc', value, code9 } };
  return attestable ? { ok: false, faults, attestable: { value, code9 } } : { ok: false, faults };
}

function person(scheme: PersonNumberScheme, read: NumberReading): ParsedIdentifier {
  return read.ok ? { ok: true, identifier: { kind: 'person', scheme, value: read.value } } : read;
}

const resolve = (faults: readonly IdentifierFault[], identifier: Identifier): ParsedIdentifier =>
  faults.length === 0 ? { ok: true, identifier } : { ok: false, faults };

/** Folded, one character can become many: it is the folded name that is a key. */
const MAX_NAME = 200;

function nameFaults(folded: string): readonly IdentifierFault[] {
  if ([...folded].length > MAX_NAME)
    return [lengthFault(folded, { zh: `不超过 ${MAX_NAME} 字`, en: `at most ${MAX_NAME} characters` })];
  if (folded === '') return [{ rule: 'length', message: { zh: '名称为空', en: 'the name is empty' } }];
  const masked = maskedNameFault(folded);
  return masked === undefined ? [] : [masked];
}
