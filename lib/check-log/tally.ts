import * as z from 'zod/mini';
import { Outcome } from '../catalogue/vocabulary.ts';
import { CalendarDate } from '../kernel/clock.ts';

/** The domain and the measure of a reason that carries an outcome. */
const Ground = z.tuple([z.string(), z.string()]);
export type Ground = z.infer<typeof Ground>;

const setting = {
  caller: z.string(),
  scene: z.string(),
  /** What the principal is found by; null where no key is known. */
  principal: z.nullable(z.string()),
  grounds: z.array(Ground),
};
const Counted = z.strictObject({ ...setting, outcome: Outcome, checks: z.int().check(z.positive()) });
const Intercepted = z.strictObject({ ...setting, subjects: z.array(z.string()) });

/** The checks of one day in Asia/Shanghai: how many there were of each kind, and who was intercepted. */
export const Tally = z.strictObject({
  date: CalendarDate,
  checks: z.array(Counted),
  /** Distinct subjects, by keyed digests: what a month's distinct subjects are united from. */
  intercepted: z.array(Intercepted),
});
export type Tally = z.infer<typeof Tally>;

/** What one check adds to a tally. */
export interface CountedCheck {
  readonly caller: string;
  readonly scene: string;
  readonly principal: string | null;
  readonly outcome: Outcome;
  readonly grounds: readonly Ground[];
  /** Of an interception: the subjects whose own verdict is a veto, by their digests. */
  readonly intercepted: readonly { readonly subject: string; readonly grounds: readonly Ground[] }[];
}

/** Adds checks up to one day's tally, the same in whatever order they come. */
export class DayTally {
  readonly #checks = new Map<string, number>();
  readonly #intercepted = new Map<string, Set<string>>();

  add({ caller, scene, principal, outcome, grounds, intercepted }: CountedCheck): void {
    const kind = JSON.stringify([caller, scene, principal, distinct(grounds), outcome]);
    this.#checks.set(kind, (this.#checks.get(kind) ?? 0) + 1);
    for (const { subject, grounds: own } of intercepted) {
      const where = JSON.stringify([caller, scene, principal, distinct(own)]);
      const subjects = this.#intercepted.get(where) ?? new Set();
      this.#intercepted.set(where, subjects.add(subject));
    }
  }

  on(date: CalendarDate): Tally {
    return Tally.parse({
      date,
      checks: sorted(this.#checks).map(([[caller, scene, principal, grounds, outcome], checks]) => ({
        ...{ caller, scene, principal, grounds, outcome },
        checks,
      })),
      intercepted: sorted(this.#intercepted).map(([[caller, scene, principal, grounds], subjects]) => ({
        ...{ caller, scene, principal, grounds },
        subjects: [...subjects].sort(),
      })),
    });
  }
}

const Kind = z.array(z.unknown());

const sorted = <V>(map: ReadonlyMap<string, V>): [unknown[], V][] =>
  [...map]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([kind, value]) => [Kind.parse(JSON.parse(kind)), value]);

/** Each ground once, in one order. */
export const distinct = (grounds: readonly Ground[]): Ground[] =>
  [...new Map(grounds.map((ground) => [JSON.stringify(ground), ground]))]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, ground]) => ground);
