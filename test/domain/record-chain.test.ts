import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Linked, WriterChain } from '../../lib/check/chain.ts';
import { isWhole, membersDigest, personDigest, recordDigest } from '../../lib/check/digest.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import { canonical } from '../../lib/kernel/canonical.ts';
import { checkRecord } from '../conformance/samples.ts';

/** What one environment does: puts begin, and end in any order and way. */
const steps = fc.array(
  fc.record({ act: fc.constantFrom('begin', 'written', 'broken'), which: fc.nat({ max: 20 }) } as const),
  { maxLength: 200 },
);

/** Plays the steps; what is under way at the end is settled as written or lost. */
function play(acts: readonly { act: 'begin' | 'written' | 'broken'; which: number }[]) {
  const chain = new WriterChain();
  const all: Linked[] = [];
  const underWay: Linked[] = [];
  const confirmed = new Set<string>();
  for (const { act, which } of acts) {
    if (act === 'begin') {
      const linked = chain.link(checkRecord(`r${all.length}`));
      all.push(linked);
      underWay.push(linked);
      continue;
    }
    const [linked] = underWay.splice(which % Math.max(underWay.length, 1), 1);
    if (!linked) continue;
    if (act === 'written') {
      chain.written(linked);
      confirmed.add(linked.record.id);
    } else chain.broken(linked);
  }
  return { all: all.map(({ record }) => record), confirmed };
}

describe('a writer’s chain', () => {
  test('gives every record a place of its own, one after the other', () => {
    fc.assert(
      fc.property(steps, (acts) => {
        const { all } = play(acts);
        const byWriter = Map.groupBy(all, ({ link }) => link.writer);
        for (const records of byWriter.values())
          expect(records.map(({ link }) => link.sequence)).toEqual(records.map((_, index) => index + 1));
      }),
    );
  });

  test('says durable of nothing that was not confirmed, and names what stands before', () => {
    fc.assert(
      fc.property(steps, (acts) => {
        const { all, confirmed } = play(acts);
        for (const { link } of all) {
          const before = all.filter((each) => each.link.writer === link.writer && each.link.sequence <= link.durable);
          expect(before).toHaveLength(link.durable);
          expect(before.every(({ id }) => confirmed.has(id))).toBe(true);
          const named = all.find(({ id }) => id === link.previous?.id);
          if (named) expect(link.previous?.digest).toBe(recordDigest(named));
          if (link.sequence > 1)
            expect([named?.link.writer, named?.link.sequence]).toEqual([link.writer, link.sequence - 1]);
          else if (named) expect(confirmed.has(named.id)).toBe(true);
        }
      }),
    );
  });

  test('ends with a put that is in doubt: nothing that begins later joins it', () => {
    const chain = new WriterChain();
    const [one, two, three] = [1, 2, 3].map((index) => chain.link(checkRecord(`r${index}`)));
    if (!one || !two || !three) throw new Error('three links');
    chain.written(one);
    chain.broken(two);
    const later = chain.link(checkRecord('r4'));
    chain.written(three);
    expect(later.record.link).toMatchObject({ sequence: 1, durable: 0, previous: { id: 'r1', digest: one.digest } });
    expect(later.record.link.writer).not.toBe(one.record.link.writer);
    chain.written(later);
    expect(chain.link(checkRecord('r5')).record.link).toMatchObject({ sequence: 2, durable: 1 });
  });
});

describe('a record’s digest', () => {
  const record: CheckRecord = {
    ...checkRecord('d'),
    detail: { headSequence: 3, sealHead: null, subjects: [] },
    personDigests: { 0: 'x' },
  };
  const EDITS: [string, Partial<CheckRecord>][] = [
    ['outcome', { outcome: 'veto' }],
    ['answer', { answer: '{}' }],
    ['matter', { matterId: 'T-2' }],
    ['caller', { caller: 'other' }],
    ['moment', { checkedAt: '2026-11-21T01:00:00.001Z' }],
    ['term of keeping', { keepUntil: '2047-11-21T16:00:00.000Z' }],
    ['detail', { detail: { headSequence: 4, sealHead: null, subjects: [] } }],
    ['last seal', { detail: { ...record.detail, sealHead: { segment: 1, digest: 'd' } } }],
    ['subject', { subjects: [] }],
    ['nonce', { nonce: 'n' }],
    ['fingerprint', { fingerprint: 'g' }],
    ['place', { link: { ...record.link, sequence: 2 } }],
    ['persons’ digests', { personDigests: {} }],
    ['members’ digest', { membersDigest: 'm' }],
  ];
  test.each(EDITS)('changes with its %s', (_, edit) => {
    expect(recordDigest({ ...record, ...edit })).not.toBe(recordDigest(record));
  });

  test('is one for all orders of fields, and known to whoever computes it', () => {
    const reversed = Object.fromEntries(Object.entries(record).toReversed());
    expect(recordDigest({ ...record, ...reversed })).toBe(recordDigest(record));
    expect(canonical({ b: [1, { d: null, c: 'é"' }], a: undefined, 10: true, 2: false })).toBe(
      '{"10":true,"2":false,"b":[1,{"c":"é\\"","d":null}]}',
    );
  });

  test('leaves persons and members to digests of their own, which tell an edit of either', () => {
    const person = { index: 1, id: '110*************2X', name: null, salt: 's' };
    const subjects = [1, 2].map((n) => ({ key: `o:${n}`, scheme: 'uscc', id: `${n}`, listings: [] }));
    const whole = { ...record, subjects, membersDigest: membersDigest(subjects, []) };
    const withPerson = { ...whole, persons: [person], personDigests: { 1: personDigest(person) } };
    expect(isWhole(withPerson)).toBe(true);
    expect(isWhole({ ...withPerson, persons: [] })).toBe(true);
    expect(isWhole({ ...withPerson, persons: [{ ...person, id: '111*************2X' }] })).toBe(false);
    expect(isWhole({ ...withPerson, persons: [{ ...person, salt: 't' }] })).toBe(false);
    expect(isWhole({ ...withPerson, subjects: subjects.slice(0, 1) })).toBe(false);
    expect(recordDigest({ ...withPerson, persons: [] })).toBe(recordDigest(withPerson));
  });
});
