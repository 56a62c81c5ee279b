import * as z from 'zod/mini';

/** 名单种类. Black lists hold serious dishonesty only; ordinary ones reach at most `restrict`, watch ones `warn`, red ones `favour`. */
export const ListKind = z.enum(['black', 'ordinary', 'watch', 'red']);
export type ListKind = z.infer<typeof ListKind>;

/** 失信等级: minor caps at `warn`, ordinary at `restrict`, serious may reach `veto`. */
export const Grade = z.enum(['minor', 'ordinary', 'serious']);
export type Grade = z.infer<typeof Grade>;

/** What a measure does in a scene. */
export const Effect = z.enum(['veto', 'restrict', 'warn', 'favour']);
export type Effect = z.infer<typeof Effect>;

/** 结论 of one verdict or one check. */
export const Outcome = z.enum(['veto', 'indeterminate', 'restrict', 'warn', 'favour', 'pass']);
export type Outcome = z.infer<typeof Outcome>;

/** Facts of a matter on which a measure or a listing may depend. */
export const MatterFact = z.enum(['region', 'sector', 'mandatoryTender']);
export type MatterFact = z.infer<typeof MatterFact>;

/**
 * Why a listing did not count, in the order in which the guards are asked.
 * Caller and subject, the first two guards of the chain, refuse the whole request instead.
 */
export const Guard = z.enum([
  'effective',
  'term',
  'ended',
  'suspended',
  'region',
  'domain',
  'sector',
  'measure',
  'scene',
  'target',
  'implementer',
  'facts',
  'switched-off',
]);
export type Guard = z.infer<typeof Guard>;

/** What a verdict says beside its reasons. The first ten are why an outcome is `indeterminate`. */
export const NoticeCode = z.enum([
  'fact-missing',
  'source-stale',
  'source-missing',
  'unresolved-identifier',
  'code-conflict',
  'head-office-missing',
  'confirm-person',
  'identifier-required',
  'through-person',
  'name-candidate',
  'code-attested',
  'objection-pending',
  'proceedings-pending',
  'reorganisation-suspended',
  'leniency-capped',
  'grade-capped',
]);
export type NoticeCode = z.infer<typeof NoticeCode>;

/** GB/T 2260 division, six digits; trailing pairs of zeros mean the whole province or city. */
export const Region = z.string().check(z.regex(/^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}$/));
