import { dateOf, type Instant } from '../kernel/clock.ts';
import type { Listing, Standing } from '../listing/standing.ts';
import { foldName } from '../subject/fold.ts';
import { isNameKey, type SubjectKey } from '../subject/key.ts';
import type { Conflict, ConflictKind } from './conflict.ts';
import { lineageOf } from './lineage.ts';
import type { QuarantineCode, Quarantined } from './quarantine.ts';
import { stillDelivered } from './still-delivered.ts';
import { rowsWritten, type Told } from './written-before.ts';

/** What a written unit contradicts: the name or code on record, another subject of the same name, another source. */
export function conflictsOf(told: Told, named: ReadonlyMap<string, readonly SubjectKey[]>, now: Instant): Conflict[] {
  const { unit, before, outcome, prior } = told;
  const { source, subject, rows } = unit;
  const conflict = (kind: ConflictKind, ...values: string[]): Conflict => ({ kind, subject, source, values });
  const written = rowsWritten(told);
  const known = prior.isNew ? undefined : before?.subject;
  const names = written.flatMap(({ row }) =>
    known?.name !== undefined && row.foldedName !== undefined && foldName(known.name) !== row.foldedName
      ? [conflict('one-code-two-names', known.name, row.subject.name ?? row.foldedName)]
      : [],
  );
  const homonyms = isNameKey(subject)
    ? []
    : written.flatMap(({ row }) => {
        const others = (named.get(row.foldedName ?? '') ?? []).filter((key) => key !== subject);
        return others.length > 0 ? [conflict('one-name-two-codes', row.foldedName ?? '', ...others)] : [];
      });
  const refused = linesWith(outcome.refused, 'code-conflict');
  const prefixes = rows.flatMap(({ row }) =>
    refused.has(row.line)
      ? [conflict('one-body-two-prefixes', before?.subject.code ?? '', row.subject.code ?? '')]
      : [],
  );
  const against = disagreementsOf(told, now).map(({ kind, listing, other }) =>
    conflict(kind, `${listing.id} ${listing.until ?? '-'}`, `${other.id} ${other.until ?? '-'}`),
  );
  const published = written.flatMap(({ listingId, row: { decision, publishedUntil: said } }) =>
    said === undefined || said === decision.until
      ? []
      : [conflict('term-differs', `${listingId} ${decision.until ?? '-'}`, `published ${said}`)],
  );
  const staying = linesWith(outcome.refused, 'ended-here');
  const delivered = rows.flatMap((planned) =>
    staying.has(planned.row.line) ? (stillDelivered(source, planned, before, now) ?? []) : [],
  );
  return [...names, ...homonyms, ...prefixes, ...against, ...published, ...delivered];
}

interface Disagreement {
  readonly kind: 'sources-disagree' | 'term-differs';
  readonly listing: Listing;
  readonly other: Listing;
}

/** Where what a unit has written and what other sources say of its subject do not agree. */
export function disagreementsOf({ unit, before, outcome, prior }: Told, now: Instant): Disagreement[] {
  // What minor faults have brought is said by no source.
  const listings = (outcome.change?.change.records ?? []).flatMap(({ event }) =>
    (event.type === 'listed' || event.type === 'changed') && !event.listing.promotion ? [event.listing] : [],
  );
  const earlier = [...prior.added, ...prior.changed].flatMap(
    ({ listingId }) => lineageOf(listingId, before).at(-1) ?? [],
  );
  return [...listings, ...earlier].flatMap((listing) => disagreeingWith(listing, unit.source, before, now));
}

/** What is in force of other sources and does not agree with a listing. */
export function disagreeingWith(
  listing: Listing,
  source: string,
  standing: Standing | undefined,
  now: Instant,
): Disagreement[] {
  const elsewhere = (standing?.listings ?? []).filter(
    (other) => other.source !== source && !other.promotion && other.state === 'active' && inForce(other, now),
  );
  return elsewhere.flatMap((other) => kindsBetween(listing, other).map((kind) => ({ kind, listing, other })));
}

const linesWith = (refused: readonly Quarantined[], code: QuarantineCode): Set<number> =>
  new Set(refused.filter(({ faults }) => faults.some((fault) => fault.code === code)).map(({ line }) => line));

const inForce = ({ until }: Listing, now: Instant): boolean => until === null || until >= dateOf(now);

/** H21#5: the term that a source publishes is the authority's. A red listing beside a black one is no source's to keep. */
function kindsBetween(one: Listing, other: Listing): ('sources-disagree' | 'term-differs')[] {
  const sameDocument = one.domain === other.domain && foldName(one.document.number) === foldName(other.document.number);
  if (!sameDocument) {
    const lists = new Set([one.list, other.list]);
    return lists.has('red') && lists.has('black') ? ['sources-disagree'] : [];
  }
  return [
    ...(one.until === other.until ? [] : (['term-differs'] as const)),
    ...(one.list === other.list && one.grade === other.grade ? [] : (['sources-disagree'] as const)),
  ];
}
