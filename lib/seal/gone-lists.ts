import type { ReadSegment } from './seal-chain.ts';

/** Some moment from one to another, both included, ISO 8601. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/**
 * The lists that cannot be held against their roots: expired and gone, or changed, or under a seal that is missing. What
 * they had nobody can tell; what they cannot have had their seals say.
 */
export interface GoneLists {
  /** Whether one may have had a record that was checked then. */
  mayHaveHad(checked: Span): boolean;
  /** Whether one may have had this record. */
  mayHaveHadRecord(record: { readonly checkedAt: string; readonly keepUntil: string }): boolean;
  /** Whether one may have had what says that it was appended then, and is kept so long. */
  mayHaveHadAppended(is: { readonly at: string; readonly keepUntil: string }): boolean;
}

/** @param isSealMissing whether there are seals that are not at hand at all, or that nobody vouches for */
export function goneLists(read: readonly ReadSegment[], isSealMissing: boolean): GoneLists {
  const gone = read.filter(({ list }) => list.proved === undefined).map(({ seal }) => seal);
  const ofRecords = gone.flatMap(({ checked, keepUntil }) => (checked ? [{ ...checked, keepUntil }] : []));
  const ofAppended = gone.filter(({ appended }) => appended > 0);
  return {
    mayHaveHad: ({ from, to }) => isSealMissing || ofRecords.some((list) => list.from <= to && from <= list.to),
    mayHaveHadRecord: ({ checkedAt, keepUntil }) =>
      isSealMissing ||
      ofRecords.some((list) => list.from <= checkedAt && checkedAt <= list.to && keepUntil <= list.keepUntil),
    mayHaveHadAppended: ({ at, keepUntil }) =>
      isSealMissing || ofAppended.some((list) => at <= list.sealedAt && keepUntil <= list.keepUntil),
  };
}
