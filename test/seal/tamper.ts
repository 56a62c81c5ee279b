import { createHash, sign as edSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { CheckRecord } from '../../lib/check/record.ts';
import type { Item } from '../../lib/dynamo/attributes.ts';
import { CalendarDate as DAY } from '../../lib/kernel/clock.ts';
import type { Tombstone } from '../../lib/seal/tombstone.ts';
import type { History } from './history.ts';
import type { Seeded } from './seeded.ts';

// Code of somebody who knows the formats and none of the sealing module.

export interface Tampered {
  readonly history: History;
  /** What it is to be named. */
  readonly kind: string;
  /** The record that is to be named, where it is one. */
  readonly id?: string;
  /** What of the record's, where it is not the record itself. */
  readonly of?: string;
  /** What may be named beside it, as it follows from it. */
  readonly beside?: readonly string[];
}

type Tamper = (history: History, chance: Seeded) => Tampered;

interface LooseSeal {
  segment: number;
  root: string;
  previous: string | null;
  count: number;
  [field: string]: unknown;
}

const sha = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** RFC 6962, 2.1, word for word: divided at the largest power of two below. */
function mth(data: readonly string[]): Buffer {
  const [only] = data;
  if (only === undefined) return sha('');
  if (data.length === 1) return sha(Buffer.of(0), only);
  let k = 1;
  while (k * 2 < data.length) k *= 2;
  return sha(Buffer.of(1), mth(data.slice(0, k)), mth(data.slice(k)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}
const canonical = (value: unknown): string => JSON.stringify(sorted(value));

export const copy = (history: History): History => structuredClone(history);
export const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index];
  if (found === undefined) throw new RangeError('no such place');
  return found;
};

export const recordOf = ({ pk }: Item): string => pk?.S?.slice('C#'.length) ?? '';

const leavesOf = (history: History) => history.segments.flatMap(({ leaves }) => leaves ?? []);
export const idsByTime = (history: History) =>
  history.log.toSorted((a, b) => (`${a.checkedAt}#${a.id}` < `${b.checkedAt}#${b.id}` ? -1 : 1)).map(({ id }) => id);

const EDITS: readonly ((record: CheckRecord, chance: Seeded) => CheckRecord | undefined)[] = [
  (record) => ({ ...record, outcome: record.outcome === 'veto' ? 'pass' : 'veto' }),
  (record, chance) => ({ ...record, answer: JSON.stringify({ id: record.id, text: `改 ${chance.below(1e6)}` }) }),
  (record) => ({ ...record, caller: `${record.caller}x` }),
  (record) => ({ ...record, matterId: 'elsewhere' }),
  (record) => ({ ...record, keepUntil: '2027-01-01T00:00:00.000Z' }),
  (record) => ({ ...record, expiresAt: '2027-01-01T00:00:00.000Z' }),
  (record) => ({ ...record, nonce: 'n' }),
  (record) => ({ ...record, fingerprint: 'x' }),
  (record) => ({ ...record, detail: { ...record.detail, headSequence: 99 } }),
  (record) => ({ ...record, subjects: record.subjects.map((subject) => ({ ...subject, listings: ['other'] })) }),
  (record) => (record.subjects.length > 1 ? { ...record, subjects: record.subjects.slice(0, -1) } : undefined),
  (record) =>
    record.persons.length > 0
      ? { ...record, persons: record.persons.map((person) => ({ ...person, id: '999***' })) }
      : undefined,
];

/** Of what the record's own item holds, and of what stands beside it. */
const OWN_EDITS = EDITS.slice(0, 9);

const editedBy =
  (edits: typeof EDITS): Tamper =>
  (original, chance) => {
    const history = copy(original);
    const index = chance.below(history.log.length);
    const record = at(history.log, index);
    for (;;) {
      const other = chance.pick(edits)(record, chance);
      if (!other) continue;
      history.log[index] = other;
      return { history, kind: 'edited', id: record.id };
    }
  };
const edited = editedBy(EDITS);

/** The leaf as well as the record, so that they agree. */
const editedWithLeaf: Tamper = (original, chance) => {
  const tampered = editedBy(OWN_EDITS)(original, chance);
  const { history, id } = tampered;
  const record = history.log.find((each) => each.id === id);
  const leaf = leavesOf(history).find((each) => each.kind === 'record' && each.id === id);
  if (leaf && record) leaf.digest = digestOf(record);
  return tampered;
};

const deleted: Tamper = (original, chance) => {
  const history = copy(original);
  const ids = idsByTime(history);
  const id = at(ids, chance.below(ids.length - 1));
  history.log = history.log.filter((record) => record.id !== id);
  if (chance.chance(0.5)) history.appended = history.appended.filter((item) => recordOf(item) !== id);
  return { history, kind: 'deleted', id };
};

const stranger = generateKeyPairSync('ed25519').privateKey;

/** By one who has no key to sign its receipt with: with another record's receipt, with none, or with one of a key of his own. */
export const inserted: Tamper = (original, chance) => {
  const history = copy(original);
  const model = chance.pick(history.log);
  const id = `forged-${chance.below(1e9)}`;
  const { receipt, ...bare } = model;
  const forged: CheckRecord = {
    ...bare,
    id,
    checkedAt: chance.pick([
      model.checkedAt,
      history.log
        .map(({ checkedAt }) => checkedAt)
        .toSorted()
        .at(-1) ?? '',
    ]),
    link: chance.chance(0.7) ? { writer: 'FORGEDWRITER', sequence: 1, durable: 0, previous: null } : model.link,
    answer: model.answer.replace(model.id, id),
  };
  const own = { kid: chance.pick([receipt?.kid ?? '', 'another']), signature: signedBy(stranger, id) };
  const shown = chance.pick([{}, { ...(receipt && { receipt }) }, { receipt: own }]);
  history.log.splice(chance.below(history.log.length), 0, { ...forged, ...shown });
  return { history, kind: 'inserted', id };
};
const signedBy = (key: KeyObject, text: string): string => edSign(null, Buffer.from(text), key).toString('base64url');

/** What a note says, changed in what stands there. */
const SAID: readonly ((item: Item) => Item)[] = [
  (item) => ({ ...item, body: { S: (item.body?.S ?? '').replace(/"kind":"\w+"/, '"kind":"annotation"') } }),
  (item) => ({ ...item, body: { S: (item.body?.S ?? '').replace('must-not-grant', 'may-grant') } }),
  (item) => ({ ...item, body: { S: (item.body?.S ?? '').replace('"P-1"', '"P-2"') } }),
  (item) => ({ ...item, body: { S: (item.body?.S ?? '').replace('"at":"2026', '"at":"2025') } }),
  (item) => ({ ...item, body: { S: '{}' } }),
  (item) => ({ ...item, salt: { S: 'salt' } }),
  (item) => ({ ...item, ttl: { N: '1' } }),
  ({ salt: _, ...item }) => item,
];

const editedAppended: Tamper = (original, chance) => {
  const history = copy(original);
  const index = chance.below(history.appended.length);
  const item = at(history.appended, index);
  for (;;) {
    const other = chance.pick(SAID)(item);
    if (JSON.stringify(other) === JSON.stringify(item)) continue;
    history.appended[index] = other;
    return { history, kind: 'edited', id: recordOf(item), of: kindOf(item) };
  }
};
const kindOf = (item: Item): string => JSON.parse(item.body?.S ?? '').kind;

const deletedAppended: Tamper = (original, chance) => {
  const history = copy(original);
  const [item] = history.appended.splice(chance.below(history.appended.length), 1);
  if (!item) throw new RangeError('nothing was appended');
  return { history, kind: 'deleted', id: recordOf(item), of: kindOf(item) };
};

/** Dated before what may still be on its way to a seal, or so that it never is. */
const insertedAppended: Tamper = (original, chance) => {
  const history = copy(original);
  const model = chance.pick(history.appended);
  const { id } = chance.pick(history.log);
  const moment = chance.pick(['2026-11-21T01:00:00.500Z', '2029-01-01T00:00:00.000Z']);
  history.appended.push({
    ...model,
    pk: { S: `C#${id}` },
    sk: { S: `N#${moment}-${chance.below(1e9)}` },
    body: { S: (model.body?.S ?? '').replace(/"at":"[^"]*"/, `"at":"${moment}"`) },
  });
  return { history, kind: 'inserted', id, of: kindOf(model) };
};

const reorderedRecords: Tamper = (original, chance) => {
  const history = copy(original);
  const one = chance.below(history.log.length);
  const other = (one + 1 + chance.below(history.log.length - 1)) % history.log.length;
  const [a, b] = [at(history.log, one), at(history.log, other)];
  const moments = chance.chance(0.5);
  history.log[one] = { ...a, link: b.link, ...(moments && { checkedAt: b.checkedAt }) };
  history.log[other] = { ...b, link: a.link, ...(moments && { checkedAt: a.checkedAt }) };
  return { history, kind: 'reordered', id: a.id };
};

const reorderedLeaves: Tamper = (original, chance) => {
  const history = copy(original);
  const { leaves } = chance.pick(history.segments);
  const one = chance.below((leaves?.length ?? 0) - 1);
  const [a, b] = [at(leaves ?? [], one), at(leaves ?? [], one + 1)];
  leaves?.splice(one, 2, b, a);
  return { history, kind: 'reordered' };
};

const reorderedSegments: Tamper = (original, chance) => {
  const history = copy(original);
  const one = chance.below(history.segments.length - 1);
  history.segments.splice(one, 2, at(history.segments, one + 1), at(history.segments, one));
  return { history, kind: 'reordered' };
};

/** A list is taken out of its seal's file, a seal out of the folder. */
const deletedList: Tamper = (original, chance) => {
  const history = copy(original);
  chance.pick(history.segments).leaves = null;
  return { history, kind: 'deleted' };
};
const deletedSeal: Tamper = (original, chance) => {
  const history = copy(original);
  history.segments.splice(chance.below(history.segments.length - 1), 1);
  return { history, kind: 'deleted' };
};

/** The log alone ends early. */
const cutLog: Tamper = (original, chance) => {
  const history = copy(original);
  const ids = idsByTime(history);
  const gone = new Set(ids.slice(-1 - chance.below(Math.floor(ids.length / 2))));
  history.log = history.log.filter(({ id }) => !gone.has(id));
  if (chance.chance(0.5)) history.appended = history.appended.filter((item) => !gone.has(recordOf(item)));
  return { history, kind: 'cut-off', id: at([...gone], 0) };
};

/** Log and seals end early; a head was kept. */
const cutBoth: Tamper = (original, chance) => {
  const history = copy(original);
  history.segments = history.segments.slice(0, 1 + chance.below(history.segments.length - 1));
  const kept = new Set(leavesOf(history).map(({ id }) => id));
  history.log = history.log.filter(({ id }) => kept.has(id));
  history.receipts = [];
  history.appended = history.appended.filter((item) => kept.has(recordOf(item)));
  // What a kept record names of the records before it may be gone with the cut.
  return { history, kind: 'cut-off', beside: ['deleted-before-sealing'] };
};

export function digestOf(record: CheckRecord): string {
  const { persons: _p, personsKeepUntil: _k, subjects, through: _t, receipt: _r, ...kept } = record;
  return sha(canonical({ form: 'grantgate-record-1', ...kept, subject: subjects[0] })).toString('base64url');
}

/** A record is edited, and everything signed anew from there on. */
function resigned(key: KeyObject, kid: string | undefined): Tamper {
  return (original, chance) => {
    const { history, id } = editedBy(OWN_EDITS)(original, chance);
    const record = history.log.find((each) => each.id === id);
    let previous: string | null = null;
    for (const segment of history.segments) {
      const [head = '', payload = ''] = segment.seal.split('.');
      const seal: LooseSeal = JSON.parse(Buffer.from(payload, 'base64url').toString());
      for (const leaf of segment.leaves ?? [])
        if (leaf.id === id && record) {
          leaf.digest = digestOf(record);
        }
      seal.root = mth((segment.leaves ?? []).map(canonical)).toString('base64url');
      seal.previous = previous;
      const header =
        kid === undefined
          ? head
          : Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'grantgate-seal+jws', kid })).toString('base64url');
      const signing = `${header}.${Buffer.from(canonical(seal)).toString('base64url')}`;
      segment.seal = `${signing}.${edSign(null, Buffer.from(signing), key).toString('base64url')}`;
      previous = sha(segment.seal).toString('base64url');
    }
    // Where no seal is good, it is the receipt of what was edited that shows it.
    return { history, kind: 're-signed', beside: kid === undefined ? ['edited'] : ['edited', 'inserted'] };
  };
}

/** Every way, by one who has the database and the seals; `insider` is the service's own signing key. */
export const tamperings = (insider: KeyObject): Readonly<Record<string, Tamper>> => ({
  edited,
  editedWithLeaf,
  deleted,
  inserted,
  editedAppended,
  deletedAppended,
  insertedAppended,
  reorderedRecords,
  reorderedLeaves,
  reorderedSegments,
  deletedList,
  deletedSeal,
  cutLog,
  cutBoth,
  resignedByInsider: resigned(insider, undefined),
  resignedByStranger: resigned(stranger, 'another'),
});

/**
 * A tombstone of a record whose time has not come, which the service seals as it would any other, and then the record is
 * deleted. Taken from the leaf, its digest is right.
 */
export function earlyTombstone(record: CheckRecord, digest: string, chance: Seeded): Tombstone {
  const closed = { on: DAY.parse('2026-11-21'), keepYears: 15, catalogueVersion: 'sample' };
  const long = DAY.parse('2010-01-01');
  return {
    id: record.id,
    digest,
    keepUntil: record.keepUntil,
    ...chance.pick([
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: { closed } },
      // A closing long before the check, the shortest of terms, no rule at all, a bound that was never its own.
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: { closed: { ...closed, on: long } } },
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: { closed: { ...closed, keepYears: 1 } } },
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: { boundOn: long } },
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: {} },
      // Beyond the calendar, whose days are compared as texts.
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: { boundOn: DAY.parse('9999-12-31') } },
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: { closed, boundOn: DAY.parse('9999-12-31') } },
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: { closed: { ...closed, keepYears: 8_000 } } },
      { deletedAt: '2026-11-22T00:00:00.000Z', rule: { closed: { ...closed, keepYears: Number.MAX_SAFE_INTEGER } } },
      // From a future that the seal over it knows nothing of.
      { deletedAt: '2048-11-22T00:00:00.000Z', rule: { closed } },
    ]),
  };
}
