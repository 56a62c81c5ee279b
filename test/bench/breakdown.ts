import * as z from 'zod/mini';
import { TABLE_NAMES } from '../../infra/local/tables.ts';
import { Head } from '../../lib/catalogue/head.ts';
import { Caller } from '../../lib/check/caller.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import { decide } from '../../lib/check/decide.ts';
import { gather } from '../../lib/check/gather.ts';
import { prepare } from '../../lib/check/prepare.ts';
import { CheckQuestion } from '../../lib/check/question.ts';
import { receiptPayload } from '../../lib/check/receipt.ts';
import { readFor } from '../../lib/check/run-check.ts';
import { writeUp } from '../../lib/check/write-up.ts';
import { jsonText } from '../../lib/dynamo/attributes.ts';
import { batchGet } from '../../lib/dynamo/batch-get.ts';
import { itemsOf } from '../../lib/dynamo/check-log-items.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { callerKey, headKey, keyText, standingKey } from '../../lib/dynamo/keys.ts';
import { DynamoRegistryReader } from '../../lib/dynamo/registry-reader.ts';
import { authorise, readBody, readEvent } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { Standing } from '../../lib/listing/standing.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { CALLER } from './questions.ts';
import { median } from './statistics.ts';
import { PERSON_KEYRING, REGION, SIGNING_KEYS } from './variables.ts';

const ROUNDS = 1_500;
const WARM_UP = 500;
const MICROSECONDS = 1_000;
const TIMEOUT_MS = 5_000;

/** A step of a check and its microseconds. */
export type Step = readonly [name: string, microseconds: number];

const itemWith = <T extends z.ZodMiniType>(schema: T) => z.object({ body: jsonText(schema) });
const [HeadItem, CallerItem, StandingItem] = [itemWith(Head), itemWith(Caller), itemWith(Standing)];

/** What a check does beside the client's two requests, step by step and each alone, so at its best. */
export async function breakdown(endpoint: string, event: unknown): Promise<Step[]> {
  const client = dynamoClient({ endpoint, region: REGION });
  try {
    return await stepsOf(new DynamoRegistryReader(client, TABLE_NAMES.registry), client, event);
  } finally {
    client.destroy();
  }
}

async function stepsOf(registry: DynamoRegistryReader, client: ReturnType<typeof dynamoClient>, event: unknown) {
  const ring = parseKeyring(PERSON_KEYRING);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = readEvent(event);
  const question = readBody(request, CheckQuestion);
  const prepared = prepare(question, ring);
  const asking = { caller: CALLER, language: request.language, idempotencyKey: undefined, signal };
  const view = await readFor([prepared], asking, { registry });
  const keys = [headKey, callerKey(CALLER), ...prepared.subjects.flatMap((each) => each.keys.map(standingKey))];
  const items = await batchGet(client, TABLE_NAMES.registry, keys, signal);
  const [head, caller, ...standings] = keys.map((key) => items.get(keyText(key)));
  const scene = view.catalogue.scenes.find(({ code }) => code === question.scene);
  if (!scene) throw new Error('the catalogue has no such scene');
  const gathered = await gather(prepared, view, registry, signal);
  const decided = () =>
    decide({
      scene,
      matter: question.matter,
      subjects: gathered.subjects,
      head: view.head,
      catalogue: view.catalogue,
      now: systemClock(),
    });
  const recorded = () =>
    writeUp(decision, { prepared, gathered, view, caller: CALLER, language: 'zh', ...IDS, now: systemClock() });
  const decision = decided();
  const chain = new WriterChain();
  const { unlinked, answer } = recorded();
  const { record, digest } = chain.link(unlinked);
  const signer = receiptSigner(parseSigningKeys(SIGNING_KEYS).current);
  const payload = receiptPayload(record, { digest, answer });
  return [
    step('event and claims', () => authorise(readEvent(event), SCOPES.check)),
    step('body: JSON, duplicate keys, schema', () => readBody(request, CheckQuestion)),
    step('identifiers', () => prepare(question, ring)),
    step('parse head and caller', () => [HeadItem.parse(head), CallerItem.parse(caller)]),
    step('parse standing', () => standings.map((item) => item && StandingItem.parse(item))),
    step('decide', decided),
    step('render and record', recorded),
    step('digest and place in the chain', () => chain.link(unlinked)),
    step('receipt: what it says', () => receiptPayload(record, { digest, answer })),
    await stepInTurn('receipt: sign', () => signer.sign(payload)),
    step('pack and lay out the item', () => itemsOf(record)),
  ];
}

const IDS = {
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  fingerprint: 'AAAAAAAAAAAAAAAAAAAAAA',
  keepUntil: '2050-01-01T00:00:00.000Z',
  personsKeepUntil: '2050-01-01T00:00:00.000Z',
};

async function stepInTurn(name: string, work: () => Promise<unknown>): Promise<Step> {
  const times: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const started = performance.now();
    await work();
    if (round >= 0) times.push(performance.now() - started);
  }
  return [name, median(times) * MICROSECONDS];
}

function step(name: string, work: () => unknown): Step {
  const times: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const started = performance.now();
    work();
    if (round >= 0) times.push(performance.now() - started);
  }
  return [name, median(times) * MICROSECONDS];
}
