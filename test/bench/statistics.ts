const HALF = 0.5;

/** The value below which that share of them lies; 0 where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

/** The middle of the values; 0 where there are none. */
export const median = (values: readonly number[]): number => quantile(values, HALF);

/** How much longer one side took than the other, in one run. */
export interface Ratio {
  /** Milliseconds at the median. */
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  /** The least and the greatest ratio of a part of the run: how far noise reaches. */
  readonly least: number;
  readonly greatest: number;
}

/** Pairs that were measured one right after the other, in `parts` consecutive parts. */
export function ratioOf(ours: readonly number[], theirs: readonly number[], parts: number): Ratio {
  const size = Math.max(1, Math.floor(ours.length / parts));
  const ratios = Array.from({ length: parts }, (_, part) => {
    const of = (values: readonly number[]) => median(values.slice(part * size, (part + 1) * size));
    return of(ours) / of(theirs);
  });
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ours) / median(theirs),
    least: Math.min(...ratios),
    greatest: Math.max(...ratios),
  };
}
