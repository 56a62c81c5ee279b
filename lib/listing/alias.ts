import * as z from 'zod/mini';
import { Problem } from '../kernel/problem.ts';
import { text } from '../kernel/text.ts';
import { foldIdentifier } from '../subject/fold.ts';
import { type IdentifierFault, parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type SubjectKey } from '../subject/key.ts';

const Code = text(40);
const ORG_CODE_LENGTH = 9;

/** The body of `POST /v1/aliases`: what a steward signs to be one subject. */
export const AliasRequest = z.discriminatedUnion('kind', [
  /** A code in use that fails validation. */
  z.strictObject({ kind: z.literal('attested-code'), code: Code, ground: text(500) }),
  /** A 15-digit registration number and the unified code of the same subject. */
  z.strictObject({ kind: z.literal('registration-no'), number: Code, code: Code, ground: text(500) }),
  /** Another full code with the same 主体标识码 is the same subject. */
  z.strictObject({ kind: z.literal('confirmed-code'), code: Code, ground: text(500) }),
  /** Merged or re-coded: what is listed under the predecessor reaches the successor. */
  z.strictObject({ kind: z.literal('successor'), predecessor: Code, successor: Code, ground: text(500) }),
]);
export type AliasRequest = z.infer<typeof AliasRequest>;

/** An organisation by its unified code. Throws a Problem `invalid-identifier` at the pointer. */
export function organisationAt(code: string, pointer: string): { key: SubjectKey; code: string } {
  const parsed = parseIdentifier({ scheme: 'uscc', id: code });
  if (parsed.ok && parsed.identifier.kind === 'organisation')
    return { key: organisationKey(parsed.identifier.code9), code: parsed.identifier.value };
  throw invalidAt(pointer, parsed.ok ? [] : parsed.faults);
}

/** An organisation by its unified code or its organisation code. Throws a Problem `invalid-identifier` at the pointer. */
export function anyOrganisationAt(
  given: string,
  pointer: string,
): { key: SubjectKey; code: string; scheme: 'uscc' | 'org-code' } {
  const scheme = foldIdentifier(given).length === ORG_CODE_LENGTH ? 'org-code' : 'uscc';
  const parsed = parseIdentifier({ scheme, id: given });
  if (parsed.ok && parsed.identifier.kind === 'organisation')
    return { key: organisationKey(parsed.identifier.code9), code: parsed.identifier.value, scheme };
  throw invalidAt(pointer, parsed.ok ? [] : parsed.faults);
}

/** A code that fails validation but is well enough formed to be attested. Throws a Problem. */
export function attestableAt(code: string, pointer: string): { key: SubjectKey; code: string } {
  const parsed = parseIdentifier({ scheme: 'uscc', id: code });
  if (!parsed.ok && parsed.attestable)
    return { key: organisationKey(parsed.attestable.code9), code: parsed.attestable.value };
  if (parsed.ok)
    throw new Problem('conflict', { zh: '该代码有效，无需证明', en: 'The code is valid: there is nothing to attest.' });
  throw invalidAt(pointer, parsed.faults);
}

/** An organisation by its unified code, also by one that fails but may be attested. Throws a Problem. */
export function codeInUseAt(code: string, pointer: string): { key: SubjectKey; code: string } {
  const parsed = parseIdentifier({ scheme: 'uscc', id: code });
  return !parsed.ok && parsed.attestable ? attestableAt(code, pointer) : organisationAt(code, pointer);
}

/** A registration number in its canonical form. Throws a Problem. */
export function registrationAt(number: string, pointer: string): string {
  const parsed = parseIdentifier({ scheme: 'registration-no', id: number });
  if (parsed.ok) return parsed.identifier.value;
  throw invalidAt(pointer, parsed.faults);
}

const invalidAt = (pointer: string, faults: readonly IdentifierFault[]): Problem =>
  new Problem(
    'invalid-identifier',
    { zh: '标识码无效', en: 'An identifier is not valid.' },
    { errors: faults.map(({ rule, ...fault }) => ({ pointer, code: rule, ...fault })) },
  );
