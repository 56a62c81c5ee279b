import type { Asking, Within } from '../../lib/check/asking.ts';
import { BatchQuestion, CheckQuestion, ItemRef } from '../../lib/check/question.ts';
import type { Answered } from '../../lib/check/replay.ts';
import { type BatchEntry, runBatch } from '../../lib/check/run-batch.ts';
import { type CheckPorts, runCheck } from '../../lib/check/run-check.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { problemBody } from '../../lib/edge/problem-json.ts';
import { type ApiRequest, authorise, parseInput, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { emit, errorName, log, type Metric, metric } from '../../lib/edge/telemetry.ts';
import { Problem } from '../../lib/kernel/problem.ts';

/** Milliseconds in which a check is answered or refused: a caller is promised a `503` within two seconds. */
const DEADLINE = 1_700;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/** `POST /v1/checks` and `POST /v1/check-batches`. */
export function checkHandler(ports: CheckPorts) {
  return apiHandler(async (request) =>
    request.route === 'POST /v1/check-batches' ? answerBatch(request, ports) : answerCheck(request, ports),
  );
}

async function answerCheck(request: ApiRequest, ports: CheckPorts): Promise<ApiReply> {
  const started = performance.now();
  const { caller, ...asking } = askingOf(request);
  const question = readBody(request, CheckQuestion);
  const answered = await withinDeadline((signal) => runCheck(question, { caller, ...asking, signal }, ports)).catch(
    (error: unknown) => {
      if (error instanceof Problem) raise(error);
      throw error;
    },
  );
  const { record, replayed, id } = answered;
  return {
    status: replayed ? 200 : 201,
    body: answered.body,
    headers: { location: `/v1/checks/${id}`, ...(replayed && { 'idempotency-replayed': 'true' }) },
    log: { caller, checkId: id, outcome: record.outcome, scene: record.scene, replayed },
    metrics: [...countOf(answered), metric('Latency', performance.now() - started, 'Milliseconds')],
  };
}

async function answerBatch(request: ApiRequest, ports: CheckPorts): Promise<ApiReply> {
  const started = performance.now();
  const asking = askingOf(request);
  const { items, ...setting } = readBody(request, BatchQuestion);
  const entries = items.map((item): BatchEntry => {
    const { ref } = ItemRef.parse(item);
    // Own properties one by one: a spread or a schema would swallow `__proto__`, which is a fault like any unknown field.
    const own = Object.entries(item).filter(([name]) => name !== 'ref');
    try {
      return { ref, question: parseInput(Object.fromEntries([...Object.entries(setting), ...own]), CheckQuestion) };
    } catch (error) {
      if (error instanceof Problem) return { ref, question: error };
      throw error;
    }
  });
  const results = await withinDeadline((signal) => runBatch(entries, { ...asking, signal }, withinDeadline, ports));
  const shown = results.map(({ ref, result }) => {
    if (result instanceof Problem) {
      raise(result);
      log('info', 'item refused', {
        requestId: request.requestId,
        problem: result.code,
        ...(result.extras.attemptId !== undefined && { checkId: result.extras.attemptId }),
        ...(result.extras.cause !== undefined && { error: errorName(result.extras.cause) }),
      });
      return `{"ref":${JSON.stringify(ref)},"problem":${JSON.stringify(problemBody(result, request.language))}}`;
    }
    log('info', 'item answered', { requestId: request.requestId, checkId: result.id }, countOf(result));
    return `{"ref":${JSON.stringify(ref)},"check":${result.body}}`;
  });
  return {
    status: 200,
    // Put together as text, so that each check leaves as the bytes that are on record.
    body: `{"items":[${shown.join(',')}]}`,
    log: { caller: asking.caller, items: results.length },
    metrics: [metric('BatchLatency', performance.now() - started, 'Milliseconds')],
  };
}

function askingOf(request: ApiRequest): Omit<Asking, 'signal'> {
  const idempotencyKey = request.headers['idempotency-key'];
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey))
    throw new Problem('invalid-request', {
      zh: 'Idempotency-Key 应为 1 至 128 个可见 ASCII 字符',
      en: 'Idempotency-Key is 1 to 128 visible ASCII characters.',
    });
  return {
    caller: authorise(request, SCOPES.check).client_id,
    language: request.language,
    idempotencyKey,
  };
}

/** A timer that is cleared costs half of `AbortSignal.timeout`, which fires after every check, answered or not. */
const withinDeadline: Within = async (work) => {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error('out of time')), DEADLINE);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
  }
};

const countOf = ({ record, replayed }: Answered): Metric[] =>
  replayed ? [] : [metric('Checks', 1, 'Count', { Scene: record.scene, Outcome: record.outcome })];

/** What callers suffer when a table cannot be reached is an alarm, in a batch as in a single check. */
function raise({ code }: Problem): void {
  if (code === 'registry-unavailable') emit(metric('RegistryReadFailure', 1, 'Count'));
  if (code === 'evidence-unavailable') emit(metric('EvidenceWriteFailure', 1, 'Count'));
}
