import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { matchHeader } from '../../lib/intake/layout.ts';
import { readProfile } from '../../lib/intake/profile.ts';
import { sourceOf } from '../../lib/intake/profile-check.ts';
import { PROFILES } from '../../lib/intake/profiles.ts';
import type { Resolve } from '../../lib/intake/resolve.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { nameKey, organisationKey } from '../../lib/subject/key.ts';
import { bytesOf, catalogue, codesOf, faultOf, goodRows, profileNamed, readAll } from './reading.ts';

const CODE = '91350100M000100Y43';
const NAME = '甲有限公司';

/** The headers of real files, as they are published. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  ccgp: [
    '序号,企业名称,统一社会信用代码（或组织机构代码）,企业地址,严重违法失信行为的具体情形,处罚结果,处罚依据 ,处罚日期,公布日期,公布截至日期,执法单位',
    '序号,企业名称,统一社会信用代码(或组织机构代码),企业地址,严重违法失信行为的具体情形,处罚结果,处罚依据,处罚日期,公布日期,公布截止日期,执法单位',
  ],
  'shixin-zxgk': [
    '被执行人姓名/名称,身份证号码/组织机构代码,法定代表人或负责人姓名,执行法院,省份,执行依据文号,立案时间,案号,做出执行依据单位,生效法律文书确定的义务,被执行人的履行情况,失信被执行人行为具体情形,发布时间',
  ],
  'shixin-creditchina': [
    '数据来源,案号,失信被执行人名称,企业法人姓名,执行法院,地域名称,执行依据文号,作出执行依据单位,法律生效文书确定的义务,被执行人的履行情况,失信被执行人具体情形,发布时间,立案时间,已履行部分,未履行部分,最新更新日期',
  ],
  'tax-major-violation': [
    '纳税人名称,纳税人识别号,组织机构代码,注册地址,法定代表人或者负责人,案件性质,主要违法事实,相关法律依据及税务处理处罚情况',
  ],
  'tax-a-grade': [
    '评价年度,社会信用代码（纳税人识别号）,纳税人名称,主管税务机关',
    '评价年度,纳税人识别号,纳税人名称,主管税务机关',
  ],
  'penalty-publicity': [
    '行政相对人名称,行政相对人类别,行政相对人代码_1 (统一社会信用代码),行政相对人代码_2 (工商注册号),行政相对人代码_3(组织机构代码),行政相对人代码_4(税务登记号),行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,处罚决定日期,公示截止期,处罚机关',
    '行政相对人名称,行政相对人代码＿1(统一社会信用代码),行政相对人代码-2(组织机构代码),行政相对人代码-3(工商登记码),行政处罚决定书文号,处罚类别,处罚决定日期,处罚机关',
  ],
  'abnormal-operation': ['企业名称,统一社会信用代码/注册号,列入经营异常名录原因,列入日期,作出决定机关(列入),移出日期'],
};

/** One row of a profile's first header, by column; every other cell is empty. */
function file(name: string, ...rows: Record<string, string>[]): string {
  const header = HEADERS[name]?.[0] ?? '';
  const cells = rows.map((row) =>
    header
      .split(',')
      .map((column) => row[column.trim()] ?? '')
      .join(','),
  );
  return [header, ...cells].map((line) => `${line}\n`).join('');
}

const only = async (name: string, row: Record<string, string>, given = {}) => {
  const [read] = await readAll(bytesOf(file(name, row)), name, { given });
  return read;
};

describe('the shipped profiles', () => {
  it('are the eight that the lists need, and rest on codes of the catalogue and on a law', () => {
    expect([...PROFILES.keys()].toSorted()).toEqual([...Object.keys(HEADERS), 'generic'].toSorted());
    for (const profile of PROFILES.values()) {
      expect(profile.basis.length).toBeGreaterThan(100);
      expect(sourceOf(profile, profile.source ?? 'sample', catalogue)).toBe(profile.source ?? 'sample');
    }
  });

  it.each(Object.entries(HEADERS).flatMap(([name, headers]) => headers.map((header) => [name, header] as const)))(
    '%s accepts the header that is published, and no other profile does: %s',
    (name, header) => {
      const fitting = [...PROFILES.values()].filter(
        (profile) => matchHeader(header.split(','), profile, profile.given).missing.length === 0,
      );
      expect(fitting.map((profile) => profile.name)).toEqual([name]);
    },
  );

  it.each(Object.entries(HEADERS))(
    '%s is named to whoever reads its file by another profile',
    async (name, headers) => {
      // A header that is known under another name is not said to be none.
      for (const header of headers)
        for (const wrong of [...PROFILES.keys()].filter((other) => other !== name))
          expect(await faultOf(bytesOf(`某名单（2026年）\n${header}\nx\n`), wrong)).toMatch(
            new RegExp(`^missing-columns (?!.*no header line).*use --profile ${name}`),
          );
    },
  );
});

describe('ccgp', () => {
  const row = {
    企业名称: NAME,
    '统一社会信用代码（或组织机构代码）': CODE,
    处罚结果: '罚款4950元，列入不良行为记录名单，一年内禁止参加政府采购活动',
    处罚日期: '2024年03月15日',
    公布截至日期: '2027-03-15',
    执法单位: '某省财政厅',
  };

  it('takes the ban and its term from 处罚结果, and keeps the published end beside it', async () => {
    expect(await only('ccgp', row)).toMatchObject({
      ok: true,
      row: {
        subject: { code: CODE },
        decision: {
          measures: ['no-government-procurement'],
          document: { number: '某省财政厅 2024-03-15', issuedOn: '2024-03-15' },
          from: '2024-03-15',
          until: '2025-03-15',
        },
        publishedUntil: '2027-03-15',
      },
    });
  });

  it('has no measure for a fine alone', async () => {
    expect(await only('ccgp', { ...row, 处罚结果: '罚款4950元' })).toMatchObject({
      ok: true,
      row: { decision: { list: 'black', measures: [], until: '2027-03-15' } },
    });
  });

  it('leaves a ban without a certain term to a person, and keeps one without a code under the name', async () => {
    expect(codesOf(await only('ccgp', { ...row, 处罚结果: '一至三年内禁止参加政府采购活动' }))).toEqual([
      '处罚结果 unclear-term',
    ]);
    const codeless = { ...row, '统一社会信用代码（或组织机构代码）': '' };
    expect(await only('ccgp', codeless)).toMatchObject({
      ok: true,
      row: { keys: [nameKey(foldName(NAME))], subject: { scheme: 'org-name', name: NAME } },
    });
    for (const nothing of ['/', '无', '—', '暂无', '0', 'N/A'])
      expect(await only('ccgp', { ...row, '统一社会信用代码（或组织机构代码）': nothing })).toMatchObject({
        ok: true,
        row: { keys: [nameKey(foldName(NAME))] },
      });
    const foreign = await only('ccgp', { ...codeless, 企业名称: 'ACME TRADING LTD' });
    expect(codesOf(foreign)).toEqual(['统一社会信用代码（或组织机构代码） unresolved-identifier']);
    expect(foreign).toMatchObject({ nameOnly: 'ACMETRADINGLTD' });
    const several = await only('ccgp', { ...codeless, 企业名称: '甲有限公司、乙有限公司' });
    expect(codesOf(several)).toEqual(['企业名称 several-subjects']);
    const undated = await only('ccgp', { ...codeless, 处罚日期: '不详' });
    expect(undated).toMatchObject({ ok: false, keys: [nameKey(foldName(NAME))], nameOnly: NAME });
  });

  it('is the same document however its day is written', async () => {
    const numbers = await Promise.all(
      ['2024年3月15日', '20240315', '2024/03/15'].map(async (day) => {
        const read = await only('ccgp', { ...row, 处罚日期: day });
        return read?.ok ? read.row.decision.document.number : codesOf(read);
      }),
    );
    expect(new Set(numbers)).toEqual(new Set(['某省财政厅 2024-03-15']));
  });
});

describe('tax-major-violation', () => {
  const row = { 纳税人名称: NAME, 纳税人识别号: `350100${CODE.slice(8, 17)}`, 案件性质: '虚开发票' };
  const given = { issuedOn: '2026-03-01', authority: '某省税务局稽查局' };

  it('takes day and authority from what is stated with the file, and the old taxpayer’s number for its code', async () => {
    expect(await only('tax-major-violation', row, given)).toMatchObject({
      ok: true,
      row: {
        keys: [`o:${CODE.slice(8, 17)}`],
        decision: { authority: given.authority, from: '2026-03-01', until: '2029-03-01' },
        fields: { 案件性质: '虚开发票' },
      },
    });
  });

  it('says what can be stated, and lets nothing else be', async () => {
    expect(await faultOf(bytesOf(file('tax-major-violation', row)), 'tax-major-violation')).toMatch(
      /^missing-columns .*--given issuedOn=…, --given authority=…/,
    );
    expect(
      await faultOf(bytesOf(file('tax-major-violation', row)), 'tax-major-violation', { given: { measures: '' } }),
    ).toMatch(/^unknown-columns .*measures/);
  });

  it('has two columns of codes, which must be one subject’s', async () => {
    const differing = await only('tax-major-violation', { ...row, 组织机构代码: '74419092-7' }, given);
    expect(codesOf(differing)).toEqual(['组织机构代码 identifiers-differ']);
  });
});

it('tax-a-grade holds for a year from the April after the year of assessment', async () => {
  const row = {
    评价年度: '2024年度',
    '社会信用代码（纳税人识别号）': CODE,
    纳税人名称: NAME,
    主管税务机关: '某市税务局',
  };
  expect(await only('tax-a-grade', row)).toMatchObject({
    ok: true,
    row: {
      decision: { list: 'red', measures: ['priority'], from: '2025-04-30', until: '2026-04-30' },
    },
  });
});

describe('penalty-publicity', () => {
  const row = {
    行政相对人名称: NAME,
    '行政相对人代码_1 (统一社会信用代码)': CODE,
    行政处罚决定书文号: '某市监罚〔2025〕12号',
    处罚类别: '罚款、没收违法所得',
    处罚决定日期: '2025/3/1',
    公示截止期: '2026/3/1',
    处罚机关: '某市市场监督管理局',
  };
  const decisionOf = async (more: Record<string, string>) => {
    const read = await only('penalty-publicity', { ...row, ...more });
    return read?.ok ? read.row.decision : codesOf(read);
  };

  it('is an ordinary listing; of warnings alone a minor one', async () => {
    expect(await decisionOf({})).toMatchObject({ list: 'ordinary', grade: 'ordinary', until: '2026-03-01' });
    expect(await decisionOf({ 处罚类别: '警告' })).toMatchObject({ grade: 'minor' });
    expect(await decisionOf({ 处罚类别: '警告、通报批评' })).toMatchObject({ grade: 'minor' });
    expect(await decisionOf({ 处罚类别: '警告;罚款' })).toMatchObject({ grade: 'ordinary' });
    expect(await decisionOf({ 处罚类别: '' })).toEqual(['处罚类别 missing-field']);
  });

  it('ends when the authority says, and no later than the law says by grade: a year, three months for a minor one', async () => {
    expect(await decisionOf({ 公示截止期: '2025/09/01' })).toMatchObject({ until: '2025-09-01' });
    for (const end of ['2099/12/31', '长期', '', '2028-03-01']) {
      expect(await decisionOf({ 公示截止期: end })).toMatchObject({ until: '2026-03-01' });
      expect(await decisionOf({ 公示截止期: end, 处罚类别: '警告' })).toMatchObject({ until: '2025-06-01' });
    }
  });

  it('finds the subject in whichever of the codes is there', async () => {
    const without = { '行政相对人代码_1 (统一社会信用代码)': '' };
    const byOld = await only('penalty-publicity', {
      ...row,
      ...without,
      '行政相对人代码_3(组织机构代码)': '74419092-7',
    });
    expect(byOld).toMatchObject({ ok: true, row: { keys: ['o:744190927'] } });
    const both = await only('penalty-publicity', { ...row, '行政相对人代码_2 (工商注册号)': '110108000000016' });
    expect(both).toMatchObject({ ok: true, row: { registrationNo: '110108000000016' } });
    const byTax = await only('penalty-publicity', {
      ...row,
      ...without,
      '行政相对人代码_4(税务登记号)': '230199744190927',
    });
    expect(byTax).toMatchObject({ ok: true, row: { keys: ['o:744190927'] } });
  });

  it('keeps no resident’s number', async () => {
    expect(await decisionOf({ 违法事实: '法定代表人11010519491231002X无证经营' })).toEqual(['违法事实 personal-data']);
  });
});

it('a header in Traditional script and full width is the same header, and a consortium in one cell is several subjects', async () => {
  const header = '企業名稱,統一社會信用代碼／註冊號,列入日期,作出決定機關【列入】';
  const rows = await readAll(
    bytesOf(`${header}\n億達有限公司,${CODE},2025-01-10,某局\n甲有限公司、乙有限公司联合体,${CODE},2025-01-10,某局\n`),
    'abnormal-operation',
  );
  expect(rows[0]).toMatchObject({ ok: true, row: { subject: { name: '億達有限公司' }, foldedName: '亿达有限公司' } });
  expect(rows[1]).toMatchObject({ keys: [`o:${CODE.slice(8, 17)}`] });
  expect(codesOf(rows[1])).toEqual(['企业名称 several-subjects']);
});

it('abnormal-operation ends the day before the removal', async () => {
  const row = { 企业名称: NAME, '统一社会信用代码/注册号': CODE, 列入日期: '2025-01-10', '作出决定机关(列入)': '某局' };
  expect(await only('abnormal-operation', row)).toMatchObject({ ok: true, row: { decision: { until: null } } });
  // Removed on the day of its entry: it is over with that day.
  expect(await only('abnormal-operation', { ...row, 移出日期: row.列入日期 })).toMatchObject({ ok: true });
  expect(await only('abnormal-operation', { ...row, 移出日期: '2025-06-01' })).toMatchObject({
    ok: true,
    row: { decision: { list: 'watch', measures: ['risk-reminder'], until: '2025-05-31' } },
  });
});

describe('a number that only an alias ties to a subject', () => {
  const registered = {
    企业名称: NAME,
    '统一社会信用代码/注册号': '110108000000016',
    列入日期: '2025-01-10',
    '作出决定机关(列入)': '某局',
  };
  const attested = { ...registered, '统一社会信用代码/注册号': '91350100M000100Y44' };
  const key = organisationKey(CODE.slice(8, 17));

  it('is quarantined with advice where nobody has tied it', async () => {
    const rows = await readAll(bytesOf(file('abnormal-operation', registered, attested)), 'abnormal-operation');
    expect(rows.map(codesOf)).toEqual([
      ['统一社会信用代码/注册号 unresolved-identifier'],
      ['统一社会信用代码/注册号 invalid-identifier'],
    ]);
  });

  it('leads to that subject where it is tied, all of a batch asked for at once', async () => {
    const asked: string[][] = [];
    const resolve: Resolve = async (references) => {
      asked.push(references.map(({ scheme, value }) => `${scheme}:${value}`));
      return new Map([
        ['registration-no:110108000000016', key],
        ['attested-code:91350100M000100Y44', key],
      ]);
    };
    const rows = await readAll(bytesOf(file('abnormal-operation', registered, attested)), 'abnormal-operation', {
      resolve,
    });
    expect(goodRows(rows).map(({ keys, subject }) => [keys, subject])).toEqual([
      [[key], { scheme: 'org-code', name: NAME }],
      [[key], { scheme: 'uscc', code: '91350100M000100Y44', name: NAME }],
    ]);
    expect(asked).toEqual([['registration-no:110108000000016', 'attested-code:91350100M000100Y44']]);
  });
});

describe('a profile of one’s own', () => {
  const blocks = [...readFileSync('docs/profiles.md', 'utf8').matchAll(/```(json|csv)\n([^`]*)```/g)];
  const block = (kind: string) => blocks.find(([, language]) => language === kind)?.[2] ?? '';

  it('works as it is pasted from the document', async () => {
    const profile = readProfile(block('json'));
    expect(sourceOf(profile, undefined, catalogue)).toBe('wage-arrears-list');
    const rows = await readAll(bytesOf(block('csv')), profile);
    expect(rows.map((row) => (row.ok ? row.row.decision : codesOf(row)))).toMatchObject([
      {
        list: 'black',
        domain: 'wage-arrears',
        from: '2026-03-02',
        until: '2029-03-02',
        measures: ['wage-arrears-restriction'],
      },
      { until: null },
      ['统一社会信用代码 masked-identifier'],
    ]);
  });

  it('is told of every part that is described, and of no other', () => {
    const document = readFileSync('docs/profiles.md', 'utf8');
    for (const name of Object.keys(profileNamed('ccgp'))) expect(document).toContain(`| \`${name}\``);
  });
});
