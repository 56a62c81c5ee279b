import type { Conflict } from './conflict.ts';
import { type AliasReference, type Resolve, referenceId } from './resolve.ts';
import { rowsWritten, type Told } from './written-before.ts';

/**
 * Registration numbers that stand beside a code and lead nowhere yet, for a steward to tie; and those that lead to
 * another subject than the code does.
 */
export async function untiedNumbers(told: readonly Told[], resolve: Resolve): Promise<Conflict[]> {
  const written = told.flatMap((each) =>
    rowsWritten(each).flatMap(({ row: { registrationNo: value } }) => {
      const { source, subject } = each.unit;
      return value === undefined ? [] : [{ source, subject, value }];
    }),
  );
  if (written.length === 0) return [];
  const reference = (value: string): AliasReference => ({ scheme: 'registration-no', value });
  const tied = await resolve(written.map(({ value }) => reference(value)));
  return written.flatMap(({ source, subject, value }): Conflict[] => {
    const owner = tied.get(referenceId(reference(value)));
    if (owner === undefined) return [{ kind: 'registration-no-untied', subject, source, values: [value] }];
    return owner === subject ? [] : [{ kind: 'one-number-two-subjects', subject, source, values: [value, owner] }];
  });
}
