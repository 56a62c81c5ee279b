import type { Standing } from '../listing/standing.ts';
import type { Conflict, ConflictKind } from './conflict.ts';
import { isSettled } from './name-only.ts';

/** Kinds that are settled by what becomes of their subject. */
export const BY_STANDING: ReadonlySet<ConflictKind> = new Set([
  'name-only',
  'one-body-two-prefixes',
  'sources-disagree',
  'term-differs',
]);

/** Whether nothing is left to be done about a conflict: by its subject as it stands, and by whether its number is tied. */
export function isOver({ kind, values }: Conflict, standing: Standing | undefined, tied: boolean): boolean {
  switch (kind) {
    case 'name-only':
      return standing !== undefined && isSettled(standing, values[1] ?? '');
    case 'one-body-two-prefixes':
      return standing?.subject.confirmedCodes?.includes(values[1] ?? '') === true;
    case 'sources-disagree':
    case 'term-differs':
      // One of the two has ended: there is nothing left to disagree with.
      return values.some((value) => {
        const [id] = value.split(' ');
        return standing?.listings.find((each) => each.id === id)?.state === 'ended';
      });
    case 'registration-no-untied':
      return tied;
    default:
      return false;
  }
}
