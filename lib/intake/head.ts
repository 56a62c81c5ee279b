/** The first chunks of a stream, joined, and the whole stream from its start. */
export interface Headed<T> {
  readonly head: readonly T[];
  readonly all: AsyncIterable<T>;
}

/** Takes chunks until they are `enough` together, or the stream ends; `all` gives them again before the rest. */
export async function peek<T>(stream: AsyncIterable<T>, enough: (head: readonly T[]) => boolean): Promise<Headed<T>> {
  const iterator = stream[Symbol.asyncIterator]();
  const head: T[] = [];
  let done = false;
  while (!done && !enough(head)) {
    const next = await iterator.next();
    if (next.done) done = true;
    else head.push(next.value);
  }
  return { head, all: again(head, done, iterator) };
}

async function* again<T>(head: readonly T[], done: boolean, rest: AsyncIterator<T>): AsyncGenerator<T> {
  let ended = done;
  try {
    yield* head;
    while (!ended) {
      const next = await rest.next();
      if (next.done) ended = true;
      else yield next.value;
    }
  } finally {
    // Whoever stops in the middle lets go of the file too.
    if (!ended) await rest.return?.();
  }
}
