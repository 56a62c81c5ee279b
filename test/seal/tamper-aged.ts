import type { CheckRecord } from '../../lib/check/record.ts';
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

const saidBy = ({ seal }: Segment): { sealedAt: string; keepUntil: string; count: number } =>
  JSON.parse(Buffer.from(seal.split('.')[1] ?? '', 'base64url').toString());

const isOver = (moment: string, { now }: History): boolean => Date.parse(moment) <= now;

/** A list that has expired, in which some leaves are left, and room for one more. */
function partlySwept(history: History, chance: Seeded): Leaf[] {
  const segment = chance.pick(
    history.segments.filter((each) => isOver(saidBy(each).keepUntil, history) && saidBy(each).count > 1),
  );
  segment.leaves = (segment.leaves ?? []).slice(0, saidBy(segment).count - 2);
  return segment.leaves;
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
  partlySwept(history, chance).push({ kind: 'record', id, digest: digestOf(record), link, checkedAt, keepUntil });
  return { history, kind: 'inserted', id };
};

/** A record whose time has not come is deleted, with a tombstone of long ago. */
const inventedTombstone: TamperAged = (original, chance) => {
  const history = copy(original);
  const record = chance.pick(living(history));
  const { id, keepUntil, checkedAt } = record;
  history.log = history.log.filter((each) => each !== record);
  history.appended = history.appended.filter((item) => recordOf(item) !== id);
  partlySwept(history, chance).push({
    ...{ kind: 'tombstone', id, digest: digestOf(record), keepUntil, deletedAt: checkedAt },
    rule: { closed: { on: DAY.parse('2020-01-01'), keepYears: 1, catalogueVersion: 'sample' } },
  });
  return { history, kind: 'deleted', id };
};

/** On a check whose list stands; dated and kept as something that an expired list may have had. */
const backDatedDetermination: TamperAged = (original, chance) => {
  const history = copy(original);
  const model = chance.pick(history.appended);
  const { id, keepUntil } = chance.pick(living(history));
  const expired = chance.pick(history.segments.map(saidBy).filter((seal) => isOver(seal.keepUntil, history)));
  const moment = chance.pick([expired.sealedAt, '2026-11-21T01:00:05.000Z']);
  const { ttl: _, ...rest } = model;
  const term = { N: String(Date.parse(chance.pick([expired.keepUntil, expired.sealedAt, keepUntil])) / 1_000) };
  const forged: Item = {
    ...rest,
    ...chance.pick([{ ttl: term }, { heldTtl: term }]),
    pk: { S: `C#${id}` },
    sk: { S: `N#${moment}-${chance.below(1e9)}` },
    body: {
      S: JSON.stringify({
        ...{ kind: 'determination', decision: 'may-grant', ground: '无', at: moment },
        by: { subject: 'u-1', person: 'P-1' },
      }),
    },
  };
  history.appended.push(forged);
  return { history, kind: 'inserted', id, of: 'determination' };
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
  backDatedDetermination,
  unlistedEdited,
};
