import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import catalogueJson from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { CalendarYear } from '../../lib/calendar/calendar-year.ts';
import { SHIPPED_CALENDARS } from '../../lib/calendar/shipped.ts';
import { publish, refreshed, switchCode } from '../../lib/catalogue/change.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import { CheckQuestion } from '../../lib/check/question.ts';
import { Quota } from '../../lib/check/quota.ts';
import { answerOf } from '../../lib/check/receipt.ts';
import type { RegisteredCaller } from '../../lib/check/registration.ts';
import { runCheck } from '../../lib/check/run-check.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { keyItem } from '../../lib/dynamo/attributes.ts';
import { DynamoCalendarStore } from '../../lib/dynamo/calendar-store.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { callerKey, headKey } from '../../lib/dynamo/keys.ts';
import { DynamoRegistryReader } from '../../lib/dynamo/registry-reader.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { StandingMoved } from '../../lib/listing/ports.ts';
import { advance, fold, unknownSubject } from '../../lib/listing/transition.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { organisation, question } from '../api-client.ts';
import { tie } from '../tied.ts';
import { keyOf, listing, NOW, never, SIGNED, type TestEngine } from './samples.ts';

const PUBLISHED = PublishedCatalogue.parse(catalogueJson);
/** What a check reads of it. */
const { listKeeping: KEEPING, ...CATALOGUE } = PUBLISHED;
const CALLER: RegisteredCaller = {
  id: 'procurement',
  name: 'n',
  organisation: 'o',
  scenes: ['government-procurement'],
  state: 'active',
  quota: { perSecond: 10, burst: 10 },
  appliedBy: 'admin',
};

/** What is expected of head, callers, aliases and the check's view of them, on every engine. */
export function registryBehaves(engine: TestEngine): void {
  describe('the head', () => {
    test('is not there before the first catalogue; then the catalogue is the one that it names', async () => {
      const heads = new DynamoHeadStore(engine.client, (await engine.freshTables()).registry);
      expect(await heads.read()).toBeUndefined();
      await expect(heads.current()).rejects.toThrow();
      const head = await heads.change((before) => publish(before, PUBLISHED), PUBLISHED);
      expect(head).toMatchObject({ catalogueVersion: CATALOGUE.version, sequence: 1 });
      expect(await heads.read()).toEqual(head);
      expect(await heads.current()).toEqual(CATALOGUE);
      expect(await heads.keeping()).toEqual(KEEPING);

      // The version is taken: nothing changes, whatever the body.
      const other = { ...CATALOGUE, sample: false };
      expect(await heads.change((before) => publish(before, other), other)).toBeUndefined();
      expect(await heads.read()).toEqual(head);
      expect(await heads.current()).toEqual(CATALOGUE);
    });

    test('loses no change under concurrency', async () => {
      const heads = new DynamoHeadStore(engine.client, (await engine.freshTables()).registry);
      await heads.change((before) => publish(before, CATALOGUE), CATALOGUE);
      const codes = ['no-land', 'no-fiscal-fund', 'no-commendation', 'priority'];
      await Promise.all([
        ...codes.map((code) => heads.change((before) => switchCode(before, code, 'off'))),
        heads.change((before) => refreshed(before, 'court-defaulters-list', NOW)),
      ]);
      const head = await heads.read();
      expect(head?.sequence).toBe(codes.length + 2);
      expect(head?.switchedOff.toSorted()).toEqual(codes.toSorted());
      expect(head?.freshAsOf).toEqual({ 'court-defaulters-list': '2026-11-21T01:00:00.000Z' });
    });

    test('that is not what it should be is not read', async () => {
      const { registry } = await engine.freshTables();
      await engine.client.send(
        new PutItemCommand({ TableName: registry, Item: { ...keyItem(headKey), body: { S: '{"sequence":-1}' } } }),
      );
      await expect(new DynamoHeadStore(engine.client, registry).read()).rejects.toThrow();
    });
  });

  test('the calendars of two operators at once are both kept', async () => {
    const store = new DynamoCalendarStore(engine.client, (await engine.freshTables()).registry);
    expect(await store.calendars()).toEqual(SHIPPED_CALENDARS);
    const years = [2027, 2028, 2029, 2030];
    const calendars = years.map((year) =>
      CalendarYear.parse({ year, notice: 'n', daysOff: [`${year}-01-01`], makeUpDays: [] }),
    );
    const revisions = await Promise.all(
      calendars.map((calendar) => store.put(calendar, SIGNED, '2026-11-21T01:00:00.000Z')),
    );
    expect(revisions.toSorted()).toEqual([1, 2, 3, 4]);
    expect(await store.calendars()).toEqual(
      new Map([...SHIPPED_CALENDARS, ...calendars.map((each) => [each.year, each] as const)]),
    );
  });

  describe('a caller', () => {
    const callers = () => new DynamoCallerStore(engine.client, engine.tables.registry);

    test('is written where it is what it was taken for, and nowhere else', async () => {
      const caller = { ...CALLER, id: 'caller#1%' };
      expect(await callers().read(caller.id)).toBeUndefined();
      expect(await callers().write(caller, undefined)).toBe(true);
      expect(await callers().write({ ...caller, name: 'other' }, undefined)).toBe(false);
      const suspended = { ...caller, state: 'suspended' as const };
      expect(await callers().write(suspended, caller)).toBe(true);
      expect(await callers().write({ ...caller, name: 'other' }, caller)).toBe(false);
      expect(await callers().read(caller.id)).toEqual(suspended);
    });

    test('is changed by one of many at once', async () => {
      const caller = { ...CALLER, id: 'caller-2' };
      await callers().write(caller, undefined);
      const written = await Promise.all(
        Array.from({ length: 6 }, (_, index) => callers().write({ ...caller, name: `n${index}` }, caller)),
      );
      expect(written.filter(Boolean)).toHaveLength(1);
    });

    test('that is not what it should be is not read', async () => {
      await engine.client.send(
        new PutItemCommand({
          TableName: engine.tables.registry,
          Item: { ...keyItem(callerKey('bad')), body: { S: '{"id":"bad"}' } },
        }),
      );
      await expect(callers().read('bad')).rejects.toThrow();
    });
  });

  test('an alias leads where it was signed to lead, and is not moved', async () => {
    const aliases = new DynamoAliasStore(engine.client, engine.tables.registry);
    const alias = { scheme: 'registration-no', value: '430100000010234' } as const;
    expect(await aliases.subjectsOf(alias)).toEqual([]);
    await tie(aliases, alias, keyOf(organisation(20)));
    await expect(tie(aliases, alias, keyOf(organisation(21)))).rejects.toThrow(StandingMoved);
    expect(await aliases.subjectsOf(alias)).toEqual([keyOf(organisation(20))]);
    expect(await aliases.subjectsOf({ ...alias, scheme: 'attested-code' })).toEqual([]);
    // Each step once, on the one before it.
    const [id = ''] = (await aliases.shelf('settled', undefined)).lines.map((line) => line.id);
    const before = (await aliases.aliases([id])).get(id);
    if (!before) throw new Error('an alias that was written');
    const after = { ...before, steps: [...before.steps, ...before.steps] };
    const link = { ...alias, tied: false };
    const twice = await Promise.allSettled([
      aliases.record({ before, after, link, mistakenBy: 'tax' }),
      aliases.record({ before, after, link, mistakenBy: 'tax' }),
    ]);
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    // Taken back, it leads nowhere, and may lead to another.
    expect(await aliases.subjectsOf(alias)).toEqual([]);
    await tie(aliases, alias, keyOf(organisation(21)));
    expect(await aliases.subjectsOf(alias)).toEqual([keyOf(organisation(21))]);
  });

  describe('the registry’s reader', () => {
    let registry: string;
    beforeAll(async () => {
      ({ registry } = await engine.freshTables());
      const heads = new DynamoHeadStore(engine.client, registry);
      await heads.change((before) => publish(before, CATALOGUE), CATALOGUE);
      await heads.change((before) =>
        CATALOGUE.sources.reduce((head, { id }) => refreshed(head, id, NOW), before ?? publish(before, CATALOGUE)),
      );
      await new DynamoCallerStore(engine.client, registry).write(CALLER, undefined);
    });

    test('gives head, catalogue, caller, standings and aliases of more than 100 keys', async () => {
      const keys = Array.from({ length: 150 }, (_, index) => keyOf(organisation(3_000 + index)));
      const known = keys.filter((_, index) => index % 30 === 0);
      const store = new DynamoStandingStore(engine.client, registry);
      for (const key of known)
        await store.commit([
          {
            key,
            change: advance(
              unknownSubject({ scheme: 'uscc' }),
              [{ type: 'listed', listing: listing(key) }],
              SIGNED,
              NOW,
            ),
            documents: [],
            names: ['甲公司'],
          },
        ]);
      const aliases = [
        { scheme: 'org-name', value: '甲公司' },
        { scheme: 'org-name', value: '乙公司' },
      ] as const;
      const reader = new DynamoRegistryReader(engine.client, registry);
      const view = await reader.read({ caller: CALLER.id, subjects: [...keys, ...known], aliases }, never);
      expect(view.head.catalogueVersion).toBe(CATALOGUE.version);
      expect(view.catalogue).toEqual(CATALOGUE);
      expect(view.caller).toMatchObject({ id: CALLER.id, state: 'active' });
      expect([...view.standings.keys()].sort()).toEqual(known.toSorted());
      expect([...view.aliases].map(([id, subjects]) => [id, subjects.toSorted()])).toEqual([
        ['org-name:甲公司', known.toSorted()],
      ]);
      expect((await reader.read({ caller: 'nobody', subjects: [], aliases: [] }, never)).caller).toBeUndefined();
      expect((await reader.standings(keys, never)).size).toBe(known.length);
    });

    test('rejects when it may no longer wait', async () => {
      const reader = new DynamoRegistryReader(engine.client, registry);
      await expect(
        reader.read({ caller: CALLER.id, subjects: [], aliases: [] }, AbortSignal.abort()),
      ).rejects.toThrow();
    });

    test('shows a subject with 2,000 listings whole: 50 reasons, 1,950 omitted, all on record', async () => {
      const code = organisation(4_000);
      const key = keyOf(code);
      const store = new DynamoStandingStore(engine.client, registry);
      let standing = unknownSubject({ scheme: 'uscc', code });
      const count = 2_000;
      const perCommit = 99;
      for (let from = 0; from < count; from += perCommit) {
        const events = Array.from({ length: Math.min(perCommit, count - from) }, (_, index) => ({
          type: 'listed' as const,
          listing: listing(`many-${from + index}`),
        }));
        const change = advance(standing, events, SIGNED, NOW);
        await store.commit([{ key, change, documents: [], names: [] }]);
        standing = change.after;
      }
      const log = new DynamoCheckLogReader(engine.client, engine.tables.checkLog);
      const answered = await runCheck(
        CheckQuestion.parse(question(code, { matter: { id: 'many' } })),
        { caller: CALLER.id, language: 'zh', idempotencyKey: 'many', signal: AbortSignal.timeout(20_000) },
        {
          registry: new DynamoRegistryReader(engine.client, registry),
          log: new DynamoCheckLogWriter(engine.client, engine.tables.checkLog),
          chain: new WriterChain(),
          clock: () => NOW,
          quota: new Quota(),
          ring: parseKeyring(`1:${Buffer.alloc(32, 1).toString('base64')}`),
          recordKey: Buffer.alloc(32, 2),
          receipts: receiptSigner(parseSigningKeys(Buffer.alloc(32, 3).toString('base64')).current),
        },
      );
      const { outcome, verdicts } = JSON.parse(answered.body);
      expect([outcome, verdicts[0].standingVersion, verdicts[0].reasons.length, verdicts[0].omitted]).toEqual([
        'veto',
        count,
        50,
        1_950,
      ]);
      const record = (await log.record(answered.id))?.record;
      expect(record && answerOf(record)).toBe(answered.body);
      expect(record?.detail.subjects[0]?.omittedReasons).toHaveLength(1_950);
      expect(record?.subjects[0]?.listings).toHaveLength(count);
      expect(fold(await store.history(key))).toEqual(standing);
    });
  });
}
