import { FileFault } from './file-fault.ts';
import { readXmlWhole, unreadable, type XmlHandlers } from './xml.ts';
import type { ZipParts } from './zip-parts.ts';

/** A visible sheet and the part that holds it. */
export interface SheetPart {
  readonly name: string;
  readonly part: string;
}

/** What a workbook says of its sheets, its strings and its numbers. */
export interface WorkbookParts {
  readonly sheets: readonly SheetPart[];
  readonly strings: readonly string[];
  /** By the index of a cell's style: whether its number is a date. */
  readonly dateStyles: readonly boolean[];
  /** Days are counted from 1904 and not from 1900. */
  readonly from1904: boolean;
}

const WORKBOOK = 'xl/workbook.xml';
const RELATIONS = 'xl/_rels/workbook.xml.rels';
const STRINGS = 'xl/sharedStrings.xml';
const STYLES = 'xl/styles.xml';
/** The shared strings are held, as a sheet refers to them in any order: their characters, about two bytes each. */
const MAX_SHARED_CHARACTERS = 33_554_432;
const MAX_SHARED_STRINGS = 3_000_000;

/** Formats that Excel has of itself: dates, and those of East Asia (27 to 36, 50 to 58). Times of day alone are none. */
const BUILT_IN_DATES = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);
const QUOTED_OR_BRACKETED = /"[^"]*"|\[[^\]]*\]|\\./g;
const DATE_CODE = /[yd]|m(?!.*[hs])|年|月|日/i;

/**
 * Reads all of a workbook but its sheets.
 * @throws FileFault for a zip that is no workbook, and for more strings than are held
 */
export async function readParts(zip: ZipParts): Promise<WorkbookParts> {
  const { sheets, from1904 } = await readWorkbookPart(zip);
  const targets = await readRelations(zip);
  return {
    sheets: sheets.flatMap(({ name, relation }) => {
      const part = targets.get(relation);
      return part === undefined ? [] : [{ name, part }];
    }),
    strings: await readStrings(zip),
    dateStyles: await readDateStyles(zip),
    from1904,
  };
}

async function readWorkbookPart(zip: ZipParts) {
  const sheets: { name: string; relation: string }[] = [];
  let from1904 = false;
  if (!zip.names.includes(WORKBOOK)) throw unreadable();
  await readPart(zip, WORKBOOK, {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = attributes.date1904 === '1' || attributes.date1904 === 'true';
      if (name === 'sheet' && (attributes.state ?? 'visible') === 'visible')
        sheets.push({ name: attributes.name ?? '', relation: attributes['r:id'] ?? '' });
    },
  });
  return { sheets, from1904 };
}

async function readRelations(zip: ZipParts): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  await readPart(zip, RELATIONS, {
    open: (name, { Id = '', Target = '' }) => {
      if (name === 'Relationship') targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
    },
  });
  return targets;
}

/** Runs of rich text are one string; how it is pronounced (`rPh`) is no part of it. */
async function readStrings(zip: ZipParts): Promise<string[]> {
  const strings: string[] = [];
  let characters = 0;
  let current = '';
  let inText = false;
  let inPhonetic = false;
  await readPart(zip, STRINGS, {
    open: (name) => {
      if (name === 'si') current = '';
      if (name === 'rPh') inPhonetic = true;
      if (name === 't') inText = !inPhonetic;
    },
    text: (text) => {
      if (inText) current += text;
    },
    close: (name) => {
      if (name === 't') inText = false;
      if (name === 'rPh') inPhonetic = false;
      if (name !== 'si') return;
      characters += current.length;
      strings.push(unescaped(current));
      if (characters > MAX_SHARED_CHARACTERS || strings.length > MAX_SHARED_STRINGS)
        throw new FileFault('workbook-too-large', {
          zh: '工作簿的文字过多，请另存为 CSV',
          en: 'the workbook holds too much text: save it as CSV',
        });
    },
  });
  return strings;
}

async function readDateStyles(zip: ZipParts): Promise<boolean[]> {
  const customDates = new Map<number, boolean>();
  const styles: boolean[] = [];
  let inCellFormats = false;
  await readPart(zip, STYLES, {
    open: (name, attributes) => {
      const id = Number(attributes.numFmtId);
      if (name === 'numFmt') customDates.set(id, isDateCode(attributes.formatCode ?? ''));
      if (name === 'cellXfs') inCellFormats = true;
      if (name === 'xf' && inCellFormats) styles.push(customDates.get(id) ?? BUILT_IN_DATES.has(id));
    },
    close: (name) => {
      if (name === 'cellXfs') inCellFormats = false;
    },
  });
  return styles;
}

/** A format code that shows a day, a month or a year: yyyy"年"m"月". Months are minutes beside hours or seconds. */
const isDateCode = (code: string): boolean => DATE_CODE.test(code.replaceAll(QUOTED_OR_BRACKETED, ''));

/** `_x000D_` stands for a character that XML cannot hold. */
export const unescaped = (text: string): string =>
  text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

async function readPart(zip: ZipParts, name: string, handlers: Partial<XmlHandlers>): Promise<void> {
  const bytes = zip.read(name);
  if (bytes === undefined) return;
  const nothing = () => undefined;
  await readXmlWhole(bytes, { open: nothing, text: nothing, close: nothing, ...handlers });
}
