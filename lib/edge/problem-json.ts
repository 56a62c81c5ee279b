import { type Problem, type ProblemCode, shownIn } from '../kernel/problem.ts';
import type { Bilingual, Language } from '../kernel/text.ts';

const TITLES: Record<ProblemCode, Bilingual> = {
  'invalid-request': { zh: '请求有误', en: 'Invalid request' },
  forbidden: { zh: '无权访问', en: 'Forbidden' },
  'not-found': { zh: '没有该记录', en: 'Not found' },
  conflict: { zh: '当前状态不允许', en: 'Conflict' },
  'invalid-identifier': { zh: '标识码无效', en: 'Invalid identifier' },
  'idempotency-mismatch': { zh: '幂等键不符', en: 'Idempotency-Key used with another body' },
  'too-many-requests': { zh: '请求过多', en: 'Too many requests' },
  'registry-unavailable': { zh: '名单不可用', en: 'The lists are unavailable' },
  'evidence-unavailable': { zh: '核查记录不可用', en: 'The record is unavailable' },
};

/** The body of `application/problem+json` (RFC 9457). Holds nothing of the inside. */
export function problemBody({ code, status, detail, extras }: Problem, language: Language) {
  return {
    type: `urn:grantgate:problem:${code}`,
    title: TITLES[code][language],
    status,
    detail: detail[language],
    ...(extras.errors && { errors: extras.errors.map((fault) => shownIn(language, fault)) }),
    ...(extras.attemptId !== undefined && { attemptId: extras.attemptId }),
    ...(extras.checkId !== undefined && { checkId: extras.checkId }),
    ...(extras.state !== undefined && { state: extras.state }),
    ...(extras.allows && { allows: extras.allows }),
    ...(extras.routes && { routes: extras.routes }),
  };
}
