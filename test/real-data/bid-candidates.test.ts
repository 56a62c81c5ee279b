import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitConsortium } from '../../lib/subject/consortium.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';
import { checkAll } from './batches.ts';
import { type Door, figuresOf, type Imported, openDoor } from './door.ts';
import { realFile } from './files.ts';
import { alikeBrackets, type Plant, plantsFrom } from './plants.ts';
import { recordIds } from './tables.ts';
import { type Check, ConflictPage } from './wire.ts';

const FILE = realFile('bid-candidates-yichang-2025.csv');
const MATTER = { mandatoryTender: true } as const;
const BUDGET_MS = 120_000;

const bidders = FILE.here ? FILE.rows().map(({ bidder = '' }) => bidder) : [];
// The same string is the same question: asked once, it answers for every row that has it.
const distinct = [...new Set(bidders)];
const plants = plantsFrom(distinct);

/** A good code that nobody has: the plants' own codes are not in the file. */
function codeOf(index: number): string {
  const body = `XYCH25${String(index).padStart(2, '0')}`;
  const seventeen = `91420500${body}${orgCodeCheckCharacter(body)}`;
  return `${seventeen}${usccCheckCharacter(seventeen)}`;
}

const plantRow = ({ listedAs }: Plant, index: number): string[] => [
  ...['uscc', codeOf(index), listedAs, 'black', 'court-defaulters', 'serious', `（2025）测试执${index}号`],
  ...['court-enforcement-decision', '2025-01-02', '测试法院', 'no-mandatory-tender', ''],
];

/** On a watch list by the name alone, and each time by the same decision. */
const nameRow = (bidder: string): string[] => [
  ...['org-name', bidder, '', 'watch', 'abnormal-operation', '', '测列〔2025〕1号'],
  ...['listing-decision', '2025-01-02', '测试机关', 'risk-reminder', ''],
];

describe.skipIf(!FILE.here)(`the bidders of a trading centre, by name${FILE.orSkipped}`, () => {
  let door: Door;
  let imported: Imported;
  let byCode: Map<string, Check>;
  let byName: Map<string, Check>;

  beforeAll(async () => {
    door = await openDoor('procurement');
    imported = await door.runGenericImport('court-defaulters-list', plants.map(plantRow));
    const codes = plants.map((_, index) => ({ ref: codeOf(index), subjects: [{ scheme: 'uscc', id: codeOf(index) }] }));
    byCode = await checkAll(door, 'procurement', { scene: 'tendering', matter: { id: 'CODES', ...MATTER } }, codes);
    const names = distinct.map((bidder, index) => {
      const subjects = splitConsortium(bidder).map((id) => ({ scheme: 'org-name', id }));
      return { ref: String(index), subjects, ...(subjects.length > 1 && { consortium: true as const }) };
    });
    byName = await checkAll(door, 'procurement', { scene: 'tendering', matter: { id: 'NAMES', ...MATTER } }, names);
  }, BUDGET_MS);
  afterAll(() => door?.close());

  /** The listings, by plant: a check by its code is vetoed by it and nothing else. */
  const listings = (): string[] =>
    plants.map((_, index) => byCode.get(codeOf(index))?.verdicts[0]?.reasons[0]?.listingId ?? '');

  it('are 6,178 rows of 2,629 strings, 921 of them consortia', () => {
    const consortia = distinct.filter((bidder) => splitConsortium(bidder).length > 1);
    expect([bidders.length, distinct.length, consortia.length]).toEqual([6_178, 2_629, 921]);
  });

  it('get twenty listings planted, under names that the file does not have or has for a branch', () => {
    const count = (wanted: Plant['variant']) => plants.filter(({ variant }) => variant === wanted).length;
    expect([count('brackets'), count('traditional'), count('branch')]).toEqual([8, 8, 4]);
    expect(new Set(plants.map(({ listedAs }) => listedAs)).size).toBe(20);
    expect(plants.filter(({ bidder, listedAs }) => bidder === listedAs)).toEqual([]);
    expect(imported).toMatchObject({ status: 0 });
    expect([...byCode.values()].map(({ outcome }) => outcome)).toEqual(plants.map(() => 'veto'));
    expect(new Set(listings()).size).toBe(20);
  });

  it('are every one left to a person, and none passes', () => {
    const outcomes = distinct.flatMap((bidder, index) => {
      const check = byName.get(String(index));
      return check?.outcome === 'indeterminate' && check.obligation === 'determine' ? [] : [[bidder, check?.outcome]];
    });
    expect(outcomes).toEqual([]);
    expect(byName.size).toBe(2_629);
  });

  it('are each asked for an identifier, member by member, and never given a reason', () => {
    const wrong = distinct.filter((bidder, index) => {
      const verdicts = byName.get(String(index))?.verdicts ?? [];
      return (
        verdicts.length !== splitConsortium(bidder).length ||
        verdicts.some(
          ({ outcome, reasons, notices }) =>
            outcome !== 'indeterminate' ||
            reasons.length > 0 ||
            !notices.some(({ code }) => code === 'identifier-required'),
        )
      );
    });
    expect(wrong).toEqual([]);
  });

  it('have the planted listing cited as a candidate where the name is meant, and nowhere else', () => {
    const ids = listings();
    const expected = distinct.map((bidder) =>
      plants
        .flatMap(({ citedFor }, index) => (alikeBrackets(bidder).includes(citedFor) ? [ids[index]] : []))
        .toSorted(),
    );
    const cited = distinct.map((_, index) => {
      const notices = byName.get(String(index))?.verdicts.flatMap((verdict) => verdict.notices) ?? [];
      return [
        ...new Set(notices.filter(({ code }) => code === 'name-candidate').map(({ listingId }) => listingId)),
      ].toSorted();
    });
    expect(cited).toEqual(expected);
    expect(new Set(cited.flat()).size).toBe(20);
  });

  it('name every branch as one that lacks its head office', () => {
    const lacking = distinct.filter((_, index) =>
      byName
        .get(String(index))
        ?.verdicts.some(({ notices }) => notices.some(({ code }) => code === 'head-office-missing')),
    );
    expect(lacking).toEqual(distinct.filter((bidder) => /分公司(?:联合体)?$/.test(bidder)));
  });

  it('have one record each', async () => {
    const recorded = await recordIds(door.stack);
    expect(new Set(recorded)).toEqual(new Set([...byCode.values(), ...byName.values()].map(({ id }) => id)));
    expect(recorded).toHaveLength(2_629 + 20);
  });

  it(
    'are each found by the name once a file has listed them by it, row by row accounted for, and each is told to a steward',
    async () => {
      const listed = await door.runGenericImport('abnormal-operation-list', bidders.map(nameRow));
      expect(listed).toMatchObject({ status: 0 });
      const { 'rows read': read, added = 0, merged = 0, quarantined } = figuresOf(listed);
      expect([read, added + merged, quarantined]).toEqual([6_178, 5_120, 1_058]);

      const keptOut = door.keptOut();
      const names = [...new Set(bidders.filter((_, index) => !keptOut.has(index + 2)))];
      const listingOf = await listedByName();
      expect([...listingOf.keys()].toSorted()).toEqual([...new Set(names.map(foldName))].toSorted());
      expect(added).toBe(listingOf.size);
      const items = names.map((id, index) => ({ ref: String(index), subjects: [{ scheme: 'org-name', id }] }));
      const checks = await checkAll(
        door,
        'procurement',
        { scene: 'tendering', matter: { id: 'LISTED', ...MATTER } },
        items,
      );
      const lacking = names.filter((name, index) => {
        const notices = checks.get(String(index))?.verdicts.flatMap((verdict) => verdict.notices) ?? [];
        return !notices.some(
          ({ code, listingId }) => code === 'name-candidate' && listingId === listingOf.get(foldName(name)),
        );
      });
      expect(lacking).toEqual([]);
    },
    BUDGET_MS,
  );

  /** The listings under a name alone, as a steward sees them: by the folded name. */
  async function listedByName(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let cursor = ''; ; ) {
      const path = `/v1/conflicts?kind=name-only&limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { items, next } = ConflictPage.parse((await door.send('steward-court', 'GET', path)).body);
      for (const { values } of items) if (values[1] !== undefined) found.set(values[0] ?? '', values[1]);
      if (next === null) return found;
      cursor = next;
    }
  }
});
