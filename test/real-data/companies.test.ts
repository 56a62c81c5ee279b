import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAll } from './batches.ts';
import exceptions from './companies-exceptions.json' with { type: 'json' };
import { type Door, figuresOf, openDoor } from './door.ts';
import { realFile } from './files.ts';
import { recordIds } from './tables.ts';
import type { Check } from './wire.ts';

const FILE = realFile('companies-2019-sample.csv');
/** How a branch's name ends; written out, so that the test does not take the catalogue's word. */
const BRANCH = /(?:分公司|支公司|分行|支行|分店|分院|分所|分社|分厂|分部|分中心)$/;
/** A whole 公司 with something behind it: a place of business of that company, whatever it is called. */
const PLACE_OF_BUSINESS = /公司.+(?<!公司)$/;
/** A machine that builds and tests at the same time takes twice the usual half minute. */
const BUDGET_MS = 180_000;

describe.skipIf(!FILE.here)(`7,400 companies ask for fiscal funds${FILE.orSkipped}`, () => {
  let door: Door;
  let answers: Map<string, Check>;
  const companies = FILE.here ? FILE.rows().map(({ name = '', credit_code: code = '' }) => ({ name, code })) : [];

  beforeAll(async () => {
    door = await openDoor('grants');
    const items = companies.map(({ name, code }) => ({ ref: code, subjects: [{ scheme: 'uscc', id: code, name }] }));
    answers = await checkAll(door, 'grants', { scene: 'fiscal-fund', matter: { id: 'FUND-2019' } }, items);
  }, BUDGET_MS);
  afterAll(() => door?.close());

  const namesBy = (wanted: (check: Check) => boolean): string[] =>
    companies.flatMap(({ name, code }) => {
      const check = answers.get(code);
      return check && wanted(check) ? [name] : [];
    });

  it('has a fixture that names the branches, as a plain look at their names does', () => {
    expect(companies).toHaveLength(7_400);
    const branches = companies
      .map(({ name }) => name)
      .filter((name) => BRANCH.test(name) || PLACE_OF_BUSINESS.test(name));
    expect(exceptions.branches.names).toEqual(branches);
  });

  it('passes every one but the branches without their head office', () => {
    expect(namesBy(({ outcome }) => outcome !== 'pass')).toEqual(exceptions.branches.names);
    expect(namesBy(({ outcome, obligation }) => outcome === 'pass' && obligation === 'may-grant')).toHaveLength(
      7_400 - exceptions.branches.names.length,
    );
  });

  it('leaves each branch to a person, for want of the head office and for nothing else', () => {
    const branches = new Set(exceptions.branches.names);
    const verdicts = companies.flatMap(({ name, code }) =>
      branches.has(name) ? (answers.get(code)?.verdicts ?? []) : [],
    );
    const said = verdicts.map(({ outcome, reasons, notices }) => [
      outcome,
      reasons.length,
      notices.map(({ code }) => code),
    ]);
    expect(said).toEqual(exceptions.branches.names.map(() => ['indeterminate', 0, ['head-office-missing']]));
  });

  it('passes nobody with a reason, a notice or a source that is not fresh', () => {
    const clean = ({ verdicts, sources }: Check) =>
      sources.length > 0 &&
      sources.every(({ state }) => state === 'fresh') &&
      verdicts.every(({ reasons, notices }) => reasons.length === 0 && notices.length === 0);
    expect(namesBy((check) => check.outcome === 'pass' && !clean(check))).toEqual([]);
  });

  it('has as many records in the log as items, each that of an answer', async () => {
    const recorded = await recordIds(door.stack);
    expect(recorded).toHaveLength(7_400);
    expect(new Set(recorded)).toEqual(new Set([...answers.values()].map(({ id }) => id)));
  });

  it(
    'are each found by their code once a file has put them on a watch list, row by row accounted for',
    async () => {
      const number = (index: number) => `测列〔2019〕${index}号`;
      const imported = await door.runGenericImport(
        'abnormal-operation-list',
        companies.map(({ name, code }, index) => [
          ...['uscc', code, name, 'watch', 'abnormal-operation', '', number(index)],
          ...['listing-decision', '2025-01-02', '测试机关', 'risk-reminder', ''],
        ]),
      );
      expect(imported).toMatchObject({ status: 0 });
      expect(figuresOf(imported)).toMatchObject({ 'rows read': 7_400, added: 7_400, merged: 0, quarantined: 0 });

      const items = companies.map(({ name, code }) => ({ ref: code, subjects: [{ scheme: 'uscc', id: code, name }] }));
      const listed = await checkAll(door, 'grants', { scene: 'fiscal-fund', matter: { id: 'FUND-LISTED' } }, items);
      const found = companies.map(({ code }) =>
        listed.get(code)?.verdicts.map(({ reasons }) => reasons.map(({ list, document }) => [list, document.number])),
      );
      expect(found).toEqual(companies.map((_, index) => [[['watch', number(index)]]]));
      const branches = new Set(exceptions.branches.names);
      expect(companies.map(({ code }) => listed.get(code)?.outcome)).toEqual(
        companies.map(({ name }) => (branches.has(name) ? 'indeterminate' : 'warn')),
      );
    },
    // A file and then as many checks.
    2 * BUDGET_MS,
  );
});
