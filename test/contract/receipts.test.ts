import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Receipt } from '../../lib/check/receipt-payload.ts';
import { KeySet } from '../../lib/receipt/key-set.ts';
import { isAnswerOf, verifyReceipt } from '../../lib/receipt/verify-receipt.ts';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { type Answer, answerIn, detailIn, itemsIn, problemIn } from './shapes.ts';

let api: ApiClient;
let keys: KeySet;
beforeAll(async () => {
  api = await startSampleStack();
  keys = KeySet.parse((await api.call('GET', '/.well-known/jwks.json')).json);
});
afterAll(() => api?.stack.stop());

const checked = async (body: unknown): Promise<Answer> => answerIn(await api.check(body));

/** The answer as it came, its fields in their order, and what its receipt says. */
async function received(body: unknown) {
  const reply = await api.check(body);
  const answer = z.record(z.string(), z.unknown()).parse(reply.json);
  return { answer, receipt: await verified(answerIn(reply)) };
}

/** What the receipt says, once it has been verified. */
async function verified({ receipt }: { receipt: string }): Promise<Receipt> {
  const result = await verifyReceipt(receipt, keys);
  if (!result.ok) throw new Error(result.code);
  return result.payload;
}

describe('the receipt of a check', () => {
  test.each([
    ['a pass', question()],
    ['a veto', question(SAMPLE.vetoAndExpired)],
    ['a check by name', question({ scheme: 'org-name', id: '某某公司' })],
    ['a person', question(personSubject())],
    [
      'a consortium with a lot',
      question(undefined, { ...consortium(organisation(1), SAMPLE.veto), matter: { id: 'T-2', lot: '3' } }),
    ],
  ])('of %s verifies and says what was asked and answered', async (_, body) => {
    const answer = await checked(body);
    const { principal, matter } = answer;
    const person = answer.verdicts.some(({ subject }) => subject.scheme === 'resident-id');
    expect(await verified(answer)).toEqual({
      id: answer.id,
      caller: 'procurement',
      scene: answer.scene,
      principal: { scheme: principal.scheme, id: principal.id },
      matter,
      question: expect.stringMatching(/^[\w-]{22}$/),
      outcome: answer.outcome,
      subjects: answer.verdicts.map(({ subject, outcome, standingVersion }) => ({
        scheme: subject.scheme,
        ...(!person && { id: subject.id }),
        outcome,
        standingVersion,
      })),
      catalogueVersion: answer.catalogueVersion,
      headSequence: expect.any(Number),
      sources: answer.sources,
      sealHead: null,
      checkedAt: answer.checkedAt,
      expiresAt: answer.expiresAt,
      answer: expect.stringMatching(/^[\w-]{43}$/),
      record: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('is a JWS of one algorithm, with a type of its own, under a published key', async () => {
    const { receipt } = await checked(question());
    expect(decodeProtectedHeader(receipt)).toEqual({
      alg: 'EdDSA',
      typ: 'grantgate-receipt+jws',
      kid: keys.keys.at(-1)?.kid,
    });
  });

  test.each([
    ['an organisation', question(SAMPLE.vetoAndExpired)],
    ['a person with a name', question(personSubject())],
    [
      'a member that is a person',
      question([{ scheme: 'uscc', id: organisation(2) }, personSubject()], { consortium: true }),
    ],
  ])('fits the answer about %s, and no other', async (_, body) => {
    const { answer, receipt } = await received(body);
    expect(isAnswerOf(receipt, answer)).toBe(true);
    expect(isAnswerOf(receipt, { ...answer, outcome: answer.outcome === 'pass' ? 'veto' : 'pass' })).toBe(false);
    expect(isAnswerOf(receipt, { ...answer, purpose: 'another' })).toBe(false);
    expect(isAnswerOf(receipt, { ...answer, more: 1 })).toBe(false);
    expect(isAnswerOf(receipt, (await received(body)).answer)).toBe(false);
    expect(isAnswerOf(receipt, null)).toBe(false);
  });

  test('holds nothing of a person, masked or digested, nor what the caller wrote in words', async () => {
    const said = { operator: 'operator-x', purpose: 'purpose-x' };
    const related = { ...personSubject(), relation: 'legal-representative' };
    const body = question({ scheme: 'uscc', id: organisation(3), related: [related] }, said);
    for (const one of [await checked(question(personSubject(), said)), await checked(body)]) {
      const text = JSON.stringify(decodeJwt(one.receipt));
      for (const part of [SAMPLE.person, '110*', '2X', SAMPLE.personName, '样', 'operator-x', 'purpose-x'])
        expect(text).not.toContain(part);
    }
  });

  test('still fits once the person has been erased', async () => {
    const { answer, receipt } = await received(question(personSubject()));
    const text = JSON.stringify(answer);
    const erased = text.replace(/"id":"110[^"]+","name":"[^"]+"/, '"id":null,"name":null');
    expect(erased).not.toBe(text);
    expect(isAnswerOf(receipt, JSON.parse(erased))).toBe(true);
  });

  test('comes again with a retry and with the record, byte for byte', async () => {
    const headers = { 'idempotency-key': 'receipt' };
    const first = await api.check(question(personSubject()), headers);
    const again = await api.check(question(personSubject()), headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.text).toBe(first.text);
    const { id, receipt } = answerIn(first);
    expect(detailIn(await api.get(`/v1/checks/${id}`, 'auditor')).receipt).toBe(receipt);
  });

  test('is given for each item of a batch, and for no attempt that was refused', async () => {
    const { subjects: _, ...setting } = question();
    const items = [SAMPLE.veto, organisation(4), '9135'].map((id, index) => ({
      ref: `r${index}`,
      subjects: [{ scheme: 'uscc', id }],
    }));
    const batch = itemsIn(
      await api.call('POST', '/v1/check-batches', { as: 'procurement', body: { ...setting, items } }),
    );
    const answers = batch.flatMap(({ check }) => check ?? []);
    expect(answers).toHaveLength(2);
    for (const answer of answers)
      expect(await verified(answer)).toMatchObject({ id: answer.id, outcome: answer.outcome });

    const { attemptId } = problemIn(await api.check(question('9135')), 422, 'invalid-identifier');
    expect((await api.get(`/v1/checks/${attemptId}`, 'auditor')).json).not.toHaveProperty('receipt');
  });
});
