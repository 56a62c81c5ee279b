import type { Catalogue } from '../catalogue/catalogue.ts';
import { foldIdentifier } from '../subject/fold.ts';
import { parseIdentifier } from '../subject/identifier.ts';
import { isNameKey, type PersonKeyring, type SubjectKey } from '../subject/key.ts';
import { isOrganisationName } from '../subject/organisation-name.ts';
import { Cells, type Given } from './cells.ts';
import { decisionIn } from './decision.ts';
import { FileFault } from './file-fault.ts';
import { HEADER_WITHIN, headerIn, headerlessLayout, noHeader } from './header.ts';
import { isHeader, type Layout } from './layout.ts';
import type { Profile } from './profile.ts';
import { type FileRecord, isBlank } from './record.ts';
import { type Resolve, referenceId } from './resolve.ts';
import { Decision, type ReadRow } from './row.ts';
import { type RowSubject, readSubject, type SubjectReading } from './row-subject.ts';

export interface RowContext {
  readonly profile: Profile;
  readonly catalogue: Catalogue;
  readonly ring: PersonKeyring;
  /** What the sender states for the whole file, of the fields that the profile lets be stated. */
  readonly given?: Given;
  /** Without it a registration number, or a code that fails its check, resolves to nobody. */
  readonly resolve?: Resolve;
}

/** So many numbers are looked up at once. */
const BATCH = 100;

/**
 * The rows of a file, good and bad, in its order. The header is found among the first records, as titles may stand above
 * it; where it is repeated further down it is passed over, as are blank records.
 * @throws FileFault for a file without header, without rows, or with the wrong columns
 */
export async function* readRows(records: AsyncIterable<FileRecord>, context: RowContext): AsyncGenerator<ReadRow> {
  const { profile } = context;
  const given = givenIn(context);
  const stated = Object.keys(given);
  let layout = profile.headerless && headerlessLayout(profile.headerless, profile);
  const above: (readonly string[])[] = [];
  let batch: Provisional[] = [];
  let rows = 0;
  for await (const record of records) {
    if (isBlank(record)) continue;
    if (layout === undefined) {
      layout = headerIn(record.cells, profile, stated);
      if (layout === undefined) above.push(record.cells);
      if (above.length === HEADER_WITHIN) throw noHeader(above, profile, stated);
      continue;
    }
    if (isHeader(record.cells, layout)) continue;
    rows += 1;
    batch.push(provisional(record, layout, context, given));
    if (batch.length < BATCH) continue;
    yield* await settled(batch, context);
    batch = [];
  }
  if (layout === undefined && above.length === 0)
    throw new FileFault('empty-file', { zh: '文件为空', en: 'the file is empty' });
  if (layout === undefined) throw noHeader(above, profile, stated);
  if (rows === 0)
    throw new FileFault('no-rows', {
      zh: '文件只有表头，没有数据行；确为空名单的，以 --allow empty 声明',
      en: 'the file has a header and no rows; where the list really is empty, say so: --allow empty',
    });
  yield* await settled(batch, context);
}

/**
 * What was stated, as far as the profile lets it be.
 * @throws FileFault for another field
 */
function givenIn({ given = {}, profile }: RowContext): Given {
  const known = profile.given ?? [];
  const others = Object.keys(given).filter((field) => !known.some((name) => name === field));
  if (others.length === 0) return given;
  throw new FileFault('unknown-columns', {
    zh: `模板 ${profile.name} 不接受随文件说明的项：${others.join('、')}；可说明：${known.join('、') || '无'}`,
    en: `profile ${profile.name} does not let these be stated with the file: ${others.join(', ')}; it lets ${known.join(', ') || 'none'}`,
  });
}

/** A row of which the subject may have to be looked up. */
interface Provisional {
  readonly cells: Cells;
  readonly subject: SubjectReading | undefined;
  readonly decision: ReturnType<typeof decisionIn> | undefined;
  readonly nameOnly: string | undefined;
}

function provisional(record: FileRecord, layout: Layout, context: RowContext, given: Given): Provisional {
  const { profile, ring, catalogue } = context;
  const cells = new Cells(record, layout, profile, given);
  if (cells.unreadable) return { cells, subject: undefined, decision: undefined, nameOnly: undefined };
  const subject = readSubject(cells, profile, ring);
  const alone =
    (subject !== undefined && 'known' in subject && isNameKey(subject.known.keys[0])) ||
    cells.faults.some(({ code }) => code === 'unresolved-identifier' || code === 'masked-identifier');
  const decision = decisionIn(cells, profile, catalogue);
  return { cells, subject, decision, nameOnly: alone ? organisationName(cells) : undefined };
}

/** The rows of a batch, their numbers looked up together. */
async function settled(batch: readonly Provisional[], { resolve }: RowContext): Promise<ReadRow[]> {
  const references = batch.flatMap(({ subject }) => (subject && 'reference' in subject ? [subject.reference] : []));
  const keys = resolve && references.length > 0 ? await resolve(references) : new Map<string, SubjectKey>();
  return batch.map((row) => {
    const { subject } = row;
    if (subject === undefined) return finished(row, undefined);
    if ('refused' in subject) return finished(row, undefined, subject.refused);
    return finished(row, 'known' in subject ? subject.known : subject.settle(keys.get(referenceId(subject.reference))));
  });
}

function finished(
  { cells, decision: candidate, nameOnly }: Provisional,
  subject: RowSubject | undefined,
  keys: readonly SubjectKey[] | undefined = subject?.keys,
): ReadRow {
  const { line, faults } = cells;
  if (faults.length > 0 || subject === undefined || candidate === undefined)
    return {
      ok: false,
      line,
      faults,
      ...(keys && { keys }),
      ...(nameOnly !== undefined && { nameOnly }),
    };
  const decision = Decision.parse(candidate.decision);
  const { publishedUntil } = candidate;
  const { secret, ...who } = subject;
  if (secret !== undefined && foldIdentifier(JSON.stringify(decision)).includes(secret)) {
    cells.fail('subjectId', 'personal-data', {
      zh: '证件号码还出现在其他列中，请删去',
      en: 'the person’s number stands in another column too: remove it there',
    });
    return { ok: false, line, faults, keys: subject.keys };
  }
  // What the source says beside the listing is kept of organisations only: free text names persons.
  const fields = secret === undefined ? cells.kept() : {};
  if (faults.length > 0) return { ok: false, line, faults, keys: subject.keys };
  return {
    ok: true,
    row: { line, ...who, decision, fields, ...(publishedUntil !== undefined && { publishedUntil }) },
  };
}

function organisationName(cells: Cells): string | undefined {
  const parsed = parseIdentifier({ scheme: 'org-name', id: cells.value('subjectName') });
  if (!parsed.ok || parsed.identifier.kind !== 'organisation-name') return undefined;
  return isOrganisationName(parsed.identifier.folded) ? parsed.identifier.folded : undefined;
}
