import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Head } from '../catalogue/head.ts';
import type { Standing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { Caller } from './caller.ts';
import type { CheckRecord } from './record.ts';
import type { SealHead } from './seal-head.ts';

/** What other identifiers lead to: a registration number to its subject, a name to whoever bears it, a failing code to its attestation. */
export interface AliasKey {
  readonly scheme: 'registration-no' | 'org-name' | 'attested-code';
  readonly value: string;
}

export interface RegistryQuery {
  readonly caller: string;
  readonly subjects: readonly SubjectKey[];
  readonly aliases: readonly AliasKey[];
}

/** What the Registry says now: each subject's standing linearizable, the whole no snapshot across subjects. */
export interface RegistryView {
  readonly head: Head;
  /** Of the last seal of the log: what a receipt carries, so that the seals before it cannot be replaced. Null before the first. */
  readonly sealHead: SealHead | null;
  readonly catalogue: Catalogue;
  readonly caller: Caller | undefined;
  readonly standings: ReadonlyMap<SubjectKey, Standing>;
  /** Keyed by {@link aliasId}. */
  readonly aliases: ReadonlyMap<string, readonly SubjectKey[]>;
}

export const aliasId = ({ scheme, value }: AliasKey): string => `${scheme}:${value}`;

/** The only thing that a check may know of the lists. Rejects when they cannot be read in time. */
export interface RegistryReader {
  /** One consistent read of everything that the question needs; one more where the catalogue has just changed. */
  read(query: RegistryQuery, signal: AbortSignal): Promise<RegistryView>;
  /** The follow-up, where a registration number, a name or a succession leads to further subjects. */
  standings(keys: readonly SubjectKey[], signal: AbortSignal): Promise<ReadonlyMap<SubjectKey, Standing>>;
}

/** The only thing that a check may do to the log: append. */
export interface CheckLogWriter {
  /**
   * Writes the record once, in one request. Resolves with the record that already holds this id, when there is one
   * that is not this very write. Rejects when it is not known to be durable.
   */
  append(record: CheckRecord, signal: AbortSignal): Promise<CheckRecord | undefined>;
}
