import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { close, HOST, listen } from '../../infra/local/listen.ts';

/** One request as it crossed the wire. */
export interface Exchange {
  /** `BatchGetItem`, `PutItem`, … */
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** Capacity units; 0 for a refused write, which the engine does not tell. */
  readonly units: number;
  /** That it brought from the engine. */
  readonly items: number;
  /** The client had stopped waiting, and has asked again: a busy machine, and no work that is asked for. */
  readonly abandoned: boolean;
}

export interface WireProxy {
  readonly endpoint: string;
  /** What went by since the last time, and how many requests of one operation were under way at once. */
  take(): { exchanges: Exchange[]; atOnce: ReadonlyMap<string, number> };
  /** The next request of this operation is answered with a refusal that no client repeats. */
  refuseNext(operation: string): void;
  stop(): Promise<void>;
}

const READS = new Set(['BatchGetItem', 'GetItem', 'Query', 'TransactGetItems']);
export const isRead = ({ operation }: Exchange): boolean => READS.has(operation);

const Body = z.record(z.string(), z.unknown());
const Consumed = z.object({ CapacityUnits: z.number() });
const Answer = z.looseObject({
  ConsumedCapacity: z.union([Consumed, z.array(Consumed)]).optional(),
  Item: z.unknown().optional(),
  Items: z.array(z.unknown()).optional(),
  Responses: z.union([z.array(z.unknown()), z.record(z.string(), z.array(z.unknown()))]).optional(),
});

const REFUSAL = JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', message: 'refused' });

/** Stands between a client and the engine, counts what goes by, and asks for the units of all of it. */
export async function startWireProxy(engine: string): Promise<WireProxy> {
  const agent = new Agent({ keepAlive: true });
  const underWay = new Map<string, number>();
  const refusals: string[] = [];
  let exchanges: Exchange[] = [];
  let atOnce = new Map<string, number>();

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const now = (underWay.get(operation) ?? 0) + 1;
    underWay.set(operation, now);
    atOnce.set(operation, Math.max(now, atOnce.get(operation) ?? 0));
    const body = Body.parse(JSON.parse((await buffer(incoming)).toString('utf8')));
    const refused = refusals.indexOf(operation);
    if (refused >= 0) refusals.splice(refused, 1);
    const answer = refused >= 0 ? { status: 400, text: REFUSAL } : await forward(incoming, body);
    const { ConsumedCapacity: consumed = [], Item, Items = [], Responses = {} } = Answer.parse(JSON.parse(answer.text));
    const units = [consumed].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    const items = [Item ?? [], Items, Object.values(Responses).flat()].flat().length;
    exchanges.push({ operation, body, status: answer.status, units, items, abandoned: outgoing.destroyed });
    underWay.set(operation, (underWay.get(operation) ?? 1) - 1);
    outgoing.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.text);
  }

  async function forward(
    { headers }: IncomingMessage,
    body: Exchange['body'],
  ): Promise<{ status: number; text: string }> {
    const bytes = Buffer.from(JSON.stringify({ ...body, ReturnConsumedCapacity: 'TOTAL' }));
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request(engine, { method: 'POST', agent, headers: { ...headers, 'content-length': bytes.length } }, resolve)
      .on('error', reject)
      .end(bytes);
    const answer = await promise;
    return { status: answer.statusCode ?? 0, text: (await buffer(answer)).toString('utf8') };
  }

  const port = await listen(server, 0, '');
  return {
    endpoint: `http://${HOST}:${port}`,
    take: () => {
      const taken = { exchanges, atOnce };
      exchanges = [];
      atOnce = new Map();
      return taken;
    },
    refuseNext: (operation) => refusals.push(operation),
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      await close(server);
    },
  };
}
