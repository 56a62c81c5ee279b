import { crc32, deflateRawSync } from 'node:zlib';
import type { Encoding } from '../../lib/intake/encoding.ts';

const LEADS = [0x81, 0xfe] as const;
const TRAILS = [0x40, 0xfe] as const;

let gbkTable: ReadonlyMap<string, readonly number[]> | undefined;

/** Characters that GB18030 writes in two bytes, with their bytes: Node decodes it and does not encode it. */
function gbk(): ReadonlyMap<string, readonly number[]> {
  if (gbkTable) return gbkTable;
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, readonly number[]>();
  for (let lead = LEADS[0]; lead <= LEADS[1]; lead += 1)
    for (let trail = TRAILS[0]; trail <= TRAILS[1]; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (character.length === 1 && character !== '\ufffd') table.set(character, [lead, trail]);
    }
  gbkTable = table;
  return table;
}

/** The bytes of a text; every character must be one of two bytes in GB18030. */
export function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'gb18030': {
      const table = gbk();
      return Buffer.from(
        [...text].flatMap((character) => {
          const code = character.charCodeAt(0);
          const bytes = code < 0x80 ? [code] : table.get(character);
          if (bytes === undefined) throw new Error(`not in GBK: ${character}`);
          return bytes;
        }),
      );
    }
  }
}

/** RFC 4180, with any delimiter. */
export const csvOf = (rows: readonly (readonly string[])[], delimiter = ',', lineBreak = '\n'): string =>
  rows.map((cells) => cells.map((cell) => quoted(cell, delimiter)).join(delimiter) + lineBreak).join('');

const quoted = (cell: string, delimiter: string): string =>
  cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

interface Part {
  readonly name: string;
  readonly content: string | Buffer;
  /** What the directory says instead of the truth. */
  readonly statedSize?: number;
}

/** A zip file. */
export function zipOf(parts: readonly Part[]): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, statedSize } of parts) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const described = Buffer.alloc(26);
    described.writeUInt16LE(20, 0);
    described.writeUInt16LE(8, 4);
    described.writeUInt32LE(crc32(plain), 10);
    described.writeUInt32LE(packed.length, 14);
    described.writeUInt32LE(statedSize ?? plain.length, 18);
    described.writeUInt16LE(Buffer.byteLength(name), 22);
    const head = Buffer.concat([Buffer.from('PK\u0003\u0004'), described, Buffer.from(name)]);
    const entry = Buffer.concat([
      Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'),
      described,
      Buffer.alloc(10),
      Buffer.alloc(4),
      Buffer.from(name),
    ]);
    entry.writeUInt32LE(offset, 42);
    local.push(head, packed);
    directory.push(entry);
    offset += head.length + packed.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, entries, end]);
}

/** A cell of a workbook: a text, or XML of one's own with attributes. */
export type SheetCell = string | { readonly attributes?: string; readonly xml: string };

export interface Sheet {
  readonly name?: string;
  readonly state?: 'hidden';
  readonly rows: readonly (readonly SheetCell[])[];
}

/** Style 1 is a date of Excel's own, style 2 one with Chinese characters, style 3 a number with a unit in red. */
const STYLES = `<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="177" formatCode="[Red]0&quot;day&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/></cellXfs></styleSheet>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '_x000D_');

/** An XLSX file; the texts shared, as Excel writes them, or within the cells, as other programs do. */
export function workbookOf(sheets: readonly Sheet[], { shared = true, from1904 = false } = {}): Buffer {
  const strings: string[] = [];
  const cellXml = (cell: SheetCell, reference: string): string => {
    if (typeof cell !== 'string') return `<c r="${reference}" ${cell.attributes ?? ''}>${cell.xml}</c>`;
    if (cell === '') return '';
    const text = `<r><t xml:space="preserve">${escaped(cell)}</t></r><rPh sb="0" eb="1"><t>PINYIN</t></rPh>`;
    if (!shared) return `<c r="${reference}" t="inlineStr"><is>${text}</is></c>`;
    strings.push(`<si>${text}</si>`);
    return `<c r="${reference}" t="s"><v>${strings.length - 1}</v></c>`;
  };
  const sheetXml = ({ rows }: Sheet): string =>
    `<worksheet><sheetData>${rows
      .map((cells, row) => {
        const inside = cells.map((cell, column) => cellXml(cell, `${letters(column)}${row + 1}`)).join('');
        return inside === '' ? '' : `<row r="${row + 1}">${inside}</row>`;
      })
      .join('')}</sheetData></worksheet>`;
  const contents = sheets.map(sheetXml);
  const list = sheets.map(
    ({ name, state }, index) =>
      `<sheet name="${name ?? `Sheet${index + 1}`}" sheetId="${index + 1}" r:id="r${index}"${state ? ` state="${state}"` : ''}/>`,
  );
  const relations = sheets.map(
    (_, index) => `<Relationship Id="r${index}" Target="worksheets/sheet${index + 1}.xml"/>`,
  );
  return zipOf([
    { name: '[Content_Types].xml', content: '<Types/>' },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns:r="r"><workbookPr date1904="${from1904 ? 1 : 0}"/><sheets>${list.join('')}</sheets></workbook>`,
    },
    { name: 'xl/_rels/workbook.xml.rels', content: `<Relationships>${relations.join('')}</Relationships>` },
    { name: 'xl/styles.xml', content: STYLES },
    { name: 'xl/sharedStrings.xml', content: `<sst>${strings.join('')}</sst>` },
    ...contents.map((content, index) => ({ name: `xl/worksheets/sheet${index + 1}.xml`, content })),
  ]);
}

const letters = (column: number): string =>
  (column >= 26 ? letters(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));
