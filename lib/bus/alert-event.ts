import { ALERT_EVENTS, type AlertEvent } from '../../events/alert-events.ts';
import { EVENT_VERSION } from '../../events/listing-events.ts';
import type { Alert } from '../alert/alert.ts';

/** What the world hears of an alert: codes and ids. Throws where it would not be as its contract says. */
export const alertEvent = ({ id, kind, caller, scene, checkId, checkedAt, listing, raisedAt }: Alert): AlertEvent => ({
  type: 'alert-raised',
  detail: ALERT_EVENTS['alert-raised'].parse({
    version: EVENT_VERSION,
    id,
    occurredAt: raisedAt,
    kind,
    caller,
    scene,
    check: { id: checkId, checkedAt },
    listing: { id: listing.id, list: listing.list, domain: listing.domain },
  }),
});
