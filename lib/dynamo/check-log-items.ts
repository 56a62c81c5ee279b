import * as z from 'zod/mini';
import {
  type CheckRecord,
  PersonFields,
  RecordDetail,
  RecordedOutcome,
  type RecordedSubjectKey,
  type RecordedThrough,
} from '../check/record.ts';
import { B, type Item, jsonText, keyItem, S, stored, toB, toN, toS, toText, VERSION } from './attributes.ts';
import { callerHit, callerMatter, loggedAt, memberKey, personsKey, recordKey } from './keys.ts';
import { linkText, parseLink } from './link-text.ts';
import { ListingIds, toListingIds } from './listing-ids.ts';
import { packBody, unpackBody } from './record-body.ts';
import { TERM, termOf, toTerm } from './term.ts';

/**
 * The items of one record: the record first, then the other members of a consortium, then whoever else's listings
 * decided, marked by `via`, then the persons' fields.
 */
export function itemsOf(record: CheckRecord): [Item, ...Item[]] {
  const at = toS(loggedAt(record.checkedAt, record.id));
  const ttl = toTerm(record.keepUntil);
  const found = {
    v: toN(VERSION),
    at,
    ttl,
    outcome: toS(record.outcome),
    scene: toS(record.scene),
    matter: toS(record.matterId),
    caller: toS(record.caller),
    ...(record.principal !== undefined && { principal: toS(record.principal) }),
    operator: toS(record.operator),
  };
  const subject = ({ key, scheme, id, listings }: RecordedSubjectKey): Item => ({
    ...(key !== undefined && { subject: toS(key) }),
    shown: toS(id === null ? scheme : `${scheme}:${id}`),
    ...(listings.length > 0 && { listings: toListingIds(listings) }),
  });
  const [first, ...others] = record.subjects;
  const beside = [...others, ...record.through].flatMap(({ listings }) => listings);
  const body = packBody(record.answer, JSON.stringify(record.detail));
  const main: Item = {
    ...keyItem(recordKey(record.id)),
    ...found,
    ...(first && subject(first)),
    // Along a caller or a matter one line stands for the whole check, whoever of it was listed.
    ...(beside.length > 0 && { listingsBeside: toListingIds([...new Set(beside)]) }),
    callerHit: toS(callerHit(record.caller, hitOf(record.outcome))),
    callerMatter: toS(callerMatter(record.caller, record.matterId)),
    expires: toS(record.expiresAt),
    nonce: toS(record.nonce),
    fingerprint: toS(record.fingerprint),
    link: toS(linkText(record.link)),
    ...(record.membersDigest !== undefined && { membersDigest: toS(record.membersDigest) }),
    ...(Object.keys(record.personDigests).length > 0 && {
      personDigests: toText(JSON.stringify(record.personDigests)),
    }),
    packedBy: toS(body.dictionary),
    body: toB(body.bytes),
    ...(record.receipt && {
      kid: toS(record.receipt.kid),
      sig: toB(Buffer.from(record.receipt.signature, 'base64url')),
    }),
  };
  const members = others.map((other, index) => ({
    ...keyItem(memberKey(record.id, index + 1)),
    ...found,
    ...subject(other),
  }));
  const through = record.through.map(({ via, ...other }, index) => ({
    ...keyItem(memberKey(record.id, Math.max(record.subjects.length, 1) + index)),
    ...found,
    ...subject(other),
    via: toS(via),
  }));
  const persons =
    record.persons.length === 0
      ? []
      : [
          {
            ...keyItem(personsKey(record.id)),
            v: toN(VERSION),
            ttl: toTerm(record.personsKeepUntil),
            body: toText(JSON.stringify(record.persons)),
          },
        ];
  return [main, ...members, ...through, ...persons];
}

const MemberItem = z.object({
  subject: z.optional(S),
  shown: z.optional(S),
  listings: z.optional(ListingIds),
  via: z.optional(S),
});
// Made when a record is first read: a check only writes one, but for a retry.
const RecordItem = z.lazy(() =>
  stored({
    pk: S,
    at: S,
    ...TERM,
    outcome: z.pipe(S, RecordedOutcome),
    scene: S,
    matter: S,
    caller: S,
    principal: z.optional(S),
    operator: S,
    expires: S,
    nonce: S,
    fingerprint: S,
    link: z.pipe(S, z.transform(parseLink)),
    membersDigest: z.optional(S),
    personDigests: z.optional(jsonText(z.record(z.string(), z.string()))),
    ...MemberItem.shape,
    packedBy: S,
    body: B,
    kid: z.optional(S),
    sig: z.optional(B),
  }),
);
export const PersonsItem = stored({ ...TERM, body: jsonText(z.array(PersonFields)) });

/** A record from its items, in the order of {@link itemsOf}; those that have been erased are absent. */
export function recordIn(items: readonly Item[]): CheckRecord | undefined {
  const bySort = new Map(items.map((item) => [S.parse(item.sk), item]));
  const main = bySort.get('R');
  if (!main) return undefined;
  const stored = RecordItem.parse(main);
  const { answer, detail } = unpackBody({ dictionary: stored.packedBy, bytes: stored.body });
  const members = items.filter((item) => S.parse(item.sk).startsWith('M#')).map((item) => MemberItem.parse(item));
  const persons = bySort.get('P');
  return {
    id: stored.pk.slice('C#'.length),
    outcome: stored.outcome,
    scene: stored.scene,
    caller: stored.caller,
    matterId: stored.matter,
    principal: stored.principal,
    operator: stored.operator,
    checkedAt: stored.at.slice(0, stored.at.indexOf('#')),
    expiresAt: stored.expires,
    keepUntil: momentOf(termOf(stored)),
    personsKeepUntil: momentOf(termOf(persons ? PersonsItem.parse(persons) : stored)),
    answer,
    detail: RecordDetail.parse(JSON.parse(detail)),
    persons: persons ? PersonsItem.parse(persons).body : [],
    personDigests: stored.personDigests ?? {},
    membersDigest: stored.membersDigest,
    subjects: [stored, ...members.filter(({ via }) => via === undefined)].flatMap(subjectOf),
    through: members.flatMap(throughOf),
    nonce: stored.nonce,
    fingerprint: stored.fingerprint,
    link: stored.link,
    ...(stored.kid !== undefined &&
      stored.sig && { receipt: { kid: stored.kid, signature: Buffer.from(stored.sig).toString('base64url') } }),
  };
}

function subjectOf({ subject, shown, listings = [] }: z.infer<typeof MemberItem>): RecordedSubjectKey[] {
  if (shown === undefined) return [];
  const colon = shown.indexOf(':');
  const [scheme, id] = colon < 0 ? [shown, null] : [shown.slice(0, colon), shown.slice(colon + 1)];
  return [{ key: subject, scheme, id, listings }];
}

function throughOf({ via, ...member }: z.infer<typeof MemberItem>): RecordedThrough[] {
  return subjectOf(member).flatMap(({ key, ...subject }) =>
    via === undefined || key === undefined ? [] : [{ ...subject, key, via }],
  );
}

const momentOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** An interception, or not: what a caller's records are parted by, so that a page of interceptions is a bare Query. */
const hitOf = (outcome: CheckRecord['outcome']) =>
  outcome === 'veto' ? 'hit' : outcome === 'invalid' ? 'attempt' : 'clear';
