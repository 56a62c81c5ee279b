import { describe, expect, it } from 'vitest';
import { decided } from '../scenarios/evidence.ts';
import type { CataloguePatch } from '../scenarios/scenario.ts';

const measure = (effects: object, more: object = {}) => ({
  name: { zh: '措施', en: 'Measure' },
  legalBasis: '样例',
  lists: Object.values(effects).includes('favour') ? ['red'] : ['black', 'ordinary', 'watch'],
  domains: ['court-defaulters', 'general-penalty', 'abnormal-operation', 'tax-a-grade'],
  targets: { kinds: ['organisation'], roles: ['bidder'], relations: [] },
  implementers: ['purchaser', 'tenderer'],
  from: -100,
  scenes: [{ scene: 'tendering', effects, ...more }],
});
const patch = (measures: NonNullable<CataloguePatch['measures']>): CataloguePatch => ({ measures });

const SURE = { sure: measure({ serious: 'veto' }) };
const IF_MANDATORY = { 'if-mandatory': measure({ serious: 'veto' }, { onlyMandatoryTender: true }) };
const IF_CONFIRMED = { 'if-confirmed': measure({ serious: 'veto' }, { principalConfirms: true }) };
const LIGHT = { light: measure({ serious: 'warn' }) };

const tender = (measures: string[], catalogue: CataloguePatch, matter = {}) =>
  decided({ scene: 'tendering', matter, catalogue, listings: [{ like: 'court', measures }] });

describe('of several measures of one listing', () => {
  it.each([[['sure', 'light']], [['light', 'sure']]])('the heaviest counts: %j', (measures) => {
    expect(tender(measures, patch({ ...SURE, ...LIGHT }))).toMatchObject({
      outcome: 'veto',
      reasons: ['court veto sure'],
    });
  });

  // Rule 4: a doubt about one measure takes nothing from another that leaves no doubt.
  it.each([[['sure', 'if-mandatory']], [['if-mandatory', 'sure']]])(
    'a veto without doubt needs no fact: %j',
    (measures) => {
      expect(tender(measures, patch({ ...SURE, ...IF_MANDATORY }))).toMatchObject({ outcome: 'veto', notices: [] });
    },
  );

  it.each([[['sure', 'if-confirmed']], [['if-confirmed', 'sure']]])(
    'a veto without doubt needs nobody to confirm it: %j',
    (measures) => {
      expect(tender(measures, patch({ ...SURE, ...IF_CONFIRMED }))).toMatchObject({ outcome: 'veto', notices: [] });
    },
  );

  it('a light one still counts where the heavy one has no place', () => {
    const catalogue = patch({ ...IF_MANDATORY, ...LIGHT });
    expect(tender(['if-mandatory', 'light'], catalogue, { mandatoryTender: false })).toMatchObject({
      outcome: 'warn',
      reasons: ['court warn light'],
      considered: [],
    });
  });

  it.each([
    [['uncatalogued', 'no-land'], 'scene'],
    [['no-land', 'uncatalogued'], 'scene'],
    [['no-mandatory-tender', 'no-land', 'uncatalogued'], 'facts'],
    [['uncatalogued'], 'measure'],
    [[], 'measure'],
  ])('the one that came furthest says why none counts: %j', (measures, guard) => {
    expect(tender(measures, {}, { mandatoryTender: false })).toMatchObject({
      outcome: 'pass',
      considered: [`court ${guard}`],
    });
  });

  it('a switched-off one says so exactly where the switch alone stopped it', () => {
    const off = { scene: 'tendering', switchedOff: ['no-mandatory-tender'] };
    expect(decided({ ...off, listings: [{ like: 'court', measures: ['no-mandatory-tender'] }] }).considered).toEqual([
      'court switched-off',
    ]);
    expect(
      decided({ ...off, listings: [{ like: 'court', measures: ['no-mandatory-tender', 'no-land'] }] }).considered,
    ).toEqual(['court switched-off']);
    const elsewhere = { scene: 'tendering', switchedOff: ['no-land'] };
    expect(decided({ ...elsewhere, listings: [{ like: 'court', measures: ['no-land'] }] }).considered).toEqual([
      'court scene',
    ]);
  });
});

describe('the caps of list and grade', () => {
  const order = ['favour', 'warn', 'restrict', 'veto'];
  const list = { court: 'veto', penalty: 'restrict', abnormal: 'warn', 'a-grade': 'favour' };
  const grades = { serious: 'veto', ordinary: 'restrict', minor: 'warn' } as const;
  const table = Object.entries(list).flatMap(([like, byList]) =>
    Object.entries(grades).flatMap(([grade, byGrade]) =>
      // The catalogue refuses a burden on a red list, and a favour on any other.
      order
        .filter((effect) => (effect === 'favour') === (like === 'a-grade'))
        .map((effect) => ({
          like,
          grade,
          effect,
          // D4 and 过惩相当: the lightest of the three.
          allowed: [effect, byList, byGrade].toSorted((a, b) => order.indexOf(a) - order.indexOf(b))[0],
        })),
    ),
  );

  it.each(table)('$like of grade $grade: a catalogued $effect is a $allowed', ({ like, grade, effect, allowed }) => {
    const catalogue = patch({ any: measure({ [grade]: effect }) });
    const said = grade === 'serious' || grade === 'ordinary' ? grade : 'minor';
    const result = decided({ scene: 'tendering', catalogue, listings: [{ like, grade: said, measures: ['any'] }] });
    expect(result.reasons).toEqual([`${like} ${allowed} any`]);
    expect(result.notices).toEqual(allowed === effect ? [] : ['grade-capped']);
    expect(result.outcome).toBe(allowed);
  });
});

describe('a local list', () => {
  it.each([
    ['430100', '430100', true],
    ['430100', '430181', true],
    ['430100', '430200', false],
    ['430100', '431100', false],
    ['430000', '430100', true],
    ['430000', '430000', true],
    ['430000', '440000', false],
    ['430102', '430102', true],
    ['430102', '430103', false],
    ['431000', '431002', true],
    ['431000', '430102', false],
    ['469000', '469001', true],
    ['110000', '110105', true],
  ])('of %s reaches a matter in %s: %s', (region, place, reaches) => {
    const { considered } = decided({ matter: { region: place }, listings: [{ like: 'court', region }] });
    expect(considered).toEqual(reaches ? [] : ['court region']);
  });

  it('of no sector at all reaches none', () => {
    const { considered } = decided({ matter: { sector: 'survey' }, listings: [{ like: 'court', sectors: [] }] });
    expect(considered).toEqual(['court sector']);
  });
});

describe('an answer serves until', () => {
  const until = (given: Parameters<typeof decided>[0]) => decided(given).expiresAt;
  const week = '2026-11-28T05:25:00.000Z';

  it('the first source that it needs becomes stale', () => expect(until({ listings: [] })).toBe(week));
  it('the last day of a measure of its scene is over', () => {
    const catalogue = { measures: { 'strict-review': { until: 2 } } };
    expect(until({ listings: [], catalogue })).toBe('2026-11-23T16:00:00.000Z');
  });
  it('a measure of its scene begins, and no other', () => {
    expect(until({ listings: [], catalogue: { measures: { 'strict-review': { from: 3 } } } })).toBe(
      '2026-11-23T16:00:00.000Z',
    );
    expect(until({ listings: [], catalogue: { measures: { 'no-land': { from: 3 } } } })).toBe(week);
  });
  it('the matter is cut off, to the millisecond', () => {
    const matter = { cutoffAt: '2026-11-21T13:25:00.001+08:00' };
    expect(until({ listings: [], matter })).toBe('2026-11-21T05:25:00.001Z');
  });
  it('a listing ends, though it is suspended or without effect here', () => {
    expect(until({ listings: [{ like: 'court', until: 0, suspended: ['objection'] }] })).toBe(
      '2026-11-21T16:00:00.000Z',
    );
    expect(until({ listings: [{ like: 'misconduct', until: 1 }] })).toBe('2026-11-22T16:00:00.000Z');
  });
});
