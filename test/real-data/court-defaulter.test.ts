import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRINCIPAL } from './batches.ts';
import { courtRows, sameNumber } from './court-terms.ts';
import { type Door, figuresOf, type Imported, openDoor } from './door.ts';
import { realFile } from './files.ts';
import { registryOf } from './tables.ts';
import { Check, CheckDetail } from './wire.ts';

const FILE = realFile('shixin-orgs-zxgk.csv');
const CREDIT_CHINA = realFile('shixin-orgs-creditchina.csv');
const NAME = '哈尔滨泰富电气有限公司';
/** The same debtor by its unified code and by the organisation code inside it. */
const CODES = { uscc: '91230199744190927K', 'org-code': '74419092-7' } as const;
const SUBJECT_KEY = 'o:744190927';
const SCENES = {
  tendering: {
    matter: { id: 'TENDER-1', mandatoryTender: true },
    measure: 'no-mandatory-tender',
    law: '法〔2016〕285号',
  },
  'government-procurement': {
    matter: { id: 'PURCHASE-1' },
    measure: 'no-government-procurement',
    law: '政府采购法第二十二条；财库〔2016〕125号',
  },
} as const;
const QUESTIONS = (Object.keys(SCENES) as (keyof typeof SCENES)[]).flatMap((scene) =>
  (Object.keys(CODES) as (keyof typeof CODES)[]).map((scheme) => ({ scene, scheme })),
);

const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
const rows = FILE.here ? courtRows(FILE.rows()) : [];
const good = rows.filter(({ masked }) => !masked);
const kept = [...new Map(good.toReversed().map((row) => [sameNumber(row.caseNumber), row])).values()].reverse();
const inForce = kept.filter(({ until }) => until === null || until >= today);
const over = kept.filter(({ until }) => until !== null && until < today);

describe.skipIf(!FILE.here)(`the court defaulter of zxgk${FILE.orSkipped}`, () => {
  let door: Door;
  let first: Imported;

  beforeAll(async () => {
    door = await openDoor('procurement');
    first = await door.runImport(FILE.path, '--profile', 'shixin-zxgk');
  });
  afterAll(() => door?.close());

  async function check(scene: keyof typeof SCENES, scheme: keyof typeof CODES): Promise<Check> {
    const { status, body } = await door.send('procurement', 'POST', '/v1/checks', {
      scene,
      principal: PRINCIPAL,
      matter: SCENES[scene].matter,
      subjects: [{ scheme, id: CODES[scheme], name: NAME, role: 'bidder' }],
      operator: 'u-1',
      purpose: 'real data',
    });
    expect([status, body]).toMatchObject([201, {}]);
    return Check.parse(body);
  }

  it('is 29 rows: 24 in force, 4 out of term, none merged, 1 masked', () => {
    expect(rows).toHaveLength(29);
    expect(
      [inForce, over, good.filter((row) => !kept.includes(row)), rows.filter(({ masked }) => masked)].map(
        (part) => part.length,
      ),
    ).toEqual([24, 4, 0, 1]);
    expect(over.map(({ caseNumber, until }) => [caseNumber, until])).toEqual([
      ['（2017）黑01执666号', '2020-03-09'],
      ['(2016)黑01执00778号', '2019-03-09'],
      ['(2016)黑0103执02261号', '2019-03-02'],
      ['(2016)黑01执00477号', '2019-03-02'],
    ]);
  });

  it('is imported with the same figures', () => {
    expect(first).toMatchObject({ status: 0 });
    expect(figuresOf(first)).toEqual({
      'rows read': 29,
      added: 28,
      changed: 0,
      unchanged: 0,
      merged: 0,
      quarantined: 1,
      'in force today': 24,
      'out of term today': 4,
    });
  });

  it('has its masked row in quarantine, and nothing of the row', () => {
    const path = join(door.dataFolder, 'quarantine', 'shixin-orgs-zxgk.csv.quarantine.csv');
    const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\r\n');
    expect(header).toBe('\ufeffline,column,code,advice_zh,advice_en');
    const masked = rows
      .filter((row) => row.masked)
      .map(({ line }) => `${line},身份证号码/组织机构代码,masked-identifier`);
    expect(lines.map((line) => line.split(',').slice(0, 3).join(','))).toEqual(masked);
    expect(lines.join('\n')).not.toMatch(/91230199|744190927|\*\*\*\*|哈尔滨/);
  });

  it.each(QUESTIONS)(
    'is vetoed in $scene by its $scheme, with every listing in force and its law',
    async ({ scene, scheme }) => {
      const { outcome, obligation, verdicts, sources } = await check(scene, scheme);
      expect({ outcome, obligation }).toEqual({ outcome: 'veto', obligation: 'must-not-grant' });
      expect(sources).toContainEqual(expect.objectContaining({ id: 'court-defaulters-list', state: 'fresh' }));
      const [verdict, ...others] = verdicts;
      expect(others).toEqual([]);
      expect(verdict).toMatchObject({ outcome: 'veto', notices: [], omitted: 0 });

      const { measure, law } = SCENES[scene];
      const said = (verdict?.reasons ?? []).map((reason) => ({
        number: sameNumber(reason.document.number),
        court: reason.authority,
        law: reason.measure.legalBasis,
        rest: [reason.list, reason.effect, reason.grade, reason.measure.code, reason.inForceUntil],
      }));
      const expected = inForce.map(({ caseNumber, court, until }) => ({
        number: sameNumber(caseNumber),
        court,
        law,
        rest: ['black', 'veto', 'serious', measure, until],
      }));
      const byNumber = (a: { number: string }, b: { number: string }) => (a.number < b.number ? -1 : 1);
      expect(said.toSorted(byNumber)).toEqual(expected.toSorted(byNumber));
    },
  );

  it.each(QUESTIONS)(
    'has on the record of $scene by $scheme that four listings were out of term',
    async ({ scene, scheme }) => {
      const { id } = await check(scene, scheme);
      const { status, body } = await door.send('procurement', 'GET', `/v1/checks/${id}`);
      expect(status).toBe(200);
      const { verdicts } = CheckDetail.parse(body);
      const considered = verdicts.flatMap((verdict) => verdict.considered);
      expect(considered.map(({ guard }) => guard)).toEqual(over.map(() => 'term'));
      const counted = new Set(verdicts.flatMap(({ reasons }) => reasons.map(({ listingId }) => listingId)));
      const notCounted = considered.map(({ listingId }) => listingId).filter((listingId) => !counted.has(listingId));
      expect(new Set(notCounted).size).toBe(over.length);
    },
  );

  it('is one subject under both codes, at one version', async () => {
    const checks = await Promise.all(QUESTIONS.map(({ scene, scheme }) => check(scene, scheme)));
    const { version } = await registryOf(door.stack, SUBJECT_KEY);
    expect(checks.flatMap(({ verdicts }) => verdicts.map(({ standingVersion }) => standingVersion))).toEqual(
      QUESTIONS.map(() => version),
    );
  });

  it('changes by nothing when the same file comes again', async () => {
    const before = await registryOf(door.stack, SUBJECT_KEY);
    expect([before.version, before.events]).toEqual([kept.length, kept.length]);
    const second = await door.runImport(FILE.path, '--profile', 'shixin-zxgk');
    expect(second).toMatchObject({ status: 0 });
    expect(figuresOf(second)).toMatchObject({
      'rows read': 29,
      added: 0,
      changed: 0,
      unchanged: 28,
      merged: 0,
      quarantined: 1,
    });
    expect(await registryOf(door.stack, SUBJECT_KEY)).toEqual(before);
  });

  it.skipIf(!CREDIT_CHINA.here)(
    'is listed once more under its name by a publisher that gives no codes: 30 rows, and nobody is convicted by them',
    async () => {
      const imported = await door.runImport(CREDIT_CHINA.path, '--profile', 'shixin-creditchina');
      expect(imported).toMatchObject({ status: 0 });
      const { 'rows read': read, added = 0, merged = 0, quarantined } = figuresOf(imported);
      expect([read, added + merged, quarantined]).toEqual([30, 30, 0]);
      const own = await check('tendering', 'uscc');
      const reasons = own.verdicts.flatMap((verdict) => verdict.reasons);
      expect([own.outcome, reasons.length]).toEqual(['veto', inForce.length]);
      const { body } = await door.send('procurement', 'POST', '/v1/checks', {
        scene: 'tendering',
        principal: PRINCIPAL,
        matter: SCENES.tendering.matter,
        subjects: [{ scheme: 'uscc', id: '91430100MA00001700', name: NAME, role: 'bidder' }],
        operator: 'u-1',
        purpose: 'real data',
      });
      const namesake = Check.parse(body).verdicts[0];
      const cited = (namesake?.notices ?? []).filter(({ code }) => code === 'name-candidate');
      expect([namesake?.outcome, namesake?.reasons]).toEqual(['indeterminate', []]);
      expect(cited.length).toBeGreaterThan(0);
      expect(own.verdicts[0]?.notices).toEqual(cited);
    },
  );
});
