import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Instant, parseInstant } from '../kernel/clock.ts';
import { disagreeing } from './disagreeing.ts';
import { addTo } from './import.ts';
import type { SourceState } from './source-state.ts';

/** 重错码率不超过 1‰ (H20). */
const WRONG_CODE_BAR = 0.001;
const HOUR_MS = 3_600_000;

const FORMAT = [
  'malformed-row',
  'bad-date',
  'invalid-value',
  'unknown-code',
  'mojibake',
  'number-precision-lost',
  'formula-without-value',
  'cell-error',
  'unfinished-row',
  'row-too-large',
];
const WRONG_CODE = ['invalid-identifier', 'code-conflict', 'identifiers-differ', 'several-identifiers'];
const DUPLICATE = ['conflicting-duplicate'];

type Source = Catalogue['sources'][number];

/** How good a source is, from what its last imports have left; rates are parts of the rows that they read. */
export function sourceReport(
  { id, name, maxAgeHours }: Source,
  states: ReadonlyMap<string, SourceState>,
  freshAsOf: string | undefined,
  now: Instant,
) {
  const state = states.get(id);
  const imports = state?.imports ?? [];
  const against = disagreeing(id, states);
  const faults: Record<string, number> = {};
  const sums = { read: 0, merged: 0, quarantined: 0, termsDiffer: 0 };
  for (const { counts, faults: more, termsDiffer } of imports) {
    addTo(faults, more);
    addTo(sums, { read: counts.read, merged: counts.merged, quarantined: counts.quarantined, termsDiffer });
  }
  const rows = (codes: readonly string[]) => codes.reduce((sum, code) => sum + (faults[code] ?? 0), 0);
  const rate = (count: number): number | null => (sums.read === 0 ? null : count / sums.read);
  const wrong = rate(sums.merged + rows([...DUPLICATE, ...WRONG_CODE]));
  const ageHours = freshAsOf === undefined ? null : (now - parseInstant(freshAsOf)) / HOUR_MS;
  return {
    id,
    name,
    freshness: {
      freshAsOf: freshAsOf ?? null,
      maxAgeHours,
      ageHours: ageHours === null ? null : Math.round(ageHours * 10) / 10,
      state: ageHours === null ? 'missing' : ageHours > maxAgeHours ? 'stale' : 'fresh',
    },
    lateness: {
      lateHours: ageHours === null ? null : Math.max(0, Math.floor(ageHours - maxAgeHours)),
      ...late(imports, maxAgeHours),
    },
    rowsRead: sums.read,
    completeness: sums.read === 0 ? null : 1 - rows(['missing-field']) / sums.read,
    quarantined: rate(sums.quarantined),
    formatFaults: rate(rows(FORMAT)),
    masked: rate(rows(['masked-identifier'])),
    duplicateAndWrongCode: { rate: wrong, bar: WRONG_CODE_BAR, met: wrong === null ? null : wrong <= WRONG_CODE_BAR },
    disagreements: Object.values(against).reduce((sum, { disagreements }) => sum + disagreements, 0),
    against,
    termsDiffer: sums.termsDiffer,
    faults,
    importing: state?.lease?.import ?? null,
    imports,
  };
}

/** How many of the last deliveries came later than the source may be old. */
function late(imports: SourceState['imports'], maxAgeHours: number): { deliveries: number; lateDeliveries: number } {
  const gaps = imports.flatMap(({ asOf }, index) => {
    const before = imports[index + 1];
    return before ? [(Date.parse(asOf) - Date.parse(before.asOf)) / HOUR_MS] : [];
  });
  return { deliveries: imports.length, lateDeliveries: gaps.filter((hours) => hours > maxAgeHours).length };
}
