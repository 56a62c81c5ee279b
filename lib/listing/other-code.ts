import { Problem } from '../kernel/problem.ts';
import type { Standing } from './standing.ts';

/**
 * That two full codes have the same 主体标识码 does not make them one subject: two persons say that first.
 * @throws Problem `conflict` for another full code than the subject is known by
 */
export function assertNoOtherCode(code: string, known: Standing['subject'] | undefined): void {
  if (known?.code === undefined || known.code === code || known.confirmedCodes?.includes(code)) return;
  throw new Problem('conflict', {
    zh: `该主体已有另一统一社会信用代码 ${known.code}，须先以 confirmed-code（POST /v1/aliases）确认 ${code} 为同一主体`,
    en: `The subject is known by another full code, ${known.code}: ${code} is confirmed to be the same first, by confirmed-code (POST /v1/aliases).`,
  });
}
