import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { consortium, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { type CheckReply, type FaultyCheck, holding, startFaultyCheck } from '../contract/faulty-check.ts';
import { type Fault, type Operation, throttled } from './fault-proxy.ts';

/** Milliseconds. A caller is promised a `503` within two seconds; the rest is for a busy machine. */
const PROMISE = 2_500;

let service: FaultyCheck;
beforeAll(async () => {
  service = await startFaultyCheck();
});
afterAll(() => service?.stop());

let matters = 0;
const QUESTIONS = {
  'one subject': () => question(SAMPLE.veto),
  'a consortium': () => question(undefined, consortium(organisation(1), SAMPLE.veto, organisation(2))),
  'a person': () => question(personSubject()),
};
type Kind = keyof typeof QUESTIONS;
const writes: Record<Kind, Operation> = {
  'one subject': 'PutItem',
  'a consortium': 'TransactWriteItems',
  'a person': 'TransactWriteItems',
};
const KINDS: Kind[] = ['one subject', 'a consortium', 'a person'];

/** A question under a matter and a key of its own. */
function ownQuestion(kind: Kind) {
  matters += 1;
  const matter = `F-${matters}`;
  return { body: { ...QUESTIONS[kind](), matter: { id: matter } }, key: `key-${matters}`, matter };
}

const recordsOf = async (matter: string) => (await service.records()).filter(({ matterId }) => matterId === matter);

/** An answer that is on record, once, as these bytes. */
async function expectRecorded(reply: CheckReply, matter: string): Promise<void> {
  expect([200, 201], reply.text).toContain(reply.status);
  const records = await recordsOf(matter);
  expect(records).toHaveLength(1);
  expect(holding(records, reply)).toHaveLength(1);
}

function expectUnavailable(reply: CheckReply, code: string): void {
  expect({ status: reply.status, type: JSON.parse(reply.text).type }).toEqual({
    status: 503,
    type: `urn:grantgate:problem:${code}`,
  });
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  expect(reply.text).not.toMatch(/outcome|verdict":|veto|injected|Exception/);
  expect(reply.milliseconds).toBeLessThan(PROMISE);
}

const PASSING: [string, Fault][] = [
  ['a throttle', throttled()],
  ['another throttle', throttled('ThrottlingException')],
  ['an error of the engine', { kind: 'refused', status: 500, error: 'InternalServerError' }],
  ['a hang', { kind: 'hang' }],
  ['a reset before it arrived', { kind: 'reset-before' }],
  ['a reset after it was applied', { kind: 'reset-after' }],
  ['a lost response', { kind: 'lost-response' }],
];

/** The read of a subject that no other test asks for. */
function ownRead() {
  const own = ownQuestion('one subject');
  const subject = organisation(2_000 + matters);
  return { ...own, body: { ...own.body, subjects: [{ scheme: 'uscc', id: subject }] }, read: subject.slice(8, 17) };
}

describe.concurrent.each(PASSING)('%s that passes', (_, fault) => {
  test('on the read is not noticed', async () => {
    const { body, key, matter, read } = ownRead();
    service.proxy.inject('BatchGetItem', fault, 1, read);
    await expectRecorded(await service.ask(body, key), matter);
  });

  test.each(KINDS)('on the write of %s: the answer is on record once', async (kind) => {
    const { body, key, matter } = ownQuestion(kind);
    service.proxy.inject(writes[kind], fault, 1, `"${matter}"`);
    const reply = await service.ask(body, key);
    expect(reply.status).toBe(201);
    await expectRecorded(reply, matter);
    expect((await service.ask(body, key)).text).toBe(reply.text);
    expect(await recordsOf(matter)).toHaveLength(1);
  });

  test('on the write of a check without a key: the answer is on record once', async () => {
    const { body, matter } = ownQuestion('one subject');
    service.proxy.inject('PutItem', fault, 1, `"${matter}"`);
    await expectRecorded(await service.ask(body), matter);
  });
});

const LASTING: [string, Fault, boolean][] = [
  ['a throttle', throttled(), false],
  ['an error of the engine', { kind: 'refused', status: 500, error: 'InternalServerError' }, false],
  ['a hang', { kind: 'hang' }, false],
  ['a reset before it arrived', { kind: 'reset-before' }, false],
  ['a reset after it was applied', { kind: 'reset-after' }, true],
  ['a lost response', { kind: 'lost-response' }, true],
];

describe.concurrent.each(LASTING)('%s that lasts', (_, fault, applied) => {
  test('on the read gives a 503 in two seconds, and leaves no record', async () => {
    const { body, key, matter, read } = ownRead();
    const end = service.proxy.inject('BatchGetItem', fault, Number.POSITIVE_INFINITY, read);
    expectUnavailable(await service.ask(body, key), 'registry-unavailable');
    expect(await recordsOf(matter)).toEqual([]);
    end();
    const retry = await service.ask(body, key);
    expect(retry.status).toBe(201);
    await expectRecorded(retry, matter);
  });

  // A person's record is written as a consortium's is.
  test.each(KINDS.slice(0, 2))(
    'on the write of %s gives a 503 in two seconds; a retry gets the one record',
    async (kind) => {
      const { body, key, matter } = ownQuestion(kind);
      const end = service.proxy.inject(writes[kind], fault, Number.POSITIVE_INFINITY, `"${matter}"`);
      expectUnavailable(await service.ask(body, key), 'evidence-unavailable');
      expect(await recordsOf(matter)).toHaveLength(applied ? 1 : 0);
      end();
      const retry = await service.ask(body, key);
      // What was applied though nobody heard of it is the first answer.
      expect([retry.status, retry.headers['idempotency-replayed']]).toEqual(applied ? [200, 'true'] : [201, undefined]);
      await expectRecorded(retry, matter);
    },
  );
});

describe('keys that the engine left unprocessed', () => {
  beforeEach(() => service.proxy.heal());
  const many = () =>
    question(undefined, consortium(...Array.from({ length: 20 }, (_, index) => organisation(20 + index))));

  test.each([1, 2, 4])('%i times are asked for again: the answer is whole', async (times) => {
    const body = { ...many(), matter: { id: `U-${times}` } };
    body.subjects[13] = { scheme: 'uscc', id: SAMPLE.veto };
    service.proxy.inject('BatchGetItem', { kind: 'unprocessed' }, times);
    const reply = await service.ask(body);
    expect(reply.status).toBe(201);
    expect(service.proxy.requests.BatchGetItem).toBe(times + 1);
    const outcomes = JSON.parse(reply.text).verdicts.map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes).toEqual(Array.from({ length: 20 }, (_, index) => (index === 13 ? 'veto' : 'pass')));
    await expectRecorded(reply, `U-${times}`);
  });

  test('for ever give a 503 in two seconds', async () => {
    service.proxy.inject('BatchGetItem', { kind: 'unprocessed' });
    expectUnavailable(await service.ask({ ...many(), matter: { id: 'U-9' } }), 'registry-unavailable');
    expect(await recordsOf('U-9')).toEqual([]);
  });
});

describe('a transaction in conflict', () => {
  beforeEach(() => service.proxy.heal());
  test.each([1, 3])('%i times is tried again', async (times) => {
    const { body, key, matter } = ownQuestion('a consortium');
    service.proxy.inject('TransactWriteItems', { kind: 'conflict' }, times);
    const reply = await service.ask(body, key);
    expect(reply.status).toBe(201);
    expect(service.proxy.requests.TransactWriteItems).toBe(times + 1);
    await expectRecorded(reply, matter);
  });

  test('meets the record of the request that came first', async () => {
    const { body, key, matter } = ownQuestion('a consortium');
    const first = await service.ask(body, key);
    service.proxy.inject('TransactWriteItems', { kind: 'conflict' }, 2);
    const second = await service.ask(body, key);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.text).toBe(first.text);
    expect(await recordsOf(matter)).toHaveLength(1);
  });

  test('for ever gives a 503 in two seconds', async () => {
    const { body, key, matter } = ownQuestion('a consortium');
    service.proxy.inject('TransactWriteItems', { kind: 'conflict' });
    expectUnavailable(await service.ask(body, key), 'evidence-unavailable');
    expect(await recordsOf(matter)).toEqual([]);
  });
});

describe('requests under one key at once', () => {
  beforeEach(() => service.proxy.heal());
  test.each(KINDS)('of %s get one record and the same bytes, two of them and twenty', async (kind) => {
    for (const count of [2, 20]) {
      const { body, key, matter } = ownQuestion(kind);
      const replies = await Promise.all(Array.from({ length: count }, () => service.ask(body, key)));
      expect(replies.map(({ status }) => status).sort()).toEqual([...Array(count - 1).fill(200), 201]);
      expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
      const [reply] = replies;
      if (reply) await expectRecorded(reply, matter);
    }
  });

  test.each(KINDS)('of %s, some of them lost: never a second record, never other bytes', async (kind) => {
    const { body, key, matter } = ownQuestion(kind);
    service.proxy.inject(writes[kind], { kind: 'reset-after' }, 3);
    service.proxy.inject(writes[kind], { kind: 'reset-before' }, 3);
    service.proxy.inject(writes[kind], throttled(), 2);
    const replies = await Promise.all(Array.from({ length: 10 }, () => service.ask(body, key)));
    const answers = replies.filter(({ status }) => status < 300);
    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const [answer] = answers;
    if (answer) await expectRecorded(answer, matter);
  });

  test('of different bodies: one is answered, the others are a mismatch', async () => {
    const { key, matter } = ownQuestion('one subject');
    const bodies = Array.from({ length: 6 }, (_, index) =>
      question(organisation(50 + index), { matter: { id: matter } }),
    );
    const replies = await Promise.all(bodies.map((body) => service.ask(body, key)));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422, 422]);
    expect(await recordsOf(matter)).toHaveLength(1);
  });
});

test('a killed engine gives a 503 in two seconds, for reads and for writes', async () => {
  const other = await startFaultyCheck();
  try {
    const body = question(SAMPLE.veto);
    expect((await other.ask(body, 'before')).status).toBe(201);
    // The read is answered, then the engine is gone.
    other.proxy.inject('PutItem', { kind: 'hang' }, 2);
    const asked = other.ask(body, 'meanwhile');
    await expect.poll(() => other.proxy.requests.PutItem, { interval: 5 }).toBe(2);
    await other.killEngine();
    expectUnavailable(await asked, 'evidence-unavailable');
    expectUnavailable(await other.ask(body, 'after'), 'registry-unavailable');
  } finally {
    await other.stop();
  }
});
