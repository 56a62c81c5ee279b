import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { close, HOST, listen } from './listen.ts';

/** What the target of a rule is given. */
export interface ReceivedEvent {
  readonly version: '0';
  /** Of this delivery: the sender's own id is in the detail. */
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface EventBusOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Takes one event, or throws, and then the bus has not taken it. */
  readonly receive: (event: ReceivedEvent) => void | Promise<void>;
}

export interface EventBus {
  readonly url: string;
  stop(): Promise<void>;
}

const PUT_EVENTS = 'AWSEvents.PutEvents';
const CONTENT = { 'content-type': 'application/x-amz-json-1.1' };
/** EventBridge's own limits. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

const Detail = z.string().transform((text, { addIssue }): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    addIssue('not JSON');
    return z.NEVER;
  }
});
const Entry = z.object({
  EventBusName: z.string().min(1),
  Source: z.string().min(1),
  DetailType: z.string().min(1).max(128),
  Detail: Detail,
  Time: z.number().optional(),
});
const PutEvents = z.object({ Entries: z.array(z.unknown()).min(1).max(MAX_ENTRIES) });

/** Stands in for EventBridge: takes PutEvents, entry by entry, and gives each event to one receiver. */
export async function startEventBus({ port, receive }: EventBusOptions): Promise<EventBus> {
  async function take(entry: unknown): Promise<object> {
    const parsed = Entry.safeParse(entry);
    if (!parsed.success) return { ErrorCode: 'MalformedDetail', ErrorMessage: z.prettifyError(parsed.error) };
    const { Source, DetailType, Detail: detail, Time } = parsed.data;
    const id = randomUUID();
    const time = Time === undefined ? new Date() : new Date(Time * 1000);
    try {
      await receive({
        version: '0',
        id,
        'detail-type': DetailType,
        source: Source,
        account: '000000000000',
        time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
        region: 'local',
        resources: [],
        detail,
      });
      return { EventId: id };
    } catch (error) {
      return { ErrorCode: 'InternalFailure', ErrorMessage: String(error) };
    }
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const target = request.headers['x-amz-target'];
    if (target !== PUT_EVENTS) return { status: 400, body: { __type: 'UnknownOperationException' } };
    const parsed = PutEvents.safeParse(JSON.parse(body.toString()));
    if (!parsed.success || body.length > MAX_BYTES) return { status: 400, body: { __type: 'ValidationException' } };
    const Entries: object[] = [];
    for (const entry of parsed.data.Entries) Entries.push(await take(entry));
    const FailedEntryCount = Entries.filter((entry) => 'ErrorCode' in entry).length;
    return { status: 200, body: { FailedEntryCount, Entries } };
  }

  const server = createServer(async (request, response) => {
    try {
      write(response, await answer(request));
    } catch (error) {
      write(response, { status: 500, body: { __type: 'InternalException', message: String(error) } });
    }
  });
  return { url: `http://${HOST}:${await listen(server, port, 'the port')}`, stop: () => close(server) };
}

function write(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...CONTENT, 'content-length': Buffer.byteLength(text) }).end(text);
}
