import * as z from 'zod/mini';
import { keptText } from '../kernel/text.ts';
import { Signature } from './event.ts';

/** What the rules forbid and somebody tried or did (H21(二): 目录外、清单外、擅自认定、不修复; B18: 未按规定查询). */
const ViolationKind = z.enum([
  /** A consequence was asked for that the catalogue does not have, or has lighter. 目录外 */
  'uncatalogued-measure',
  /** A listing was proposed on a list or in a domain that the catalogue does not have. 清单外 */
  'uncatalogued-list',
  /** A listing was proposed by who may not find it. 擅自认定 */
  'unauthorised-finding',
  /** A grant was reported that its check does not allow. */
  'grant-refused',
  /** On an auditor's list of what was granted (未按规定查询 and what is worse): without a check, or on one that was annulled. */
  'granted-without-check',
  'granted-after-veto',
  'granted-before-check',
  'granted-on-other-subject',
  /** A caller looked up, or checked, far more than it usually does. */
  'bulk-query',
]);

const MAX_DETAILS = 20;

/** One entry of the register: appended, never edited, and nothing in it of a natural person's identity. */
export const Violation = z.strictObject({
  at: z.iso.datetime(),
  kind: ViolationKind,
  /** Who: the verified token's subject, person and authority, and the calling system. */
  who: z.strictObject({
    actor: Signature.shape.actor,
    person: Signature.shape.person,
    authority: Signature.shape.authority,
    caller: z.optional(z.string().check(z.maxLength(128))),
  }),
  /** What: codes and ids by their names, such as `measure`, `listingId`, `checkId`. */
  what: z
    .record(z.string().check(z.regex(/^[a-z][a-zA-Z]{0,39}$/)), keptText(500))
    .check(z.refine((what) => Object.keys(what).length <= MAX_DETAILS)),
});
export type Violation = z.infer<typeof Violation>;

/** 违规登记: where it is written down. */
export interface ViolationRegister {
  /**
   * Appends an entry; the very same entry again, as of a repeated request or event, is written once. With `as` what was
   * done is named: whoever finds it again, with other words, at the same moment, adds nothing.
   */
  append(violation: Violation, as?: string): Promise<void>;
}

/** Where it is read. */
export interface ViolationReader {
  /** Newest first, only what stands before the position; `reached` is undefined at the end. */
  page(before: string | undefined, limit: number): Promise<{ items: Violation[]; reached: string | undefined }>;
}
