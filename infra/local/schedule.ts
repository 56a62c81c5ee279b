/** Milliseconds. */
const HOUR = 3_600_000;

/** Runs something now and every hour, as the schedule on AWS does, until the returned function is called. */
export function everyHour(run: () => Promise<unknown>): () => void {
  const start = () => void run().catch((error) => console.error('A scheduled function failed:', error));
  start();
  const timer = setInterval(start, HOUR);
  return () => clearInterval(timer);
}
