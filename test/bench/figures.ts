import { answerWhole } from './answer-whole.ts';
import { BATCH, type BatchCounts } from './batch.ts';
import { SPECIAL } from './subjects.ts';
import { counted, type Figure, holds, note } from './table.ts';
import type { CheckWork, Work } from './work.ts';

/** What was counted on one Registry. */
export interface Counts {
  readonly checks: CheckWork;
  readonly batches: BatchCounts;
}

/** Records of a batch that are written at once: as many as the client has sockets. */
const SOCKETS = 50;

/** The same text where two Registries say the same; otherwise both. */
const said = (texts: readonly string[]): string => [...new Set(texts)].join(' / ');

function requests(name: string, works: readonly Work[], reads: number, writes: number): Figure {
  const text = said(works.map((work) => `${work.reads} read + ${work.writes} write`));
  const most = (of: (work: Work) => number) => Math.max(...works.map(of));
  const values = [most((work) => work.reads), most((work) => work.writes)];
  return counted(`requests: ${name}`, text, `${reads} + ${writes}`, values, [reads, writes]);
}

const units = (works: readonly Work[]): string =>
  said(works.map(({ readUnits, writeUnits }) => `${readUnits} read + ${writeUnits} write`));

function capacity(name: string, works: readonly Work[], reads: number, writes: number): Figure {
  const most = (of: (work: Work) => number) => Math.max(...works.map(of));
  const values = [most(({ readUnits }) => readUnits), most(({ writeUnits }) => writeUnits)];
  return counted(`units: ${name}`, units(works), `≤ ${reads} + ${writes}`, values, [reads, writes]);
}

/** Everything that is counted, on every Registry that was loaded. */
export function countedFigures(registries: readonly Counts[]): Figure[] {
  const all = (of: (checks: CheckWork) => Work) => registries.map(({ checks }) => of(checks));
  return [
    requests(
      'one subject',
      all(({ clean }) => clean),
      1,
      1,
    ),
    requests(
      'one subject with 28 listings',
      all(({ debtor }) => debtor),
      1,
      1,
    ),
    requests(
      'consortium of three',
      all(({ listedConsortium }) => listedConsortium),
      1,
      1,
    ),
    requests(
      'branch with its head office',
      all(({ cleanBranch }) => cleanBranch),
      1,
      1,
    ),
    requests(
      'replay',
      all(({ replay }) => replay),
      1,
      1,
    ),
    requests(
      'registration number',
      all(({ registrationNo }) => registrationNo),
      2,
      1,
    ),
    requests(
      'name',
      all(({ name }) => name),
      2,
      1,
    ),
    requests(
      'catalogue just changed',
      all(({ newCatalogue }) => newCatalogue),
      2,
      1,
    ),
    requests(
      'the check after that',
      all(({ knownCatalogue }) => knownCatalogue),
      1,
      1,
    ),
    capacity(
      'pass, on no list',
      all(({ clean }) => clean),
      4,
      4,
    ),
    capacity(
      'pass, three listings that are over',
      all(({ over }) => over),
      4,
      4,
    ),
    capacity(
      'interception, one listing',
      all(({ vetoByOne }) => vetoByOne),
      4,
      5,
    ),
    capacity(
      'interception, three listings',
      all(({ vetoByThree }) => vetoByThree),
      4,
      5,
    ),
    capacity(
      'interception, 28 listings',
      all(({ debtor }) => debtor),
      5,
      8,
    ),
    note('units: branch with its head office, pass', units(all(({ cleanBranch }) => cleanBranch))),
    note('units: consortium of three, pass', units(all(({ cleanConsortium }) => cleanConsortium))),
    note('units: consortium of three, interception', units(all(({ listedConsortium }) => listedConsortium))),
    requests(
      '2,000 listings',
      all(({ huge }) => huge),
      1,
      1,
    ),
    note('units: 2,000 listings', units(all(({ huge }) => huge))),
    ...registries
      .slice(0, 1)
      .map(({ checks }) => answerWhole('answer: 2,000 listings', checks.huge, SPECIAL.huge.listings.length)),
    ...batchFigures(registries.map(({ batches }) => batches)),
  ];
}

function batchFigures(batches: readonly BatchCounts[]): Figure[] {
  const good = batches.map((each) => each.good);
  const atOnce = Math.max(...good.map((work) => work.atOnce.get('PutItem') ?? 0));
  const alone = ({ checks, problems }: BatchCounts['good'], problem: string) =>
    checks === BATCH - 1 && problems.length === 1 && problems[0] === problem;
  const told = (work: BatchCounts['good']) => `${work.checks} checks, 1 problem: ${work.problems.join()}`;
  return [
    // A hundred to a request: the codes, the names, and whose catalogue and quota it is.
    requests(`batch of ${BATCH}`, good, 3, BATCH),
    note(`units: batch of ${BATCH}`, units(good)),
    counted('batch: records written at once', `${atOnce}`, `≤ ${SOCKETS}`, [atOnce], [SOCKETS]),
    ...batches
      .slice(-1)
      .flatMap(({ invalid, unwritten }) => [
        holds('batch: one bad identifier', told(invalid), 'that item alone', alone(invalid, 'invalid-identifier')),
        holds(
          'batch: one record not written',
          told(unwritten),
          'that item alone',
          alone(unwritten, 'evidence-unavailable'),
        ),
      ]),
  ];
}
