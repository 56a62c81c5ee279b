import { Problem } from '../../lib/kernel/problem.ts';

const USUAL_PAGE = 50;

/** How many are wanted. */
export const limitOf = (wanted: string | undefined): number => Number(wanted ?? USUAL_PAGE);

/** A place in a list as its reader keeps it. It holds nothing that the list does not show. */
export const cursorAt = (place: string): string => Buffer.from(place).toString('base64url');

/**
 * The place that a cursor of a list stands for.
 * @throws Problem `invalid-request` where the list has no such place
 */
export function placeIn(cursor: string | undefined, form: RegExp): string | undefined {
  if (cursor === undefined) return undefined;
  const place = Buffer.from(cursor, 'base64url').toString();
  if (form.test(place)) return place;
  throw new Problem('invalid-request', { zh: 'cursor 无效', en: 'The cursor is none of this list.' });
}
