import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { gate } from '../../lib/check-log/gate.ts';
import type { GrantRequest } from '../../lib/check-log/grant.ts';
import { againstAll, againstNamed, type GrantLine } from '../../lib/check-log/reconcile.ts';
import { type CheckFacts, endOfMoment } from '../../lib/check-log/rests-on.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { instant, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { type ApiClient, consortium, organisation, question, SAMPLE } from '../api-client.ts';
import { keyOf, listing, SIGNED } from '../conformance/samples.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { answerIn } from './shapes.ts';

// What property/gate.test.ts holds the pure rule against, through the doors: the gate and a list read the log's own index.

const SCENE = 'government-procurement';
const CASES = 60;

let api: ApiClient;
let clock: TestClock;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(new Date('2026-11-21T02:00:00.000Z')));
  // Another caller in the same scene.
  const wider = { scenes: ['fiscal-fund', SCENE] };
  expect((await post('/v1/callers/grants/renewal', 'admin', wider)).status).toBe(200);
  expect((await post('/v1/callers/grants/approval', 'approver', {})).status).toBe(200);
});
afterAll(() => api?.stack.stop());

/** Two that nobody knows, of which the first is listed half way, one that leaves a doubt and one that is warned of. */
const member = fc.constantFrom(0, 0, 0, 1, 1, 2, 3);
const lot = fc.constantFrom(undefined, undefined, '1', '2');
const check = fc.record({
  kind: fc.constant('check' as const),
  caller: fc.constantFrom('procurement', 'procurement', 'grants'),
  members: fc.uniqueArray(member, { minLength: 1, maxLength: 2 }),
  lot,
  /** Milliseconds for which it is good, where it is not good for long. */
  brief: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined, freq: 9 }),
});
const note = fc.record({
  kind: fc.constantFrom('annulment' as const, 'may-grant' as const, 'may-grant' as const, 'must-not-grant' as const),
  of: fc.nat(),
});
const step = fc.record({
  step: fc.oneof({ arbitrary: check, weight: 4 }, { arbitrary: note, weight: 1 }),
  wait: fc.constantFrom(0, 0, 1, 30_000),
});
const steps = fc.array(step, { minLength: 2, maxLength: 6 });
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;
const wish = fc.record({
  on: fc.nat(),
  member: fc.nat(1),
  lot: fc.constantFrom('that of its check' as const, 'that of its check' as const, undefined, '1', '2'),
  at: fc.nat(),
  named: fc.boolean(),
});
const wishes = fc.array(wish, { minLength: 10, maxLength: 10 });

interface Case {
  readonly matter: string;
  readonly codes: readonly string[];
  readonly checks: CheckFacts[];
  readonly moments: number[];
}

const named = (code: string) => ({ scheme: 'uscc', value: code, keys: [keyOf(code)] });
const PRINCIPAL = { scheme: 'uscc' as const, id: SAMPLE.principal };

let cases = 0;
function fresh(): Case {
  cases += 1;
  clock.now += 60_000;
  const codes = [organisation(2 * cases), organisation(2 * cases + 1), SAMPLE.indeterminate, SAMPLE.warn];
  return { matter: `RANDOM-${cases}`, codes, checks: [], moments: [] };
}

const post = (path: string, as: string, body: unknown) => api.call('POST', path, { as, body });

/** The doubt is one's own to settle; what the service refuses changes nothing. */
async function append({ checks }: Case, kind: 'annulment' | 'may-grant' | 'must-not-grant', of: number): Promise<void> {
  const index = of % checks.length;
  const facts = checks[index];
  if (!facts) return;
  const at = toIso(instant(clock.now));
  if (kind === 'annulment') {
    const reply = await post(`/v1/checks/${facts.id}/annulment`, facts.caller, { ground: '标段填错' });
    if (reply.status === 201) checks[index] = { ...facts, annulledAt: facts.annulledAt ?? at };
  } else {
    const body = { decision: kind, ground: '罚款数额' };
    const reply = await post(`/v1/checks/${facts.id}/determination`, facts.caller, body);
    if (reply.status !== 201) return;
    checks[index] = { ...facts, determinations: [...facts.determinations, { at, decision: kind }] };
  }
}

async function asked({ matter, codes, checks }: Case, of: typeof check extends fc.Arbitrary<infer T> ? T : never) {
  const ids = of.members.map((member) => codes[member] ?? '');
  const cutoffAt = of.brief !== undefined && toIso(instant(clock.now + of.brief));
  const [only = '', ...more] = ids;
  const about = more.length === 0 ? {} : consortium(...ids);
  const changes = { ...about, matter: { id: matter, ...(of.lot && { lot: of.lot }), ...(cutoffAt && { cutoffAt }) } };
  const answer = answerIn(await api.check(question(only, changes), {}, of.caller));
  checks.push({
    ...{ id: answer.id, caller: of.caller, subjects: ids.map(named), principal: named(SAMPLE.principal), matter },
    ...{ lot: of.lot, scene: SCENE, checkedAt: answer.checkedAt, expiresAt: answer.expiresAt },
    ...{ outcome: answer.outcome, annulledAt: undefined, determinations: [] },
  });
}

/** A listing that vetoes comes into force. */
async function listed(code: string): Promise<void> {
  const client = localClient(api.stack.endpoint);
  const event = { type: 'listed' as const, listing: Listing.parse(listing(`listing-of-${code}`)) };
  const change = advance(unknownSubject({ scheme: 'uscc', code }), [event], SIGNED, instant(clock.now));
  const store = new DynamoStandingStore(client, api.stack.registryTable);
  await store.commit([{ key: keyOf(code), change, documents: [], names: [] }]);
  client.destroy();
}

/** The first member is listed between the two. */
async function history(of: Case, [before, after]: readonly [Steps, Steps]): Promise<void> {
  const follow = async (steps: Steps) => {
    for (const { step: each, wait } of steps) {
      clock.now += wait;
      if (each.kind === 'check') await asked(of, each);
      else await append(of, each.kind, each.of);
      of.moments.push(clock.now);
    }
  };
  await follow(before);
  await listed(of.codes[0] ?? '');
  await follow(after);
}

/** What the pure rule says of a grant on every check there is. */
function allows(check: CheckFacts, all: readonly CheckFacts[], request: GrantRequest): boolean {
  const parties = { subject: named(request.subject.id), principal: named(request.principal.id) };
  const since = all.filter(({ checkedAt }) => checkedAt >= check.checkedAt);
  try {
    gate({ check, since }, request, parties, { subject: 'x' }, instant(clock.now));
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** The last check of a member in the lot was a veto: said without the product's functions. */
function isBarred(on: CheckFacts, all: readonly CheckFacts[], at: string): boolean {
  return on.subjects.some(({ value }) => {
    const own = all.filter(
      (each) =>
        each.subjects.some((subject) => subject.value === value) &&
        [undefined, on.lot ?? each.lot].includes(each.lot) &&
        on.checkedAt <= each.checkedAt &&
        each.checkedAt <= at,
    );
    const last = own
      .map(({ checkedAt }) => checkedAt)
      .toSorted()
      .at(-1);
    return own.some(({ checkedAt, outcome }) => checkedAt === last && outcome === 'veto');
  });
}

const Report = z.object({
  lines: z.int(),
  findings: z.array(z.object({ line: z.int(), kind: z.string() })),
  broken: z.tuple([]),
});

test(`the gate and an auditor’s list say of ${CASES} random histories in the log what the rule says of all their checks`, async () => {
  const said = { taken: 0, refused: 0, barred: 0, fine: 0, notFine: 0 };
  await fc.assert(
    fc.asyncProperty(steps, steps, wishes, async (before, after, wanted) => {
      const of = fresh();
      await history(of, [before, after]);
      if (of.checks.length === 0) return;
      const lines: { readonly line: object; readonly isFine: boolean }[] = [];
      for (const [index, wish] of wanted.entries()) {
        const on = of.checks[wish.on % of.checks.length];
        const moments = of.moments.filter((moment) => moment >= Date.parse(on?.checkedAt ?? ''));
        // Now and then it was granted before.
        const among = wish.at % 8 === 0 ? of.moments : moments;
        const moment = among[wish.at % among.length];
        const inLot = wish.lot === 'that of its check' ? on?.lot : wish.lot;
        const subject = on?.subjects[wish.member % on.subjects.length]?.value;
        if (!on || moment === undefined || !subject) return expect.unreachable();
        const grantedAt = toIso(instant(moment));
        const request: GrantRequest = {
          ...{
            checkId: on.id,
            subject: { scheme: 'uscc', id: subject },
            principal: PRINCIPAL,
            scene: SCENE,
            grantedAt,
          },
          ...{ matter: { id: of.matter, ...(inLot && { lot: inLot }) }, acknowledged: true },
          reference: `${of.matter}-${index}`,
        };
        const { status, text } = await post('/v1/grants', on.caller, request);
        expect([201, 409], text).toContain(status);
        expect(status === 201, `${JSON.stringify(request)} ${text}`).toBe(allows(on, of.checks, request));
        const barred = isBarred({ ...on, lot: inLot ?? on.lot }, of.checks, grantedAt);
        if (barred) expect(status).toBe(409);
        said[status === 201 ? 'taken' : 'refused'] += 1;
        said.barred += Number(barred);
        const line: GrantLine = {
          ...{ line: 1, matter: of.matter, reference: undefined, caller: undefined, lot: inLot, scene: SCENE },
          ...{ subject: named(subject), principal: named(SAMPLE.principal), checkId: wish.named ? on.id : undefined },
          ...{ from: grantedAt, to: toIso(endOfMoment(instant(moment))) },
        };
        const { kind } = wish.named ? againstNamed(line, on, of.checks) : againstAll(line, of.checks);
        lines.push({
          isFine: kind === 'fine',
          line: {
            ...{ subjectScheme: 'uscc', subjectId: subject, principalId: SAMPLE.principal, matter: of.matter },
            ...{ scene: SCENE, grantedAt, ...(inLot && { lot: inLot }), ...(wish.named && { checkId: on.id }) },
          },
        });
      }
      const body = lines.map(({ line }) => JSON.stringify(line)).join('\n');
      const headers = { 'content-type': 'application/x-ndjson' };
      const { findings } = Report.parse(
        (await api.call('POST', '/v1/reconciliations', { as: 'auditor', body, headers })).json,
      );
      const wrong = lines.flatMap(({ isFine }, index) => (isFine ? [] : [index + 1]));
      expect(findings.map(({ line }) => line)).toEqual(wrong);
      said.notFine += wrong.length;
      said.fine += lines.length - wrong.length;
    }),
    { numRuns: CASES, endOnFailure: true },
  );
  // Enough of each has come up.
  for (const [what, times] of Object.entries(said)) expect(times, what).toBeGreaterThan(5);
});
