import type { ChainLink } from '../check/record.ts';
import { instant, parseInstant, toIso } from '../kernel/clock.ts';
import { type Finding, finding } from './finding.ts';
import type { GoneLists, Span } from './gone-lists.ts';

/** A record as its writer's chain knows it. */
export interface Placed {
  readonly id: string;
  readonly digest: string;
  readonly link: ChainLink;
  readonly checkedAt: string;
}

/** Places are taken when a record is put, some seconds after the moment of its check. */
const OUT_OF_STEP_MS = 60_000;
/** No execution environment lives so long: a record of its chain that nobody has is no older, compared with one that is there. */
const LIFE_MS = 366 * 86_400_000;

/**
 * What the chains of the writers say was there, and is nowhere: confirmed by its own writer, and yet neither sealed nor
 * in the log. Gaps that no writer confirmed may be puts that failed; what a list that is gone may have had is not missed.
 */
export function chainGaps(placed: readonly Placed[], gone: GoneLists): Finding[] {
  const byId = new Map(placed.map((each) => [each.id, each]));
  const findings: Finding[] = [];
  for (const [writer, chain] of Map.groupBy(placed, ({ link }) => link.writer)) {
    findings.push(...gapsOf(writer, chain, gone));
    for (const each of chain) {
      const named = each.link.previous;
      if (named === null) continue;
      const there = byId.get(named.id);
      if (there && there.digest !== named.digest)
        findings.push(
          finding(
            'edited',
            { id: named.id },
            { zh: '与后一记录所载摘要不符', en: 'the record after it names another digest' },
          ),
        );
      // At the first place a writer names the last record that it had confirmed.
      else if (!there && each.link.sequence === 1 && !gone.mayHaveHad(between(undefined, each)))
        findings.push(missing(named.id));
    }
  }
  return findings;
}

/** When what stood between two records of a chain was checked. */
const between = (before: Placed | undefined, after: Placed): Span => ({
  from: before ? moved(before.checkedAt, -OUT_OF_STEP_MS) : moved(after.checkedAt, -LIFE_MS),
  to: moved(after.checkedAt, OUT_OF_STEP_MS),
});
const moved = (moment: string, by: number): string => toIso(instant(parseInstant(moment) + by));

function gapsOf(writer: string, chain: readonly Placed[], gone: GoneLists): Finding[] {
  const byPlace = Map.groupBy(chain, ({ link }) => link.sequence);
  const durable = chain.reduce((most, { link }) => Math.max(most, link.durable), 0);
  const latest = chain.reduce((last, each) => (each.checkedAt > last.checkedAt ? each : last));
  const findings: Finding[] = [];
  let before: Placed | undefined;
  // The end of what is confirmed may lie beyond the last record that is there.
  for (const place of [...byPlace.keys(), durable + 1].toSorted((one, other) => one - other)) {
    const there = byPlace.get(place)?.[0];
    const from = (before?.link.sequence ?? 0) + 1;
    const to = Math.min(place - 1, durable);
    if (from <= to && !gone.mayHaveHad(between(before, there ?? latest)))
      findings.push(missing(to < place - 1 ? undefined : there?.link.previous?.id, `${writer} ${from}–${to}`));
    before = there ?? before;
  }
  for (const [place, contenders] of byPlace) {
    if (contenders.length < 2) continue;
    const named = byPlace.get(place + 1)?.[0]?.link.previous?.digest;
    for (const { id, digest } of contenders)
      if (digest !== named)
        findings.push(finding('inserted', { id }, { zh: '所占次序属于另一记录', en: 'its place is another record’s' }));
  }
  return findings;
}

function missing(id: string | undefined, place?: string): Finding {
  const at = place === undefined ? '' : ` (${place})`;
  return finding('deleted-before-sealing', id === undefined ? {} : { id }, {
    zh: `写入已获确认，却既未封存也不在日志中${at}`,
    en: `its writer had it confirmed, and it is neither sealed nor in the log${at}`,
  });
}
