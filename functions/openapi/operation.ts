import * as z from 'zod/mini';
import type { ProblemCode } from '../../lib/kernel/problem.ts';

/** What one route takes and gives. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  /** Any one of these scopes; none for what is open to everyone. */
  readonly scopes: readonly string[];
  readonly query?: z.ZodMiniType;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: z.ZodMiniType;
  /** Of the body, where it is no JSON. */
  readonly bodyType?: 'application/x-www-form-urlencoded';
  /** An empty body says what is usual. */
  readonly mayLackBody?: true;
  /** What names of the body mean, where they say something else than elsewhere. */
  readonly says?: Readonly<Record<string, string>>;
  readonly answers: Readonly<
    Record<
      number,
      { readonly description: string; readonly schema: z.ZodMiniType; readonly contentTypes?: readonly string[] }
    >
  >;
  /** Where the body is a file of lines: its content types; `body` is then the schema of one line. */
  readonly lines?: readonly string[];
  readonly problems: readonly ProblemCode[];
}

/** Operations by their key in the gateway. */
export type Operations = Readonly<Record<string, Operation>>;

export const Fault = z.object({
  pointer: z.string(),
  code: z.string(),
  message: z.string(),
  position: z.optional(z.int()),
  character: z.optional(z.string()),
  suggestion: z.optional(z.string()),
});
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.optional(z.array(Fault)),
  attemptId: z.optional(z.string()),
  checkId: z.optional(z.string()),
  state: z.optional(z.string()),
  allows: z.optional(z.array(z.string())),
  routes: z.optional(z.array(z.string())),
});
