import { createReadStream, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../lib/intake/profile.ts';
import type { ReadRow } from '../../lib/intake/row.ts';
import { foldIdentifier } from '../../lib/subject/fold.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { isNameKey, nameKey } from '../../lib/subject/key.ts';
import { codesOf, profileNamed, readAll } from '../domain/reading.ts';
import { realFile } from './files.ts';

const COMPANIES = realFile('companies-2019-sample.csv');
const BIDDERS = realFile('bid-candidates-yichang-2025.csv');
const COURT = realFile('shixin-orgs-zxgk.csv');
const CREDIT_CHINA = realFile('shixin-orgs-creditchina.csv');
const SAM = realFile('sam-exclusions-2020-sample.csv');
const OFAC = realFile('ofac-cons-prim-entities.csv');

/** What the reader must be told of a file that is no list of ours. Nothing of it is ever written anywhere (D1). */
const ONLY_READ = {
  basis: 'None: the file proves that the reader is robust, and its rows are never listings.',
  title: { zh: '仅供测试', en: 'for tests alone' },
  persons: false,
  unknownColumns: 'ignore',
  constants: {
    list: 'watch',
    domain: 'abnormal-operation',
    documentType: 'test',
    authority: '测试',
    documentNumber: '测试',
    issuedOn: '2020-01-01',
    measures: 'risk-reminder',
  },
  term: { rule: 'columns' },
  kept: [],
} satisfies Partial<Profile>;

const companies: Profile = {
  ...ONLY_READ,
  name: 'companies',
  columns: { subjectName: { headers: ['name'] }, from: { headers: ['start_date'] } },
  identifiers: [
    { headers: ['credit_code'], otherwise: 'uscc' },
    { headers: ['registration_no'], otherwise: 'registration-no' },
  ],
};

const bidders: Profile = {
  ...ONLY_READ,
  name: 'bidders',
  columns: { subjectName: { headers: ['bidder'] }, issuedOn: { headers: ['infodate'] } },
  identifiers: [{ headers: ['credit_code'], optional: true, otherwise: 'uscc' }],
};

const sam: Profile = {
  ...ONLY_READ,
  name: 'sam',
  dates: 'month-first',
  columns: {
    subjectName: { headers: ['Name'] },
    from: { headers: ['Active Date'], optional: true },
    until: { headers: ['Termination Date'] },
  },
  identifiers: [{ headers: ['Additional Comments'], within: true, otherwise: 'uscc' }],
  kept: [['Classification'], ['Exclusion Program'], ['SAM Number'], ['Creation_Date']],
};

const ofac: Profile = {
  ...ONLY_READ,
  name: 'ofac',
  headerless: [
    'number',
    'name',
    'type',
    'program',
    'title',
    'call',
    'vessel',
    'tons',
    'gross',
    'flag',
    'owner',
    'remarks',
  ],
  empty: ['-0-'],
  columns: { subjectName: { headers: ['name'] } },
  identifiers: [{ headers: ['remarks'], within: true, otherwise: 'uscc' }],
  kept: [['program'], ['title']],
};

const rowsOf = (path: string, profile: Profile | string): Promise<ReadRow[]> =>
  readAll(createReadStream(path), profile);

/** How many rows are good, and how many are quarantined for what. */
function account(rows: readonly ReadRow[]): Record<string, number> {
  const said = rows.map((row) => (row.ok ? 'good' : [...new Set(codesOf(row))].join('; ')));
  return Object.fromEntries([...Map.groupBy(said, (one) => one)].map(([one, all]) => [one, all.length]));
}

const usccOf = (row: ReadRow): string | undefined => (row.ok ? row.row.subject.code : undefined);

describe.skipIf(!COMPANIES.here)(`7,400 companies${COMPANIES.orSkipped}`, () => {
  it('are read, each with its own code; one that has a registration number beside it carries it', async () => {
    const rows = await rowsOf(COMPANIES.path, companies);
    const expected = COMPANIES.rows();
    expect(account(rows)).toEqual({ good: 7_400 });
    expect(rows.map(usccOf)).toEqual(expected.map(({ credit_code: code = '' }) => foldIdentifier(code)));
    const numbers = expected.map(({ registration_no: id = '' }) => {
      const parsed = parseIdentifier({ scheme: 'registration-no', id });
      return parsed.ok && parsed.identifier.kind === 'registration' ? parsed.identifier.value : undefined;
    });
    expect(rows.map((row) => (row.ok ? row.row.registrationNo : 'bad'))).toEqual(numbers);
    expect(numbers.filter((number) => number !== undefined).length).toBeGreaterThan(1_000);
  });
});

describe.skipIf(!BIDDERS.here)(`6,178 bidders${BIDDERS.orSkipped}`, () => {
  it('are each a name alone: an organisation’s, or one of which nobody can say whose it is', async () => {
    const rows = await rowsOf(BIDDERS.path, bidders);
    // Consortia, and titles of projects that stand where the bidder should.
    expect(account(rows)).toEqual({ good: 5_120, 'credit_code unresolved-identifier': 1_058 });
    expect(rows.flatMap((row) => (row.ok ? row.row.keys : [])).every((key) => isNameKey(key))).toBe(true);
  });
});

describe.skipIf(!COURT.here || !CREDIT_CHINA.here)(`the court’s list of two publishers${COURT.orSkipped}`, () => {
  it('is 28 good rows and a masked one, and 30 names without a code', async () => {
    expect(account(await rowsOf(COURT.path, 'shixin-zxgk'))).toEqual({
      good: 28,
      '身份证号码/组织机构代码 masked-identifier': 1,
    });
    const rows = await rowsOf(CREDIT_CHINA.path, 'shixin-creditchina');
    expect(account(rows)).toEqual({ good: 30 });
    const keys = rows.flatMap((row) => (row.ok ? row.row.keys : []));
    expect(new Set(keys)).toEqual(new Set([nameKey('哈尔滨泰富电气有限公司')]));
  });

  it('reads alike from both, once the second has a code: the same cases, dates and terms', async () => {
    const code = '744190927';
    const withCode: Profile = {
      ...profileNamed('shixin-creditchina'),
      identifiers: 'subjectId',
      constants: { ...profileNamed('shixin-creditchina').constants, subjectScheme: 'org-code', subjectId: code },
    };
    const rows = await rowsOf(CREDIT_CHINA.path, withCode);
    expect(account(rows)).toEqual({ good: 30 });
    const source = CREDIT_CHINA.rows();
    for (const [index, row] of rows.entries()) {
      const { 发布时间: day = '', 失信被执行人具体情形: reason = '', 案号: number } = source[index] ?? {};
      if (!row.ok) throw new Error('bad');
      expect(row.row.decision.document).toMatchObject({ number, issuedOn: day.replaceAll('/', '-') });
      expect(row.row.decision.until === null).toBe(reason.includes('有履行能力而拒不履行'));
      expect(Object.values(row.row.fields)).not.toContain('暂无');
    }
  });
});

describe.skipIf(!SAM.here)(`9,750 US exclusions${SAM.orSkipped}`, () => {
  it('are all accounted for: no row of a foreign list has a code of ours', async () => {
    const rows = await rowsOf(SAM.path, sam);
    expect(rows).toHaveLength(9_750);
    expect(rows.map(({ ok }) => ok)).toEqual(rows.map(() => false));
    expect(Object.keys(account(rows)).filter((codes) => /malformed|mojibake|bad-date/.test(codes))).toEqual([]);
  });

  it('keep every cell, date and Indefinite once somebody is named', async () => {
    const named: Profile = {
      ...sam,
      identifiers: 'subjectId',
      constants: { ...ONLY_READ.constants, subjectScheme: 'uscc', subjectId: '91350100M000100Y43' },
    };
    const rows = await rowsOf(SAM.path, named);
    const source = SAM.rows();
    for (const [index, row] of rows.entries()) {
      const cells = source[index] ?? {};
      const dated = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(cells['Termination Date'] ?? '');
      if (row.ok) {
        expect(row.row.decision.until).toBe(dated ? `${dated[3]}-${dated[1]}-${dated[2]}` : null);
        expect(row.row.subject.name).toBe(cells.Name?.trim());
        expect(row.row.fields.Classification).toBe(cells.Classification);
      }
    }
    // Two names are written as two firms in one cell.
    expect(account(rows)).toEqual({ good: 9_748, 'Name several-subjects': 2 });
  });
});

describe.skipIf(!OFAC.here)(`363 consolidated entries without a header${OFAC.orSkipped}`, () => {
  it('have the codes of their remarks found, every one of them', async () => {
    const rows = await rowsOf(OFAC.path, ofac);
    expect(rows).toHaveLength(363);
    const written = [
      ...readFileSync(OFAC.path, 'utf8').matchAll(/Unified Social Credit Code \(USCC\) ([0-9A-Z]{18})/g),
    ].map(([, code]) => code);
    const good = written.filter((id = '') => parseIdentifier({ scheme: 'uscc', id }).ok);
    expect(rows.flatMap((row) => usccOf(row) ?? [])).toEqual(good);
    expect(account(rows)).toEqual({ good: 58, 'remarks unresolved-identifier': 305 });
  });
});
