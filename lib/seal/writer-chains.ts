import type { ChainLink } from '../check/record.ts';
import { type Finding, finding } from './finding.ts';

/** A record as its writer's chain knows it. */
export interface Placed {
  readonly id: string;
  readonly digest: string;
  readonly link: ChainLink;
}

/**
 * What the chains of the writers say was there, and is nowhere: confirmed by its own writer, and yet neither sealed nor
 * in the log. Gaps that no writer confirmed may be puts that failed.
 * @param complete whether the leaves of every segment are at hand; of expired ones nobody can tell what they held
 */
export function chainGaps(placed: readonly Placed[], complete: boolean): Finding[] {
  const byId = new Map(placed.map((each) => [each.id, each]));
  const findings: Finding[] = [];
  for (const [writer, chain] of Map.groupBy(placed, ({ link }) => link.writer)) {
    findings.push(...gapsOf(writer, chain, complete));
    for (const { link } of chain) {
      const named = link.previous;
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
      else if (!there && link.sequence === 1 && complete) findings.push(missing(named.id));
    }
  }
  return findings;
}

function gapsOf(writer: string, chain: readonly Placed[], complete: boolean): Finding[] {
  const byPlace = Map.groupBy(chain, ({ link }) => link.sequence);
  const durable = chain.reduce((most, { link }) => Math.max(most, link.durable), 0);
  const findings: Finding[] = [];
  let before = complete ? 0 : undefined;
  // The end of what is confirmed may lie beyond the last record that is there.
  for (const place of [...byPlace.keys(), durable + 1].toSorted((one, other) => one - other)) {
    const from = (before ?? place - 1) + 1;
    const to = Math.min(place - 1, durable);
    if (from <= to)
      findings.push(
        missing(to < place - 1 ? undefined : byPlace.get(place)?.[0]?.link.previous?.id, `${writer} ${from}–${to}`),
      );
    before = place;
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
