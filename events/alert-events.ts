import * as z from 'zod/mini';
import { EVENT_VERSION } from './listing-events.ts';

const Code = z.string().check(z.maxLength(64), z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/));
const Id = z.string().check(z.minLength(1), z.maxLength(128));

/** By EventBridge's `detail-type`: the schema of its `detail`. */
export const ALERT_EVENTS = {
  /** A caller is to look at one of its checks again: `GET /v1/alerts` says the rest. */
  'alert-raised': z.strictObject({
    version: z.literal(EVENT_VERSION),
    /** The alert's own, the same at every delivery: to de-duplicate by. */
    id: z.string().check(z.regex(/^[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{27}$/)),
    /** When the listing changed; to the second, UTC. */
    occurredAt: z.iso.datetime(),
    kind: z.enum(['listed-after-clearance', 'listed-after-grant', 'honour-review', 'check-again', 'remedy']),
    /** The calling system that is to answer it. */
    caller: Id,
    scene: Code,
    check: z.strictObject({ id: Id, checkedAt: z.iso.datetime() }),
    listing: z.strictObject({
      id: z.string().check(z.minLength(1), z.maxLength(80)),
      list: z.enum(['black', 'ordinary', 'watch', 'red']),
      domain: Code,
    }),
  }),
} as const;

/** An event on its way out: what it is, and the body that its receivers get. */
export interface AlertEvent {
  readonly type: 'alert-raised';
  readonly detail: z.infer<(typeof ALERT_EVENTS)['alert-raised']>;
}
