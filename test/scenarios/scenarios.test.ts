import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { Guard, NoticeCode, Outcome } from '../../lib/catalogue/vocabulary.ts';
import { CheckAnswer } from '../../lib/check/answer.ts';
import { CheckDetail } from '../../lib/check-log/detail.ts';
import { parseInstant, toBeijing, toIso } from '../../lib/kernel/clock.ts';
import { isPersonScheme, Scheme } from '../../lib/subject/scheme.ts';
import { castOf } from './facts.ts';
import {
  type Answered,
  type Asked,
  CAST,
  type Expected,
  type FullStep,
  noticeCodeOf,
  type Scenario,
  scenarioFiles,
  stepsOf,
  verdictsOf,
} from './scenario.ts';
import { SAMPLE, World } from './world.ts';

const FILES = scenarioFiles();
const SCENARIOS = FILES.flatMap(({ scenarios }) => scenarios);

/** As contract.md says it. */
const OBLIGES: Record<Outcome, string> = {
  pass: 'may-grant',
  favour: 'may-grant',
  warn: 'acknowledge',
  restrict: 'grant-conditionally',
  indeterminate: 'determine',
  veto: 'must-not-grant',
};
const CLIENTS = { procurement: 'procurement', fund: 'grants', commendation: 'commendation' } as const;
const BASIS = { kind: 'statute', reference: '政府采购法第二十二条' };
const PERSONS = Object.values(CAST).filter(({ scheme }) => isPersonScheme(scheme));

const familyOf = ({ question }: FullStep) => SAMPLE.scenes.find(({ code }) => code === question.scene)?.family;
const isAnswered = (expected: Expected): expected is Answered => 'outcome' in expected;

let world: World;
beforeAll(async () => {
  world = await World.start();
  // One line for each request would drown what a failing scenario says.
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await world?.stop();
});

describe.each(FILES)('$file', ({ scenarios }) => {
  it.each(scenarios)('$name', async (scenario) => {
    const steps = stepsOf(scenario);
    const [first] = steps;
    const client = scenario.facts.client ?? CLIENTS[(first && familyOf(first)) ?? 'procurement'];
    await world.build(scenario, client);
    const answered: string[] = [];
    for (const [index, step] of steps.entries()) {
      await world.move(step, scenario.today);
      answered.push(...(await check(step, client, steps.length > 1 ? `check ${index + 1}: ` : '')));
    }
    await world.disturb();
    for (const id of answered) await replay(id);
  });
});

/** Whatever came later, the check is decided again as it was. */
async function replay(id: string): Promise<void> {
  const { response, text } = await world.request('auditor', `/v1/checks/${id}/replay`, {});
  expect(response.status, text).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ checkId: id, differences: [], agrees: true });
}

/** Resolves with the id of the check, where there is one. */
async function check(step: FullStep, client: string, which: string): Promise<string[]> {
  const { expected } = step;
  const { response, text } = await world.request(client, '/v1/checks', bodyOf(step));
  for (const { id } of PERSONS) expect(text, 'no number of a person leaves').not.toContain(id);
  if (!isAnswered(expected)) {
    const { type, errors = [] } = Problem.parse(JSON.parse(text));
    const lines = errors.map(({ pointer, code, suggestion }) => [pointer, code, suggestion].join(' ').trim());
    expect({ status: response.status, type, errors: lines }, which).toEqual({
      status: expected.status,
      type: `urn:grantgate:problem:${expected.problem}`,
      errors: expected.errors,
    });
    return [];
  }

  expect(response.status, `${which}${text}`).toBe(201);
  const answer = CheckAnswer.parse(JSON.parse(text));
  expect(response.headers.get('location')).toBe(`/v1/checks/${answer.id}`);
  const record = await world.request(client, `/v1/checks/${answer.id}`);
  const detail = CheckDetail.parse(JSON.parse(record.text));
  expect(CheckAnswer.parse(detail), 'what is on record is what was answered').toEqual(answer);

  const wanted = verdictsOf(expected);
  const found = detail.verdicts.map((verdict, index) => linesOf(verdict, wanted[index]?.unordered));
  expect({ outcome: answer.outcome, verdicts: found }, which).toEqual({
    outcome: expected.outcome,
    verdicts: wanted.map(({ standingVersion: _, unordered, notices, considered, ...verdict }) => ({
      ...verdict,
      notices: unordered ? notices.toSorted() : notices,
      considered: Object.entries(considered),
    })),
  });
  expect(answer.obligation).toBe(OBLIGES[expected.outcome]);
  for (const [index, { standingVersion, omitted }] of wanted.entries()) {
    const verdict = answer.verdicts[index];
    expect(verdict?.omitted, `${which}omitted`).toBe(omitted.length);
    if (standingVersion !== undefined) expect(verdict?.standingVersion, which).toBe(standingVersion);
  }
  const states = Object.fromEntries(answer.sources.map(({ id, state }) => [id, state]));
  expect(states, which).toMatchObject(expected.sources);
  expect(answer.checkedAt).toBe(toIso(parseInstant(step.at)));
  expect(parseInstant(answer.expiresAt)).toBeGreaterThan(parseInstant(step.at));
  if (expected.expiresAt !== undefined)
    expect(answer.expiresAt, `${which}expiresAt`).toBe(toIso(parseInstant(expected.expiresAt)));
  expect(answer.statement).toContain(toBeijing(parseInstant(step.at)));
  const texts = answer.verdicts.flatMap(({ notices }) => notices.map((notice) => notice.text)).join('\n');
  for (const said of expected.said) expect(texts, which).toContain(said);
  expect(text, 'every text is filled in').not.toMatch(/\{\w+\}/);
  return [answer.id];
}

type DetailedVerdict = z.infer<typeof CheckDetail>['verdicts'][number];

/** A verdict as the scenarios write it. */
function linesOf({ outcome, reasons, notices, considered, omittedReasons }: DetailedVerdict, unordered = false) {
  const reasonLine = ({ listingId, effect, via }: DetailedVerdict['reasons'][number]) =>
    `${listingId} ${effect}${via ? ` via ${via.relation}` : ''}`;
  const said = notices.map(({ code, listingId }) => (listingId === undefined ? code : `${code} ${listingId}`));
  return {
    outcome,
    reasons: reasons.map(reasonLine),
    notices: unordered ? said.toSorted() : said,
    considered: considered.map(({ listingId, guard }) => [listingId, guard]),
    omitted: omittedReasons.map(reasonLine),
  };
}

const Problem = z.object({
  type: z.string(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), suggestion: z.string().optional() })).optional(),
});

/** The whole body of a question that a scenario writes in short. */
function bodyOf({ question: { scene, subjects, matter, ...said } }: FullStep): unknown {
  return {
    scene,
    principal: { scheme: 'uscc', id: '11430000006120345Y', name: '样例省公共资源交易中心' },
    matter: { id: 'HN-2026-000142', ...matter },
    subjects: subjects.map(spelledOut),
    ...(subjects.length > 1 && { consortium: true }),
    operator: 'u-1029',
    purpose: '开标资格审查',
    ...said,
  };
}

function spelledOut({ who, related, ...said }: Asked): unknown {
  const { scheme, id } = who === undefined ? said : castOf(who);
  const person = Scheme.safeParse(scheme).data;
  return {
    scheme,
    id,
    ...(person !== undefined && isPersonScheme(person) && { basis: BASIS }),
    ...said,
    ...(related && { related: related.map(spelledOut) }),
  };
}

describe('the scenarios together', () => {
  const answered = SCENARIOS.flatMap((scenario) =>
    stepsOf(scenario).flatMap((step) => (isAnswered(step.expected) ? [{ step, expected: step.expected }] : [])),
  );
  const verdicts = (scenario: Scenario) =>
    stepsOf(scenario).flatMap(({ expected }) => (isAnswered(expected) ? verdictsOf(expected) : []));
  const stoppedBy = (guard: Guard, scenario: Scenario) =>
    verdicts(scenario).flatMap(({ considered }) =>
      Object.entries(considered).flatMap(([listing, by]) => (by === guard ? [listing] : [])),
    );
  const counting = (scenario: Scenario) =>
    verdicts(scenario).flatMap(({ reasons }) => reasons.map((line) => line.split(' ')[0] ?? ''));

  it.each(Guard.options)('have the guard %s both ways: it stops a listing, and lets the same one through', (guard) => {
    const of = (stops: boolean) => SCENARIOS.filter((each) => each.guard === guard && each.stops === stops);
    const stopped = of(true).flatMap((scenario) => stoppedBy(guard, scenario));
    const passed = of(false).flatMap((scenario) => (stoppedBy(guard, scenario).length > 0 ? [] : counting(scenario)));
    expect(stopped).not.toEqual([]);
    expect(passed).toEqual(expect.arrayContaining([expect.toBeOneOf(stopped)]));
  });

  it('are tagged with a guard where they say whether it stops', () => {
    const half = SCENARIOS.filter(({ guard, stops }) => (guard === undefined) !== (stops === undefined));
    expect(half.map(({ name }) => name)).toEqual([]);
  });

  it.each(NoticeCode.options)('have the notice %s', (code) => {
    const codes = answered.flatMap(({ expected }) => verdictsOf(expected).flatMap(({ notices }) => notices));
    expect(codes.map(noticeCodeOf)).toContain(code);
  });

  const families = [...new Set(SAMPLE.scenes.map(({ family }) => family))];
  it.each(families.flatMap((family) => Outcome.options.map((outcome) => ({ family, outcome }))))(
    'have a $outcome in the $family family',
    ({ family, outcome }) => {
      const outcomes = answered.filter(({ step }) => familyOf(step) === family).map(({ expected }) => expected.outcome);
      expect(outcomes).toContain(outcome);
    },
  );

  it.each(SAMPLE.scenes.map(({ code }) => code))('ask in the scene %s', (code) => {
    expect(answered.map(({ step }) => step.question.scene)).toContain(code);
  });
});
