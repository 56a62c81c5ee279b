import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { keyItem } from '../../lib/dynamo/attributes.ts';
import { standingKey } from '../../lib/dynamo/keys.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { DynamoPublicationReader } from '../../lib/dynamo/publication-reader.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { Case } from '../../lib/listing/case.ts';
import { StandingMoved, type SubjectChange } from '../../lib/listing/ports.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, fold, unknownSubject } from '../../lib/listing/transition.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';
import { organisation } from '../api-client.ts';
import { keyOf, listing, NOW, SIGNED, type TestEngine } from './samples.ts';

/** What is expected of the store of standings, on every engine. */
export function standingsBehave(engine: TestEngine): void {
  describe('a standing', () => {
    const store = () => new DynamoStandingStore(engine.client, engine.tables.registry);

    test('is written with its history and documents, and read back', async () => {
      const code = organisation(1);
      const key = keyOf(code);
      const before = unknownSubject({ scheme: 'uscc', code, name: '样例有限公司' });
      const change = advance(
        before,
        [
          { type: 'listed', listing: listing('a') },
          { type: 'listed', listing: listing('b') },
        ],
        SIGNED,
        NOW,
      );
      const documents = [{ listingId: 'a', subject: key, fields: { 案号: '（2026）1号' } }];
      await store().commit([{ key, change, documents, names: ['样例有限公司'] }]);
      expect((await store().standings([key])).get(key)).toEqual(change.after);
      expect(await store().history(key)).toEqual(change.records);
    });

    test('of which nothing is known is absent', async () => {
      expect(await store().standings([keyOf(organisation(2))])).toEqual(new Map());
      expect(await store().history(keyOf(organisation(2)))).toEqual([]);
    });

    test('is the fold of its history at every version', async () => {
      const code = organisation(3);
      const key = keyOf(code);
      let standing = unknownSubject({ scheme: 'uscc', code });
      for (const event of [
        { type: 'listed', listing: listing('f1') },
        { type: 'suspended', listingId: 'f1', cause: 'objection' },
        { type: 'resumed', listingId: 'f1', cause: 'objection' },
        { type: 'listed', listing: listing('f2') },
        { type: 'changed', listing: { ...listing('f2'), until: '2030-01-01' } },
        { type: 'code-confirmed', code: organisation(4) },
        { type: 'succeeded', predecessor: keyOf(organisation(5)) },
        { type: 'ended', listingId: 'f1', reason: 'repaired' },
      ] as Parameters<typeof advance>[1]) {
        const change = advance(standing, [event], SIGNED, NOW);
        await store().commit([{ key, change, documents: [], names: [] }]);
        standing = change.after;
        expect((await store().standings([key])).get(key)).toEqual(standing);
        expect(fold(await store().history(key))).toEqual(standing);
      }
      expect(standing.version).toBe(8);
    });

    test('that has moved is not overwritten: StandingMoved, and nothing is written', async () => {
      const [code, other] = [organisation(6), organisation(7)];
      const from = unknownSubject({ scheme: 'uscc', code });
      const first = advance(from, [{ type: 'listed', listing: listing('m1') }], SIGNED, NOW);
      const rival = advance(from, [{ type: 'listed', listing: listing('m2') }], SIGNED, NOW);
      const beside = advance(
        unknownSubject({ scheme: 'uscc', code: other }),
        [{ type: 'listed', listing: listing('m3') }],
        SIGNED,
        NOW,
      );
      const part = (key: SubjectKey, change: typeof first) => ({ key, change, documents: [], names: [] });
      await store().commit([part(keyOf(code), first)]);
      await expect(store().commit([part(keyOf(other), beside), part(keyOf(code), rival)])).rejects.toThrow(
        StandingMoved,
      );
      expect((await store().standings([keyOf(code), keyOf(other)])).get(keyOf(code))).toEqual(first.after);
      expect((await store().standings([keyOf(other)])).size).toBe(0);
      expect(await store().history(keyOf(code))).toHaveLength(1);
      expect(await store().history(keyOf(other))).toEqual([]);
      // And a change of what is there, from a version that is past.
      const second = advance(first.after, [{ type: 'ended', listingId: 'm1', reason: 'revoked' }], SIGNED, NOW);
      await store().commit([part(keyOf(code), second)]);
      await expect(store().commit([part(keyOf(code), second)])).rejects.toThrow(StandingMoved);
    });

    test('with a case: one is opened once, and goes on only where it is there', async () => {
      const code = organisation(9);
      const key = keyOf(code);
      const files = new DynamoListingStore(engine.client, engine.tables.registry);
      const nobody = unknownSubject({ scheme: 'uscc', code });
      const listed = advance(nobody, [{ type: 'listed', listing: listing('c1') }], SIGNED, NOW);
      await files.commit([
        { key, change: listed, documents: [{ listingId: 'c1', subject: key, fields: {} }], names: [] },
      ]);
      let standing = listed.after;
      const filed = (number: number) =>
        Case.parse({
          kind: 'objection',
          id: `c1.o${number}`,
          listingId: 'c1',
          by: 'subject',
          ground: 'procedure',
          statement: '异议',
          evidence: [],
          state: 'filed',
          filed: { at: '2026-11-21T01:00:00.000Z', by: { actor: 'steward' } },
        });
      const commit = async (part: Pick<SubjectChange, 'opened' | 'cases'>, ground: string) => {
        const objected = { type: 'objected', listingId: 'c1', objectionId: `c1.${ground}`, ground } as const;
        const change = advance(standing, [objected], SIGNED, NOW);
        await files.commit([{ key, change, documents: [], names: [], ...part }]);
        standing = change.after;
      };
      // Two at once, from the same version of the standing: one of them.
      const both = await Promise.allSettled([
        commit({ opened: [filed(1)] }, 'wrong-facts'),
        commit({ opened: [filed(1)] }, 'procedure'),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      // And from a later version, which the standing would allow: the id is taken, and another is not there.
      await expect(commit({ opened: [filed(1)] }, 'wrong-term')).rejects.toThrow(StandingMoved);
      await expect(commit({ cases: [filed(2)] }, 'wrong-term')).rejects.toThrow(StandingMoved);
      expect((await files.standings([key])).get(key)).toEqual(standing);
      await commit({ opened: [filed(2)], cases: [filed(1)] }, 'wrong-term');
      expect((await files.file('c1'))?.cases).toEqual([filed(1), filed(2)]);
    });

    test('under parallel writers loses no event', async () => {
      const code = organisation(8);
      const key = keyOf(code);
      const writers = 8;
      const write = async (name: string): Promise<number> => {
        for (let tries = 1; ; tries += 1) {
          const before = (await store().standings([key])).get(key) ?? unknownSubject({ scheme: 'uscc', code });
          const change = advance(before, [{ type: 'listed', listing: listing(name) }], SIGNED, NOW);
          try {
            await store().commit([{ key, change, documents: [], names: [] }]);
            return tries;
          } catch (error) {
            if (!(error instanceof StandingMoved)) throw error;
          }
        }
      };
      const tries = await Promise.all(Array.from({ length: writers }, (_, index) => write(`p${index}`)));
      const standing = (await store().standings([key])).get(key);
      expect(standing?.version).toBe(writers);
      expect(standing?.listings.map(({ id }) => id).sort()).toEqual(
        Array.from({ length: writers }, (_, index) => `p${index}`),
      );
      expect(fold(await store().history(key))).toEqual(standing);
      expect(Math.max(...tries)).toBeGreaterThan(1);
    });

    test('is read among more than 100 others', async () => {
      const keys = Array.from({ length: 250 }, (_, index) => keyOf(organisation(1_000 + index)));
      const codes = new Map(keys.map((key, index) => [key, organisation(1_000 + index)]));
      for (let from = 0; from < keys.length; from += 40)
        await store().commit(
          keys.slice(from, from + 40).map((key) => ({
            key,
            change: advance(
              unknownSubject({ scheme: 'uscc', code: codes.get(key) ?? '' }),
              [{ type: 'listed', listing: listing(key) }],
              SIGNED,
              NOW,
            ),
            documents: [],
            names: [],
          })),
        );
      const found = await store().standings([...keys, ...keys, keyOf(organisation(999))]);
      expect([...found].map(([key, { subject, listings }]) => [key, subject.code, listings[0]?.id])).toEqual(
        keys.map((key) => [key, codes.get(key), key]),
      );
    });

    test('with documents is found along its domain, the newest document first, in any stretches', async () => {
      const { registry } = await engine.freshTables();
      const store = new DynamoPublicationReader(engine.client, registry);
      const ids = Array.from({ length: 120 }, (_, index) => `d${index}#%`);
      const key = keyOf(organisation(12));
      const dayOf = (index: number) => `2026-01-${String(1 + (index % 28)).padStart(2, '0')}`;
      let standing = unknownSubject({ scheme: 'uscc' });
      for (let from = 0; from < ids.length; from += 30) {
        const events = ids.slice(from, from + 30).map((id, index) => ({
          type: 'listed' as const,
          listing: Listing.parse({
            ...listing(id),
            document: { number: id, type: 'judgment', issuedOn: dayOf(from + index) },
          }),
        }));
        const change = advance(standing, events, SIGNED, NOW);
        const documents = events.map((event) => ({ listingId: event.listing.id, subject: key, fields: {} }));
        await store.commit([{ key, change, documents, names: [] }]);
        standing = change.after;
      }
      const expected = ids
        .map((id, index) => `${dayOf(index)}#${id}`)
        .toSorted()
        .toReversed();
      for (const about of [1, 10, 500]) {
        const found: string[] = [];
        let before: string | undefined;
        do {
          const { rows, end } = await store.listings('court-defaulters', before, about);
          for (const row of rows) {
            expect(row.position).toBe(`${row.position.slice(0, 10)}#${row.listingId}`);
            found.push(row.position);
          }
          before = end;
        } while (before !== undefined);
        expect(found).toEqual(expected);
      }
      expect(await store.listings('court-defaulters-2', undefined, 10)).toEqual({ rows: [], end: undefined });
    });

    test('that is not what it should be is not read', async () => {
      const key = keyOf(organisation(9));
      for (const body of ['{"version":1}', '{', '{"version":1,"subject":{"scheme":"uscc"},"listings":[{"id":"x"}]}']) {
        await engine.client.send(
          new PutItemCommand({
            TableName: engine.tables.registry,
            Item: { ...keyItem(standingKey(key)), ver: { N: '1' }, body: { S: body } },
          }),
        );
        await expect(store().standings([key])).rejects.toThrow();
      }
    });
  });
}
