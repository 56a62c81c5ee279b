import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { close, listen } from '../../infra/local/listen.ts';

export type Operation = 'BatchGetItem' | 'GetItem' | 'PutItem' | 'Query' | 'TransactWriteItems';

/** What happens to a request in place of being answered. */
export type Fault =
  /** Never answered, and never forwarded. */
  | { readonly kind: 'hang' }
  /** Applied by the engine, and never answered. */
  | { readonly kind: 'lost-response' }
  | { readonly kind: 'reset-before' }
  /** Applied by the engine; the connection breaks instead of the answer. */
  | { readonly kind: 'reset-after' }
  /** Refused with an error of DynamoDB's. */
  | { readonly kind: 'refused'; readonly status: number; readonly error: string }
  /** Of a batched read: the first half is forwarded, the rest comes back as unprocessed. */
  | { readonly kind: 'unprocessed' }
  /** Of a transaction: cancelled, each of its items in conflict with another transaction. */
  | { readonly kind: 'conflict' };

export const throttled = (error = 'ProvisionedThroughputExceededException'): Fault => ({
  kind: 'refused',
  status: 400,
  error,
});

/** No two questions write the same bytes: a write that is seen again is an attempt of the same. */
const WRITES: ReadonlySet<Operation> = new Set(['PutItem', 'TransactWriteItems']);

const NAMESPACE = 'com.amazonaws.dynamodb.v20120810#';
const CONTENT = { 'content-type': 'application/x-amz-json-1.0' };

const Consumed = z.object({ CapacityUnits: z.number().default(0) });
const Consumption = z.object({ ConsumedCapacity: z.union([z.array(Consumed), Consumed]).optional() });
const BatchGet = z.object({
  RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(z.unknown()) })),
});
const Transaction = z.object({ TransactItems: z.array(z.unknown()) });

/** Stands before an engine: counts the requests and units of each operation, and injects faults. */
export class FaultProxy {
  readonly #engine: string;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #faults: {
    operation: Operation;
    fault: Fault;
    left: number;
    containing: string;
    late: boolean;
    met: Set<string>;
  }[] = [];
  readonly #requests = new Map<string, number>();
  #units = { read: 0, write: 0 };

  constructor(engine: string) {
    this.#engine = engine;
  }

  /** Gives its address. */
  async start(): Promise<string> {
    return `http://127.0.0.1:${await listen(this.#server, 0, '')}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await close(this.#server);
  }

  /**
   * The next `times` requests of the operation whose body contains the text meet the fault; those after them the next
   * that was injected. The returned function ends it, but for late attempts of a write that has met it already: one
   * that is on its way when the fault ends must not decide a test.
   */
  inject(operation: Operation, fault: Fault, times = Number.POSITIVE_INFINITY, containing = ''): () => void {
    const injected = {
      operation,
      fault,
      left: times,
      containing,
      late: WRITES.has(operation) && times === Number.POSITIVE_INFINITY,
      met: new Set<string>(),
    };
    this.#faults.push(injected);
    return () => {
      injected.left = 0;
    };
  }

  /** Ends all faults, and counts from 0. */
  heal(): void {
    this.#faults = [];
    this.#requests.clear();
    this.#units = { read: 0, write: 0 };
  }

  /** Requests by operation since the last {@link heal}, those that met a fault included. */
  get requests(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#requests);
  }

  /** Capacity units that the engine charged since the last {@link heal}. */
  get units(): { readonly read: number; readonly write: number } {
    return this.#units;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    for await (const chunk of request) chunks.push(chunk);
    const target = String(request.headers['x-amz-target']);
    const operation = target.slice(target.indexOf('.') + 1);
    this.#requests.set(operation, (this.#requests.get(operation) ?? 0) + 1);
    const body = Buffer.concat(chunks).toString();
    try {
      const fault = this.#next(operation, body);
      if (fault === undefined) return reply(response, await this.#forward(target, body));
      return await this.#suffer(fault, target, body, response);
    } catch {
      // The engine is gone: so is the connection.
      response.socket?.resetAndDestroy();
    }
  }

  #next(operation: string, body: string): Fault | undefined {
    const current = this.#faults.find(
      (each) =>
        each.operation === operation &&
        body.includes(each.containing) &&
        (each.left > 0 || (each.late && each.met.has(body))),
    );
    if (!current) return undefined;
    if (current.left > 0) current.left -= 1;
    current.met.add(body);
    return current.fault;
  }

  async #suffer(fault: Fault, target: string, body: string, response: ServerResponse): Promise<void> {
    switch (fault.kind) {
      case 'hang':
        return;
      case 'lost-response':
        await this.#forward(target, body);
        return;
      case 'reset-before':
        response.socket?.resetAndDestroy();
        return;
      case 'reset-after':
        await this.#forward(target, body);
        response.socket?.resetAndDestroy();
        return;
      case 'refused':
        return reply(response, { status: fault.status, text: errorBody(fault.error) });
      case 'unprocessed':
        return reply(response, await this.#half(target, body));
      case 'conflict': {
        const reasons = Transaction.parse(JSON.parse(body)).TransactItems.map(() => ({
          Code: 'TransactionConflict',
          Message: 'Transaction is ongoing for the item',
        }));
        const text = errorBody('TransactionCanceledException', { CancellationReasons: reasons });
        return reply(response, { status: 400, text });
      }
    }
  }

  /** A batched read whose second half is left unprocessed; of one key, that one. */
  async #half(target: string, body: string): Promise<Answer> {
    const { RequestItems } = BatchGet.parse(JSON.parse(body));
    const split = Object.entries(RequestItems).map(([table, { Keys, ...rest }]) => {
      const middle = Math.floor(Keys.length / 2);
      return { table, rest, now: Keys.slice(0, middle), later: Keys.slice(middle) };
    });
    const part = (keys: 'now' | 'later') =>
      Object.fromEntries(
        split.flatMap((each) => (each[keys].length > 0 ? [[each.table, { ...each.rest, Keys: each[keys] }]] : [])),
      );
    const left = { UnprocessedKeys: part('later') };
    if (Object.keys(part('now')).length === 0) return { status: 200, text: JSON.stringify({ Responses: {}, ...left }) };
    const { status, text } = await this.#forward(target, JSON.stringify({ RequestItems: part('now') }));
    return { status, text: JSON.stringify({ ...JSON.parse(text), ...left }) };
  }

  async #forward(target: string, body: string): Promise<Answer> {
    const response = await fetch(this.#engine, {
      method: 'POST',
      headers: {
        ...CONTENT,
        'x-amz-target': target,
        // The engines ask for a signature, and check none.
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body: JSON.stringify({ ...JSON.parse(body), ReturnConsumedCapacity: 'TOTAL' }),
    });
    const text = await response.text();
    const { ConsumedCapacity = [] } = Consumption.parse(JSON.parse(text));
    const kind = /Get|Query|Scan/.test(target) ? 'read' : 'write';
    for (const { CapacityUnits } of [ConsumedCapacity].flat()) this.#units[kind] += CapacityUnits;
    return { status: response.status, text };
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const errorBody = (error: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ __type: `${NAMESPACE}${error}`, message: 'injected', Message: 'injected', ...more });

function reply(response: ServerResponse, { status, text }: Answer): void {
  response.writeHead(status, { ...CONTENT, 'content-length': Buffer.byteLength(text) }).end(text);
}
