import { type Instant, toIso } from '../kernel/clock.ts';
import type { Catalogue } from './catalogue.ts';
import type { Head } from './head.ts';

const NOTHING_YET: Head = { catalogueVersion: '', sequence: 0, switchedOff: [], freshAsOf: {} };

/** The head once a catalogue is in force. What was switched off stays off: a new edition must not undo an emergency. */
export const publish = (head: Head | undefined, { version }: Catalogue): Head => ({
  ...(head ?? NOTHING_YET),
  catalogueVersion: version,
});

/** The head once a measure, a list or a source is switched off, or on again. */
export function switchCode(head: Head | undefined, code: string, state: 'off' | 'on'): Head {
  const before = head ?? NOTHING_YET;
  const others = before.switchedOff.filter((each) => each !== code);
  return { ...before, switchedOff: state === 'off' ? [...others, code] : others };
}

/** The head once a source has delivered what was complete at that moment; an older delivery does not make it staler. */
export function refreshed(head: Head | undefined, source: string, asOf: Instant): Head {
  const before = head ?? NOTHING_YET;
  const known = before.freshAsOf[source];
  const said = toIso(asOf);
  return {
    ...before,
    freshAsOf: { ...before.freshAsOf, [source]: known !== undefined && known > said ? known : said },
  };
}
