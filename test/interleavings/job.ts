import { setTimeout } from 'node:timers/promises';
import { type Instant, parseInstant } from '../../lib/kernel/clock.ts';
import { StandingMoved, type StandingStore } from '../../lib/listing/ports.ts';
import { type ExpiryPorts, runExpiry } from '../../lib/listing/run-expiry.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';
import type { Transition } from './history.ts';
import type { Subject } from './subjects.ts';
import { partOf, type System } from './system.ts';

const PAUSE_MS = 10;
/** Every so many runs the job finds by its index what is due; in between it is told of everybody, which is faster. */
const BY_INDEX = 6;

/** The expiry job, run after run, for all the histories that are under way; each hears of what was ended of its own. */
export class Job {
  readonly #system: System;
  readonly #watched = new Map<SubjectKey, { readonly subject: Subject; readonly tell: (done: Transition) => void }>();
  /** Subjects that are left alone for a while: their histories are being read to the end. */
  readonly #left = new Set<SubjectKey>();
  readonly #writing = new Map<SubjectKey, Promise<void>>();
  #running = true;
  #runs = 0;

  constructor(system: System) {
    this.#system = system;
  }

  watch(subjects: readonly Subject[], tell: (done: Transition) => void): void {
    for (const subject of subjects) this.#watched.set(subject.key, { subject, tell });
  }

  /** Resolves when the job touches these no more. */
  async leave(subjects: readonly Subject[]): Promise<void> {
    for (const { key } of subjects) this.#left.add(key);
    await Promise.all(subjects.map(({ key }) => this.#writing.get(key)));
  }

  /** What is over of them is ended by a later run, and nobody hears of it. */
  release(subjects: readonly Subject[]): void {
    for (const { key } of subjects) {
      this.#watched.delete(key);
      this.#left.delete(key);
    }
  }

  async work(): Promise<void> {
    while (this.#running) {
      await this.#once();
      await setTimeout(PAUSE_MS);
    }
  }

  stop(): void {
    this.#running = false;
  }

  async #once(): Promise<void> {
    const faults: unknown[] = [];
    await runExpiry(this.#ports(), (fault) => faults.push(fault));
    // One that was overtaken again and again is found by the next run.
    for (const fault of faults) if (!(fault instanceof StandingMoved)) throw fault;
  }

  /** The job's own ports, watched. */
  #ports(): ExpiryPorts {
    const { job, endsAt } = this.#system.parts;
    const begun = new Map<SubjectKey, number>();
    const byIndex = this.#runs % BY_INDEX === 0;
    this.#runs += 1;
    let since: Instant | undefined;
    const standings: StandingStore = {
      standings: (keys) => {
        for (const key of keys) begun.set(key, performance.now());
        return job.standings.standings(keys);
      },
      commit: async ([one, ...others]) => {
        if (!one || others.length > 0) throw new Error('the job ends what is over of one subject at a time');
        const { key, change } = one;
        // As if another had come first: it tries again, and in the end leaves it to the next run.
        if (this.#left.has(key)) throw new StandingMoved();
        const writing = job.standings.commit([one]);
        this.#writing.set(
          key,
          writing.catch(() => undefined),
        );
        await writing;
        const end = performance.now();
        const [watched, [record]] = [this.#watched.get(key), change.records];
        if (!watched || !record || since === undefined) return;
        const { who } = watched.subject;
        const deed = { do: 'expire', who, since } as const;
        const span = { start: begun.get(key) ?? end, end };
        watched.tell({ deed, parts: [partOf(who, change)], at: parseInstant(record.at), ...span });
      },
    };
    return {
      ...job,
      due: {
        before: async (day, limit) => {
          const found = byIndex ? await job.due.before(day, limit) : [...this.#watched.keys()];
          return found.filter((key) => !this.#left.has(key));
        },
      },
      standings,
      clock: () => {
        const now = this.#system.now();
        since ??= now;
        return endsAt(now);
      },
    };
  }
}
