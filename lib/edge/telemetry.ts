/** What a log line may hold: codes, ids and durations. No identifier, no name, no text of a caller. */
export interface LogFields {
  readonly requestId?: string;
  readonly route?: string;
  readonly status?: number;
  readonly problem?: string;
  readonly caller?: string;
  readonly checkId?: string;
  readonly listingId?: string;
  readonly aliasId?: string;
  readonly outcome?: string;
  readonly scene?: string;
  readonly importId?: string;
  readonly step?: string;
  readonly piece?: string;
  readonly state?: string;
  readonly replayed?: boolean;
  readonly items?: number;
  /** Of a record in a stream. */
  readonly sequenceNumber?: string;
  readonly durationMs?: number;
  /** The name and the code of what failed inside; its message may quote what was sent. */
  readonly error?: string;
}

type Unit = 'Count' | 'Milliseconds';

export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly dimensions: Readonly<Record<string, string>>;
}

export const metric = (name: string, value: number, unit: Unit, dimensions: Metric['dimensions'] = {}): Metric => ({
  name,
  value,
  unit,
  dimensions,
});

/** One line of JSON, with its metrics in CloudWatch's embedded format: one line, because each is a system call. */
export function log(
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: LogFields,
  metrics: readonly Metric[] = [],
): void {
  console.log(JSON.stringify({ level, message, ...fields, ...(metrics.length > 0 && embedded(metrics)) }));
}

/** Metrics without a line to go with. */
export const emit = (...metrics: Metric[]): void => console.log(JSON.stringify(embedded(metrics)));

const embedded = (metrics: readonly Metric[]) => ({
  _aws: {
    Timestamp: Date.now(),
    CloudWatchMetrics: metrics.map(({ name, unit, dimensions }) => ({
      Namespace: 'Grantgate',
      Dimensions: [Object.keys(dimensions)],
      Metrics: [{ Name: name, Unit: unit }],
    })),
  },
  ...Object.fromEntries(
    metrics.flatMap(({ name, value, dimensions }) => [...Object.entries(dimensions), [name, value]]),
  ),
});

/** What an error is, without what it says: the class, and the code where it has one. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const inner = error.cause === undefined ? '' : ` < ${errorName(error.cause)}`;
  return `${error.name}${inner}`;
}
