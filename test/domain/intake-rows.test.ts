import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import catalogueData from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { readDate } from '../../lib/intake/dates.ts';
import { FileFault } from '../../lib/intake/file-fault.ts';
import { readProfile } from '../../lib/intake/profile.ts';
import { sourceOf } from '../../lib/intake/profile-check.ts';
import { PROFILES } from '../../lib/intake/profiles.ts';
import { quarantineHead, quarantineRow } from '../../lib/intake/quarantine.ts';
import { readList } from '../../lib/intake/read-list.ts';
import type { ReadRow } from '../../lib/intake/row.ts';
import { nameKey } from '../../lib/subject/key.ts';

const catalogue = PublishedCatalogue.parse(catalogueData);
const ring = { current: 2, keys: new Map([1, 2].map((version) => [version, randomBytes(32)])) };

const HEADER =
  'subject_scheme,subject_id,subject_name,list,domain,grade,document_number,document_type,issued_on,authority,measures,until,region,repairable,citation';
const GOOD =
  'uscc,91350100M000100Y43,甲有限公司,ordinary,general-penalty,minor,（2025）罚1号,penalty-decision,2025-03-01,某局,strict-review,2027-01-01,,,';
const COURT_HEADER = '被执行人姓名/名称,身份证号码/组织机构代码,执行法院,案号,失信被执行人行为具体情形,发布时间';
const PERSON = '11010519491231002X';

async function* bytesOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function read(bytes: AsyncIterable<Uint8Array>, name = 'generic'): Promise<ReadRow[]> {
  const profile = PROFILES.get(name);
  if (!profile) throw new Error(name);
  const rows: ReadRow[] = [];
  for await (const row of readList(bytes, { profile, catalogue, ring })) rows.push(row);
  return rows;
}

/** The good line with some cells replaced, by the names of their columns. */
function line(cells: Record<string, string>): string {
  const good = GOOD.split(',');
  return HEADER.split(',')
    .map((column, index) => cells[column] ?? good[index])
    .join(',');
}

const codesOf = (row: ReadRow | undefined) =>
  row?.ok === false ? row.faults.map(({ column, code }) => `${column} ${code}`) : [];

async function faultOf(bytes: AsyncIterable<Uint8Array>, name?: string): Promise<string> {
  return await read(bytes, name).then(
    () => 'none',
    (error: unknown) => (error instanceof FileFault ? `${error.code} ${error.detail.en}` : String(error)),
  );
}

describe('a file', () => {
  it('is read with BOM, CRLF, quoted cells and columns in any order, and lines keep their numbers', async () => {
    const quoted = line({ subject_name: '"甲\n公司"' });
    const rows = await read(bytesOf(`\ufeff${HEADER}\r\n\r\n${GOOD}\r\n${quoted}\r\n\n\n${GOOD}`));
    expect(rows.map((row) => (row.ok ? row.row.line : row.line))).toEqual([3, 4, 8]);
    const turned = (text: string) => text.split(',').reverse().join(',');
    const [plain] = await read(bytesOf(`${HEADER}\n${GOOD}`));
    expect(await read(bytesOf(`${turned(HEADER)}\n${turned(GOOD)}`))).toEqual([plain]);
  });

  it('may cut a character between two chunks', async () => {
    const bytes = Buffer.from(`${HEADER}\n${GOOD}\n`);
    const pieces = Array.from({ length: bytes.length }, (_, index) => bytes.subarray(index, index + 1));
    expect(await read(bytesOf(...pieces))).toEqual(await read(bytesOf(bytes)));
  });

  it('is refused whole, with the reason, when it is not what it should be', async () => {
    expect(await faultOf(bytesOf())).toMatch(/^empty-file/);
    expect(await faultOf(bytesOf(`${HEADER}\n`))).toMatch(/^no-rows/);
    expect(await faultOf(bytesOf(`${HEADER}\n${GOOD}\n"never closed\n${GOOD}`))).toMatch(/^unclosed-quote .* line 3/);
    expect(await faultOf(bytesOf('<html>\n<body>\n'))).toMatch(/^missing-columns .*subject_scheme, subject_id/);
    expect(await faultOf(bytesOf(`${HEADER},list\n${GOOD},black`))).toMatch(/^repeated-columns .*list/);
    expect(await faultOf(bytesOf(`${HEADER.replace('region', 'regoin')}\n${GOOD}`))).toMatch(
      /^unknown-columns .*regoin/,
    );
  });

  it('matches headers whatever their width, brackets and spaces', async () => {
    const header = COURT_HEADER.replaceAll('/', '／').replace('案号', ' 案 号 ');
    const [row] = await read(
      bytesOf(`${header}\n甲公司,744190927,某法院,(2018)黑01执1号,违反财产报告制度,2018年04月08日`),
      'shixin-zxgk',
    );
    expect(row?.ok).toBe(true);
  });

  it('needs a source and codes that the catalogue knows', () => {
    const court = PROFILES.get('shixin-zxgk');
    const generic = PROFILES.get('generic');
    if (!court || !generic) throw new Error('profiles');
    expect(sourceOf(court, undefined, catalogue)).toBe('court-defaulters-list');
    expect(sourceOf(generic, 'wage-arrears-list', catalogue)).toBe('wage-arrears-list');
    expect(() => sourceOf(generic, undefined, catalogue)).toThrow(FileFault);
    expect(() => sourceOf(court, 'elsewhere', catalogue)).toThrow(/court-defaulters/);
    const measures = catalogue.measures.filter(({ code }) => code !== 'no-land');
    expect(() => sourceOf(court, undefined, { ...catalogue, measures })).toThrow(/lacks codes.*no-land/);
  });
});

it('says what is wrong with a profile of one’s own, and where', () => {
  expect(() => readProfile('{')).toThrow(/not JSON/);
  const generic = PROFILES.get('generic');
  expect(readProfile(JSON.stringify(generic))).toEqual(generic);
  expect(() => readProfile(JSON.stringify({ ...generic, term: { rule: 'moon' } }))).toThrow(/wrong at term/);
});

describe('a row', () => {
  it.each([
    [{ subject_id: '91350100****00Y43' }, ['subject_id masked-identifier']],
    [{ subject_id: '91350100M000100Y4Z' }, ['subject_id invalid-identifier']],
    [{ subject_id: '' }, ['subject_id missing-field']],
    [{ subject_scheme: 'tax-no' }, ['subject_scheme invalid-value']],
    [{ subject_scheme: 'registration-no', subject_id: '110108000000016' }, ['subject_id unresolved-identifier']],
    [{ subject_scheme: 'org-name', subject_id: '乙公司' }, ['subject_name identifiers-differ']],
    [{ subject_scheme: 'org-name', subject_id: '张三丰', subject_name: '' }, ['subject_id unresolved-identifier']],
    [{ subject_scheme: 'org-name', subject_id: 'ACME LTD', subject_name: '' }, ['subject_id unresolved-identifier']],
    [{ subject_scheme: 'org-name', subject_id: '甲*公司', subject_name: '' }, ['subject_id masked-identifier']],
    [
      { subject_scheme: 'org-name', subject_id: '甲公司、乙公司联合体', subject_name: '' },
      ['subject_id several-subjects'],
    ],
    [{ subject_scheme: 'person-name', subject_id: '张三丰' }, ['subject_id unresolved-identifier']],
    [{ subject_name: '' }, ['subject_name missing-field']],
    [{ subject_name: '甲\ufffd公司' }, ['subject_name mojibake']],
    [{ list: 'grey' }, ['list invalid-value']],
    [{ domain: 'court-defaulters' }, ['domain unknown-code']],
    [{ measures: 'strict-review;no-land' }, ['measures unknown-code']],
    [{ grade: 'serious' }, ['grade invalid-value']],
    [{ grade: '' }, ['grade missing-field']],
    [{ list: 'watch', domain: 'abnormal-operation', measures: 'risk-reminder' }, ['grade invalid-value']],
    [{ issued_on: '2025-02-29' }, ['issued_on bad-date']],
    [{ issued_on: '45678' }, ['issued_on bad-date']],
    [{ until: '2024-01-01' }, ['until bad-date']],
    [{ region: '43' }, ['region invalid-value']],
    [{ repairable: 'false' }, ['citation missing-field']],
    [{ document_type: '处罚决定' }, ['document_type invalid-value']],
    [
      { subject_id: '', authority: '', issued_on: 'x' },
      ['subject_id missing-field', 'issued_on bad-date', 'authority missing-field'],
    ],
  ])('with %o goes to quarantine for %o', async (cells, codes) => {
    const [row] = await read(bytesOf(`${HEADER}\n${line(cells)}`));
    expect(codesOf(row).toSorted()).toEqual(codes.toSorted());
  });

  it('with cells too many, or a stray quote, is not guessed at; its neighbours are read', async () => {
    const rows = await read(bytesOf([HEADER, `${GOOD},more`, line({ subject_name: '"甲"乙"公司"' }), GOOD].join('\n')));
    expect(rows.map(codesOf)).toEqual([[' malformed-row'], [' malformed-row'], []]);
  });

  it('with a wrong code is told the code that was probably meant, and no cell is repeated', async () => {
    const rows = await read(
      bytesOf(`${HEADER}\n${line({ subject_id: '91350100M000100Y4Z', subject_name: '=秘密公司' })}`),
    );
    const file = quarantineHead() + rows.map((row) => (row.ok ? '' : quarantineRow(row))).join('');
    expect(file).toMatch(/^\ufeffline,column,code,advice_zh,advice_en\r\n2,subject_id,invalid-identifier,/);
    expect(file).toContain('91350100M000100Y43');
    expect(file).not.toContain('秘密');
  });

  it('becomes an active listing, of which an empty until is no fixed term', async () => {
    const [row] = await read(
      bytesOf(`${HEADER}\n${line({ subject_id: ' 91350100 m000100y43 ', until: '', region: '430100' })}`),
    );
    expect(row).toEqual({
      ok: true,
      row: {
        line: 2,
        keys: ['o:M000100Y4'],
        subject: { scheme: 'uscc', code: '91350100M000100Y43', name: '甲有限公司' },
        foldedName: '甲有限公司',
        decision: {
          list: 'ordinary',
          domain: 'general-penalty',
          authority: '某局',
          grade: 'minor',
          document: { number: '（2025）罚1号', type: 'penalty-decision', issuedOn: '2025-03-01' },
          measures: ['strict-review'],
          from: '2025-03-01',
          until: null,
          region: '430100',
          repair: { repairable: true },
        },
        fields: {},
      },
    });
  });

  it('about an organisation of which the file has the name alone stands under the name, however it is written', async () => {
    const named = (subject_id: string) => line({ subject_scheme: 'org-name', subject_id, subject_name: '' });
    const names = ['億達（長沙）有限公司', '亿达(长沙)有限公司', '亿达 〔长沙〕有限公司', '亿达有限公司'];
    const rows = await read(bytesOf([HEADER, ...names.map(named)].join('\n')));
    const keys = rows.flatMap((row) => (row.ok ? row.row.keys : []));
    expect(new Set(keys.slice(0, 3))).toEqual(new Set([nameKey('亿达(长沙)有限公司')]));
    expect(keys[3]).toBe(nameKey('亿达有限公司'));
    expect(rows[0]).toMatchObject({ row: { subject: { scheme: 'org-name', name: '億達（長沙）有限公司' } } });
  });

  it('about a person keeps neither number nor name', async () => {
    const person = { subject_scheme: 'resident-id', subject_id: PERSON, subject_name: '张三丰' };
    const [good, told] = await read(
      bytesOf(
        [
          HEADER,
          line(person),
          line({ ...person, document_number: `罚-${PERSON.slice(0, 9)} ${PERSON.slice(9)}` }),
        ].join('\n'),
      ),
    );
    expect(JSON.stringify(good)).not.toMatch(/张三丰|110105/);
    expect(good).toMatchObject({ ok: true, row: { subject: { scheme: 'resident-id' } } });
    // The current key first, then the older one, under which the person may be known.
    expect(good?.ok === true ? good.row.keys.map((key) => key.slice(0, 4)) : []).toEqual(['p:2:', 'p:1:']);
    expect(codesOf(told)).toEqual(['subject_id personal-data']);
  });

  it.each([PERSON, '110105194912310021', '110105491231003', '4301021980****1234'])(
    'of the court list that looks like a person’s (%s) is kept out without a suggestion',
    async (number) => {
      const [row] = await read(
        bytesOf(`${COURT_HEADER}\n张三,${number},某法院,(2018)黑01执1号,违反财产报告制度,2018-04-08`),
        'shixin-zxgk',
      );
      expect(codesOf(row)).toEqual(['身份证号码/组织机构代码 person-not-accepted']);
    },
  );
});

describe('the term of a court row', () => {
  const untilOf = async (reason: string, published = '2018年03月09日') => {
    const [row] = await read(
      bytesOf(`${COURT_HEADER}\n甲公司,74419092-7,某法院,(2018)黑01执1号,"${reason}",${published}`),
      'shixin-zxgk',
    );
    return row?.ok === true ? row.row.decision.until : codesOf(row);
  };

  it('is two years, the last day the same day of the year (民法典 202)', async () => {
    expect(await untilOf('违反财产报告制度')).toBe('2020-03-09');
    expect(await untilOf('伪造证据妨碍、抗拒执行', '2016年02月29日')).toBe('2018-02-28');
  });

  it('is not fixed where one of the reasons is 有履行能力而拒不履行', async () => {
    expect(await untilOf('有履行能力而拒不履行生效法律文书确定义务')).toBeNull();
    expect(await untilOf('其他有履行能力而拒不履行生效法律文书确定义务的')).toBeNull();
    expect(await untilOf('违反财产报告制度,其他有履行能力而拒不履行生效法律文书确定义务')).toBeNull();
  });

  it('cannot be known without a reason', async () => {
    expect(await untilOf('')).toEqual(['失信被执行人行为具体情形 missing-field']);
  });
});

it('reads dates as the lists write them', () => {
  for (const cell of [
    '2018年04月08日',
    '20180408',
    '2018/4/8',
    '2018-04-08',
    '２０１８．０４．０８',
    '2018-04-08 00:00:00',
    '2018-04-08T00:00:00+08:00',
    '2018-04-07T16:00:00.000Z',
  ])
    expect(readDate(cell)).toBe('2018-04-08');
  for (const cell of ['', '2018-13-08T00:00:00Z', '2018年13月08日', '04/08/2018', '2018-4', 'Indefinite'])
    expect(readDate(cell)).toBeUndefined();
});
