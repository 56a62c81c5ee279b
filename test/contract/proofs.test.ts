import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeySet } from '../../lib/receipt/key-set.ts';
import { verifyReceipt } from '../../lib/receipt/verify-receipt.ts';
import { Proof, verifyProof } from '../../lib/seal/proof.ts';
import { headOf, Segment, verifySeal } from '../../lib/seal/seal.ts';
import { type ApiClient, organisation, question, type Reply, startSampleStack } from '../api-client.ts';
import { type ClockedStack, startClockedStack } from './clocked.ts';
import { answerIn, problemIn } from './shapes.ts';

const NOBODYS = 'AAAAAAAAAAAAAAAAAAAAAA';
const START = new Date('2026-11-21T01:00:00.000Z');

const proofOf = (api: ApiClient, id: string, as: string): Promise<Reply> => api.get(`/v1/checks/${id}/proof`, as);

describe('a proof that is not there yet', () => {
  let stack: ClockedStack;
  let id: string;
  beforeAll(async () => {
    stack = await startClockedStack(START);
    id = answerIn(await stack.api.check(question())).id;
  });
  afterAll(() => stack?.api.stack.stop());

  test('is another’s to nobody: its caller and auditors hear that it is not sealed, others that there is no such check', async () => {
    const { api } = stack;
    for (const reader of ['procurement', 'auditor', 'chief-auditor'])
      problemIn(await proofOf(api, id, reader), 409, 'conflict');
    problemIn(await proofOf(api, id, 'grants'), 404, 'not-found');
    problemIn(await proofOf(api, NOBODYS, 'procurement'), 404, 'not-found');
    problemIn(await proofOf(api, 'no-id', 'auditor'), 404, 'not-found');
    problemIn(await proofOf(api, id, 'steward-tax'), 403, 'forbidden');
    expect((await api.call('GET', `/v1/checks/${id}/proof`)).status).toBe(401);
  });

  test('says by when it is to be, and later that it is overdue', async () => {
    const { api, clock } = stack;
    const early = await proofOf(api, id, 'procurement');
    expect(problemIn(early, 409, 'conflict').detail).toMatch(/not-sealed.*2026-11-21 09:05/);
    expect(early.headers.get('retry-after')).toBe('300');
    clock.now += 301_000;
    const late = await proofOf(api, id, 'procurement');
    expect(problemIn(late, 409, 'conflict').detail).toContain('迟于预计');
    expect(late.headers.get('retry-after')).toBe('60');
    clock.now -= 301_000;
  });

  test('is asked for on record', async () => {
    const { api, clock } = stack;
    clock.now += 1_000;
    await proofOf(api, id, 'auditor');
    const { json } = await api.get('/v1/looks?client=auditor&limit=1', 'chief-auditor');
    expect(json).toMatchObject({ items: [{ kind: 'proof', checkId: id, results: 1 }] });
  });
});

/** Witness and sealer as they are built, fed by the stream as the local service feeds them. */
describe('a check on a stack that seals', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grantgate-test-'));
  const seals = join(folder, 'seals');
  let api: ApiClient;
  let keys: KeySet;
  beforeAll(async () => {
    const seal = { everyMs: 300, afterSeconds: 1 };
    api = await startSampleStack({ dataFolder: folder, feeds: { receive: () => undefined, meter: false, seal } });
    keys = KeySet.parse((await api.call('GET', '/.well-known/jwks.json')).json);
  });
  afterAll(async () => {
    await api?.stack.stop();
    rmSync(folder, { recursive: true });
  });

  const checked = async (number: number) => answerIn(await api.check(question(organisation(number))));

  async function receiptOf({ receipt }: { receipt: string }) {
    const verified = await verifyReceipt(receipt, keys);
    if (!verified.ok) throw new Error(verified.code);
    return verified.payload;
  }

  async function proved(id: string): Promise<Proof> {
    await expect.poll(async () => (await proofOf(api, id, 'procurement')).status, PATIENCE).toBe(200);
    return Proof.parse((await proofOf(api, id, 'procurement')).json);
  }

  test('gets a proof that leads from its receipt to a signed seal, for its caller and for auditors alone', async () => {
    const [one, other] = [await checked(1), await checked(2)];
    const proof = await proved(one.id);
    const { record } = await receiptOf(one);
    expect(proof).toMatchObject({ checkId: one.id, digest: record, leaf: { checkedAt: one.checkedAt } });
    expect(await verifyProof(proof, keys)).toMatchObject({ segment: proof.head.segment });
    expect(proof.head).toEqual(headOf(proof.head.segment, proof.seal));
    const others = await proved(other.id);
    expect(await verifyProof({ ...proof, checkId: others.checkId, digest: others.digest }, keys)).toBeUndefined();
    expect((await proofOf(api, one.id, 'auditor')).status).toBe(200);
    problemIn(await proofOf(api, one.id, 'grants'), 404, 'not-found');
  });

  test('is followed by checks whose receipts carry the head of the seal', async () => {
    const { head } = await proved((await checked(3)).id);
    await expect
      .poll(async () => (await receiptOf(await checked(4))).sealHead?.segment ?? 0, PATIENCE)
      .toBeGreaterThanOrEqual(head.segment);
  });

  test('is in a segment that is put once more into the folder of the seals, where each names the one before', async () => {
    const { id } = await checked(5);
    const { head, seal } = await proved(id);
    const file = `${String(head.segment).padStart(9, '0')}.json`;
    await expect.poll(() => readdirSync(seals), PATIENCE).toContain(file);
    const there = readdirSync(seals).toSorted();
    const segments = there.map((name) => Segment.parse(JSON.parse(readFileSync(join(seals, name), 'utf8'))));
    expect(segments[head.segment - 1]).toMatchObject({ seal });
    expect(segments[head.segment - 1]?.leaves?.map((leaf) => leaf.id)).toContain(id);
    for (const [index, segment] of segments.entries()) {
      const before = segments[index - 1];
      expect(await verifySeal(segment.seal, keys)).toMatchObject({
        ok: true,
        payload: { segment: index + 1, previous: before ? headOf(index, before.seal).digest : null },
      });
    }
  });
});

const PATIENCE = { timeout: 30_000, interval: 100 };
