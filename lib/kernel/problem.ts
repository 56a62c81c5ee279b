import type { Bilingual, Language } from './text.ts';

/** The stable problem codes, each with its HTTP status: the error table of the API. */
export const PROBLEM_STATUS = {
  'invalid-request': 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'invalid-identifier': 422,
  'idempotency-mismatch': 422,
  'too-many-requests': 429,
  'registry-unavailable': 503,
  'evidence-unavailable': 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** One fault in a body: `pointer` is an RFC 6901 JSON pointer, or the name of a parameter. */
export interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly message: Bilingual;
  /** Of an identifier: where it is wrong, counted from 1, what stands there, and the code that was probably meant. */
  readonly position?: number;
  readonly character?: string;
  readonly suggestion?: string | undefined;
}

/** A fault as it goes out, in one language. */
export const shownIn = (language: Language, { message, ...fault }: Fault) => ({ ...fault, message: message[language] });

export interface ProblemExtras {
  readonly errors?: readonly Fault[];
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** The record of the refused attempt. */
  readonly attemptId?: string;
  /** The check that stands in the way. */
  readonly checkId?: string;
  /** Of a conflict on a listing or an alias: its state. */
  readonly state?: string;
  /** What that state allows, by the names of the events, and the routes by which that is asked for. */
  readonly allows?: readonly string[];
  readonly routes?: readonly string[];
  /** What happened inside, for the log and never for the answer. */
  readonly cause?: unknown;
}

/** A refusal with a stable code. `detail` says what the caller can do about it, and holds nothing of a person or of the inside. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: Bilingual, extras: ProblemExtras = {}) {
    super(detail.en, { cause: extras.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.extras = extras;
  }

  readonly detail: Bilingual;

  get status(): number {
    return PROBLEM_STATUS[this.code];
  }
}
