import type { PersonFields } from './record.ts';

/** What of a record makes the answer's bytes. */
export interface StoredAnswer {
  readonly answer: string;
  readonly nonce: string;
  readonly subjects: readonly unknown[];
}

/** Stands for a person's field in the stored answer. The nonce keeps a caller from writing one. */
export const placeholder = (nonce: string, index: number, field: 'id' | 'name'): string => `${nonce}/${index}/${field}`;

/** The stored answer with these persons' fields in their places; those that are not among them are `null`. */
export function answerWith(persons: readonly PersonFields[], { answer, nonce, subjects }: StoredAnswer): string {
  if (!answer.includes(nonce)) return answer;
  return subjects.reduce<string>((bytes, _, index) => {
    const person = persons.find((each) => each.index === index);
    return bytes
      .replace(JSON.stringify(placeholder(nonce, index, 'id')), () => JSON.stringify(person?.id ?? null))
      .replace(JSON.stringify(placeholder(nonce, index, 'name')), () => JSON.stringify(person?.name ?? null));
  }, answer);
}
