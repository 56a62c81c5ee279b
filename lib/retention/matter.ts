import * as z from 'zod/mini';
import { Signer } from '../check-log/signer.ts';
import {
  addDays,
  addYears,
  CalendarDate,
  dateOf,
  type Instant,
  instant,
  parseInstant,
  toIso,
} from '../kernel/clock.ts';
import { BACKSTOP_YEARS } from '../kernel/keep-years.ts';
import { Problem } from '../kernel/problem.ts';

/** In which month it is to be deleted, and as what: `matters`, `unclosed`, `held`, and `scene:<code>` for each of its scenes. */
const Counted = z.strictObject({ month: z.string(), as: z.array(z.string()) });
export type Counted = z.infer<typeof Counted>;

/** A caller's matter: when it was checked, when it closed, and what keeps its records from being deleted. */
export const Matter = z.strictObject({
  caller: z.string(),
  matter: z.string(),
  scenes: z.array(z.string()),
  /** The days of its first and its last check. */
  firstOn: CalendarDate,
  lastOn: CalendarDate,
  /** The last day on which its records are kept where no closing is reported: the longest that a matter may last, and its retention. */
  boundOn: CalendarDate,
  closing: z.optional(
    z.strictObject({
      closedOn: CalendarDate,
      /** Years that its scenes' records are kept, by the catalogue of the day of the report. */
      keepYears: z.int().check(z.positive()),
      /** The scenes that these years are of. */
      scenes: z.optional(z.array(z.string())),
      catalogueVersion: z.string(),
      at: z.iso.datetime(),
      by: Signer,
    }),
  ),
  /** The day under which it stands in the order of deletion: the day it is due, or a later one on which that was found. */
  entryOn: CalendarDate,
  /** The holds that are not released. */
  holds: z.array(z.string()),
  /** As what it was counted in the overview of what is deleted when, last. */
  counted: z.optional(Counted),
});
export type Matter = z.infer<typeof Matter>;

/** What one record says of its matter. */
export interface SeenCheck {
  readonly caller: string;
  readonly matter: string;
  readonly scene: string;
  readonly checkedAt: string;
  /** Epoch seconds of the record's backstop: a year beyond its matter's bound. */
  readonly keptUntil: number;
}

/** Before the code of a scene that a matter is counted in. */
export const SCENE = 'scene:';

const MILLISECONDS = 1_000;

/** The matter once a check of it is known; the same matter where that says nothing new. */
export function withCheck(matter: Matter | undefined, seen: SeenCheck): Matter {
  const on = dateOf(parseInstant(seen.checkedAt));
  const boundOn = addYears(dateOf(instant(seen.keptUntil * MILLISECONDS)), -BACKSTOP_YEARS);
  if (!matter)
    return {
      caller: seen.caller,
      matter: seen.matter,
      scenes: [seen.scene],
      firstOn: on,
      lastOn: on,
      boundOn,
      entryOn: addDays(boundOn, 1),
      holds: [],
    };
  const known = matter.scenes.includes(seen.scene);
  if (known && matter.firstOn <= on && matter.lastOn >= on && matter.boundOn >= boundOn) return matter;
  return {
    ...matter,
    scenes: known ? matter.scenes : [...matter.scenes, seen.scene],
    firstOn: later(on, matter.firstOn) === on ? matter.firstOn : on,
    lastOn: later(on, matter.lastOn),
    boundOn: later(boundOn, matter.boundOn),
  };
}

/** Whether it was closed, and no check has come since in a scene whose retention the closing did not know: such a one opens it again. */
export const isClosed = ({ closing, scenes }: Pick<Matter, 'closing' | 'scenes'>): boolean =>
  closing !== undefined && scenes.every((scene) => (closing.scenes ?? scenes).includes(scene));

/** The first day on which its records are deleted: the last day of a term counts. A check after the closing counts from its own day. */
export function dueOn(matter: Matter): CalendarDate {
  const { closing, lastOn, boundOn } = matter;
  const bound = addDays(boundOn, 1);
  if (!closing) return bound;
  const due = addDays(addYears(later(lastOn, closing.closedOn), closing.keepYears), 1);
  return isClosed(matter) ? due : later(due, bound);
}

/** Whether its records' time has come, and no hold keeps them. An alert that nobody has answered still may. */
export const hasEnded = (matter: Matter, today: CalendarDate): boolean =>
  matter.holds.length === 0 && dueOn(matter) <= today;

/** The matter with its place in the order of deletion; what is overdue already stands under today, where the sweeper looks. */
export function placed(matter: Matter, today: CalendarDate): Matter {
  const entryOn = later(dueOn(matter), today);
  return { ...matter, entryOn, counted: { month: entryOn.slice(0, 'YYYY-MM'.length), as: countedAs(matter) } };
}

const countedAs = (matter: Matter): string[] => [
  'matters',
  ...(isClosed(matter) ? [] : ['unclosed']),
  ...(matter.holds.length > 0 ? ['held'] : []),
  ...matter.scenes.map((scene) => `${SCENE}${scene}`),
];

/** The body of `POST /v1/matters/<id>/closing`. */
export const ClosingRequest = z.strictObject({
  /** The day on which the procurement, the project or the award ended, in Asia/Shanghai. */
  closedOn: CalendarDate,
});

/** What the catalogue says of how long a scene's records are kept. */
export interface Keeping {
  readonly version: string;
  readonly scenes: readonly { readonly code: string; readonly retentionYears: number }[];
}

/**
 * The matter once its closing is reported. The longest of its scenes' retentions counts.
 * @throws Problem `conflict` where it is closed already, `invalid-request` for a day that has not come
 */
export function close(
  matter: Matter,
  { closedOn }: z.infer<typeof ClosingRequest>,
  { version, scenes }: Keeping,
  by: Signer,
  now: Instant,
): Matter {
  if (matter.closing && isClosed(matter))
    throw new Problem('conflict', {
      zh: `该事项已于 ${matter.closing.closedOn} 办结，办结只能报告一次`,
      en: `The matter is closed, on ${matter.closing.closedOn}: a closing is reported once.`,
    });
  const message = { zh: '办结日期尚未到来', en: 'The day of closing has not come yet.' };
  if (closedOn > dateOf(now))
    throw new Problem('invalid-request', message, {
      errors: [{ pointer: '/closedOn', code: 'not-allowed', message }],
    });
  const years = scenes.filter(({ code }) => matter.scenes.includes(code)).map(({ retentionYears }) => retentionYears);
  // A scene that the catalogue no longer has is kept as long as any that it has.
  const known = years.length === matter.scenes.length ? years : scenes.map(({ retentionYears }) => retentionYears);
  return {
    ...matter,
    closing: {
      closedOn,
      keepYears: Math.max(...known),
      scenes: matter.scenes,
      catalogueVersion: version,
      at: toIso(now),
      by,
    },
  };
}

function later(one: CalendarDate, other: CalendarDate): CalendarDate {
  if (one > other) return one;
  return other;
}
