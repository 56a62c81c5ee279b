/** What holds of the intake on AWS and on one machine alike. */

/** Days for which what lies in the intake bucket is kept, by its prefix. */
export const KEPT_DAYS = {
  /** An upload may hold persons' numbers, and is read once. */
  uploads: 2,
  /** As long as a plan may wait for its approval. */
  work: 30,
  quarantine: 180,
  /** What an approver has signed. */
  plans: 180,
} as const;

/**
 * Megabytes. V8 sizes its heap by the machine and collects late: a worker that has 30 MB alive takes 300 then. The young
 * generation is what an import fills; the old one has a bound that lets it grow in small steps, with room for the shared
 * strings of the largest workbook.
 */
const YOUNG_MB = 4;
const OLD_MB = 384;

/** What the worker's Node is told. */
export const WORKER_NODE_OPTIONS = [`--max-semi-space-size=${YOUNG_MB}`, `--max-old-space-size=${OLD_MB}`] as const;
