import { Tally } from '../check-log/tally.ts';

/** Characters of one part's JSON: in one item even if deflating gained nothing. */
const MAX_PART = 300_000;
/** Digests of one entry: a few hundred thousand characters less than a part. */
const MAX_SUBJECTS = 10_000;

type Content = Pick<Tally, 'checks' | 'intercepted'>;

/** A day's tally in as few parts as items can hold; mostly one. */
export function partsOf({ checks, intercepted }: Tally): [Content, ...Content[]] {
  const entries = [
    ...checks.map((entry) => ({ checks: [entry], intercepted: [] })),
    ...intercepted.flatMap(({ subjects, ...where }) =>
      chunks(subjects).map((chunk) => ({ checks: [], intercepted: [{ ...where, subjects: chunk }] })),
    ),
  ];
  const parts: [Content, ...Content[]] = [{ checks: [], intercepted: [] }];
  let [room, open] = [MAX_PART, parts[0]];
  for (const entry of entries) {
    const size = JSON.stringify(entry).length;
    if (size > room) {
      open = { checks: [], intercepted: [] };
      parts.push(open);
      room = MAX_PART;
    }
    open.checks.push(...entry.checks);
    open.intercepted.push(...entry.intercepted);
    room -= size;
  }
  return parts;
}

/** The day's tally again; what one entry was parted into stands side by side, which adds up to the same. */
export const tallyFrom = (date: string, parts: readonly Content[]): Tally =>
  Tally.parse({
    date,
    checks: parts.flatMap(({ checks }) => checks),
    intercepted: parts.flatMap(({ intercepted }) => intercepted),
  });

const chunks = (subjects: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(subjects.length / MAX_SUBJECTS) }, (_, index) =>
    subjects.slice(index * MAX_SUBJECTS, (index + 1) * MAX_SUBJECTS),
  );
