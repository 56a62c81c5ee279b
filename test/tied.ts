import type { DynamoAliasStore } from '../lib/dynamo/alias-store.ts';
import type { SubjectKey } from '../lib/subject/key.ts';

interface Identifier {
  readonly scheme: 'registration-no' | 'attested-code';
  readonly value: string;
}

/** The alias by which {@link tie} ties it. */
export const tiedId = ({ value }: Identifier, subject: SubjectKey): string => `alias-of-${value}-to-${subject}`;

/** Ties an identifier to a subject, as if two persons had signed it. */
export const tie = (aliases: DynamoAliasStore, { scheme, value }: Identifier, subject: SubjectKey): Promise<void> =>
  aliases.record({
    before: undefined,
    after: {
      id: tiedId({ scheme, value }, subject),
      said:
        scheme === 'registration-no' ? { kind: scheme, number: value, code: '样例' } : { kind: scheme, code: value },
      subject,
      steps: [{ step: 'signed', at: '2026-11-21T01:00:00.000Z', by: { actor: 'test' } }],
    },
    link: { scheme, value, tied: true },
  });
