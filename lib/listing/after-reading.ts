import type { Clock, Instant } from '../kernel/clock.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { StandingStore } from './ports.ts';
import type { Standing } from './standing.ts';

/**
 * What is made of standings at a moment that is not before any of them: what is found on the way to be read as well is kept,
 * and all is made anew at the moment after it. Who is tied to nobody is judged once; nobody's standing is read twice.
 */
export async function afterReading<T>(
  store: Pick<StandingStore, 'standings'>,
  clock: Clock,
  make: (read: Pick<StandingStore, 'standings'>, now: Instant) => Promise<T>,
): Promise<T> {
  const known = new Map<SubjectKey, Standing | undefined>();
  const standings = async (keys: readonly SubjectKey[]) => {
    const missing = keys.filter((key) => !known.has(key));
    const found = missing.length > 0 ? await store.standings(missing) : new Map<SubjectKey, Standing>();
    for (const key of missing) known.set(key, found.get(key));
    return new Map(
      keys.flatMap((key) => {
        const standing = known.get(key);
        return standing ? [[key, standing] as const] : [];
      }),
    );
  };
  for (;;) {
    const before = known.size;
    const made = await make({ standings }, clock());
    if (known.size === before) return made;
  }
}
