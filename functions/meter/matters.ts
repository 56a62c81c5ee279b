import { type Clock, dateOf } from '../../lib/kernel/clock.ts';
import { type Matter, withCheck } from '../../lib/retention/matter.ts';
import type { MatterStore } from '../../lib/retention/ports.ts';
import type { RecordImage } from './images.ts';

const ATTEMPTS = 5;

/** Registers the matters of new records, each with the day on which they are to be deleted: once for a matter and a day. */
export async function registerMatters(
  records: readonly RecordImage[],
  store: Pick<MatterStore, 'read' | 'write'>,
  clock: Clock,
): Promise<void> {
  const byMatter = Map.groupBy(
    records.map(({ caller, matter, scene, at, ttl }) => ({
      ...{ caller, matter, scene },
      checkedAt: at.moment,
      keptUntil: ttl,
    })),
    ({ caller, matter }) => JSON.stringify([caller, matter]),
  );
  for (const seen of byMatter.values()) await register(seen, store, clock);
}

type Seen = Parameters<typeof withCheck>[1];

async function register(
  seen: readonly Seen[],
  store: Pick<MatterStore, 'read' | 'write'>,
  clock: Clock,
): Promise<void> {
  const [first] = seen;
  for (let attempt = 0; first && attempt < ATTEMPTS; attempt += 1) {
    const kept = await store.read(first.caller, first.matter);
    const next = seen.reduce<Matter | undefined>(withCheck, kept?.value);
    if (!next || next === kept?.value) return;
    if (await store.write({ next, before: kept?.revision }, dateOf(clock()))) return;
  }
  // The batch is delivered again.
  throw new Error('a matter kept moving');
}
