import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiClient, consortium, organisation, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { answerIn, faultsIn, itemsIn, pageIn, problemIn } from './shapes.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

/** One check as it was asked and answered: what a search is held against. */
interface Asked {
  readonly id: string;
  readonly checkedAt: string;
  readonly outcome: string;
  readonly caller: string;
  readonly scene: string;
  readonly matter: string;
  readonly principal: string;
  readonly operator: string;
  readonly subjects: readonly string[];
  readonly listings: readonly string[];
}

const SCENES: Record<string, readonly string[]> = {
  procurement: ['government-procurement', 'tendering'],
  grants: ['fiscal-fund'],
};
const MATTERS = ['R-1', 'R-2', 'R-3'];
const PRINCIPALS = [SAMPLE.principal, organisation(900)];
const OPERATORS = ['u-1', '操作员乙'];
const SUBJECTS = [
  [SAMPLE.veto],
  [SAMPLE.warn],
  [organisation(901)],
  [organisation(902), SAMPLE.veto],
  [SAMPLE.warn, organisation(901), SAMPLE.vetoAndExpired],
];
const CHECKS = 70;
const pick = <T>(from: readonly T[], seed: number): T => {
  const chosen = from[seed % from.length];
  if (chosen === undefined) throw new RangeError('nothing to pick from');
  return chosen;
};

const log: Asked[] = [];

async function ask(seed: number): Promise<Asked> {
  const caller = seed % 3 === 0 ? 'grants' : 'procurement';
  const members = pick(SUBJECTS, seed * 7 + Math.floor(seed / 5));
  const said = {
    scene: pick(SCENES[caller] ?? [], seed >> 1),
    matter: pick(MATTERS, seed >> 2),
    principal: pick(PRINCIPALS, Math.floor(seed / 3)),
    operator: pick(OPERATORS, Math.floor(seed / 4)),
  };
  const body = question(undefined, {
    ...(members.length > 1 ? consortium(...members) : { subjects: [{ scheme: 'uscc', id: members[0] }] }),
    scene: said.scene,
    matter: { id: said.matter, mandatoryTender: true, region: '430100', sector: 'construction' },
    principal: { scheme: 'uscc', id: said.principal },
    operator: said.operator,
  });
  const { id, checkedAt, outcome, verdicts } = answerIn(await api.check(body, {}, caller));
  const listings = verdicts.flatMap(({ reasons }) => reasons.map(({ listingId }) => listingId));
  return { ...said, id, checkedAt, outcome, caller, subjects: members, listings };
}

beforeAll(async () => {
  for (let seed = 0; seed < CHECKS; seed += 1) log.push(await ask(seed));
});

type Query = Partial<
  Record<
    'caller' | 'scene' | 'matter' | 'principal' | 'operator' | 'outcome' | 'subject' | 'listing' | 'from' | 'to',
    string
  >
>;

/** What the query means, said once more and by other means. */
const means = (query: Query, only?: string) =>
  log
    .filter(
      (each) =>
        (only === undefined || each.caller === only) &&
        (['caller', 'scene', 'matter', 'operator', 'outcome'] as const).every(
          (name) => query[name] === undefined || each[name] === query[name],
        ) &&
        (query.principal === undefined || query.principal === `uscc:${each.principal}`) &&
        (query.subject === undefined || each.subjects.some((id) => query.subject === `uscc:${id}`)) &&
        (query.listing === undefined || each.listings.includes(query.listing)) &&
        (query.from === undefined || each.checkedAt >= query.from) &&
        (query.to === undefined || each.checkedAt < query.to),
    )
    .toSorted((a, b) => (`${a.checkedAt}#${a.id}` < `${b.checkedAt}#${b.id}` ? 1 : -1))
    .map(({ id }) => id);

/** Every page of a search, by URL or by body. */
async function found(query: Query, as: string, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const parameters: Record<string, string> = { ...query, limit: String(limit), ...(cursor !== '' && { cursor }) };
    const page: { items: { id: string }[]; next: string | null } = pageIn(
      await api.get(`/v1/checks?${new URLSearchParams(parameters)}`, as),
    );
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  return ids;
}

test('any combination of filters finds what it means, newest first, each once, over pages of any size', async () => {
  const listings = [...new Set(log.flatMap((each) => each.listings))];
  expect(listings.length).toBeGreaterThan(2);
  const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 2 });
  const moment = fc.nat(CHECKS - 1).map((index) => log[index]?.checkedAt ?? '');
  const query = fc.record({
    caller: optional(fc.constantFrom('procurement', 'grants')),
    scene: optional(fc.constantFrom('government-procurement', 'tendering', 'fiscal-fund')),
    matter: optional(fc.constantFrom(...MATTERS)),
    principal: optional(fc.constantFrom(...PRINCIPALS).map((id) => `uscc:${id}`)),
    operator: optional(fc.constantFrom(...OPERATORS)),
    outcome: optional(fc.constantFrom('veto', 'pass', 'warn', 'indeterminate')),
    subject: optional(fc.constantFrom(...SUBJECTS.flat()).map((id) => `uscc:${id}`)),
    listing: optional(fc.constantFrom(...listings)),
    from: optional(moment),
    to: optional(moment),
  });
  await fc.assert(
    fc.asyncProperty(
      query,
      fc.constantFrom('auditor', 'procurement', 'grants'),
      fc.constantFrom(3, 10, 100),
      async (drawn, as, limit) => {
        const asked: Query = JSON.parse(JSON.stringify(drawn));
        // Along a subject a line says what that subject was listed for.
        if (asked.subject !== undefined) delete asked.listing;
        expect(await found(asked, as, limit)).toEqual(means(asked, as === 'auditor' ? undefined : as));
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

describe('a search by listing', () => {
  test('finds every check that it decided, whoever of a consortium was listed', async () => {
    const veto = log.find(({ subjects }) => subjects.length === 1 && subjects[0] === SAMPLE.veto);
    const listing = veto?.listings[0] ?? '';
    const ids = means({ listing });
    expect(ids.length).toBeGreaterThan(10);
    expect(await found({ listing }, 'auditor', 9)).toEqual(ids);
    expect(
      log.some(({ id, subjects }) => ids.includes(id) && subjects.at(-1) === SAMPLE.veto && subjects.length > 1),
    ).toBe(true);
  });

  test('along a subject means that subject’s own verdict', async () => {
    const listing = log.find(({ subjects }) => subjects[0] === SAMPLE.veto)?.listings[0] ?? '';
    const of = async (id: string) => await found({ listing, subject: `uscc:${id}` }, 'auditor', 100);
    expect(await of(SAMPLE.veto)).toEqual(means({ listing, subject: `uscc:${SAMPLE.veto}` }));
    expect(await of(organisation(902))).toEqual([]);
  });

  test('that does not exist finds nothing', async () => {
    expect(await found({ listing: 'no-such-listing' }, 'auditor', 100)).toEqual([]);
  });
});

test.each([
  ['principal=resident-id:11010519491231002X', '/principal'],
  ['principal=org-name:样例', '/principal'],
  ['operator=11010519491231002X', '/operator'],
  ['matter=11010519491231002X', '/matter'],
])('a person’s number is refused: %s', async (query, pointer) => {
  const problem = problemIn(await api.get(`/v1/checks?${query}`, 'auditor'), 400, 'invalid-request');
  expect(faultsIn(problem)[0]).toContain(pointer);
});

test('paging while others write finds everything that was there when it began, once, and in order', async () => {
  const matter = 'R-race';
  const write = async (from: number) => {
    const { subjects: _, ...setting } = question(undefined, { matter: { id: matter } });
    const items = Array.from({ length: 25 }, (_, index) => ({
      ref: String(index),
      subjects: [{ scheme: 'uscc', id: (from + index) % 4 === 0 ? SAMPLE.veto : organisation(from + index) }],
    }));
    const reply = await api.call('POST', '/v1/check-batches', { as: 'procurement', body: { ...setting, items } });
    return itemsIn(reply).flatMap(({ check }) => check?.id ?? []);
  };
  const before = [...(await write(1_000)), ...(await write(1_025))];
  let writing = true;
  const late: string[] = [];
  const writer = (async () => {
    for (let from = 1_050; writing; from += 25) {
      late.push(...(await write(from)));
      await setTimeout(50);
    }
  })();
  // No race where the other side has not begun.
  while (late.length === 0) await setTimeout(5);
  try {
    for (const query of [{ matter }, { matter, caller: 'procurement' }, { matter, operator: 'u-1029' }]) {
      const ids = await found(query, 'auditor', 20);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => before.includes(id)).toSorted()).toEqual(before.toSorted());
    }
  } finally {
    writing = false;
    await writer;
  }
}, 60_000);
