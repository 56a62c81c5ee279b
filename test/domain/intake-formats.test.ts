import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Encoding } from '../../lib/intake/encoding.ts';
import { quarantineRow } from '../../lib/intake/quarantine.ts';
import { MAX_TEXT_BYTES, withinSize } from '../../lib/intake/size.ts';
import { bytesOf, codesOf, faultOf, goodRows, readAll } from './reading.ts';
import { csvOf, encode, type SheetCell, workbookOf, zipOf } from './written-files.ts';

const HEADER = ['企业名称', '统一社会信用代码/注册号', '列入日期', '作出决定机关(列入)', '移出日期', '列入原因'];
const ROWS = [
  ['甲有限公司', '91350100M000100Y43', '2025-01-10', '某市市场监督管理局', '', '地址，"无法"联系；=1+1'],
  ['乙（北京）有限公司', '744190927', '2025年02月03日', '某局', '2026/01/01', '未公示\n年报'],
];
const MARKS = { 'utf-8': '', 'utf-16le': '\ufeff', 'utf-16be': '\ufeff', gb18030: '' } as const;
const PROFILE = 'abnormal-operation';
const plain = await readAll(bytesOf(csvOf([HEADER, ...ROWS])), PROFILE);
/** The rows without the lines on which they stand. */
const content = (rows: typeof plain) => rows.map((row) => (row.ok ? { ...row.row, line: 0 } : codesOf(row)));

it('the rows that the other formats are compared with are good', () => {
  expect(goodRows(plain).map(({ line }) => line)).toEqual([2, 3]);
  expect(goodRows(plain)[0]?.fields).toEqual({ 列入经营异常名录原因: '地址，"无法"联系；=1+1' });
});

describe('an encoding', () => {
  it.each(Encoding.options)('%s is found out, and can be said', async (encoding) => {
    const bytes = encode(csvOf([HEADER, ...ROWS]), encoding);
    expect(await readAll(bytesOf(bytes), PROFILE)).toEqual(plain);
    expect(await readAll(bytesOf(bytes), PROFILE, { encoding })).toEqual(plain);
    const marked = encode(MARKS[encoding] + csvOf([HEADER, ...ROWS]), encoding);
    expect(await readAll(bytesOf(marked), PROFILE)).toEqual(plain);
  });

  it('with the mark of UTF-8, or of GB18030, is that one; marks in the middle of joined files say nothing', async () => {
    const text = csvOf([HEADER, ...ROWS]);
    expect(await readAll(bytesOf('\ufeff', text), PROFILE)).toEqual(plain);
    expect(await readAll(bytesOf(Uint8Array.of(0x84, 0x31, 0x95, 0x33), encode(text, 'gb18030')), PROFILE)).toEqual(
      plain,
    );
    const joined = await readAll(bytesOf('\ufeff', text, '\ufeff', text), PROFILE);
    expect(content(joined)).toEqual([...content(plain), ...content(plain)]);
  });

  it('that contradicts the mark is refused', async () => {
    expect(await faultOf(bytesOf('\ufeff', csvOf([HEADER, ...ROWS])), PROFILE, { encoding: 'gb18030' })).toMatch(
      /^wrong-encoding .*utf-8.*gb18030/,
    );
  });

  it('that changes from line to line is quarantined line by line', async () => {
    const [first = [], second = []] = ROWS;
    const line = (row: string[], encoding: Encoding) => encode(csvOf([row]), encoding);
    const inUtf8 = bytesOf(csvOf([HEADER, first]), line(second, 'gb18030'), line(first, 'utf-8'));
    const [good, bad, after] = await readAll(inUtf8, PROFILE);
    expect([good?.ok, after?.ok]).toEqual([true, true]);
    expect(codesOf(bad)).toContain('企业名称 mojibake');
    const head = encode(csvOf([HEADER, first, second, first]), 'gb18030');
    const inGbk = await readAll(bytesOf(head, line(first, 'utf-8'), line(second, 'gb18030')), PROFILE);
    expect(inGbk.map((row) => row.ok)).toEqual([true, true, true, false, true]);
    expect(codesOf(inGbk[3])).toContain('企业名称 mojibake');
  });

  it.each([
    '锟斤拷有限公司',
    'å…¬å\u008f¸æœ‰é™',
    '¹«Ë¾ÓÐÏÞ',
    new TextDecoder('gb18030').decode(Buffer.from('公司名称')),
    '甲\ufffd公司',
  ])('that was lost before (%s) is not guessed', async (name) => {
    const [row] = await readAll(bytesOf(csvOf([HEADER, [name, ...(ROWS[0] ?? []).slice(1)]])), PROFILE);
    expect(codesOf(row)).toEqual(['企业名称 mojibake']);
  });

  it('that cannot be that of the file is said with the header', async () => {
    expect(await faultOf(bytesOf(encode(csvOf([HEADER, ...ROWS]), 'gb18030')), PROFILE, { encoding: 'utf-8' })).toMatch(
      /^missing-columns .*--encoding/,
    );
  });
});

describe('CSV', () => {
  it.each([',', '\t', ';', '，', '；', '|', '｜'])('may have %j between its cells', async (delimiter) => {
    for (const lineBreak of ['\n', '\r\n', '\r'])
      expect(content(await readAll(bytesOf(csvOf([HEADER, ...ROWS], delimiter, lineBreak)), PROFILE))).toEqual(
        content(plain),
      );
  });

  it('may have a title, blank lines, blank cells, a delimiter too many and its header again', async () => {
    const tailed = csvOf([HEADER, ...ROWS].map((row) => [...row, '']));
    const file = `某市经营异常名录（2026年第3期）,,,,,\n\n${tailed}\n,,,,,\n${tailed}`;
    expect(content(await readAll(bytesOf(file), PROFILE))).toEqual([...content(plain), ...content(plain)]);
  });

  it('may have quotes inside a cell, and is not guessed at where one opens and does not close it', async () => {
    const [row] = await readAll(bytesOf(`${HEADER}\n甲"乙"公司,744190927,2025-01-01,某局,,\n`), PROFILE);
    expect(row).toMatchObject({ ok: true, row: { subject: { name: '甲"乙"公司' } } });
    const [stray] = await readAll(bytesOf(`${HEADER}\n"甲"乙公司,744190927,2025-01-01,某局,,\n`), PROFILE);
    expect(codesOf(stray)).toEqual([' malformed-row']);
  });

  it.each([
    ['2026-01-1', ['移出日期 unfinished-row']],
    ['', ['移出日期 unfinished-row']],
    ['2026-01-10', []],
  ])('that ends within its last line, at %j, is taken as far as it is whole', async (end, codes) => {
    const header = HEADER.slice(0, 5);
    const [whole, last] = await readAll(
      bytesOf(`${header}\n甲公司,744190927,2025-01-01,某局,2026-01-1\n甲公司,744190927,2025-01-01,某局,${end}`),
      PROFILE,
    );
    expect([whole?.ok, codesOf(last)]).toEqual([true, codes]);
  });

  it('that was cut off in the midst of a row says so of that row', async () => {
    const [whole, last] = await readAll(
      bytesOf(`${HEADER}\n甲公司,744190927,2025-01-01,某局,,\n甲公司,7441909`),
      PROFILE,
    );
    expect([whole?.ok, codesOf(last)]).toEqual([true, [' unfinished-row']]);
    expect(last).toMatchObject({ faults: [{ advice: { en: expect.stringContaining('looks cut off') } }] });
  });
});

describe('JSON Lines', () => {
  const objects = ROWS.map((row) => Object.fromEntries(HEADER.map((name, index) => [name, row[index]])));
  const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

  it('have the names of the columns, in any of their forms and in any order', async () => {
    expect(content(await readAll(bytesOf(lines(objects)), PROFILE))).toEqual(content(plain));
    const renamed = objects.map(({ 企业名称: 名称, ...others }) => ({ ...others, 名称 }));
    expect(content(await readAll(bytesOf(`\n${lines(renamed)}`), PROFILE))).toEqual(content(plain));
  });

  it('keep the digits of a number, and take null and an optional column that is left out for empty', async () => {
    const line =
      '{"企业名称":"甲公司","统一社会信用代码/注册号":911306007109266097,"列入日期":20250110,"作出决定机关(列入)":"某局","移出日期":null}\n';
    const [row] = await readAll(bytesOf(line), PROFILE);
    expect(row).toMatchObject({
      ok: true,
      row: { subject: { code: '911306007109266097' }, decision: { until: null } },
    });
  });

  it('that are broken, no objects or say a thing twice are quarantined one by one', async () => {
    const [first] = objects;
    const twice = { ...first, 名称: '乙公司' };
    const file = `${lines([first])}{"企业名称":\n[1]\n"x"\n${lines([twice, { ...first, 列入日期: { day: 1 } }, first])}{"企业名称":"甲`;
    const rows = await readAll(bytesOf(file), PROFILE);
    expect(rows.map((row) => (row.ok ? row.row.line : [row.line, ...codesOf(row)]))).toEqual([
      1,
      ...[2, 3, 4, 5, 6].map((line) => [line, ' malformed-row']),
      7,
      [8, ' malformed-row'],
    ]);
  });

  it('that leave out a column of theirs say nothing by it: no ban is without end for that', async () => {
    const row = {
      subject_scheme: 'uscc',
      subject_id: '91350100M000100Y43',
      subject_name: '甲公司',
      list: 'ordinary',
      domain: 'general-penalty',
      grade: 'ordinary',
      document_number: '罚1号',
      document_type: 'penalty-decision',
      issued_on: '2025-03-01',
      authority: '某局',
      measures: 'strict-review',
    };
    const [whole, left, nothing] = await readAll(
      bytesOf(lines([{ ...row, until: '2026-03-01' }, row, { ...row, until: null }])),
      'generic',
    );
    expect(whole).toMatchObject({ ok: true, row: { decision: { until: '2026-03-01' } } });
    expect(codesOf(left)).toEqual(['until missing-field']);
    expect(nothing).toMatchObject({ ok: true, row: { decision: { until: null } } });
    expect(codesOf((await readAll(bytesOf(lines([row])), 'generic'))[0])).toEqual(['until missing-field']);
    const { subject_name: _, ...nameless } = { ...row, until: null };
    expect(codesOf((await readAll(bytesOf(lines([nameless])), 'generic'))[0])).toEqual(['subject_name missing-field']);
  });

  it('of another list are refused with its profile', async () => {
    expect(await faultOf(bytesOf(lines(objects)), 'ccgp')).toMatch(/^missing-columns .*--profile abnormal-operation/);
  });
});

describe('a workbook', () => {
  const read = (rows: readonly (readonly SheetCell[])[], more = {}) =>
    readAll(bytesOf(workbookOf([{ rows: [HEADER, ...rows] }], more)), PROFILE);
  const cell = (attributes: string, xml: string): SheetCell => ({ attributes, xml });
  const withCell = (index: number, value: SheetCell): SheetCell[] =>
    (ROWS[0] ?? []).map((text, at) => (at === index ? value : text));

  it('reads as the same rows, its texts shared or not', async () => {
    expect(await read(ROWS)).toEqual(plain);
    expect(await read(ROWS, { shared: false })).toEqual(plain);
  });

  it('has dates by style, in either calendar', async () => {
    for (const [style, from1904, serial] of [
      ['1', false, 45667],
      ['2', false, 45667.75],
      ['1', true, 44205],
    ] as const) {
      const [row] = await read([withCell(2, cell(`s="${style}"`, `<v>${serial}</v>`))], { from1904 });
      expect(row?.ok ? row.row.decision.document.issuedOn : codesOf(row)).toBe('2025-01-10');
    }
    const [unstyled] = await read([withCell(2, cell('s="3"', '<v>45667</v>'))]);
    expect(codesOf(unstyled)).toEqual(['列入日期 bad-date']);
  });

  it('takes numbers for codes while no digit is lost', async () => {
    const [short] = await read([withCell(1, cell('', '<v>744190927</v>'))]);
    expect(short?.ok).toBe(true);
    const [registered] = await read([withCell(1, cell('', '<v>1.10108000000016E+14</v>'))]);
    expect(codesOf(registered)).toEqual(['统一社会信用代码/注册号 unresolved-identifier']);
    const [lost] = await read([withCell(1, cell('', '<v>9.1130600710926605E+17</v>'))]);
    expect(codesOf(lost)).toEqual(['统一社会信用代码/注册号 number-precision-lost']);
  });

  it('takes the result of a formula, never computes one, and takes a text that looks like one for text', async () => {
    const [cached] = await read([withCell(0, cell('t="str"', '<f>A1&amp;"x"</f><v>丙有限公司</v>'))]);
    expect(cached).toMatchObject({ ok: true, row: { subject: { name: '丙有限公司' } } });
    const [empty] = await read([withCell(2, cell('', '<f>TODAY()</f>'))]);
    expect(codesOf(empty)).toEqual(['列入日期 formula-without-value']);
    const [text] = await read([withCell(0, '=HYPERLINK("x")有限公司')]);
    expect(text).toMatchObject({ ok: true, row: { subject: { name: '=HYPERLINK("x")有限公司' } } });
    const [error] = await read([withCell(3, cell('t="e"', '<v>#N/A</v>'))]);
    expect(codesOf(error)).toEqual(['作出决定机关(列入) cell-error'.replace('(列入)', '（列入）')]);
  });

  it('has its list on the one visible sheet that fits', async () => {
    const other = { name: '说明', rows: [['填报说明']] };
    const list = { name: '名单', rows: [['某市经营异常名录'], [], HEADER, ...ROWS] };
    const read = (sheets: Parameters<typeof workbookOf>[0]) => readAll(bytesOf(workbookOf(sheets)), PROFILE);
    expect(content(await read([other, list, { ...list, state: 'hidden' }]))).toEqual(content(plain));
    expect(await faultOf(bytesOf(workbookOf([other, list, { ...list, name: '名单2' }])), PROFILE)).toMatch(
      /^several-sheets .*名单, 名单2/,
    );
    expect(await faultOf(bytesOf(workbookOf([other])), PROFILE)).toMatch(/^missing-columns/);
    expect(await faultOf(bytesOf(workbookOf([{ rows: [] }])), PROFILE)).toMatch(/^empty-file/);
  });
});

it('the quarantine file holds no formula, even where a profile’s own column is called like one', () => {
  const fault = (column: string) => ({ column, code: 'bad-date' as const, advice: { zh: '坏', en: 'bad' } });
  const file = quarantineRow({ line: 2, faults: ['=A1', '+1', '-1', '@x', '甲=1'].map(fault) });
  expect(
    file
      .split('\r\n')
      .slice(0, -1)
      .map((line) => line.split(',')[1]),
  ).toEqual(["'=A1", "'+1", "'-1", "'@x", '甲=1']);
});

describe('what cannot be read', () => {
  const good = csvOf([HEADER, ...ROWS]);
  const workbook = workbookOf([{ rows: [HEADER, ...ROWS] }]);
  const bombed = (content: string | Buffer) =>
    zipOf([
      {
        name: 'xl/workbook.xml',
        content: '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r0"/></sheets></workbook>',
      },
      {
        name: 'xl/_rels/workbook.xml.rels',
        content: '<Relationships><Relationship Id="r0" Target="worksheets/sheet1.xml"/></Relationships>',
      },
      { name: 'xl/worksheets/sheet1.xml', content },
    ]);
  const unopened = '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>';

  it.each<readonly [string, Buffer, RegExp]>([
    ['a gzip that is cut off', gzipSync(good).subarray(0, -9), /^truncated-file .*gzip/],
    ['a gzip that is damaged', Buffer.concat([gzipSync(good).subarray(0, 12), Buffer.alloc(60, 9)]), /^damaged-file/],
    ['a gzip of nothing', gzipSync(Buffer.alloc(100_000_000, 32)), /^(expands-too-much|record-too-long)/],
    ['a workbook that is cut off', workbook.subarray(0, -30), /^truncated-file .*workbook/],
    ['a zip that is no workbook', zipOf([{ name: 'a.csv', content: good }]), /^unreadable-workbook/],
    [
      'a workbook that expands',
      bombed(Buffer.concat([Buffer.from('<worksheet>'), Buffer.alloc(40_000_000, 32)])),
      /^expands-too-much/,
    ],
    ['a workbook with a cell of megabytes', bombed(unopened + randomText(3_000_000)), /^record-too-long/],
    [
      'a workbook with entities of its own',
      bombed('<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'),
      /^unreadable-workbook/,
    ],
    ['a workbook that is not well-formed', bombed('<worksheet><sheetData></worksheet>'), /^unreadable-workbook/],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), /^old-workbook/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 0, 0, 2]), /^(not-a-list|missing-columns)/],
    ['an empty file', Buffer.alloc(0), /^empty-file/],
    ['a header alone', Buffer.from(csvOf([HEADER])), /^no-rows/],
    ['no header', Buffer.from(csvOf(ROWS)), /^missing-columns .*there is no header line/],
    [
      'a delimiter that nobody knows',
      Buffer.from(csvOf([HEADER, ...ROWS], '^')),
      /^missing-columns .*every line is one cell/,
    ],
    [
      'a JSON array',
      Buffer.from(JSON.stringify([{ 企业名称: '甲公司' }])),
      /^missing-columns .*one object on each line/,
    ],
    ['a column twice', Buffer.from(csvOf([[...HEADER, '名称'], ...ROWS])), /^repeated-columns .*企业名称/],
    ['a quote that is never closed', Buffer.from(`${good}"x\n甲公司,744190927\n`), /^unclosed-quote .*line 5/],
  ])('%s says so', async (_, bytes, fault) => {
    expect(await faultOf(bytesOf(bytes), PROFILE)).toMatch(fault);
  });

  it('a row with more text than stays with a document is kept out alone', async () => {
    const withReason = (length: number, row = ROWS[0] ?? []) => [...row.slice(0, 5), '由'.repeat(length)];
    const most = Math.floor(65_536 / 3);
    const rows = await readAll(
      bytesOf(csvOf([HEADER, withReason(most), withReason(most + 1), ROWS[1] ?? []])),
      PROFILE,
    );
    expect(rows.map(codesOf)).toEqual([[], ['列入经营异常名录原因 row-too-large'], []]);
  });

  it('more text than one step can read is refused with the bound, and with what to do', async () => {
    const part = new Uint8Array(MAX_TEXT_BYTES / 8);
    const passed = async (parts: number) => {
      let bytes = 0;
      for await (const { length } of withinSize(ReadableStream.from(Array.from({ length: parts }, () => part))))
        bytes += length;
      return bytes;
    };
    expect(await passed(8)).toBe(MAX_TEXT_BYTES);
    await expect(passed(9)).rejects.toMatchObject({
      code: 'file-too-large',
      detail: { zh: expect.stringMatching(/512 MB.*拆分/), en: expect.stringMatching(/512 MB.*split/) },
    });
  });

  it('a line of two gigabytes is given up after a few megabytes', async () => {
    for (const [start, encoding] of [
      [`${good}甲`, undefined],
      [`${good}"`, undefined],
      ['{"企业名称":"', undefined],
      [good, 'utf-16le'],
    ] as const) {
      let given = 0;
      const endless = async function* () {
        yield encode(start, encoding ?? 'utf-8');
        const chunk = encode('x'.repeat(65_536), encoding ?? 'utf-8');
        for (; given < 2 ** 31; given += chunk.length) yield chunk;
      };
      expect(await faultOf(endless(), PROFILE, { encoding })).toMatch(/^record-too-long/);
      expect(given).toBeLessThan(8 * 2 ** 20);
    }
  });
});

/** Text that does not shrink. */
function randomText(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(97 + (state % 26));
  }).join('');
}
