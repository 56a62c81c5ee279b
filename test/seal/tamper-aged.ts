import type { CheckRecord } from '../../lib/check/record.ts';
import { appendedLeaf } from '../../lib/dynamo/appended-items.ts';
import type { Item } from '../../lib/dynamo/attributes.ts';
import { CalendarDate as DAY } from '../../lib/kernel/clock.ts';
import type { Leaf } from '../../lib/seal/leaf.ts';
import type { Segment } from '../../lib/seal/seal.ts';
import type { Aged } from './aged-history.ts';
import type { History } from './history.ts';
import type { Seeded } from './seeded.ts';
import { at, copy, digestOf, idsByTime, inserted, recordOf, type Tampered } from './tamper.ts';

// What can be tried where lists have expired and are gone, as they may be.

type TamperAged = (history: Aged, chance: Seeded) => Tampered;

interface Said {
  readonly sealedAt: string;
  readonly keepUntil: string;
  readonly count: number;
  readonly checked: { readonly from: string; readonly to: string } | null;
}

const saidBy = ({ seal }: Segment): Said => JSON.parse(Buffer.from(seal.split('.')[1] ?? '', 'base64url').toString());

const isOver = (moment: string, { now }: History): boolean => Date.parse(moment) <= now;

const expiredIn = (history: History): Segment[] =>
  history.segments.filter((each) => isOver(saidBy(each).keepUntil, history) && saidBy(each).count > 1);

/** Of a list that has expired some leaves are left, as a rule, and one more. */
function among(segment: Segment, leaf: Leaf): void {
  segment.leaves = [...(segment.leaves ?? []).slice(0, saidBy(segment).count - 2), leaf];
}

const living = (history: History): CheckRecord[] => {
  const last = idsByTime(history).at(-1);
  return history.log.filter(({ id, keepUntil }) => id !== last && !isOver(keepUntil, history));
};

/** A forged record with a leaf of its own. */
const inventedLeaf: TamperAged = (original, chance) => {
  const { history, id = '' } = inserted(original, chance);
  const record = history.log.find((each) => each.id === id);
  if (!record) throw new Error('nothing was put in');
  const { link, checkedAt, keepUntil } = record;
  const leaf: Leaf = { kind: 'record', id, digest: digestOf(record), link, checkedAt, keepUntil };
  among(chance.pick(expiredIn(history)), leaf);
  return { history, kind: 'inserted', id };
};

const YEARS_2_MS = 2 * 366 * 86_400_000;

/** A record whose time has not come is deleted, with a tombstone that would excuse it, under the seal of a list that has expired. */
const inventedTombstone: TamperAged = (original, chance) => {
  const history = copy(original);
  const pairs = living(history).flatMap((record) =>
    expiredIn(history)
      .filter((segment) => Date.parse(saidBy(segment).sealedAt) > Date.parse(record.checkedAt) + YEARS_2_MS)
      .map((segment) => ({ record, segment })),
  );
  // Where no list is late enough, the tombstone is of a day on which its own rule had not come.
  const { record, segment } = chance.pick(
    pairs.length > 0 ? pairs : [{ record: chance.pick(living(history)), segment: chance.pick(expiredIn(history)) }],
  );
  const { id, keepUntil, checkedAt } = record;
  history.log = history.log.filter((each) => each !== record);
  history.appended = history.appended.filter((item) => recordOf(item) !== id);
  const closed = { on: DAY.parse(checkedAt.slice(0, 10)), keepYears: 1, catalogueVersion: 'sample' };
  const of = { id, digest: digestOf(record), keepUntil, deletedAt: saidBy(segment).sealedAt };
  among(segment, { kind: 'tombstone', ...of, rule: { closed } });
  return { history, kind: 'deleted', id };
};

/** On a check whose list stands: a determination of that moment and that term. */
function determination({ appended }: History, id: string, moment: string, keepUntil: string, chance: Seeded): Item {
  const { ttl: _, heldTtl: _held, ...model } = chance.pick(appended);
  const term = { N: String(Date.parse(keepUntil) / 1_000) };
  const body = { kind: 'determination', decision: 'may-grant', ground: '无', at: moment };
  return {
    ...model,
    ...chance.pick([{ ttl: term }, { heldTtl: term }]),
    pk: { S: `C#${id}` },
    sk: { S: `N#${moment}-${chance.below(1e9)}` },
    body: { S: JSON.stringify({ ...body, by: { subject: 'u-1', person: 'P-1' } }) },
  };
}

/** Dated and kept as something that an expired list may have had. */
const backDatedDetermination: TamperAged = (original, chance) => {
  const history = copy(original);
  const { id, keepUntil } = chance.pick(living(history));
  const expired = chance.pick(history.segments.map(saidBy).filter((seal) => isOver(seal.keepUntil, history)));
  const moment = chance.pick([expired.sealedAt, '2026-11-21T01:00:05.000Z']);
  const term = chance.pick([expired.keepUntil, expired.sealedAt, keepUntil]);
  history.appended.push(determination(history, id, moment, term, chance));
  return { history, kind: 'inserted', id, of: 'determination' };
};

/** With a leaf of its own in what is left of an expired list. */
const inventedAppendedLeaf: TamperAged = (original, chance) => {
  const history = copy(original);
  const { id, keepUntil } = chance.pick(living(history));
  const segment = chance.pick(expiredIn(history));
  const item = determination(history, id, saidBy(segment).sealedAt, keepUntil, chance);
  history.appended.push(item);
  among(segment, appendedLeaf(item));
  return { history, kind: 'inserted', id, of: 'determination' };
};

/** A refused attempt, which has no receipt, of the days of a list that is gone, and to be kept for years to come. */
const backDatedAttempt: TamperAged = (original, chance) => {
  const history = copy(original);
  const { receipt: _, ...model } = chance.pick(living(history));
  const days = history.segments.flatMap((each) =>
    isOver(saidBy(each).keepUntil, history) ? [saidBy(each).checked] : [],
  );
  const checked = chance.pick(days.filter((each) => each !== null));
  const id = `forged-${chance.below(1e9)}`;
  const link = { writer: 'FORGEDWRITER', sequence: 1, durable: 0, previous: null };
  history.log.push({ ...model, id, link, checkedAt: chance.pick([checked.from, checked.to]), outcome: 'invalid' });
  return { history, kind: 'inserted', id };
};

/** What is held beyond its list is edited, or made a refused attempt, which has no receipt; its caller has the one that it had. */
const unlistedEdited: TamperAged = (original, chance) => {
  const history = copy(original);
  const id = chance.pick(original.beyondList);
  const index = history.log.findIndex((each) => each.id === id);
  const record = at(history.log, index);
  history.receipts.push({ recordId: id, digest: digestOf(record), checkedAt: record.checkedAt, sealHead: null });
  const { receipt: _, ...bare } = record;
  history.log[index] = chance.pick([
    { ...bare, outcome: 'invalid' },
    { ...record, operator: 'another' },
  ]);
  return { history, kind: 'edited', id };
};

export const AGED: Readonly<Record<string, TamperAged>> = {
  inventedLeaf,
  inventedTombstone,
  inventedAppendedLeaf,
  backDatedDetermination,
  backDatedAttempt,
  unlistedEdited,
};
