/** What a log line may hold: codes, ids and durations. No identifier, no name, no text of a caller. */
export interface LogFields {
  readonly requestId?: string;
  readonly route?: string;
  readonly status?: number;
  readonly problem?: string;
  readonly caller?: string;
  readonly checkId?: string;
  readonly outcome?: string;
  readonly scene?: string;
  readonly replayed?: boolean;
  readonly items?: number;
  readonly durationMs?: number;
  /** The name and the code of what failed inside; its message may quote what was sent. */
  readonly error?: string;
}

export const log = (level: 'info' | 'warn' | 'error', message: string, fields: LogFields): void =>
  console.log(JSON.stringify({ level, message, ...fields }));

type Unit = 'Count' | 'Milliseconds';

/** One metric in CloudWatch's embedded format: a log line, so that it costs no request. */
export function emit(name: string, value: number, unit: Unit, dimensions: Readonly<Record<string, string>> = {}): void {
  console.log(
    JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          { Namespace: 'Grantgate', Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: name, Unit: unit }] },
        ],
      },
      ...dimensions,
      [name]: value,
    }),
  );
}

/** What an error is, without what it says: the class, and the code where it has one. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const inner = error.cause === undefined ? '' : ` < ${errorName(error.cause)}`;
  return `${error.name}${inner}`;
}
