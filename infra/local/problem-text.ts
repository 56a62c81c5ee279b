import * as z from 'zod';

const Problem = z.object({
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
});

/** What an API's refusal says, in the language in which it was asked: which fields, and what is wrong with each. */
export async function problemText(answer: Response): Promise<string> {
  const problem = Problem.safeParse(await answer.json().catch(() => undefined));
  if (!problem.success) return `${answer.status} ${answer.statusText}`;
  const { detail, errors = [] } = problem.data;
  return [detail, ...errors.map(({ pointer, message }) => `${pointer}: ${message}`)].join(' ');
}
