import * as z from 'zod/mini';
import { CalendarDate, type Clock, dateOf } from '../kernel/clock.ts';
import { SubjectKey } from '../subject/key.ts';
import { StandingMoved, type StandingStore } from './ports.ts';
import type { Standing } from './standing.ts';
import { type Abolitions, endings, waitsForAnswer } from './term.ts';
import { advance } from './transition.ts';

/** Finds standings by the day after which they have a listing to be ended. */
export interface DueStandings {
  /** Up to `limit` subjects whose day is before this one. */
  before(today: CalendarDate, limit: number): Promise<SubjectKey[]>;
}

/** Goes through all standings, page by page. */
export interface StandingWalk {
  page(from: string | undefined): Promise<WalkedPage>;
}

export interface WalkedPage {
  /** The standing is absent where it could not be read. */
  readonly subjects: readonly { readonly key: SubjectKey; readonly standing: Standing | undefined }[];
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
}

const LastDays = z.record(z.string(), CalendarDate);

/** How far abolitions have been carried out, between one run and the next. */
export const AbolitionProgress = z.strictObject({
  /** The domains that all standings have been rid of, each with the last day that it was for. */
  done: LastDays,
  /** Subjects with a listing of such a domain that waits for the answer to an objection: each run looks at them again. */
  waiting: z.optional(z.array(SubjectKey)),
  /** A walk that is under way: for which domains, where it goes on, and whether a subject has failed in it. */
  walk: z.optional(z.strictObject({ domains: LastDays, from: z.optional(z.string()), failed: z.boolean() })),
});
export type AbolitionProgress = z.infer<typeof AbolitionProgress>;

export interface ExpiryPorts {
  readonly due: DueStandings;
  readonly walk: StandingWalk;
  readonly progress: { read(): Promise<AbolitionProgress>; write(progress: AbolitionProgress): Promise<void> };
  readonly standings: StandingStore;
  /** The last days of the domains that are abolished some day, from the catalogue in force. */
  abolitions(): Promise<Abolitions>;
  readonly clock: Clock;
  /** What one run does at most: subjects found by their day, pages of the walk. */
  readonly limits: { readonly subjects: number; readonly pages: number };
}

export interface ExpirySummary {
  /** Listings that were ended. */
  readonly ended: number;
  /** Subjects that could not be dealt with: the next run finds them again. */
  readonly failed: number;
  /** Whether there is more than one run does. */
  readonly more: boolean;
}

const PARALLEL = 8;
const ATTEMPTS = 5;
const SIGNED = { actor: 'grantgate-expiry' };

/**
 * Ends the listings whose last day has passed, so that their exit is on record and is told; in the check they have not
 * counted since the day after it. What is found is what is left to do: a run that is killed, repeated or overtaken by
 * another does no harm. `fault` is told of each subject that fails.
 */
export async function runExpiry(ports: ExpiryPorts, fault: (error: unknown) => void): Promise<ExpirySummary> {
  const today = dateOf(ports.clock());
  const abolitions = new Map([...(await ports.abolitions())].filter(([, lastDay]) => lastDay < today));
  const count = { ended: 0, failed: 0 };
  const endAll = async (subjects: readonly SubjectKey[]) => {
    const pending = [...subjects];
    const waiting: SubjectKey[] = [];
    let failed = 0;
    const worker = async () => {
      for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
        try {
          const { ended, waits } = await endOf(key, today, abolitions, ports);
          count.ended += ended;
          if (waits) waiting.push(key);
        } catch (error) {
          failed += 1;
          fault(error);
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    count.failed += failed;
    return { failed, waiting };
  };

  const found = await ports.due.before(today, ports.limits.subjects + 1);
  await endAll(found.slice(0, ports.limits.subjects));
  const walked = await carryOutAbolitions(abolitions, today, ports, endAll);
  return { ...count, more: found.length > ports.limits.subjects || !walked };
}

/** Ends what is to be ended of one subject; resolves with how many listings that were, and whether one waits yet. */
async function endOf(
  key: SubjectKey,
  today: CalendarDate,
  abolitions: Abolitions,
  { standings, clock }: ExpiryPorts,
): Promise<{ readonly ended: number; readonly waits: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    const before = (await standings.standings([key])).get(key);
    const events = before ? endings(before, today, abolitions) : [];
    const waits = before !== undefined && waitsForAnswer(before, today, abolitions);
    if (!before || events.length === 0) return { ended: 0, waits };
    try {
      const change = advance(before, events, SIGNED, clock(), abolitions);
      await standings.commit([{ key, change, documents: [], names: [] }]);
      return { ended: events.length, waits };
    } catch (error) {
      if (!(error instanceof StandingMoved) || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Resolves with whether nothing is left to walk for. A walk goes on where the last run stopped; one in which a subject
 * failed is not the last.
 */
async function carryOutAbolitions(
  abolitions: Abolitions,
  today: CalendarDate,
  { walk, progress, limits }: ExpiryPorts,
  endAll: (subjects: readonly SubjectKey[]) => Promise<{ readonly failed: number; readonly waiting: SubjectKey[] }>,
): Promise<boolean> {
  const { done, walk: underWay, waiting: waited = [] } = await progress.read();
  const { waiting } = await endAll(waited);
  const keep = (next: Omit<AbolitionProgress, 'waiting'>) =>
    progress.write({ ...next, ...(waiting.length > 0 && { waiting: [...new Set(waiting)] }) });
  const wanted = Object.fromEntries([...abolitions].filter(([domain, lastDay]) => done[domain] !== lastDay));
  if (!underWay && Object.keys(wanted).length === 0) {
    if (waited.length > 0) await keep({ done });
    return true;
  }
  let { domains, from, failed } = { from: undefined, ...(underWay ?? { domains: wanted, failed: false }) };
  for (let pages = 0; pages < limits.pages; pages += 1) {
    const { subjects, next } = await walk.page(from);
    const concerned = subjects.filter(
      ({ standing }) =>
        !standing || endings(standing, today, abolitions).length > 0 || waitsForAnswer(standing, today, abolitions),
    );
    const page = await endAll(concerned.map(({ key }) => key));
    failed ||= page.failed > 0;
    waiting.push(...page.waiting);
    from = next;
    if (from !== undefined) continue;
    await keep({ done: failed ? done : { ...done, ...domains } });
    return !failed && Object.entries(wanted).every(([domain, lastDay]) => domains[domain] === lastDay);
  }
  await keep({ done, walk: { domains, ...(from !== undefined && { from }), failed } });
  return false;
}
