import { ALERT_ID, Alert } from '../alert/alert.ts';
import { type Item, jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { alertKey, alertsAnsweredBy, alertsOpenFor, type Key, loggedAt } from './keys.ts';

/** An alert as it is stored, under its matter. */
export const AlertItem = stored({ pk: S, sk: S, body: jsonText(Alert) });

/** Where the alert of an id stands; undefined for what is none. */
export function keyOfAlert(id: string): Key | undefined {
  const [, matterPart, ownPart] = ALERT_ID.exec(id) ?? [];
  return matterPart === undefined || ownPart === undefined ? undefined : alertKey(matterPart, ownPart);
}

/** The partition of index `byWaiting` with a caller's alerts. */
export const alertsIn = (caller: string, state: 'open' | 'acknowledged'): string =>
  state === 'open' ? alertsOpenFor(caller) : alertsAnsweredBy(caller);

export function alertItem(alert: Alert): Item {
  const key = keyOfAlert(alert.id);
  if (!key) throw new RangeError('no id of an alert');
  return {
    ...keyItem(key),
    v: toN(VERSION),
    body: toText(JSON.stringify(Alert.parse(alert))),
    waiting: toS(alertsIn(alert.caller, alert.acknowledgement ? 'acknowledged' : 'open')),
    waitingSince: toS(loggedAt(alert.raisedAt, alert.id)),
  };
}
