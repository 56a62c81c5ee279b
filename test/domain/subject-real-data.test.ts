import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { headOfficeName, isBranchName } from '../../lib/subject/branch.ts';
import { splitConsortium } from '../../lib/subject/consortium.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const present = existsSync(new URL('companies-2019-sample.csv', DATA));
const SUFFIXES = ['分公司', '支公司', '分行', '支行', '分店', '分院', '分所', '分社', '分厂'];

/** A column of a CSV file, with quotes where a field holds commas. */
function column(file: string, name: string): string[] {
  const [header = '', ...lines] = readFileSync(new URL(file, DATA), 'utf8').replace('\ufeff', '').split(/\r?\n/);
  const fields = (line: string) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) => field);
  const index = fields(header).indexOf(name);
  return lines.filter((line) => line !== '').map((line) => (fields(line)[index] ?? '').replace(/^"|"$/g, ''));
}

describe.skipIf(!present)(`published files${present ? '' : ' (skipped: ../shared/data is not there)'}`, () => {
  it('accepts every unified social credit code of 7,400 companies', () => {
    const codes = column('companies-2019-sample.csv', 'credit_code');
    expect(codes).toHaveLength(7_400);
    expect(codes.filter((id) => !parseIdentifier({ scheme: 'uscc', id }).ok)).toEqual([]);
  });

  it('accepts their registration numbers', () => {
    const numbers = column('companies-2019-sample.csv', 'registration_no').filter((id) => id !== '');
    expect(numbers).toHaveLength(4_201);
    expect(numbers.filter((id) => !parseIdentifier({ scheme: 'registration-no', id }).ok)).toEqual([]);
  });

  it('finds the head office of every branch among them', () => {
    const branches = column('companies-2019-sample.csv', 'name').filter((name) => isBranchName(name, SUFFIXES));
    expect(branches.length).toBeGreaterThan(300);
    expect(branches.filter((name) => headOfficeName(name, SUFFIXES) === undefined)).toEqual([]);
  });

  it('splits the consortia of a trading centre into names of organisations', () => {
    const bidders = column('bid-candidates-yichang-2025.csv', 'bidder');
    const consortia = bidders.filter((bidder) => bidder.includes('、') || bidder.endsWith('联合体'));
    const split = consortia.map((bidder) => splitConsortium(bidder));
    expect(split.filter((members) => members.length < 2)).toEqual([]);
    expect(split.flat().filter((name) => !/(?:公司|院|厂|局|公司（[^）]+）|院（[^）]+）)$/.test(name))).toEqual([]);
    expect([consortia.length, split.flat().length]).toEqual([1_002, 2_229]);
    const others = bidders.filter((bidder) => !consortia.includes(bidder));
    expect(others.filter((bidder) => splitConsortium(bidder).length !== 1)).toEqual([]);
  });
});
