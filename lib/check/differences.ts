import * as z from 'zod/mini';

/** Where two JSON values part. */
export const Difference = z.strictObject({
  /** RFC 6901. */
  pointer: z.string(),
  /** `null` also where there is nothing. */
  recorded: z.unknown(),
  replayed: z.unknown(),
});
export type Difference = z.infer<typeof Difference>;

/** Every place at which two JSON values part, the deepest that says it; none where they are the same value. */
export function differencesOf(recorded: unknown, replayed: unknown, pointer = ''): Difference[] {
  if (!isTree(recorded) || !isTree(replayed) || Array.isArray(recorded) !== Array.isArray(replayed))
    return Object.is(recorded, replayed) ? [] : [{ pointer, recorded: recorded ?? null, replayed: replayed ?? null }];
  const [one, other] = [new Map(Object.entries(recorded)), new Map(Object.entries(replayed))];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name) =>
    differencesOf(one.get(name), other.get(name), `${pointer}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`),
  );
}

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;
