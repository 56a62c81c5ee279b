import { type Against, addAgainst } from './import.ts';
import type { ImportSummary, SourceState } from './source-state.ts';

/**
 * What two sources say otherwise of the same subjects, as it stands: by the last full file of either, and what deltas have
 * brought since. It is as much the one's as the other's, whichever came later.
 */
function between(one: string, other: string, states: ReadonlyMap<string, SourceState>): Against[string] {
  const told = (source: string, against: string) =>
    (states.get(source)?.imports ?? []).map((summary) => ({ summary, found: summary.against[against] }));
  const newestFirst = [...told(one, other), ...told(other, one)].toSorted((first, second) =>
    newer(first.summary, second.summary),
  );
  const full = newestFirst.findIndex(({ summary }) => summary.mode === 'full');
  const sum: Against = {};
  for (const { found } of full === -1 ? newestFirst : newestFirst.slice(0, full + 1))
    if (found) addAgainst(sum, { [other]: found });
  return sum[other] ?? { disagreements: 0, termsDiffer: 0 };
}

const newer = (one: ImportSummary, other: ImportSummary): number => (one.finishedAt > other.finishedAt ? -1 : 1);

/** What is in force of a source and does not agree with another, by the other source; those that it agrees with left out. */
export function disagreeing(source: string, states: ReadonlyMap<string, SourceState>): Against {
  const others = new Set([
    ...states.keys(),
    ...(states.get(source)?.imports ?? []).flatMap(({ against }) => Object.keys(against)),
  ]);
  others.delete(source);
  return Object.fromEntries(
    [...others].flatMap((other) => {
      const found = between(source, other, states);
      return found.disagreements + found.termsDiffer > 0 ? [[other, found]] : [];
    }),
  );
}
