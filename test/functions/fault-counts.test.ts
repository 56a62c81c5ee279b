import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynoxideBinary } from '../../infra/local/dynoxide.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { consortium, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { listing } from '../conformance/samples.ts';
import { type FaultyCheck, startFaultyCheck } from '../contract/faulty-check.ts';
import { tie } from '../tied.ts';

const TEN_REASONS = organisation(5);
const REGISTRATION_NO = '430100000010234';

let service: FaultyCheck;
beforeAll(async () => {
  service = await startFaultyCheck();
  const alias = { scheme: 'registration-no', value: REGISTRATION_NO } as const;
  await tie(service.aliases, alias, organisationKey(SAMPLE.veto.slice(8, 17)));
  const key = organisationKey(TEN_REASONS.slice(8, 17));
  const events = Array.from({ length: 10 }, (_, index) => ({
    type: 'listed' as const,
    listing: listing(`court-2026-${index}`),
  }));
  const from = unknownSubject({ scheme: 'uscc', code: TEN_REASONS, name: '样例十次失信有限公司' });
  const change = advance(from, events, { actor: 'test' }, instant(Date.now()));
  await service.standings.commit([{ key, change, documents: [], names: [] }]);
});
beforeEach(() => service.proxy.heal());
afterAll(() => service?.stop());

const three = () => question(undefined, consortium(organisation(1), organisation(2), organisation(3)));

describe('requests to the tables', () => {
  test('are one read and one write for one subject, whatever is known of it', async () => {
    for (const subject of [organisation(1), SAMPLE.veto, SAMPLE.vetoAndExpired]) {
      service.proxy.heal();
      expect((await service.ask(question(subject))).status).toBe(201);
      expect(service.proxy.requests).toEqual({ BatchGetItem: 1, PutItem: 1 });
    }
  });

  test('are one read and one write for a consortium of three, and for a person', async () => {
    expect((await service.ask(three())).status).toBe(201);
    expect(service.proxy.requests).toEqual({ BatchGetItem: 1, TransactWriteItems: 1 });
    service.proxy.heal();
    expect((await service.ask(question(personSubject()))).status).toBe(201);
    expect(service.proxy.requests).toEqual({ BatchGetItem: 1, TransactWriteItems: 1 });
  });

  test('are one read and one write for a replay, of one subject and of three', async () => {
    for (const [key, body, write] of [
      ['one', question(SAMPLE.veto), 'PutItem'],
      ['three', three(), 'TransactWriteItems'],
    ] as const) {
      await service.ask(body, key);
      service.proxy.heal();
      expect((await service.ask(body, key)).status).toBe(200);
      expect(service.proxy.requests).toEqual({ BatchGetItem: 1, [write]: 1 });
    }
  });

  test('are one read more for a registration number, and for a name', async () => {
    expect((await service.ask(question({ scheme: 'registration-no', id: REGISTRATION_NO }))).status).toBe(201);
    expect(service.proxy.requests).toEqual({ BatchGetItem: 2, PutItem: 1 });
    service.proxy.heal();
    expect((await service.ask(question({ scheme: 'org-name', id: '样例失信建设有限公司' }))).status).toBe(201);
    // One write all the same: with a line for whoever holds it up.
    expect(service.proxy.requests).toEqual({ BatchGetItem: 2, TransactWriteItems: 1 });
  });

  test('are one read and one write for a number or a name that leads nowhere, and for an invalid identifier', async () => {
    for (const [subject, status] of [
      [{ scheme: 'registration-no', id: '430100000001238' }, 201],
      [{ scheme: 'org-name', id: '样例无名公司' }, 201],
      [{ scheme: 'uscc', id: '91350100M000100Y4A' }, 422],
    ] as const) {
      service.proxy.heal();
      const reply = await service.ask(question(subject));
      expect([reply.status, service.proxy.requests]).toEqual([status, { BatchGetItem: 1, PutItem: 1 }]);
    }
  });
});

// DynamoDB Local's figures are of no use.
describe.skipIf(dynoxideBinary() === undefined)('units charged', () => {
  const EVERY_FIELD = {
    matter: {
      id: 'HN-2026-000142',
      lot: '1',
      name: '某采购项目公开招标',
      region: '430100',
      sector: 'construction',
      mandatoryTender: true,
    },
  };

  test.each([
    ['a pass', question(organisation(1)), 3, 4],
    [
      'a pass with every field',
      question({ scheme: 'uscc', id: organisation(1), name: '样例有限公司', role: 'bidder' }, EVERY_FIELD),
      // One more: what is listed under the name alone.
      4,
      4,
    ],
    ['a veto with one reason', question(SAMPLE.veto), 3, 5],
    ['a veto with ten reasons', question(TEN_REASONS), 3, 5],
    ['a consortium of three', three(), 5, 11],
  ])('for %s stay within what is promised', async (_, body, read, write) => {
    expect((await service.ask(body)).status).toBe(201);
    const { units } = service.proxy;
    expect(units.read).toBeGreaterThan(0);
    expect(units.read).toBeLessThanOrEqual(read);
    expect(units.write).toBeLessThanOrEqual(write);
  });
});
