import { code9Of, isNameKey, isPersonKey, type SubjectKey } from '../subject/key.ts';
import type { Shown } from './entry.ts';
import type { Standing } from './standing.ts';

/**
 * Whom a listing is about, as far as the standing knows it: an organisation by its full code or else by its 主体标识码, one
 * that is under a name alone by that, and a person by the scheme alone.
 */
export function knownAs({ scheme, code, name }: Standing['subject'], key: SubjectKey): Partial<Shown> {
  const named = { ...(name !== undefined && { name }) };
  if (code !== undefined) return { scheme: 'uscc', id: code, ...named };
  if (isPersonKey(key) || isNameKey(key)) return { scheme, ...named };
  return { scheme: 'org-code', id: code9Of(key), ...named };
}
