import { csvLine } from '../kernel/csv.ts';
import type { Standing } from '../listing/standing.ts';
import { code9Of, isNameKey, type SubjectKey } from '../subject/key.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import { type Import, sumOf } from './import.ts';
import { renew } from './lease.ts';
import { lineageOf } from './lineage.ts';
import { readLines } from './lines.ts';
import { packedText } from './packed-text.ts';
import { objectNames } from './ports.ts';
import { BYTE_ORDER_MARK } from './quarantine.ts';
import type { Decision } from './row.ts';
import type { IntakePorts } from './step.ts';
import { StoredUnit } from './stored-row.ts';

type Unit = ReturnType<typeof StoredUnit.parse>;

const HEADER = [
  'fate',
  'listing_id',
  'list',
  'domain',
  'subject_id',
  'subject_name',
  'document_number',
  'from',
  'until',
];
const UNITS_AT_ONCE = 100;
const RENEW_EVERY_MS = 60_000;

/**
 * Writes down what an import would do, listing by listing, for whoever is to sign it or only wanted to see it: CSV, packed.
 * Of a person it has neither number nor name.
 */
export async function writePlanFile(ports: IntakePorts, taken: Import): Promise<void> {
  const { id } = taken;
  const { work } = sumOf([...(await ports.imports.pieces(id, 'diff')).values()]);
  const texts = leasedMeanwhile(textsOf(ports, id, Object.keys(work).toSorted()), ports, taken);
  await ports.objects.write(objectNames.planFile(id), await packedText(texts), 'csv');
}

/** Of a large list it takes minutes, and its source stays its own. */
async function* leasedMeanwhile(texts: AsyncIterable<string>, ports: IntakePorts, taken: Import) {
  let renewed = ports.clock();
  await renew(ports, taken);
  for await (const text of texts) {
    if (ports.clock() - renewed >= RENEW_EVERY_MS) {
      renewed = ports.clock();
      await renew(ports, taken);
    }
    yield text;
  }
}

async function* textsOf(ports: IntakePorts, id: string, pieces: readonly string[]): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(HEADER);
  for (const piece of pieces) {
    let open: Unit[] = [];
    for await (const unit of readLines(ports.objects, objectNames.plan(id, piece), StoredUnit)) {
      open.push(unit);
      if (open.length < UNITS_AT_ONCE) continue;
      yield await textOf(open, ports);
      open = [];
    }
    if (open.length > 0) yield await textOf(open, ports);
  }
}

async function textOf(units: readonly Unit[], { store }: Pick<IntakePorts, 'store'>): Promise<string> {
  const standings = await store.standings([...new Set(units.map(({ subject }) => subject))]);
  return units.flatMap((unit) => linesOf(unit, standings.get(unit.subject))).join('');
}

function linesOf({ rows, end }: Unit, standing: Standing | undefined): string[] {
  return [
    ...rows.map(({ row: { subject, keys, decision }, listingId }) => {
      const before = lineageOf(listingId, standing).at(-1);
      const starts = before === undefined || before.state === 'ended';
      return lineOf(starts ? 'start' : 'change', listingId, keys[0], subject, decision);
    }),
    ...end.flatMap(({ subject: key, listingId }) => {
      const listing = lineageOf(listingId, standing).at(-1);
      return standing && listing && listing.state !== 'ended'
        ? [lineOf('end', listing.id, key, standing.subject, listing)]
        : [];
    }),
  ];
}

function lineOf(
  fate: 'start' | 'change' | 'end',
  listingId: string,
  key: SubjectKey,
  { scheme, code, name = '' }: Standing['subject'],
  { list, domain, document, from, until }: Pick<Decision, 'list' | 'domain' | 'document' | 'from' | 'until'>,
): string {
  // Known by the organisation code alone, it is shown by that: empty is a name without a code, and a person.
  const known = code ?? (isNameKey(key) ? '' : code9Of(key));
  const [shownCode, shownName] = isPersonScheme(scheme) ? ['', ''] : [known, name];
  const told = csvLine([fate, listingId, list, domain, shownCode, shownName, document.number]).trimEnd();
  // Days are days: a spreadsheet may take them for what they are.
  return `${told},${from},${until ?? ''}\r\n`;
}
