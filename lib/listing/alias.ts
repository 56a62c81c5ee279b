import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { Problem } from '../kernel/problem.ts';
import { statedText, text } from '../kernel/text.ts';
import { foldIdentifier } from '../subject/fold.ts';
import { type IdentifierFault, parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, SubjectKey } from '../subject/key.ts';
import { Signature } from './event.ts';

const Code = text(40);
const ORG_CODE_LENGTH = 9;

const AttestedCode = z.strictObject({ kind: z.literal('attested-code'), code: Code });
const RegistrationNo = z.strictObject({ kind: z.literal('registration-no'), number: Code, code: Code });
const ConfirmedCode = z.strictObject({ kind: z.literal('confirmed-code'), code: Code });
const Successor = z.strictObject({ kind: z.literal('successor'), predecessor: Code, successor: Code });

/** Which identifiers are said to be one subject. */
const Said = z.discriminatedUnion('kind', [
  /** A code in use that fails validation. */
  AttestedCode,
  /** A 15-digit registration number and the unified code of the same subject. */
  RegistrationNo,
  /** Another full code with the same 主体标识码 is the same subject. */
  ConfirmedCode,
  /** Merged or re-coded: what is listed under the predecessor reaches the successor. */
  Successor,
]);
type Said = z.infer<typeof Said>;

const ground = statedText(500);

/** The body of `POST /v1/aliases`: what a steward proposes to be one subject, and why. */
export const AliasRequest = z.discriminatedUnion('kind', [
  z.extend(AttestedCode, { ground }),
  z.extend(RegistrationNo, { ground }),
  z.extend(ConfirmedCode, { ground }),
  z.extend(Successor, { ground }),
]);
export type AliasRequest = z.infer<typeof AliasRequest>;

/** What has been done about an alias: proposed, and then signed or declined; and so again when it is to be taken back. */
const AliasStep = z.strictObject({
  step: z.enum(['proposed', 'signed', 'declined', 'withdrawal-proposed', 'withdrawn', 'withdrawal-declined']),
  at: z.iso.datetime(),
  by: Signature,
});
export type AliasStep = z.infer<typeof AliasStep>;

/** 标识对应: that identifiers are one subject, or that a failing code is in use, with everybody who signed it. */
export const Alias = z.strictObject({
  /** The same for the same identifiers, so that they are proposed, tied and untied once. */
  id: z.string(),
  said: Said,
  /** Whom it leads to. */
  subject: SubjectKey,
  /** Oldest first. */
  steps: z.array(AliasStep).check(z.minLength(1)),
});
export type Alias = z.infer<typeof Alias>;

/** What is said, by whom it is about. */
export type Meant = Pick<Alias, 'id' | 'said' | 'subject'>;

/**
 * What a request says in canonical identifiers.
 * @throws Problem `invalid-identifier`, `conflict` for what needs no alias
 */
export function meantBy(request: AliasRequest): Meant {
  switch (request.kind) {
    case 'attested-code': {
      const { key, code } = attestableAt(request.code, '/code');
      return meant({ kind: request.kind, code }, key);
    }
    case 'registration-no': {
      const { key, code } = organisationAt(request.code, '/code');
      return meant({ kind: request.kind, number: registrationAt(request.number, '/number'), code }, key);
    }
    case 'confirmed-code': {
      const { key, code } = codeInUseAt(request.code, '/code');
      return meant({ kind: request.kind, code }, key);
    }
    case 'successor': {
      const predecessor = organisationAt(request.predecessor, '/predecessor');
      const successor = organisationAt(request.successor, '/successor');
      if (successor.key === predecessor.key)
        throw new Problem('conflict', {
          zh: '两个代码的主体标识码相同，请用 confirmed-code',
          en: 'Both codes are one subject: use confirmed-code.',
        });
      const said = { kind: request.kind, predecessor: predecessor.code, successor: successor.code };
      return meant(said, successor.key);
    }
  }
}

const ID_BYTES = 12;

function meant(said: Said, subject: SubjectKey): Meant {
  // Of what is tied, and not of the words for it: two full codes of one subject are one.
  const parts =
    said.kind === 'registration-no'
      ? [said.kind, said.number, subject]
      : said.kind === 'successor'
        ? [said.kind, organisationAt(said.predecessor, '/predecessor').key, subject]
        : [said.kind, said.code];
  const id = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, ID_BYTES).toString('hex');
  return { id: `alias-${id}`, said, subject };
}

/** An organisation by its unified code. Throws a Problem `invalid-identifier` at the pointer. */
function organisationAt(code: string, pointer: string): { key: SubjectKey; code: string } {
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
function attestableAt(code: string, pointer: string): { key: SubjectKey; code: string } {
  const parsed = parseIdentifier({ scheme: 'uscc', id: code });
  if (!parsed.ok && parsed.attestable)
    return { key: organisationKey(parsed.attestable.code9), code: parsed.attestable.value };
  if (parsed.ok)
    throw new Problem('conflict', { zh: '该代码有效，无需证明', en: 'The code is valid: there is nothing to attest.' });
  throw invalidAt(pointer, parsed.faults);
}

/** An organisation by its unified code, also by one that fails but may be attested. Throws a Problem. */
function codeInUseAt(code: string, pointer: string): { key: SubjectKey; code: string } {
  const parsed = parseIdentifier({ scheme: 'uscc', id: code });
  return !parsed.ok && parsed.attestable ? attestableAt(code, pointer) : organisationAt(code, pointer);
}

/** A registration number in its canonical form. Throws a Problem. */
function registrationAt(number: string, pointer: string): string {
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
