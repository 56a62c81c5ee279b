import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { isWhole, membersDigest, personDigest, recordDigest } from '../../lib/check/digest.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import { keyItem } from '../../lib/dynamo/attributes.ts';
import { itemsOf, recordIn } from '../../lib/dynamo/check-log-items.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { personsKey, recordKey } from '../../lib/dynamo/keys.ts';
import { DynamoNoteWriter } from '../../lib/dynamo/note-writer.ts';
import { organisation } from '../api-client.ts';
import { checkRecord, keyOf, never, noise, type TestEngine } from './samples.ts';

/** What is expected of the log, written and read, on every engine. */
export function checkLogBehaves(engine: TestEngine): void {
  describe('the log’s writer', () => {
    const writer = () => new DynamoCheckLogWriter(engine.client, engine.tables.checkLog);
    const reader = () => new DynamoCheckLogReader(engine.client, engine.tables.checkLog);

    const KINDS: [string, (id: string, changes?: Partial<CheckRecord>) => CheckRecord][] = [
      ['one subject', (id, changes) => checkRecord(id, changes)],
      [
        'a signed answer',
        (id, changes) =>
          checkRecord(id, { receipt: { kid: 'k', signature: 'Aa-_'.repeat(21).concat('Ag') }, ...changes }),
      ],
      ['a consortium and a person', (id, changes) => checkRecord(id, { ...MEMBERS, ...changes })],
      [
        'a large answer',
        (id, changes) => checkRecord(id, { answer: JSON.stringify({ id, text: noise(60_000) }), ...changes }),
      ],
      ['a branch and its head office', (id, changes) => checkRecord(id, { ...THROUGH, ...changes })],
    ];
    const subjects = [
      ...[1, 2, 3].map((index) => ({
        key: keyOf(organisation(index)),
        scheme: 'uscc',
        id: organisation(index),
        listings: [`l-${index}`],
      })),
      { key: 'p:1:xxxxxxxxxxxxxxxxxxxxxxxxxxx', scheme: 'resident-id', id: null, listings: [] },
    ];
    const person = { index: 3, id: '110*************2X', name: '样***', salt: 'c2FsdA' };
    const imported = 'imp-0123456789abcdef0123456789abcdef';
    const branch = [
      {
        key: keyOf(organisation(4)),
        scheme: 'uscc',
        id: organisation(4),
        listings: ['l-5', imported, `${imported}-2`],
      },
    ];
    const through = [
      {
        key: keyOf(organisation(5)),
        scheme: 'uscc',
        id: organisation(5),
        via: 'head-office',
        listings: ['l-5', imported],
      },
      { key: 'p:1:zzzzzzzzzzzzzzzzzzzzzzzzzzz', scheme: 'resident-id', id: null, via: 'manager', listings: ['l-6'] },
    ];
    const THROUGH: Partial<CheckRecord> = {
      outcome: 'veto',
      subjects: branch,
      through,
      membersDigest: membersDigest(branch, through),
    };
    const MEMBERS: Partial<CheckRecord> = {
      subjects,
      membersDigest: membersDigest(subjects, []),
      persons: [person],
      personDigests: { 3: personDigest(person) },
      link: { writer: 'BBBBBBBBBBBB', sequence: 12, durable: 9, previous: { id: 'w.1', digest: 'd' } },
    };

    test.each(KINDS)('of %s writes what the reader reads', async (kind, make) => {
      const record = make(`w-${kind.length}`);
      expect(await writer().append(record, never)).toBeUndefined();
      expect(await reader().record(record.id)).toEqual({ record, notes: [] });
    });

    test.each(KINDS)('of %s writes what has the same digest, whole or by its own item alone', async (kind, make) => {
      const record = make(`v-${kind.length}`);
      await writer().append(record, never);
      const stored = await reader().record(record.id);
      const [own] = itemsOf(record);
      expect(stored && [recordDigest(stored.record), isWhole(stored.record)]).toEqual([recordDigest(record), true]);
      const alone = recordIn([own]);
      expect(alone && recordDigest(alone)).toBe(recordDigest(record));
    });

    test('keeps the digest of a record whose persons are erased', async () => {
      const record = checkRecord('erased', MEMBERS);
      await writer().append(record, never);
      await engine.client.send(
        new DeleteItemCommand({ TableName: engine.tables.checkLog, Key: keyItem(personsKey(record.id)) }),
      );
      const stored = await reader().record(record.id);
      expect(stored?.record.persons).toEqual([]);
      expect(stored && [recordDigest(stored.record), isWhole(stored.record)]).toEqual([recordDigest(record), true]);
    });

    test.each(KINDS)('of %s meets the whole record that stands there, and changes nothing', async (kind, make) => {
      const first = make(`x-${kind.length}`);
      await writer().append(first, never);
      const second = make(first.id, { nonce: 'another', outcome: 'veto' });
      expect(await writer().append(second, never)).toEqual(first);
      expect(await writer().append(checkRecord(first.id, { nonce: 'a third' }), never)).toMatchObject({
        nonce: first.nonce,
        answer: first.answer,
      });
      expect(await reader().record(first.id)).toEqual({ record: first, notes: [] });
    });

    test.each(KINDS)('of %s takes its own earlier write for its own', async (kind, make) => {
      const record = make(`y-${kind.length}`);
      await writer().append(record, never);
      expect(await writer().append(record, never)).toBeUndefined();
    });

    test.each(KINDS)('of %s under one id at once writes one', async (kind, make) => {
      const id = `z-${kind.length}`;
      const records = Array.from({ length: 10 }, (_, index) => make(id, { nonce: `n${index}` }));
      const stood = await Promise.all(records.map((record) => writer().append(record, AbortSignal.timeout(20_000))));
      const written = records.filter((_, index) => stood[index] === undefined);
      expect(written).toHaveLength(1);
      for (const each of stood) if (each) expect(each).toEqual(written[0]);
      expect(await reader().record(id)).toEqual({ record: written[0], notes: [] });
    });

    test('rejects when it may no longer wait', async () => {
      await expect(writer().append(checkRecord('aborted'), AbortSignal.abort())).rejects.toThrow();
      expect(await reader().record('aborted')).toBeUndefined();
    });
  });

  describe('the log’s reader', () => {
    const writer = () => new DynamoCheckLogWriter(engine.client, engine.tables.checkLog);
    const reader = () => new DynamoCheckLogReader(engine.client, engine.tables.checkLog);
    const COUNT = 45;
    const at = (index: number) =>
      new Date(Date.parse('2026-11-21T01:00:00.000Z') + Math.floor(index / 2) * 1_000).toISOString();
    const records = Array.from({ length: COUNT }, (_, index) =>
      checkRecord(`r${String(index).padStart(3, '0')}`, {
        caller: 'reader#1',
        matterId: 'a#b',
        checkedAt: at(index),
        outcome: index % 3 === 0 ? 'veto' : index % 3 === 1 ? 'pass' : 'invalid',
        subjects: [{ key: 'o:READER001', scheme: 'uscc', id: organisation(30), listings: [] }],
      }),
    );
    beforeAll(async () => {
      for (const record of records.toSorted((a, b) => (a.nonce < b.nonce ? 1 : -1)))
        await writer().append(record, never);
      await writer().append(checkRecord('other', { caller: 'reader', matterId: '1#a#b' }), never);
    });
    const newest = (keep: (record: CheckRecord) => boolean) =>
      records
        .filter(keep)
        .map(({ checkedAt, id }) => `${checkedAt}#${id}`)
        .toSorted()
        .reverse();

    test.each([
      ['subject', { by: 'subject', key: 'o:READER001' }, () => true],
      ['matter', { by: 'matter', caller: 'reader#1', matter: 'a#b' }, () => true],
      [
        'interceptions',
        { by: 'caller', caller: 'reader#1', hit: 'hit' },
        ({ outcome }: CheckRecord) => outcome === 'veto',
      ],
      [
        'the rest',
        { by: 'caller', caller: 'reader#1', hit: 'clear' },
        ({ outcome }: CheckRecord) => outcome === 'pass',
      ],
      [
        'attempts',
        { by: 'caller', caller: 'reader#1', hit: 'attempt' },
        ({ outcome }: CheckRecord) => outcome === 'invalid',
      ],
    ] as const)('gives %s newest first, in any stretches', async (_, partition, keep) => {
      const all = newest(keep);
      const whole = await reader().stretch(partition, {}, 1_000, () => true);
      expect(whole.rows.map(({ position }) => position)).toEqual(all);
      expect(whole.reached).toBeUndefined();
      const found: string[] = [];
      for (let before: string | undefined; ; ) {
        const { rows, reached } = await reader().stretch(partition, { before }, 4, () => true);
        found.push(...rows.slice(0, 4).map(({ position }) => position));
        if (reached === undefined) break;
        before = found.at(-1);
      }
      expect(found).toEqual(all);
    });

    test('is bounded by moments: from inclusive, to exclusive', async () => {
      const partition = { by: 'matter', caller: 'reader#1', matter: 'a#b' } as const;
      const { rows } = await reader().stretch(partition, { from: at(10), to: at(20) }, 1_000, () => true);
      expect(rows.map(({ position }) => position)).toEqual(
        newest(({ checkedAt }) => checkedAt >= at(10) && checkedAt < at(20)),
      );
    });

    test('says what each line is about', async () => {
      const { rows } = await reader().stretch({ by: 'subject', key: 'o:READER001' }, {}, 1, () => true);
      expect(rows[0]).toMatchObject({
        caller: 'reader#1',
        matter: 'a#b',
        scene: 'government-procurement',
        member: 0,
        scheme: 'uscc',
        subjectId: organisation(30),
      });
    });

    test('finds a check under whoever else’s listing decided it, and says through what', async () => {
      const other = { key: 'o:READER002', scheme: 'uscc', id: organisation(31), via: 'head-office', listings: ['x'] };
      const record = checkRecord('through', {
        outcome: 'veto',
        subjects: [{ key: 'o:READER003', scheme: 'uscc', id: organisation(32), listings: ['x', 'y'] }],
        through: [other],
      });
      await writer().append(record, never);
      const along = async (key: string) =>
        (await reader().stretch({ by: 'subject', key }, {}, 10, () => true)).rows.map(({ id, via, listings }) => [
          id,
          via,
          listings,
        ]);
      expect(await along('o:READER002')).toEqual([['through', 'head-office', ['x']]]);
      expect(await along('o:READER003')).toEqual([['through', undefined, ['x', 'y']]]);
      expect(await reader().record('through')).toEqual({ record, notes: [] });
    });

    test('gives what was appended, oldest first, and the record as it was', async () => {
      const record = checkRecord('noted', { outcome: 'indeterminate' });
      await writer().append(record, never);
      const notes = new DynamoNoteWriter(engine.client, engine.tables.checkLog);
      const appended = [2, 1, 3].map((second) => ({
        kind: 'determination' as const,
        decision: 'may-grant' as const,
        ground: second === 3 ? noise(2_000) : `ground ${second}`,
        at: `2026-11-21T01:00:0${second}.000Z`,
        by: { subject: 's', person: 'p' },
      }));
      for (const note of appended) await notes.append(record, note);
      const sorted = appended.toSorted((a, b) => (a.at < b.at ? -1 : 1));
      expect(await reader().record(record.id)).toEqual({ record, notes: sorted });
    });

    test('shows an erased person as erased', async () => {
      const persons = [{ index: 0, id: '110*************2X', name: null, salt: 'c2FsdA' }];
      const record = checkRecord('masked', {
        subjects: [{ key: 'p:1:yyyyyyyyyyyyyyyyyyyyyyyyyyy', scheme: 'resident-id', id: null, listings: [] }],
        persons,
      });
      await writer().append(record, never);
      const masked = await reader().masked([
        { id: 'masked', member: 0 },
        { id: 'masked', member: 1 },
        { id: 'gone', member: 0 },
      ]);
      expect([...masked]).toEqual([
        ['masked/0', { id: '110*************2X', keptUntil: Date.parse(record.personsKeepUntil) / 1_000 }],
      ]);
    });

    test('does not read a record that is not what it should be', async () => {
      const item = { ...keyItem(recordKey('broken')), at: { S: 'x' }, ttl: { S: 'never' } };
      await engine.client.send(new PutItemCommand({ TableName: engine.tables.checkLog, Item: item }));
      await expect(reader().record('broken')).rejects.toThrow();
    });
  });
}
