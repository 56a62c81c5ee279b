import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Instant, parseInstant, toIso } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import { statedText } from '../kernel/text.ts';
import type { Signature } from '../listing/event.ts';
import { FileFault } from './file-fault.ts';
import type { Import, ImportOrder } from './import.ts';
import type { Profile } from './profile.ts';
import { sourceOf } from './profile-check.ts';
import { PROFILES } from './profiles.ts';
import { MAX_TEXT_BYTES, TOO_LARGE } from './size.ts';

/** Another machine's clock may be ahead by so much. */
const AHEAD_MS = 5 * 60_000;

/**
 * An import before its file has come.
 * @throws Problem `invalid-request` for a profile or a source that is none, for a file of tomorrow, and for one that is too large
 */
export function proposed(id: string, order: ImportOrder, by: Signature, catalogue: Catalogue, now: Instant): Import {
  const profile = PROFILES.get(order.profile);
  if (!profile) {
    const known = [...PROFILES.keys()].join(', ');
    throw invalid('/profile', 'unknown-value', {
      zh: `没有模板 ${order.profile}，可用的有 ${known}`,
      en: `There is no profile ${order.profile}; there are ${known}.`,
    });
  }
  if (order.file.size > MAX_TEXT_BYTES) throw invalid('/file/size', 'too-large', TOO_LARGE);
  const asOf = order.asOf === undefined ? now : parseInstant(order.asOf);
  if (asOf > now + AHEAD_MS)
    throw invalid('/asOf', 'not-allowed', {
      zh: '文件的时间在未来',
      en: 'The file says that it is complete as of a moment that has not come.',
    });

  return {
    id,
    order,
    source: knownSource(profile, order.source, catalogue),
    asOf: toIso(asOf),
    state: 'awaiting-upload',
    proposedBy: by,
    createdAt: toIso(now),
  };
}

function knownSource(profile: Profile, named: string | undefined, catalogue: Catalogue): string {
  try {
    return sourceOf(profile, named, catalogue);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    throw invalid('/source', 'unknown-value', error.detail);
  }
}

const invalid = (pointer: string, code: string, message: Fault['message']): Problem =>
  new Problem('invalid-request', message, { errors: [{ pointer, code, message }] });

/**
 * An import with the second person's signature.
 * @throws Problem `forbidden` for the person who proposed it, `conflict` where there is nothing to approve
 */
export function approved(before: Import, by: Signature): Import {
  const same = (one: Signature, other: Signature) =>
    one.actor === other.actor || (one.person !== undefined && one.person === other.person);
  if (same(before.proposedBy, by))
    throw new Problem('forbidden', {
      zh: '提出人不能批准自己的导入',
      en: 'Whoever proposed an import cannot approve it.',
    });
  // A signature whose answer was lost.
  if (before.state === 'running' && before.approvedBy && same(before.approvedBy, by)) return before;
  if (before.state !== 'awaiting-approval')
    throw new Problem('conflict', {
      zh: `该导入的状态为 ${before.state}，仅 awaiting-approval 可批准`,
      en: `The import is ${before.state}: only one that is awaiting-approval can be approved.`,
    });
  return { ...before, state: 'running', approvedBy: by };
}

/** The body of `POST /v1/imports/<id>/approval`; it may be left out: then the import is approved. */
export const ApprovalRequest = z.strictObject({
  decision: z.optional(z.enum(['approve', 'decline'])),
  /** Required of who declines. */
  ground: z.optional(statedText(500)),
});

/**
 * An import that is not carried out, as an approver says why; its proposer may take it back so.
 * @throws Problem `conflict` where nothing waits, `invalid-request` without a ground
 */
export function declined(before: Import, by: Signature, ground: string | undefined): Import {
  if (ground === undefined)
    throw invalid('/ground', 'missing', { zh: '不同意的须说明理由', en: 'Whoever declines says why.' });
  if (before.state !== 'awaiting-approval')
    throw new Problem('conflict', {
      zh: `该导入的状态为 ${before.state}，仅 awaiting-approval 可不予批准`,
      en: `The import is ${before.state}: only one that is awaiting-approval can be declined.`,
    });
  const detail = { zh: `未获批准：${ground}`, en: `It was not approved: ${ground}` };
  return { ...before, state: 'refused', declinedBy: { ...by, ground }, refusal: { code: 'declined', detail } };
}
