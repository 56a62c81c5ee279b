import type { StandingStore, SubjectChange } from '../listing/ports.ts';
import type { Standing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';

/** A dry run's store: reads the Registry, and keeps what would be written to itself. */
export class RehearsalStore implements StandingStore {
  readonly #store: Pick<StandingStore, 'standings'>;
  readonly #written = new Map<SubjectKey, Standing>();

  constructor(store: Pick<StandingStore, 'standings'>) {
    this.#store = store;
  }

  async standings(keys: readonly SubjectKey[]): Promise<ReadonlyMap<SubjectKey, Standing>> {
    const read = await this.#store.standings(keys.filter((key) => !this.#written.has(key)));
    return new Map([...read, ...this.#written]);
  }

  commit(changes: readonly SubjectChange[]): Promise<void> {
    for (const { key, change } of changes) this.#written.set(key, change.after);
    return Promise.resolve();
  }
}
