import { describe, expect, it } from 'vitest';
import sample from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { faultsOf } from '../../lib/edge/faults.ts';
import { parseInstant } from '../../lib/kernel/clock.ts';
import { type Fault, Problem } from '../../lib/kernel/problem.ts';
import { ListingProposal } from '../../lib/listing/proposal.ts';
import { type Proposed, propose } from '../../lib/listing/propose.ts';
import { isViolation } from '../../lib/listing/proposed-measures.ts';
import { parseKeyring } from '../../lib/subject/key.ts';

const catalogue = PublishedCatalogue.parse(sample);
const ring = parseKeyring(`1:${Buffer.alloc(32, 1).toString('base64')}`);
const NOW = parseInstant('2026-09-18T10:00:00+08:00');

const steps = (...on: string[]) =>
  ['investigation', 'standard-comparison', 'fact-finding', 'deliberation'].map((step, index) => ({
    step,
    on: on[index] ?? '2026-08-01',
    record: '笔录',
  }));
const PERSON = { scheme: 'resident-id', id: '11010519491231002X', name: '张三丰' };
const GOOD = {
  subject: { scheme: 'uscc', id: '91430100MA00001700', name: '样例新列有限公司' },
  list: 'black',
  domain: 'tax-major-violation',
  document: {
    number: '样税稽罚〔2026〕12号',
    type: 'penalty-decision',
    issuer: '样例省税务局',
    issuedOn: '2026-08-20',
  },
  grade: 'serious',
  facts: '虚开增值税专用发票',
  measures: ['no-government-procurement'],
  until: '2028-09-01',
  repair: { repairable: true },
  exitConditions: '期满或修复',
  remedy: '六十日内申请行政复议',
  recognition: steps(),
  linkedPersons: [{ ...PERSON, role: 'legal-representative', citation: '税收征收管理法第六十三条' }],
};
const ORDINARY = {
  ...GOOD,
  list: 'ordinary',
  domain: 'general-penalty',
  grade: 'minor',
  measures: ['strict-review'],
  until: '2026-11-20',
  recognition: undefined,
  linkedPersons: undefined,
};
const LOCAL = {
  ...GOOD,
  domain: 'eco-violation',
  measures: ['eco-caution'],
  linkedPersons: undefined,
};
const RED = {
  ...ORDINARY,
  list: 'red',
  domain: 'tax-a-grade',
  grade: undefined,
  document: { ...GOOD.document, type: 'rating-decision' },
  measures: ['priority'],
};

function proposed(body: object, authority = 'tax'): Proposed {
  const { listKeeping, ...rest } = catalogue;
  if (!listKeeping) throw new Error('the sample says how lists are kept');
  return propose(ListingProposal.parse(JSON.parse(JSON.stringify(body))), {
    catalogue: rest,
    keeping: listKeeping,
    ring,
    signer: {
      actor: 'steward',
      person: 'officer',
      authority,
      domains: ['tax-a-grade', 'court-defaulters'],
      onlySigns: false,
    },
    id: 'listing-1',
    now: NOW,
  });
}

/** `<pointer> <code>` of every fault, whether of the shape or of the rules. */
const faults = (body: object): string[] => faultsIn(body).map(({ pointer, code }) => `${pointer} ${code}`);

function faultsIn(body: object): readonly Fault[] {
  const shape = ListingProposal.safeParse(JSON.parse(JSON.stringify(body)), { reportInput: true });
  if (!shape.success) return faultsOf(shape.error);
  try {
    proposed(body);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.extras.errors ?? [];
  }
}

describe('a proposal', () => {
  it.each([GOOD, ORDINARY, LOCAL, RED])('that has everything is a candidate: $list $domain', (body) => {
    expect(proposed(body).listing).toMatchObject({ state: 'candidate', list: body.list, domain: body.domain });
  });

  it('keeps of a person the key and the masked form alone', () => {
    const { entry, listing } = proposed(GOOD);
    expect(JSON.stringify({ entry, listing })).not.toMatch(/11010519491231002X|张三丰/);
    expect(entry.linked).toMatchObject([{ shown: { name: '张**' }, role: 'legal-representative' }]);
  });

  it('of a local list has the region of its regulation, and cites it', () => {
    const { listing, entry } = proposed(LOCAL);
    expect([listing.region, entry.regulation]).toEqual(['420300', '样例市社会信用条例第二十条']);
  });

  it.each<[object, string, string]>([
    [{ list: 'grey' }, '/list', 'black, ordinary, watch, red'],
    [{ document: { ...GOOD.document, type: 'news-report' } }, '/document/type', 'penalty-decision'],
    [{ grade: 'minor' }, '/grade', 'serious'],
    [{ measures: ['no-land'] }, '/measures/0', 'no-government-procurement'],
    [{ grade: undefined }, '/measures/0', 'none'],
    [
      { linkedPersons: [{ ...PERSON, role: 'auditor', citation: '第一条' }] },
      '/linkedPersons/0/role',
      'legal-representative',
    ],
  ])('that has another value than is allowed says in both languages which are: %j', (changes, pointer, allowed) => {
    const fault = faultsIn({ ...GOOD, ...changes }).find((each) => each.pointer === pointer);
    expect(fault?.message.en).toContain(allowed);
    expect(fault?.message.zh).toContain(allowed === 'none' ? '无' : allowed.split(', ')[0]);
  });

  it('of a list that nobody may keep names those of its authority', () => {
    const [unknown] = faultsIn({ ...GOOD, list: 'red' });
    expect(unknown?.message.en).toContain('tax-a-grade red');
    expect(unknown?.message.en).not.toContain('court-defaulters');
  });

  const document = GOOD.document;
  it.each<[string, object, string[]]>([
    ['no document', { ...GOOD, document: undefined }, ['/document missing']],
    [
      'a document in the future',
      { ...GOOD, document: { ...document, issuedOn: '2026-09-19' } },
      ['/document/issuedOn future-document'],
    ],
    [
      'a document that the list does not rest on',
      { ...GOOD, document: { ...document, type: 'news-report' } },
      ['/document/type document-not-allowed'],
    ],
    ['an end before the start', { ...GOOD, from: '2026-10-01', until: '2026-09-30' }, ['/until ends-before-start']],
    ['a term beyond the longest', { ...GOOD, until: '2029-09-19' }, ['/until term-too-long']],
    ['no term where one is asked for', { ...GOOD, until: null }, ['/until term-required']],
    ['a list that the catalogue does not know', { ...GOOD, list: 'red' }, ['/list unknown-list']],
    ['no grade', { ...GOOD, grade: undefined }, ['/grade grade-not-allowed', '/measures/0 above-the-grade']],
    [
      'a grade that the list does not have',
      { ...GOOD, grade: 'minor' },
      ['/grade grade-not-allowed', '/repair/repairable not-repairable'],
    ],
    ['a measure of another list', { ...GOOD, measures: ['priority'] }, ['/measures/0 uncatalogued-measure']],
    ['a measure of another domain', { ...GOOD, measures: ['no-land'] }, ['/measures/0 uncatalogued-measure']],
    [
      'a measure that nobody knows',
      { ...GOOD, measures: ['no-high-speed-rail'] },
      ['/measures/0 uncatalogued-measure'],
    ],
    ['no measure', { ...GOOD, measures: [] }, ['/measures measures-required']],
    [
      'a measure above the grade',
      { ...GOOD, grade: 'ordinary', measures: ['no-fiscal-fund'] },
      ['/grade grade-not-allowed', '/repair/repairable not-repairable', '/measures/0 above-the-grade'],
    ],
    [
      'not to be repaired, and no law',
      { ...GOOD, repair: { repairable: false } },
      ['/repair/citation citation-required'],
    ],
    ['a step left out', { ...GOOD, recognition: steps().slice(1) }, ['/recognition recognition-out-of-order']],
    [
      'steps out of order',
      { ...GOOD, recognition: steps('2026-07-01', '2026-06-01') },
      ['/recognition recognition-out-of-order'],
    ],
    [
      'a step in the future',
      { ...GOOD, recognition: steps('2026-07-01', '2026-07-02', '2026-07-03', '2026-09-19') },
      ['/recognition recognition-out-of-order'],
    ],
    ['the steps on an ordinary list', { ...ORDINARY, recognition: steps() }, ['/recognition not-allowed']],
    ['a region outside the regulation', { ...LOCAL, region: '430100' }, ['/region outside-regulation']],
    [
      'a person without a part',
      { ...GOOD, linkedPersons: [{ ...PERSON, citation: '第六十三条' }] },
      ['/linkedPersons/0/role missing'],
    ],
    [
      'a person without a provision',
      { ...GOOD, linkedPersons: [{ ...PERSON, role: 'legal-representative' }] },
      ['/linkedPersons/0/citation missing'],
    ],
    [
      'a part that the law does not hold responsible',
      { ...GOOD, linkedPersons: [{ ...PERSON, role: 'principal-investigator', citation: '第六十三条' }] },
      ['/linkedPersons/0/role role-not-responsible'],
    ],
    [
      'a linked company',
      { ...GOOD, linkedPersons: [{ ...GOOD.subject, role: 'legal-representative', citation: '第六十三条' }] },
      ['/linkedPersons/0/scheme person-required'],
    ],
    [
      'a name for an identifier',
      { ...GOOD, subject: { scheme: 'org-name', id: '样例' } },
      ['/subject/scheme identifier-required'],
    ],
    ['a wrong code', { ...GOOD, subject: { scheme: 'uscc', id: '91430100MA00001701' } }, ['/subject/id check-digit']],
    [
      'the same person twice',
      {
        ...GOOD,
        linkedPersons: ['legal-representative', 'actual-controller'].map((role) => ({
          ...PERSON,
          role,
          citation: '第六十三条',
        })),
      },
      ['/linkedPersons/1 person-twice'],
    ],
    [
      'a child',
      {
        ...GOOD,
        linkedPersons: [{ ...PERSON, id: '110105201812310025', role: 'legal-representative', citation: '第六十三条' }],
      },
      ['/linkedPersons/0 minor'],
    ],
    ['a person named in words', { ...GOOD, facts: '由张三丰经手' }, ['/facts personal-name']],
    ['a mobile number in words', { ...GOOD, remedy: '致电 13812345678' }, ['/remedy personal-number']],
    ['a start in years to come', { ...GOOD, from: '2027-10-01', until: '2028-01-01' }, ['/from starts-too-late']],
    [
      'a term beyond what the grade has from its document',
      { ...ORDINARY, until: '2026-11-21' },
      ['/until term-too-long'],
    ],
    ['a fee', { ...GOOD, repair: { repairable: true, fee: 500 } }, ['/repair/fee unknown-field']],
    ['religion', { ...GOOD, facts: '当事人宗教信仰为某教' }, ['/facts forbidden-attribute']],
    ['genes', { ...GOOD, facts: '当事人基因检测结果' }, ['/facts forbidden-attribute']],
    ['fingerprints', { ...GOOD, remedy: '留取指纹后申请' }, ['/remedy forbidden-attribute']],
    ['a blood type', { ...GOOD, exitConditions: '血型为 A' }, ['/exitConditions forbidden-attribute']],
    ['an illness', { ...GOOD, facts: '其妻患有疾病' }, ['/facts forbidden-attribute']],
    ['an illness by its name', { ...GOOD, facts: '系乙肝携带者' }, ['/facts forbidden-attribute']],
    ['religion in other words', { ...GOOD, facts: '当事人为基督教信徒' }, ['/facts forbidden-attribute']],
    ['an attribute with a gap', { ...GOOD, facts: '血 型A' }, ['/facts forbidden-attribute']],
    [
      'an attribute in the number of the document',
      { ...GOOD, document: { ...GOOD.document, number: '血型鉴定1号' } },
      ['/document/number forbidden-attribute'],
    ],
    ['an attribute as a field', { ...GOOD, religion: '某教' }, ['/religion unknown-field']],
    ['a resident number in words', { ...GOOD, facts: '法定代表人 11010519491231002X' }, ['/facts personal-number']],
  ])('is refused for %s', (_, body, expected) => {
    expect(faults(body)).toEqual(expected);
  });

  it.each([
    '样例市疾病预防控制中心出具报告',
    '向某市佛教协会、某血型检测试剂厂虚开发票',
    '与某基因科技有限公司串通投标',
    'The pilgrims of the trade',
  ])('may name a trade: %s', (facts) => {
    expect(faults({ ...GOOD, facts })).toEqual([]);
  });

  it('that asks for more than the catalogue has is a violation, other faults are none', () => {
    const of = (body: object) => {
      try {
        proposed(body);
        return [];
      } catch (error) {
        return error instanceof Problem ? (error.extras.errors ?? []).map(isViolation) : [];
      }
    };
    expect(of({ ...GOOD, measures: ['no-land'] })).toEqual([true]);
    expect(of({ ...GOOD, until: null })).toEqual([false]);
  });
});
