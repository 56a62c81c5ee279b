import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { carriedOut } from '../../functions/aliases/carry-out.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { type Clock, dateOf, endOf, instant, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { meantBy } from '../../lib/listing/alias.ts';
import { answered, proposed } from '../../lib/listing/alias-steps.ts';
import { Case } from '../../lib/listing/case.ts';
import { type ListingStore, move } from '../../lib/listing/move.ts';
import { StandingMoved } from '../../lib/listing/ports.ts';
import { NONE_ABOLISHED } from '../../lib/listing/term.ts';
import { advance } from '../../lib/listing/transition.ts';
import { stepOf } from '../interleavings/steps.ts';
import { candidatesOf, drafted, organisationOf, personOf, type Subject } from '../interleavings/subjects.ts';
import { DESK, RING } from '../interleavings/system.ts';
import { NOW, type TestEngine } from './samples.ts';

/** What DynamoDB gives at once. */
const PAGE_BYTES = 1_048_576;

/** What is expected of the steps of a listing's life that meet, on every engine. */
export function movesBehave(engine: TestEngine): void {
  describe('a black listing and a red one of whoever succeeds its subject', () => {
    const today = dateOf(NOW);
    const store = () => new DynamoAliasStore(engine.client, engine.tables.registry);
    const listings = () => new DynamoListingStore(engine.client, engine.tables.registry);
    const terms = { starts: -1, days: 30, lowerDays: 300 };

    /** Both decided, of two subjects. */
    async function decided(number: number) {
      const [predecessor, successor] = [organisationOf(80_000 + number * 2), organisationOf(80_001 + number * 2)];
      const black = drafted(predecessor, `black-before-${number}`, 'black', today, terms);
      const red = drafted(successor, `red-after-${number}`, 'red', today, terms);
      await store().commit([candidatesOf(predecessor, [black], [], NOW), candidatesOf(successor, [red], [], NOW)]);
      return { predecessor, successor, black: black.id, red: red.id };
    }
    const activate = (id: string) =>
      move(id, { store: listings(), clock: () => NOW, abolitions: NONE_ABOLISHED }, (seen, now) =>
        stepOf({ do: 'list', id }, seen, DESK, now),
      );

    /** As the second signature on an alias does it. */
    async function succeed(predecessor: Subject, successor: Subject): Promise<void> {
      const signer = { actor: 'steward', person: 'one', onlySigns: false, domains: [] };
      const meant = meantBy({
        kind: 'successor',
        predecessor: predecessor.number,
        successor: successor.number,
        ground: '合并',
      });
      const waiting = proposed(meant, undefined, signer, '合并', NOW);
      await store().record({ before: undefined, after: waiting });
      const after = answered(waiting, {}, { ...signer, actor: 'approver', person: 'another' }, NOW);
      for (let attempt = 1; ; attempt += 1) {
        try {
          await store().record(await carriedOut(waiting, after, store(), { at: NOW, abolitions: NONE_ABOLISHED }));
          return;
        } catch (error) {
          if (!(error instanceof StandingMoved) || attempt === 20) throw error;
        }
      }
    }
    const stateOf = async ({ key }: Subject, id: string) => {
      const listing = (await store().standings([key])).get(key)?.listings.find((each) => each.id === id);
      return listing?.ended?.reason ?? listing?.state;
    };

    test('that come into force at once never stand beside each other', async () => {
      for (let number = 0; number < 12; number += 1) {
        const { predecessor, successor, black, red } = await decided(number);
        await succeed(predecessor, successor);
        const order = number % 2 === 0 ? [black, red] : [red, black];
        const done = await Promise.allSettled(order.map((id) => activate(id)));
        expect(await stateOf(predecessor, black)).toBe('active');
        const refused = done.find((each) => each.status === 'rejected');
        if (refused) expect(refused.reason).toBeInstanceOf(Problem);
        expect(await stateOf(successor, red)).toBe(refused ? 'decided' : 'blacklisted');
      }
    });

    test('the later one is at a moment that is not before what it rests on, which was read after it began', async () => {
      const { predecessor, successor, black, red } = await decided(100);
      await succeed(predecessor, successor);
      let now = NOW;
      const clock: Clock = () => {
        now = instant(now + 1_000);
        return now;
      };
      const plain = listings();
      const take = (id: string, from: ListingStore) =>
        move(id, { store: from, clock, abolitions: NONE_ABOLISHED }, (seen, at) =>
          stepOf({ do: 'list', id }, seen, DESK, at),
        );
      let overtaken = false;
      await take(black, {
        file: (id) => plain.file(id),
        commit: (changes) => plain.commit(changes),
        standings: async (keys) => {
          if (!overtaken && keys.includes(successor.key)) {
            overtaken = true;
            await take(red, plain);
          }
          return await plain.standings(keys);
        },
      });
      expect(overtaken).toBe(true);
      expect(await stateOf(successor, red)).toBe('blacklisted');
      const at = (await store().history(successor.key)).map((record) => record.at);
      expect(at).toEqual(at.toSorted());
    });

    test('nor does the red one that comes into force while the succession is signed', async () => {
      for (let number = 20; number < 32; number += 1) {
        const { predecessor, successor, black, red } = await decided(number);
        await activate(black);
        const both = [() => activate(red), () => succeed(predecessor, successor)];
        const done = await Promise.allSettled((number % 2 === 0 ? both : both.toReversed()).map((each) => each()));
        const refused = done.find((each) => each.status === 'rejected');
        if (refused) expect(refused.reason).toBeInstanceOf(Problem);
        expect(await stateOf(successor, red)).toBe(refused ? 'decided' : 'blacklisted');
      }
    });

    test('nor both that come into force while the succession is signed', async () => {
      for (let number = 40; number < 52; number += 1) {
        const { predecessor, successor, black, red } = await decided(number);
        const all = [() => activate(red), () => succeed(predecessor, successor), () => activate(black)];
        const turned = [...all.slice(number % 3), ...all.slice(0, number % 3)];
        const done = await Promise.allSettled(turned.map((each) => each()));
        const refused = done.find((each) => each.status === 'rejected');
        if (refused) expect(refused.reason).toBeInstanceOf(Problem);
        expect(await stateOf(predecessor, black)).toBe('active');
        expect(await stateOf(successor, red)).toBe(refused ? 'decided' : 'blacklisted');
      }
    });
  });

  test('a linked person rests and is woken with the main listing, though the standings were not read at one moment', async () => {
    const store = new DynamoListingStore(engine.client, engine.tables.registry);
    const [subject, person] = [organisationOf(95_000), personOf(0, 95_000, RING)];
    const { id, ...draft } = drafted(subject, 'linked-black', 'black', dateOf(NOW), {
      starts: -1,
      days: 30,
      lowerDays: 300,
    });
    await store.commit([candidatesOf(subject, [{ id, ...draft }], [person], NOW)]);
    const step = (wish: 'list' | 'reorganise' | 'reorganised', from: ListingStore = store) =>
      move(id, { store: from, clock: () => NOW, abolitions: NONE_ABOLISHED }, (seen, now) =>
        stepOf({ do: wish, id }, seen, DESK, now),
      );
    const suspensions = async () =>
      (await store.standings([person.key])).get(person.key)?.listings.map((each) => each.suspensions?.length ?? 0);
    await step('list');
    const stale = (await store.standings([person.key])).get(person.key);
    await step('reorganise');
    expect(await suspensions()).toEqual([1]);
    // The first read has the main standing as it is, and the person's as it was before the listing came to rest.
    let reads = 0;
    const torn: ListingStore = {
      file: (listing) => store.file(listing),
      commit: (changes) => store.commit(changes),
      standings: async (keys) => {
        reads += 1;
        const read = await store.standings(keys);
        return reads === 1 && stale ? new Map([...read, [person.key, stale]]) : read;
      },
    };
    await step('reorganised', torn);
    expect(await suspensions()).toEqual([0]);
    expect(reads).toBeGreaterThan(1);
  });

  describe('a black and a red listing of one subject', () => {
    const today = dateOf(NOW);
    const store = () => new DynamoListingStore(engine.client, engine.tables.registry);

    /** Both decided; the black one's last day is today, or so many days later. */
    async function decided(number: number, blackDays: number) {
      const subject = organisationOf(90_000 + number);
      const terms = { starts: -1, lowerDays: 300 };
      const black = drafted(subject, `black-${number}`, 'black', today, { ...terms, days: blackDays });
      const red = drafted(subject, `red-${number}`, 'red', today, { ...terms, days: null });
      await store().commit([candidatesOf(subject, [black, red], [], NOW)]);
      return { key: subject.key, black: black.id, red: red.id };
    }

    const activate = (id: string, clock: Clock = () => NOW, from: ListingStore = store()) =>
      move(id, { store: from, clock, abolitions: NONE_ABOLISHED }, (seen, now) =>
        stepOf({ do: 'list', id }, seen, DESK, now),
      );

    const stateOf = async (key: Parameters<typeof candidatesOf>[0]['key'], id: string) => {
      const standing = (await store().standings([key])).get(key);
      const listing = standing?.listings.find((each) => each.id === id);
      return listing?.ended?.reason ?? listing?.state;
    };

    test('that come into force at once never stand beside each other', async () => {
      for (let number = 0; number < 12; number += 1) {
        const { key, black, red } = await decided(number, 30);
        const order = number % 2 === 0 ? [black, red] : [red, black];
        const done = await Promise.allSettled(order.map((id) => activate(id)));
        expect(await stateOf(key, black)).toBe('active');
        const refused = done.find((each) => each.status === 'rejected');
        if (refused) expect(refused.reason).toBeInstanceOf(Problem);
        // The red one was refused, or it was there first and ended in the black one's transaction.
        expect(await stateOf(key, red)).toBe(refused ? 'decided' : 'blacklisted');
      }
    });

    test('are read with everything that was brought up about them, however many pages that is', async () => {
      const { key, black } = await decided(60, 30);
      const before = (await store().standings([key])).get(key);
      if (!before) throw new Error('no standing');
      const by = { actor: 'steward' };
      const cases = Array.from({ length: 10 }, (_, index): Case => {
        const id = `${black}.o${index + 1}`;
        const filed = { at: toIso(NOW), by };
        // Ten of these, which nothing deflates, are two pages of a query.
        const statement = randomBytes(PAGE_BYTES / 8).toString('base64');
        const said = { by: 'subject', ground: 'procedure', statement, evidence: [], state: 'filed', filed };
        return Case.parse({ kind: 'objection', id, listingId: black, ...said });
      });
      const events = cases.map(
        ({ id }) => ({ type: 'case-moved', listingId: black, caseId: id, state: 'filed' }) as const,
      );
      await store().commit([
        { key, change: advance(before, events, by, NOW), documents: [], names: [], opened: cases },
      ]);
      const file = await store().file(black);
      expect(file?.cases.map(({ id }) => id).toSorted()).toEqual(cases.map(({ id }) => id).toSorted());
      expect(file?.entry).toBeDefined();
    });

    test('do so across midnight: a red one that was asked for on the black one’s last day, and read on the next', async () => {
      const { key, black, red } = await decided(50, 0);
      await activate(black);
      let now = instant(endOf(today) - 1);
      const slow = store();
      const from: ListingStore = {
        file: (id) => slow.file(id),
        standings: async (keys) => {
          const read = await slow.standings(keys);
          now = endOf(today);
          return read;
        },
        commit: (changes) => slow.commit(changes),
      };
      await activate(red, () => now, from);
      expect(await stateOf(key, red)).toBe('active');
      expect((await store().history(key)).at(-1)).toMatchObject({
        at: toIso(endOf(today)),
        event: { type: 'activated' },
      });
    });
  });
}
