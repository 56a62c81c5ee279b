import { expect } from 'vitest';
import * as z from 'zod';
import type { Reply } from '../api-client.ts';

// The shapes as contract.md has them, strict: a field that it does not name is a difference too.

const Reason = z.strictObject({
  listingId: z.string(),
  list: z.enum(['black', 'ordinary', 'watch', 'red']),
  domain: z.string(),
  authority: z.string(),
  effect: z.enum(['veto', 'restrict', 'warn', 'favour']),
  grade: z.enum(['minor', 'ordinary', 'serious']).nullable(),
  document: z.strictObject({ number: z.string(), type: z.string(), issuedOn: z.iso.date() }),
  measure: z.strictObject({ code: z.string(), name: z.string(), legalBasis: z.string().min(1) }),
  inForceUntil: z.iso.date().nullable(),
  repair: z.strictObject({ repairable: z.boolean(), route: z.string().min(1) }),
  remedy: z.string().min(1),
  via: z.strictObject({ relation: z.string() }).optional(),
});

const Outcome = z.enum(['pass', 'favour', 'warn', 'restrict', 'indeterminate', 'veto']);

const Verdict = z.strictObject({
  subject: z.strictObject({
    scheme: z.string(),
    id: z.string(),
    name: z.string().optional(),
    role: z.string().optional(),
  }),
  outcome: Outcome,
  standingVersion: z.int().nonnegative(),
  reasons: z.array(Reason).max(50),
  notices: z.array(
    z.strictObject({
      code: z.string(),
      listingId: z.string().optional(),
      text: z
        .string()
        .min(1)
        .regex(/^[^{}]*$/),
    }),
  ),
  omitted: z.int().nonnegative(),
});

const answer = {
  id: z.string().min(1),
  outcome: Outcome,
  obligation: z.enum(['may-grant', 'acknowledge', 'grant-conditionally', 'determine', 'must-not-grant']),
  checkedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  scene: z.string(),
  principal: z.strictObject({ scheme: z.string(), id: z.string(), name: z.string().optional() }),
  matter: z.looseObject({ id: z.string() }),
  caller: z.string(),
  operator: z.string(),
  purpose: z.string(),
  catalogueVersion: z.string(),
  sources: z.array(
    z.strictObject({
      id: z.string(),
      freshAsOf: z.iso.datetime().nullable(),
      state: z.enum(['fresh', 'stale', 'missing']),
    }),
  ),
  statement: z.string().min(1),
  receipt: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]{86}$/),
};

export const Answer = z.strictObject({ ...answer, verdicts: z.array(Verdict).min(1) });
export type Answer = z.infer<typeof Answer>;

const Determination = z.object({
  decision: z.enum(['may-grant', 'must-not-grant']),
  ground: z.string(),
  at: z.iso.datetime(),
  by: z.object({ subject: z.string(), person: z.string() }),
});

/** `GET /v1/checks/<id>`; what the contract leaves open may stand beside it. */
export const Detail = z.object({
  ...answer,
  verdicts: z.array(
    z.object({
      ...Verdict.shape,
      considered: z.array(z.strictObject({ listingId: z.string(), guard: z.string(), text: z.string().min(1) })),
    }),
  ),
  determinations: z.array(Determination),
});

const Fault = z.strictObject({
  pointer: z.string(),
  code: z.string(),
  message: z.string().min(1),
  position: z.int().optional(),
  character: z.string().optional(),
  suggestion: z.string().optional(),
});

export const ProblemBody = z.strictObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  errors: z.array(Fault).optional(),
  attemptId: z.string().optional(),
  checkId: z.string().optional(),
  state: z.string().optional(),
  allows: z.array(z.string()).optional(),
  routes: z.array(z.string()).optional(),
});
export type ProblemBody = z.infer<typeof ProblemBody>;

const Summary = z.strictObject({
  id: z.string(),
  checkedAt: z.iso.datetime(),
  outcome: z.string(),
  scene: z.string(),
  matter: z.string(),
  caller: z.string(),
  subject: z.strictObject({ scheme: z.string(), id: z.string().nullable() }).optional(),
  via: z.strictObject({ relation: z.string() }).optional(),
});
const Page = z.strictObject({ items: z.array(Summary), next: z.string().nullable() });
export type Summary = z.infer<typeof Summary>;

const Batch = z.strictObject({
  items: z.array(
    z.union([
      z.strictObject({ ref: z.string(), check: Answer }),
      z.strictObject({ ref: z.string(), problem: ProblemBody }),
    ]),
  ),
});

/** The answer of a check, made or replayed. */
export function answerIn(reply: Reply): Answer {
  expect([200, 201], reply.text).toContain(reply.status);
  return Answer.parse(reply.json);
}

export function detailIn(reply: Reply): z.infer<typeof Detail> {
  expect(reply.status, reply.text).toBe(200);
  return Detail.parse(reply.json);
}

export function pageIn(reply: Reply): z.infer<typeof Page> {
  expect(reply.status, reply.text).toBe(200);
  return Page.parse(reply.json);
}

/** The items of a batch, each with its check or its problem. */
export function itemsIn(reply: Reply): { ref: string; check?: Answer; problem?: ProblemBody }[] {
  expect(reply.status, reply.text).toBe(200);
  return Batch.parse(reply.json).items;
}

/** The problem of that code, in the shape of the contract, that says nothing of the inside. */
export function problemIn(reply: Reply, status: number, code: string): ProblemBody {
  expect(reply.headers.get('content-type'), reply.text).toMatch(/^application\/problem\+json/);
  const problem = ProblemBody.parse(reply.json);
  expect({ type: problem.type, status: problem.status, sent: reply.status }).toEqual({
    type: `urn:grantgate:problem:${code}`,
    status,
    sent: status,
  });
  expect(reply.text).not.toMatch(/node_modules|Exception|dynamo|ECONN/i);
  return problem;
}

/** `pointer code` of every fault, sorted. */
export const faultsIn = ({ errors }: ProblemBody): string[] =>
  (errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();
