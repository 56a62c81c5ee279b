import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf } from '../../lib/intake/changes.ts';
import { type Plan, type PlannedRow, planImport } from '../../lib/intake/plan.ts';
import type { SourceRow } from '../../lib/intake/ports.ts';
import { Decision, type ReadRow, type Row } from '../../lib/intake/row.ts';
import { packTransactions, unitsOf } from '../../lib/intake/transactions.ts';
import { type CalendarDate, dateOf, instant } from '../../lib/kernel/clock.ts';
import type { SubjectChange } from '../../lib/listing/ports.ts';
import { NONE_ABOLISHED } from '../../lib/listing/term.ts';
import { apply, fold } from '../../lib/listing/transition.ts';
import { organisationKey, SubjectKey } from '../../lib/subject/key.ts';

const AT = instant(Date.parse('2026-11-21T04:00:00Z'));
const WHEN = { at: AT, abolitions: NONE_ABOLISHED, asOf: AT };
const BY = { actor: 'test' };
const DELTA = { mode: 'delta' } as const;
const FULL = { mode: 'full' } as const;
const FULL_CODE = '91350100M000100Y43';

interface Wanted {
  readonly line?: number;
  readonly subject?: number;
  readonly number?: string;
  readonly authority?: string;
  readonly code?: string;
  readonly list?: 'black' | 'watch';
  readonly name?: string;
  readonly until?: CalendarDate;
}

function row({
  line = 2,
  subject = 0,
  number = '（2016）罚1号',
  authority = '某局',
  code,
  list = 'watch',
  name = '甲公司',
  until,
}: Wanted): Row {
  return {
    line,
    keys: [organisationKey(`${String(subject).padStart(8, '0')}0`)],
    subject: { scheme: code === undefined ? 'org-code' : 'uscc', ...(code !== undefined && { code }), name },
    foldedName: name,
    decision: Decision.parse({
      list,
      domain: 'abnormal-operation',
      authority,
      document: { number, type: 'notice', issuedOn: '2025-01-01' },
      measures: [],
      from: '2025-01-01',
      until: until ?? null,
      repair: { repairable: true },
    }),
    fields: {},
  };
}

const good = (wanted: Wanted): ReadRow => ({ ok: true, row: row(wanted) });
const bad = (line: number): ReadRow => ({
  ok: false,
  line,
  faults: [{ column: '', code: 'malformed-row', advice: { zh: '坏', en: 'bad' } }],
});
const nothing: ReadonlyMap<string, SourceRow> = new Map();

/** What the source holds once a plan has been carried out. */
const afterwards = ({ add, changed, unchanged }: Plan): Map<string, SourceRow> =>
  new Map(
    [...add, ...changed, ...unchanged].map(({ rowKey, digest, subject, listingId }) => [
      rowKey,
      { key: rowKey, digest, subject, listingId },
    ]),
  );

const counts = ({ add, changed, unchanged, merged, quarantined }: Plan) =>
  [add, changed, unchanged, merged, quarantined].map(({ length }) => length);

/** Items of a transaction that one subject's part takes. */
const itemCount = ({ change, documents, names }: SubjectChange): number =>
  1 + change.records.length + documents.length + names.length;

describe('a plan', () => {
  const anyRow = fc.oneof(
    fc.record({
      subject: fc.nat(4),
      number: fc.constantFrom('(2016)罚1号', '（2016）罚1号', '〔2016〕罚1号', '(2017)罚2号'),
      authority: fc.constantFrom('某局', '他局'),
      code: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }),
    }),
    fc.constant('bad' as const),
  );
  const anyFile = fc.array(anyRow, { maxLength: 40 }).map((rows) =>
    rows.map((wanted, index) =>
      wanted === 'bad'
        ? bad(index + 2)
        : good({
            subject: wanted.subject,
            number: wanted.number,
            authority: wanted.authority,
            line: index + 2,
            ...(wanted.code !== undefined && { code: wanted.code }),
          }),
    ),
  );

  it('accounts for every row, whatever the source holds', () => {
    fc.assert(
      fc.property(anyFile, anyFile, (earlier, file) => {
        const plan = planImport('s', file, afterwards(planImport('s', earlier, nothing, DELTA)), DELTA);
        expect(counts(plan).reduce((sum, count) => sum + count)).toBe(file.length);
        const lines = [...plan.add, ...plan.changed, ...plan.unchanged].map((planned) => planned.row.line);
        const others = [...plan.merged, ...plan.quarantined].map(({ line }) => line);
        expect([...lines, ...others].toSorted((one, other) => one - other)).toEqual(file.map((_, index) => index + 2));
      }),
    );
  });

  it('of the same file again changes nothing', () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const first = planImport('s', file, nothing, DELTA);
        const second = planImport('s', file, afterwards(first), DELTA);
        expect([second.add, second.changed, second.absent]).toEqual([[], [], 0]);
        expect(second.unchanged.map(({ listingId }) => listingId)).toEqual(first.add.map(({ listingId }) => listingId));
        expect(second.quarantined).toEqual(first.quarantined);
      }),
    );
  });

  it('takes the three brackets of a document number for one, and shows the first', () => {
    const plan = planImport(
      's',
      ['(2016)罚1号', '（2016）罚1号', '〔2016〕罚1号'].map((number, at) => good({ number, line: at + 2 })),
      nothing,
      DELTA,
    );
    expect(counts(plan)).toEqual([1, 0, 0, 2, 0]);
    expect(plan.add[0]?.row.decision.document.number).toBe('(2016)罚1号');
  });

  it('keeps the first of two rows that differ, and names it to the second', () => {
    const plan = planImport('s', [good({}), good({ line: 3, authority: '他局' })], nothing, DELTA);
    expect(counts(plan)).toEqual([1, 0, 0, 0, 1]);
    expect(plan.quarantined[0]).toMatchObject({
      line: 3,
      faults: [{ code: 'conflicting-duplicate', advice: { en: expect.stringContaining('line 2') } }],
    });
  });

  it('merges the old code with the full one, and keeps the full one; two full codes are a conflict', () => {
    const plan = planImport(
      's',
      [good({}), good({ line: 3, code: FULL_CODE }), good({ line: 4, code: 'another' })],
      nothing,
      DELTA,
    );
    expect(counts(plan)).toEqual([1, 0, 0, 1, 1]);
    expect(plan.add[0]?.row).toMatchObject({ line: 2, subject: { code: FULL_CODE } });
    expect(plan.quarantined[0]?.faults[0]?.code).toBe('code-conflict');
  });

  it('finds a person again under the key of an older version', () => {
    const [older, current] = ['p:1:', 'p:2:'].map((prefix) => SubjectKey.parse(prefix + 'x'.repeat(27)));
    if (!older || !current) throw new Error('keys');
    const before: ReadRow = { ok: true, row: { ...row({}), keys: [older] } };
    const known = afterwards(planImport('s', [before], nothing, DELTA));
    const plan = planImport('s', [{ ok: true, row: { ...row({}), keys: [current, older] } }], known, DELTA);
    expect(counts(plan)).toEqual([0, 0, 1, 0, 0]);
    expect(plan.unchanged[0]?.subject).toBe(older);
  });

  it('counts what the file does not hold, and leaves it', () => {
    const known = afterwards(planImport('s', [good({}), good({ subject: 1, line: 3 })], nothing, DELTA));
    expect(planImport('s', [good({})], known, DELTA)).toMatchObject({ add: [], changed: [], absent: 1 });
  });

  it('of a full file ends what the file no longer holds, and nothing of a subject of which a row was kept out', () => {
    const known = afterwards(planImport('s', [good({}), good({ subject: 1, line: 3 })], nothing, DELTA));
    const plan = planImport('s', [good({})], known, FULL);
    expect([plan.end.map(({ subject }) => subject), plan.absent]).toEqual([[organisationKey('000000010')], 0]);
    const shielded = new Set(plan.end.map(({ subject }) => subject));
    expect(planImport('s', [good({})], known, { ...FULL, shielded })).toMatchObject({ end: [], absent: 1 });
  });

  it('of a full file leaves exactly the file, of a delta never ends anything', () => {
    fc.assert(
      fc.property(anyFile, anyFile, (earlier, file) => {
        const known = afterwards(planImport('s', earlier, nothing, DELTA));
        const full = planImport('s', file, known, FULL);
        const left = [...known.keys()].filter((key) => !full.end.some((each) => each.key === key));
        expect([...left].filter((key) => !afterwards(full).has(key))).toEqual([]);
        expect(planImport('s', file, known, DELTA).end).toEqual([]);
      }),
    );
  });
});

describe('transactions', () => {
  it('hold at most 100 items and 33 rows, no subject and no name twice, and every row once in its order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(3)), { maxLength: 150 }), (rows) => {
        const file = rows.map(([subject, name], at) =>
          good({ subject, name: `公司${name}`, number: `罚${at}号`, line: at + 2 }),
        );
        const { add } = planImport('s', file, nothing, DELTA);
        const transactions = packTransactions(unitsOf('s', add));
        for (const units of transactions) {
          const changes = units.flatMap((unit) => changeOf(unit, undefined, new Map(), BY, WHEN).change ?? []);
          expect(changes.reduce((sum, change) => sum + itemCount(change), 0)).toBeLessThanOrEqual(100);
          const names = changes.flatMap((change) => change.names);
          expect(new Set(names).size).toBe(names.length);
          expect(new Set(units.map(({ subject }) => subject)).size).toBe(units.length);
        }
        const ofSubject = Map.groupBy(
          transactions.flat(2).flatMap((unit) => unit.rows),
          ({ subject }) => subject,
        );
        expect(ofSubject).toEqual(Map.groupBy(add, ({ subject }) => subject));
      }),
    );
  });
});

describe('the change of a subject', () => {
  const planned = (wanted: Wanted): PlannedRow => {
    const [first] = planImport('s', [good(wanted)], nothing, DELTA).add;
    if (!first) throw new Error('not planned');
    return first;
  };
  const unit = (...rows: PlannedRow[]) => ({ source: 's', subject: organisationKey('000000000'), rows, end: [] });
  const digests = (...rows: PlannedRow[]) => new Map(rows.map(({ listingId, digest }) => [listingId, digest]));

  it('is one version and one event a row, and its history folds to it', () => {
    const { change } = changeOf(
      unit(planned({}), planned({ number: '罚2号', code: FULL_CODE })),
      undefined,
      new Map(),
      BY,
      WHEN,
    );
    expect(change?.change.after).toMatchObject({
      version: 2,
      subject: { scheme: 'uscc', code: FULL_CODE },
      listings: [{ state: 'active', source: 's' }, {}],
    });
    expect(fold(change?.change.records ?? [])).toEqual(change?.change.after);
    expect(change?.documents.map(({ row: of }) => of?.source)).toEqual(['s', 's']);
  });

  it('is none where the Registry says it already, though the plan was older', () => {
    const one = planned({});
    const standing = changeOf(unit(one), undefined, new Map(), BY, WHEN).change?.change.after;
    const again = changeOf(unit(one), standing, digests(one), BY, WHEN);
    expect([again.change, again.unchanged]).toEqual([undefined, [one]]);
  });

  it('keeps what happened to the listing here, and does not bring back what has ended', () => {
    const one = planned({});
    const other = planned({ authority: '他局' });
    const standing = changeOf(unit(one), undefined, new Map(), BY, WHEN).change?.change.after;
    if (!standing) throw new Error('no standing');
    const suspended = apply(standing, { type: 'suspended', listingId: one.listingId, cause: 'objection' }, AT);
    const changed = changeOf(unit(other), suspended, digests(one), BY, WHEN).change?.change.after;
    expect(changed?.listings).toMatchObject([{ authority: '他局', suspensions: [{ cause: 'objection' }] }]);
    const ended = apply(standing, { type: 'ended', listingId: one.listingId, reason: 'repaired' }, AT);
    const refused = changeOf(unit(other), ended, digests(one), BY, WHEN);
    expect([refused.change, refused.refused[0]?.faults[0]?.code]).toEqual([undefined, 'ended-here']);
    expect(changeOf(unit(one), ended, digests(one), BY, WHEN).unchanged).toEqual([one]);
  });

  it('ends what its source has dropped, and brings it back as a listing of its own', () => {
    const one = planned({});
    const standing = changeOf(unit(one), undefined, new Map(), BY, WHEN).change?.change.after;
    if (!standing) throw new Error('no standing');
    const dropped = { key: one.rowKey, digest: one.digest, subject: one.subject, listingId: one.listingId };
    const ended = changeOf({ ...unit(), end: [dropped] }, standing, digests(one), BY, WHEN);
    expect(ended.change?.withdrawn).toEqual([one.listingId]);
    const after = ended.change?.change.after;
    expect(after?.listings).toMatchObject([{ state: 'ended', ended: { reason: 'withdrawn-by-source' } }]);
    const again = changeOf(unit(one), after, digests(one), BY, WHEN);
    expect(again.added).toEqual([one]);
    const [, second] = again.change?.change.after.listings ?? [];
    expect(second).toMatchObject({ id: `${one.listingId}-2`, state: 'active' });
    const settled = new Map([[`${one.listingId}-2`, one.digest]]);
    expect(changeOf(unit(one), again.change?.change.after, settled, BY, WHEN).unchanged).toEqual([one]);
  });

  it('brings back what has expired where the source lengthens it, as a listing of its own', () => {
    const DAY_MS = 86_400_000;
    const later = instant(AT + 3 * DAY_MS);
    const one = planned({ until: dateOf(AT) });
    const standing = changeOf(unit(one), undefined, new Map(), BY, WHEN).change?.change.after;
    if (!standing) throw new Error('no standing');
    const expired = apply(standing, { type: 'ended', listingId: one.listingId, reason: 'expired' }, later);
    const longer = planned({ until: dateOf(later) });
    const { change, added } = changeOf(unit(longer), expired, digests(one), BY, { ...WHEN, at: later, asOf: later });
    expect(change?.change.after.listings).toMatchObject([
      { id: one.listingId, state: 'ended' },
      { id: `${one.listingId}-2`, state: 'active', until: dateOf(later) },
    ]);
    // The source finds the row by its new listing alone.
    expect([added, change?.withdrawn]).toEqual([[longer], [one.listingId]]);
    const over = planned({ until: dateOf(instant(later - DAY_MS)) });
    // Over by whatever words: a source that keeps its history says nothing new, and nothing is wrong with it.
    expect(changeOf(unit(over), expired, digests(one), BY, { ...WHEN, at: later, asOf: later })).toEqual({
      added: [],
      changed: [],
      unchanged: [over],
      ended: [],
      refused: [],
    });
  });

  it('takes what has ended here out of the source, and does not end it twice', () => {
    const one = planned({});
    const standing = changeOf(unit(one), undefined, new Map(), BY, WHEN).change?.change.after;
    if (!standing) throw new Error('no standing');
    const repaired = apply(standing, { type: 'ended', listingId: one.listingId, reason: 'repaired' }, AT);
    const dropped = { key: one.rowKey, digest: one.digest, subject: one.subject, listingId: one.listingId };
    const { change, ended } = changeOf({ ...unit(), end: [dropped] }, repaired, digests(one), BY, WHEN);
    expect([ended, change?.withdrawn, change?.change.records]).toEqual([[], [one.listingId], []]);
  });

  it('refuses another full code with the same 主体标识码, until a steward has confirmed it', () => {
    const standing = changeOf(unit(planned({ code: FULL_CODE })), undefined, new Map(), BY, WHEN).change?.change.after;
    if (!standing) throw new Error('no standing');
    const other = planned({ number: '罚2号', code: 'another' });
    expect(changeOf(unit(other), standing, new Map(), BY, WHEN).refused[0]?.faults[0]?.code).toBe('code-conflict');
    const confirmed = apply(standing, { type: 'code-confirmed', code: 'another' }, AT);
    expect(changeOf(unit(other), confirmed, new Map(), BY, WHEN).added).toEqual([other]);
  });
});
