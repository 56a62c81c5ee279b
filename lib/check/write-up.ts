import { randomBytes } from 'node:crypto';
import type { Instant } from '../kernel/clock.ts';
import { toIso } from '../kernel/clock.ts';
import type { Language } from '../kernel/text.ts';
import type { Identifier } from '../subject/identifier.ts';
import { maskIdentifier, maskPersonName } from '../subject/mask.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import { placeholder } from './answer-bytes.ts';
import { type Decision, decidersOf, isCandidate } from './decide.ts';
import { membersDigest, personDigest } from './digest.ts';
import type { Gathered } from './gather.ts';
import type { RegistryView } from './ports.ts';
import { type Prepared, type PreparedQuestion, principalKey } from './prepare.ts';
import type { CheckRecord, PersonFields } from './record.ts';
import { type Rendered, render } from './render.ts';
import { throughOf } from './through.ts';

const SALT_BYTES = 16;

export interface WriteUp {
  readonly prepared: PreparedQuestion;
  readonly gathered: Gathered;
  readonly view: RegistryView;
  readonly caller: string;
  readonly language: Language;
  readonly id: string;
  readonly nonce: string;
  readonly fingerprint: string;
  readonly keepUntil: string;
  readonly personsKeepUntil: string;
  readonly now: Instant;
}

/** A record that has no place in a chain yet, and the answer whose bytes are in it. */
export interface WrittenUp {
  readonly unlinked: Omit<CheckRecord, 'link'>;
  readonly answer: Rendered['answer'];
}

/** A decision as it goes on record: the answer's bytes, what they are found by, and what an auditor may see beside them. */
export function writeUp(decision: Decision, to: WriteUp): WrittenUp {
  const { question } = to.prepared;
  const persons: PersonFields[] = [];
  const shown = to.prepared.subjects.map((subject, index) => {
    const said = question.subjects[index];
    const identifier = identifierOf(subject);
    if (!said || !isPersonScheme(identifier.scheme)) return { id: identifier.value, name: said?.name };
    const id = maskIdentifier(identifier);
    const name = said.name === undefined ? null : maskPersonName(said.name);
    persons.push({ index, id, name, salt: randomBytes(SALT_BYTES).toString('base64url') });
    return {
      id: placeholder(to.nonce, index, 'id'),
      name: said.name === undefined ? undefined : placeholder(to.nonce, index, 'name'),
    };
  });
  const { answer, omitted } = render(decision, {
    id: to.id,
    question,
    subjects: shown,
    principalId: identifierOf(to.prepared.principal).value,
    caller: to.caller,
    catalogue: to.view.catalogue,
    language: to.language,
    now: to.now,
  });
  const subjects = to.prepared.subjects.map((subject, index) => {
    const { scheme, value } = identifierOf(subject);
    const verdict = decision.verdicts[index];
    // What may be another's is found under that one, and not under whom it held up.
    const deciders = (verdict ? decidersOf(verdict) : []).filter((each) => !isCandidate(each));
    const listings = deciders.map(({ listingId }) => listingId);
    return {
      key: to.gathered.subjectKeys[index],
      scheme,
      id: isPersonScheme(scheme) ? null : value,
      listings: [...new Set(listings)],
    };
  });
  const through = throughOf(decision, to.gathered, subjects);
  const unlinked = {
    id: to.id,
    outcome: decision.outcome,
    scene: question.scene,
    caller: to.caller,
    matterId: question.matter.id,
    principal: principalKey(to.prepared),
    operator: question.operator,
    checkedAt: toIso(to.now),
    expiresAt: toIso(decision.expiresAt),
    keepUntil: to.keepUntil,
    personsKeepUntil: to.personsKeepUntil,
    answer: JSON.stringify(answer),
    detail: {
      headSequence: to.view.head.sequence,
      sealHead: to.view.sealHead,
      subjects: decision.verdicts.map((verdict, index) => ({
        standings: [...(to.gathered.read[index] ?? [])],
        considered: [...verdict.considered],
        omittedReasons: omitted[index] ?? [],
        related: relatedOf(question.subjects[index]),
        bases: basesOf(question.subjects[index]),
      })),
    },
    persons,
    personDigests: Object.fromEntries(persons.map((fields) => [fields.index, personDigest(fields)])),
    subjects,
    through,
    membersDigest: membersDigest(subjects, through),
    nonce: to.nonce,
    fingerprint: to.fingerprint,
  };
  return { unlinked, answer };
}

function identifierOf({ identifier, attestable }: Prepared): Identifier {
  const known = identifier ?? attestable;
  if (!known) throw new RangeError('an identifier that was refused');
  return known;
}

/** The related subjects, persons without their numbers and names. */
const relatedOf = (subject: PreparedQuestion['question']['subjects'][number] | undefined) =>
  (subject?.related ?? []).map(({ relation, scheme, id, name }) =>
    isPersonScheme(scheme) ? { relation, scheme } : { relation, scheme, id, ...(name !== undefined && { name }) },
  );

function basesOf(subject: PreparedQuestion['question']['subjects'][number] | undefined) {
  const own = subject?.basis ? [subject.basis] : [];
  const related = (subject?.related ?? []).flatMap(({ relation, basis }) => (basis ? [{ relation, ...basis }] : []));
  return [...own, ...related];
}
