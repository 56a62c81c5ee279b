import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import catalogueData from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { type Plan, planImport } from '../../lib/intake/plan.ts';
import { PROFILES } from '../../lib/intake/profiles.ts';
import { readList } from '../../lib/intake/read-list.ts';
import type { ReadRow } from '../../lib/intake/row.ts';

const FILE = new URL('../../../shared/data/shixin-orgs-zxgk.csv', import.meta.url);
const present = existsSync(FILE);

async function planned(): Promise<Plan> {
  const profile = PROFILES.get('shixin-zxgk');
  if (!profile) throw new Error('no profile');
  const context = {
    profile,
    catalogue: PublishedCatalogue.parse(catalogueData),
    ring: { current: 1, keys: new Map([[1, randomBytes(32)]]) },
  };
  const rows: ReadRow[] = [];
  for await (const row of readList(createReadStream(FILE), context)) rows.push(row);
  return planImport('court-defaulters-list', rows, new Map(), { mode: 'full' });
}

describe.skipIf(!present)(`the court's file${present ? '' : ' (skipped: ../shared/data is not there)'}`, () => {
  // Counted in the text itself, without our reader.
  const lines = present ? readFileSync(FILE, 'utf8').trimEnd().split('\n').slice(1) : [];
  const masked = lines.filter((line) => line.includes('*'));
  const shown = lines.filter((line) => !line.includes('*'));

  it('has 29 rows: 28 listings and one masked code, line 2', async () => {
    const plan = await planned();
    expect([lines.length, masked.length, shown.length]).toEqual([29, 1, 28]);
    expect([plan.add.length, plan.changed.length, plan.unchanged.length, plan.merged.length]).toEqual([28, 0, 0, 0]);
    expect(plan.quarantined).toMatchObject([
      { line: 2, faults: [{ column: '身份证号码/组织机构代码', code: 'masked-identifier' }] },
    ]);
  });

  it('merges nothing: every row is a case of its own, under two spellings of one code', async () => {
    const plan = await planned();
    expect(new Set(plan.add.map(({ rowKey }) => rowKey)).size).toBe(28);
    // 74419092-7 and 744190927; line 2 would be the same company, and is not guessed.
    expect(shown.filter((line) => line.includes('74419092-7'))).toHaveLength(15);
    expect(shown.filter((line) => line.includes('744190927'))).toHaveLength(13);
    expect(new Set(plan.add.map(({ subject }) => subject))).toEqual(new Set(['o:744190927']));
  });

  it('has 24 listings without fixed term, as one of their reasons is 有履行能力而拒不履行', async () => {
    const plan = await planned();
    expect(shown.filter((line) => line.includes('有履行能力而拒不履行'))).toHaveLength(24);
    expect(plan.add.filter(({ row }) => row.decision.until === null)).toHaveLength(24);
  });

  it('has 4 listings whose two years are over since 2019 and 2020', async () => {
    const plan = await planned();
    const limited = plan.add.filter(({ row }) => row.decision.until !== null);
    expect(
      limited.map(({ row: { line, decision } }) => [line, decision.document.number, decision.from, decision.until]),
    ).toEqual([
      [4, '（2017）黑01执666号', '2018-03-09', '2020-03-09'], // 违反财产报告制度
      [22, '(2016)黑01执00778号', '2017-03-09', '2019-03-09'], // 拒不履行执行和解协议
      [23, '(2016)黑0103执02261号', '2017-03-02', '2019-03-02'], // 伪造证据妨碍、抗拒执行
      [25, '(2016)黑01执00477号', '2017-03-02', '2019-03-02'], // 违反财产报告制度的
    ]);
  });

  it('gives the case as the document, and keeps the judgment beside it', async () => {
    const [first] = (await planned()).add;
    expect(first?.row).toMatchObject({
      subject: { scheme: 'org-code', name: '哈尔滨泰富电气有限公司' },
      decision: {
        list: 'black',
        domain: 'court-defaulters',
        grade: 'serious',
        authority: '哈尔滨市中级人民法院',
        document: { number: '（2017）黑01执750号', type: 'court-enforcement-decision', issuedOn: '2018-04-04' },
        from: '2018-04-04',
      },
      fields: { 执行依据文号: '（2017）黑01民初559号', 立案时间: '20171116', 省份: '黑龙江' },
    });
  });
});
