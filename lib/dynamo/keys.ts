import type { AliasKey } from '../check/ports.ts';
import { bucketOf } from '../kernel/buckets.ts';
import type { CalendarDate } from '../kernel/clock.ts';
import type { SubjectKey } from '../subject/key.ts';

/** A primary key of either table. Every key is built in this file. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

const VERSION_DIGITS = 9;
const SEPARATOR = /[#%]/g;

/** What comes from outside may hold the separator; escaped, no two different parts make one key. */
const part = (value: string): string => value.replace(SEPARATOR, (character) => (character === '#' ? '%23' : '%25'));

const numbered = (version: number): string => String(version).padStart(VERSION_DIGITS, '0');

// Registry
export const headKey: Key = { pk: 'HEAD', sk: 'H' };
export const headEventKey = (sequence: number): Key => ({ pk: 'HEAD', sk: `E#${numbered(sequence)}` });
export const catalogueKey = (version: string): Key => ({ pk: `CAT#${part(version)}`, sk: 'B' });
export const listKeepingKey = (version: string): Key => ({ pk: catalogueKey(version).pk, sk: 'K' });
export const callerKey = (id: string): Key => ({ pk: `CALLER#${part(id)}`, sk: 'C' });
/** What happened to its registration, oldest first. */
export const callerEventKey = (id: string, at: string, kind: string): Key => ({
  pk: callerKey(id).pk,
  sk: `E#${at}#${kind}`,
});
/** The ids of all callers: an auditor's search looks along each. */
export const callersKey: Key = { pk: 'CALLERS', sk: 'C' };
/** The calendars of working days that an operator has given; a release brings the others. */
export const calendarsKey: Key = { pk: 'CALENDARS', sk: 'C' };
export const calendarEventKey = (revision: number): Key => ({ pk: calendarsKey.pk, sk: `E#${numbered(revision)}` });
export const standingKey = (subject: SubjectKey): Key => ({ pk: `S#${part(subject)}`, sk: 'S' });
/** Whose standing an item of the Registry is; undefined where it is none. */
export const subjectOfStanding = ({ pk, sk }: Key): string | undefined =>
  sk === 'S' && pk.startsWith('S#') ? pk.slice(2) : undefined;
export const standingEventKey = (subject: SubjectKey, version: number): Key => ({
  pk: `S#${part(subject)}`,
  sk: `E#${numbered(version)}`,
});
export const listingKey = (id: string): Key => ({ pk: `L#${part(id)}`, sk: 'L' });
export const caseKey = (listingId: string, caseId: string): Key => ({
  pk: listingKey(listingId).pk,
  sk: `K#${part(caseId)}`,
});

/** Which deadlines an authority has, by the day and the case. */
export const deadlineOwner = (owner: string): string => `deadline#${part(owner)}`;
export const dueOn = (day: string, caseId: string): string => `${day}#${caseId}`;
/** Which of an authority's listings were wrong, by the moment and the case. */
export const wrongOwner = (owner: string): string => `wrong#${part(owner)}`;
/** The listings that an authority has made here, by the moment of the proposal: those under way apart from the others. */
export const underWayOwner = (owner: string): string => `under-way#${part(owner)}`;
export const settledOwner = (owner: string): string => `settled#${part(owner)}`;
/** Aliases that wait to be signed, and the others, by the moment of what was done last. */
export const ALIASES = { waiting: 'aliases#waiting', settled: 'aliases#settled' } as const;
/** Which aliases that an authority proposed were mistaken, by the moment. */
export const mistakenOwner = (owner: string): string => `mistaken#${part(owner)}`;

/** The id in the partition key of {@link listingKey}. */
export const listingIdIn = (pk: string): string =>
  pk.slice('L#'.length).replace(/%2[35]/g, (escaped) => (escaped === '%23' ? '#' : '%'));
export const aliasKey = ({ scheme, value }: AliasKey): Key => ({ pk: `A#${scheme}#${part(value)}`, sk: 'A' });
/** Who said of which identifiers that they are one subject, and who signed it. */
export const aliasPapersKey = (id: string): Key => ({ pk: `ALIAS#${part(id)}`, sk: 'P' });
/** That it was mistaken: once for each time that it was taken back. */
export const mistakenAliasKey = (id: string, at: string): Key => ({ pk: aliasPapersKey(id).pk, sk: `W#${at}` });
/** The id in the partition key of {@link aliasPapersKey}. */
export const aliasIdIn = (pk: string): string => pk.slice('ALIAS#'.length);

/** What its caller is to report on a check. */
export const followUpKey = (checkId: string): Key => ({ pk: `FU#${part(checkId)}`, sk: 'F' });
// Partitions of index `byWaiting`.
export const openFor = (caller: string): string => `feedback#${part(caller)}`;
export const answeredBy = (caller: string): string => `answered#${part(caller)}`;
export const annulledBy = (caller: string): string => `annulled#${part(caller)}`;

/** An alert, beside the others of its matter: the parts of its id. */
export const alertKey = (matterPart: string, ownPart: string): Key => ({
  pk: alertsPartition(matterPart),
  sk: ownPart,
});
export const alertsPartition = (matterPart: string): string => `ALERT#${matterPart}`;
/** How far the checks of a change of a listing have been looked at. */
export const alertingKey = (changeId: string): Key => ({ pk: `ALERTING#${part(changeId)}`, sk: 'P' });
// Partitions of index `byWaiting`.
export const alertsOpenFor = (caller: string): string => `alert#${part(caller)}`;
export const alertsAnsweredBy = (caller: string): string => `alerted#${part(caller)}`;

/** 违规登记, newest last: refusals and findings are few, and read as one list. */
export const violationsPartition = 'VIOLATIONS';
export const violationKey = (at: string, digest: string): Key => ({ pk: violationsPartition, sk: `${at}#${digest}` });

export const sourceBucket = (source: string, bucket: number): string => `${part(source)}#${bucket}`;

/** A domain is spread like a source: its lists are read newest first, all its buckets at once. */
export const domainBucket = (domain: string, bucket: number): string => `${part(domain)}#${bucket}`;
/** Newest last as text: the day of the document, then the listing. */
export const domainRow = (issuedOn: string, listingId: string): string => `${issuedOn}#${listingId}`;
/** Standings with a listing to be ended are spread over this many partitions for each month. */
export const DUE_BUCKETS = 4;
const MONTH_LENGTH = 'YYYY-MM'.length;

/** The index keys of a standing that is due after a day: its month and bucket, then the day and the subject. */
export const dueKeys = (day: CalendarDate, subject: SubjectKey) => ({
  sourceBucket: dueBucket(day.slice(0, MONTH_LENGTH), bucketOf(subject) % DUE_BUCKETS),
  sourceRow: `${day}#${subject}`,
});
/** No source has this name: a source's buckets have one separator, these have two. */
export const dueBucket = (month: string, bucket: number): string => `due#${month}#${bucket}`;
export const subjectOfDue = (row: string): string => row.slice(row.indexOf('#') + 1);
/** What ended in one transaction, parted by months: whose papers are to be deleted some day. `which` is one of its versions. */
export const endedKey = (on: string, which: string): Key => ({
  pk: endedMonth(on.slice(0, MONTH_LENGTH)),
  sk: `${on}#${which}`,
});
/** Of the versions of one transaction the first: no other transaction makes it. */
export const endedBy = (subject: SubjectKey, version: number): string => `${subject}#${numbered(version)}`;
export const endedMonth = (month: string): string => `ENDED#${month}`;
/** What stays of a listing's papers. */
export const papersTombstoneKey = (listingId: string): Key => ({ pk: listingKey(listingId).pk, sk: 'T' });
/** How far abolitions have been carried out. */
export const abolitionKey: Key = { pk: 'ABOLITION', sk: 'P' };
/** The imports of a state, in index `byWaiting`. */
export const importsThatAre = (state: string): string => `imports#${state}`;
/** Newest last as text: the moment of the proposal, then the import. */
export const proposedAt = (createdAt: string, id: string): string => `${createdAt}#${id}`;
/** An import, and what its steps have found piece by piece. */
export const importKey = (id: string): Key => ({ pk: `I#${part(id)}`, sk: 'I' });
export const importPieceKey = (id: string, step: string, piece: string): Key => ({
  pk: importKey(id).pk,
  sk: `P#${step}#${piece}`,
});
/** What the imports of a source have left: until when it is taken in, who is at it, how good it was. */
export const sourceKey = (source: string): Key => ({ pk: `SRC#${part(source)}`, sk: 'S' });
/** What a steward has to settle: few, so that one partition holds them. */
export const conflictKey = (kind: string, subject: string, digest: string): Key => ({
  pk: 'CONFLICTS',
  sk: `${kind}#${part(subject)}#${digest}`,
});

// CheckLog
export const recordKey = (id: string): Key => ({ pk: `C#${part(id)}`, sk: 'R' });
export const memberKey = (id: string, index: number): Key => ({
  pk: `C#${part(id)}`,
  sk: `M#${String(index).padStart(2, '0')}`,
});
export const personsKey = (id: string): Key => ({ pk: `C#${part(id)}`, sk: 'P' });
export const noteKey = (id: string, noteId: string): Key => ({ pk: `C#${part(id)}`, sk: `N#${noteId}` });

/** A grant under its caller's own reference. */
export const grantKey = (caller: string, reference: string): Key => ({
  pk: `G#${part(caller)}#${part(reference)}`,
  sk: 'G',
});
/** The same grant under each subject that it was made to, newest last. */
export const subjectGrantKey = (subject: string, grantedAt: string, caller: string, reference: string): Key => ({
  pk: subjectGrants(subject),
  sk: `${grantedAt}#${part(caller)}#${part(reference)}`,
});
export const subjectGrants = (subject: string): string => `GS#${part(subject)}`;
/** What stays of a record that was deleted because its time had come. */
export const tombstoneKey = (id: string): Key => ({ pk: recordKey(id).pk, sk: 'T' });

/** Newest last as text: the moment in UTC, then the record. */
export const loggedAt = (checkedAt: string, id: string): string => `${checkedAt}#${id}`;
export const callerHit = (caller: string, hit: 'hit' | 'clear' | 'attempt'): string => `${part(caller)}#${hit}`;
export const callerMatter = (caller: string, matter: string): string => `${part(caller)}#${part(matter)}`;

export const matterKey = (caller: string, matter: string): Key => ({
  pk: `M#${part(caller)}#${part(matter)}`,
  sk: 'M',
});
/** The order of deletion, parted by months. */
export const sweepKey = (on: string, caller: string, matter: string): Key => ({
  pk: sweepMonth(on.slice(0, 'YYYY-MM'.length)),
  sk: `${on}#${part(caller)}#${part(matter)}`,
});
export const sweepMonth = (month: string): string => `SWEEP#${month}`;
/** How many matters are deleted in a month, in as many parts as there are buckets, so that few writes meet; parted by years. */
export const forecastKey = (month: string, caller: string, matter: string): Key => ({
  pk: forecastYear(month.slice(0, 'YYYY'.length)),
  sk: `${month}#${String(bucketOf(callerMatter(caller, matter))).padStart(2, '0')}`,
});
export const forecastYear = (year: string): string => `FORECAST#${year}`;
/** The matters whose records do not expire because of a hold, and those whose records are to expire again: few, in one partition. */
export const heldPartition = 'HELD';
export const heldKey = (caller: string, matter: string): Key => ({
  pk: heldPartition,
  sk: `${part(caller)}#${part(matter)}`,
});
export const holdKey = (id: string): Key => ({ pk: `HOLD#${part(id)}`, sk: 'H' });
/** The holds of a state, in index `byWaiting`; those proposed longest ago come first. */
export const holdsThatAre = (state: string): string => `holds#${state}`;
/** Of an unclosed matter, in the order of their first checks. */
export const openSince = (firstOn: string, matter: string): string => `${firstOn}#${part(matter)}`;

/** The tally of one day, parted by months; a large one goes on in further parts. */
export const tallyKey = (date: string, index = 0): Key => ({
  pk: tallyMonth(date.slice(0, 'YYYY-MM'.length)),
  sk: `${date}#${String(index).padStart(2, '0')}`,
});
/** What a reconciliation found of the grants of a month, in the order in which they were held against the log. */
export const coverageKey = (month: string, at: string, suffix: string): Key => ({
  pk: coverageMonth(month),
  sk: `${at}#${suffix}`,
});
export const coverageMonth = (month: string): string => `COVERAGE#${month}`;
export const tallyMonth = (month: string): string => `TALLY#${month}`;

/** How much a client has looked at the log in this hour. */
export const lookingKey = (client: string): Key => ({ pk: `LOOKING#${part(client)}`, sk: 'W' });

/** A look at the log; the same look stands once more for each further subject that it is found by. */
export const lookKey = (id: string, index = 0): Key => ({
  pk: `LOOK#${part(id)}`,
  sk: index === 0 ? 'L' : `L#${String(index).padStart(2, '0')}`,
});
/** Who ever looked, one item for each client. */
export const lookerKey = (client: string): Key => ({ pk: 'LOOKERS', sk: part(client) });
// Partitions of the log's own indexes. A caller's parts are `hit`, `clear` and `attempt`; subjects' keys begin with a
// lower-case letter; a caller's matter has one separator.
export const looksOfClient = (client: string): string => `${part(client)}#look`;
export const grantsOf = (caller: string): string => `${part(caller)}#grant`;
export const casesOf = (caller: string): string => `${part(caller)}#case`;
export const looksAtSubject = (subject: string): string => `LOOK#${subject}`;
export const looksAtCheck = (id: string): string => `LOOK#C#${part(id)}`;

// Seals
const HOUR_CHARACTERS = 'YYYY-MM-DDTHH'.length;
export const sealingKey: Key = { pk: 'SEALING', sk: 'H' };
/** The notes of one hour, `note` being `<moment>#<batch>`: in the order in which they were taken. */
export const noteOfKey = (note: string): Key => ({ pk: notesOfHour(note), sk: note });
export const notesOfHour = (moment: string): string => `N#${moment.slice(0, HOUR_CHARACTERS)}`;
export const sealKey = (segment: number): Key => ({ pk: `SEG#${numbered(segment)}`, sk: 'S' });
export const leavesKey = (segment: number, part: number): Key => ({
  pk: sealKey(segment).pk,
  sk: `L#${String(part).padStart(3, '0')}`,
});
/** What one segment holds of one writer's chain. */
export const coveredKey = (writer: string, segment: number): Key => ({
  pk: `W#${part(writer)}`,
  sk: numbered(segment),
});

/** One key as text, to tell items of a batched read apart. */
export const keyText = ({ pk, sk }: Key): string => `${pk}\n${sk}`;
