import { FileFault } from './file-fault.ts';
import { HEADER_WITHIN, headerIn } from './header.ts';
import type { Profile } from './profile.ts';
import { type FileRecord, isBlank } from './record.ts';
import { readSheet } from './sheet.ts';
import { readParts, type SheetPart, type WorkbookParts } from './workbook-parts.ts';
import { openZip, type ZipParts } from './zip-parts.ts';

/**
 * The records of a workbook (XLSX): those of its one visible sheet that has the profile's header. Without one, those of
 * the first that holds anything, whose header then tells what is missing. Hidden sheets are not looked at.
 * @throws FileFault where two sheets have the header: neither is left out unseen
 */
export async function* readWorkbook(
  bytes: AsyncIterable<Uint8Array>,
  profile: Profile,
  given: readonly string[],
): AsyncGenerator<FileRecord> {
  const zip = await openZip(bytes);
  const parts = await readParts(zip);
  const filled: SheetPart[] = [];
  const fitting: SheetPart[] = [];
  for (const sheet of parts.sheets) {
    const head = await headOf(zip, parts, sheet);
    if (head.length > 0) filled.push(sheet);
    if (head.some(({ cells }) => profile.headerless === undefined && headerIn(cells, profile, given) !== undefined))
      fitting.push(sheet);
  }
  const candidates = profile.headerless === undefined ? fitting : filled;
  if (candidates.length > 1)
    throw new FileFault('several-sheets', {
      zh: `有多个工作表符合模板：${candidates.map(({ name }) => name).join('、')}，请分开送交，或隐藏不送的表`,
      en: `several sheets fit the profile: ${candidates.map(({ name }) => name).join(', ')}; send them one by one, or hide those not meant`,
    });
  const [sheet] = candidates.length > 0 ? candidates : filled;
  if (sheet) yield* sheetRecords(zip, parts, sheet);
}

async function headOf(zip: ZipParts, parts: WorkbookParts, sheet: SheetPart): Promise<FileRecord[]> {
  const head: FileRecord[] = [];
  for await (const record of sheetRecords(zip, parts, sheet)) {
    if (!isBlank(record)) head.push(record);
    if (head.length === HEADER_WITHIN) break;
  }
  return head;
}

async function* sheetRecords(zip: ZipParts, parts: WorkbookParts, { part }: SheetPart): AsyncGenerator<FileRecord> {
  const bytes = zip.read(part);
  if (bytes) yield* readSheet(bytes, parts);
}
