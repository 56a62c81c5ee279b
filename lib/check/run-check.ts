import { createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { addYears, type Clock, dateOf, type Instant, startOf, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import type { PersonKeyring } from '../subject/key.ts';
import { admit, sceneFor } from './admission.ts';
import type { Asking } from './asking.ts';
import { attemptRecord, identifierFaults } from './attempt.ts';
import type { Linked, WriterChain } from './chain.ts';
import { decide } from './decide.ts';
import { gather } from './gather.ts';
import { OBLIGATION } from './outcome.ts';
import type { CheckLogWriter, RegistryReader, RegistryView } from './ports.ts';
import { asked, type PreparedQuestion, prepare } from './prepare.ts';
import type { CheckQuestion } from './question.ts';
import type { Quota } from './quota.ts';
import { answerOf, compactReceipt, type ReceiptSigner, receiptPayload } from './receipt.ts';
import type { CheckRecord } from './record.ts';
import { type Answered, replay } from './replay.ts';
import { type WrittenUp, writeUp } from './write-up.ts';

/** Years for which a person's masked fields are kept where nothing was found. */
const CLEAN_PERSON_YEARS = 1;

type RecordKey = KeyObject | Uint8Array;

export interface CheckPorts {
  readonly registry: RegistryReader;
  readonly log: CheckLogWriter;
  /** Of this execution environment. */
  readonly chain: WriterChain;
  readonly clock: Clock;
  readonly quota: Quota;
  readonly ring: PersonKeyring;
  /** Keys record ids and fingerprints; as a KeyObject it costs a sixth of what bytes do. */
  readonly recordKey: RecordKey;
  readonly receipts: ReceiptSigner;
}

/**
 * One question: one read, a decision, one write, and only then an answer.
 * @throws Problem of the API's error table; never answers what is not on record
 */
export async function runCheck(question: CheckQuestion, asking: Asking, ports: CheckPorts): Promise<Answered> {
  const prepared = prepare(question, ports.ring);
  const view = await readFor([prepared], asking, ports);
  admit(view, ports.quota, 1, ports.clock());
  return settle(prepared, view, asking, ports);
}

/** Everything that the questions need, in one read. */
export async function readFor(
  questions: readonly PreparedQuestion[],
  { caller, signal }: Asking,
  { registry }: Pick<CheckPorts, 'registry'>,
): Promise<RegistryView> {
  const all = questions.flatMap(asked);
  const named = [...all, ...questions.map(({ principal }) => principal)];
  const query = {
    caller,
    subjects: all.flatMap(({ keys, named: byName }) => [...keys, ...byName]),
    aliases: named.flatMap(({ aliases }) => aliases),
  };
  try {
    return await registry.read(query, signal);
  } catch (cause) {
    throw unavailable('registry-unavailable', cause);
  }
}

/** Decides one question on what was read, records it, and answers. */
export async function settle(
  prepared: PreparedQuestion,
  view: RegistryView,
  asking: Asking,
  ports: CheckPorts,
): Promise<Answered> {
  const { question } = prepared;
  const scene = sceneFor(question, view);
  const now = ports.clock();
  const keepUntil = toIso(keptUntil(scene.longestMatterYears + scene.retentionYears, now));

  const ids = {
    id:
      asking.idempotencyKey === undefined ? randomId() : keyedId(ports.recordKey, asking.caller, asking.idempotencyKey),
    nonce: randomId(),
    fingerprint: fingerprintOf(question, ports.recordKey),
    keepUntil,
    now,
  };
  const faults = identifierFaults(prepared, view);
  if (faults.length > 0) {
    // The same question under the same key is one attempt; a corrected one is free to use the key.
    const id =
      asking.idempotencyKey === undefined
        ? ids.id
        : keyedId(ports.recordKey, asking.caller, `${ids.id} ${ids.fingerprint}`);
    const attempt = attemptRecord(prepared, view, faults, asking, { ...ids, id, personsKeepUntil: keepUntil });
    await append(ports.chain.link(attempt), asking, ports);
    throw new Problem(
      'invalid-identifier',
      { zh: '标识码无效', en: 'An identifier is not valid.' },
      { errors: faults, attemptId: attempt.id },
    );
  }

  let gathered: Awaited<ReturnType<typeof gather>>;
  try {
    gathered = await gather(prepared, view, ports.registry, asking.signal);
  } catch (cause) {
    throw unavailable('registry-unavailable', cause);
  }
  const decision = decide({
    scene,
    matter: question.matter,
    subjects: gathered.subjects,
    head: view.head,
    catalogue: view.catalogue,
    now,
  });
  const { unlinked, answer } = writeUp(decision, {
    prepared,
    gathered,
    view,
    caller: asking.caller,
    language: asking.language,
    ...ids,
    // What concerns persons and restricts nobody is kept for the shortest time that serves (PIPL 19).
    personsKeepUntil:
      OBLIGATION[decision.outcome] === 'may-grant'
        ? toIso(startOf(addYears(dateOf(now), CLEAN_PERSON_YEARS)))
        : keepUntil,
  });
  const linked = ports.chain.link(unlinked);
  const { receipt, payload } = await sign(linked, answer, ports);
  const record = { ...linked.record, receipt };
  const existing = await append({ ...linked, record }, asking, ports);
  if (existing) return replay(existing, record, now);
  return { id: record.id, body: answerOf(record, compactReceipt(payload, receipt)), replayed: false, record };
}

/** No answer leaves without its receipt; a place in the chain whose record is never put ends it. */
async function sign({ record, digest }: Linked, answer: WrittenUp['answer'], { receipts, chain }: CheckPorts) {
  const payload = receiptPayload(record, { digest, answer });
  try {
    return { payload, receipt: await receipts.sign(payload) };
  } catch (cause) {
    chain.broken({ record, digest });
    throw unavailable('evidence-unavailable', cause);
  }
}

/** The chain hears how every put ended, and goes on only after one that is known to have written its record. */
async function append(
  linked: Linked,
  { signal }: Asking,
  { log, chain }: CheckPorts,
): Promise<CheckRecord | undefined> {
  try {
    const existing = await log.append(linked.record, signal);
    if (existing) chain.broken(linked);
    else chain.written(linked);
    return existing;
  } catch (cause) {
    chain.broken(linked);
    throw unavailable('evidence-unavailable', cause);
  }
}

const unavailable = (code: 'registry-unavailable' | 'evidence-unavailable', cause: unknown): Problem =>
  new Problem(
    code,
    code === 'registry-unavailable'
      ? {
          zh: '名单暂时无法读取，未作出结论，请重试',
          en: 'The lists could not be read; no verdict is given. Try again.',
        }
      : {
          zh: '核查记录无法写入，未作出结论，请重试',
          en: 'The record could not be written; no verdict is given. Try again.',
        },
    { retryAfter: 1, cause },
  );

/** One year more than a matter can last and its files are kept: the backstop is never what deletes a record in time. */
const keptUntil = (years: number, now: Instant): Instant => startOf(addYears(dateOf(now), years + 1));

const ID_BYTES = 16;
const randomId = (): string => randomBytes(ID_BYTES).toString('base64url');

/** The record's id under an idempotency key: one per caller and key, and not to be guessed. */
const keyedId = (key: RecordKey, caller: string, idempotencyKey: string): string =>
  digest(key, JSON.stringify(['id', caller, idempotencyKey]));

/** Of the parsed question: spaces and the order of fields are no difference. */
const fingerprintOf = (question: CheckQuestion, key: RecordKey): string =>
  digest(key, JSON.stringify(['question', question]));

const digest = (key: RecordKey, text: string): string =>
  createHmac('sha256', key).update(text).digest().subarray(0, ID_BYTES).toString('base64url');
