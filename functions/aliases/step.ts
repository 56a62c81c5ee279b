import type { Clock, Instant } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { afterReading } from '../../lib/listing/after-reading.ts';
import type { Alias } from '../../lib/listing/alias.ts';
import { aliasRefusalOf } from '../../lib/listing/alias-steps.ts';
import { type AliasStore, StandingMoved } from '../../lib/listing/ports.ts';
import type { Abolitions } from '../../lib/listing/term.ts';
import { carriedOut } from './carry-out.ts';

/** What a step is taken with. */
interface Stepping {
  readonly aliases: AliasStore;
  readonly clock: Clock;
  /** By the catalogue in force. */
  readonly abolitions: Abolitions;
}

const ATTEMPTS = 8;

/**
 * One step of an alias on what is there, at a moment after it was read; repeated where another came first.
 * @throws Problem where it is not possible
 */
export async function step(
  id: string,
  { aliases, clock, abolitions }: Stepping,
  next: (before: Alias | undefined, now: Instant) => Alias | Promise<Alias>,
): Promise<Alias> {
  for (let attempt = 1; ; attempt += 1) {
    const before = (await aliases.aliases([id])).get(id);
    const change = await afterReading(aliases, clock, async ({ standings }, at) => {
      const looking = { standings, subjectsOf: aliases.subjectsOf.bind(aliases) };
      return carriedOut(before, await next(before, at), looking, { at, abolitions });
    }).catch((error: unknown) => {
      throw aliasRefusalOf(error, id, before);
    });
    try {
      await aliases.record(change);
      return change.after;
    } catch (error) {
      if (!(error instanceof StandingMoved)) throw error;
      if (attempt === ATTEMPTS)
        throw aliasRefusalOf(
          new Problem('conflict', { zh: '该主体刚有变动，请重试', en: 'The subject has just changed: try again.' }),
          id,
          before,
        );
    }
  }
}
