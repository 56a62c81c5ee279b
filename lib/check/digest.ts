import { createHash } from 'node:crypto';
import { canonical } from '../kernel/canonical.ts';
import type { CheckRecord, PersonFields, RecordedSubjectKey, RecordedThrough } from './record.ts';

/**
 * Of everything in a record that never changes, SHA-256 in base64url. Its nonce is the salt: once the record is deleted,
 * the digest tells nothing of it. A person's fields and the other members of a consortium stand on items of their own
 * and are covered by their own digests, so that erasing the first changes nothing, and the record's item alone suffices. The receipt signs this digest.
 */
export function recordDigest(record: CheckRecord): string {
  const {
    persons: _erasable,
    personsKeepUntil: _erasedWith,
    subjects,
    through: _beside,
    receipt: _over,
    ...kept
  } = record;
  return sha256({ form: 'grantgate-record-1', ...kept, subject: subjects[0] });
}

/** Of one person's masked fields, with the salt that is erased with them. */
export const personDigest = (fields: PersonFields): string => sha256({ form: 'grantgate-person-1', ...fields });

/** Of the subjects after the first and of whoever else decided; undefined where there is neither. */
export const membersDigest = (
  subjects: readonly RecordedSubjectKey[],
  through: readonly RecordedThrough[],
): string | undefined =>
  subjects.length > 1 || through.length > 0
    ? sha256({ form: 'grantgate-members-1', members: subjects.slice(1), through })
    : undefined;

/** Whether what stands beside a record is what its digest covers; a person's fields may have been erased. */
export const isWhole = ({ subjects, through, persons, ...record }: CheckRecord): boolean =>
  membersDigest(subjects, through) === record.membersDigest &&
  persons.every((fields) => record.personDigests[fields.index] === personDigest(fields));

const sha256 = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('base64url');
