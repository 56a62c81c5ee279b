import * as z from 'zod/mini';
import { canonical } from '../kernel/canonical.ts';
import { epochSeconds, parseInstant } from '../kernel/clock.ts';
import { N, toN } from './attributes.ts';

/**
 * Until when an item of the log is kept, in epoch seconds. DynamoDB deletes by `ttl`; while a hold is on its matter the same
 * moment stands in `heldTtl`, by which nothing is deleted.
 */
export const TERM = { ttl: z.optional(N), heldTtl: z.optional(N) };

const Term = z.number();

/** The moment, whichever of the two it stands in. Throws a $ZodError where it stands in neither. */
export const termOf = ({
  ttl,
  heldTtl,
}: {
  readonly ttl?: number | undefined;
  readonly heldTtl?: number | undefined;
}) => Term.parse(ttl ?? heldTtl);

/** ISO 8601 as the moment of a term. */
export const toTerm = (keepUntil: string) => toN(epochSeconds(parseInstant(keepUntil)));

type Image = Readonly<Record<string, unknown>>;

/** Whether all that changed of an item is that its term was stopped, or goes on: neither the moment nor anything beside it. */
export function onlyStoppedOrResumed(before: Image, after: Image): boolean {
  const [one, other] = [termIn(before), termIn(after)];
  return one.running !== other.running && one.moment === other.moment && one.beside === other.beside;
}

function termIn({ ttl, heldTtl, ...beside }: Image) {
  const one = (ttl === undefined) !== (heldTtl === undefined);
  return { running: one && ttl !== undefined, moment: one && canonical(ttl ?? heldTtl), beside: canonical(beside) };
}
