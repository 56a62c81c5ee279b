import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join, resolve, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Lists may hold persons' numbers. */
const FOR_ITS_OWNER = 0o600;
const KEPT_HEADERS = ['content-type', 'content-encoding'] as const;

/** Stands in for the intake bucket: the three requests that are made of it, over files in a folder. */
export class LocalObjects {
  readonly #folder: string;
  readonly #onUpload: (name: string) => void;

  constructor(folder: string, onUpload: (name: string) => void) {
    this.#folder = resolve(folder);
    this.#onUpload = onUpload;
  }

  async serve(request: IncomingMessage, response: ServerResponse, name: string, signedFor: Date | undefined) {
    const file = resolve(join(this.#folder, name));
    if (!file.startsWith(this.#folder + sep)) return refuse(response, 403, 'AccessDenied');
    if (signedFor !== undefined && signedFor < new Date()) return refuse(response, 403, 'AccessDenied');
    switch (request.method) {
      case 'PUT':
        return await this.#put(request, response, name, file);
      case 'HEAD':
      case 'GET':
        return await get(request, response, file);
      default:
        return refuse(response, 405, 'MethodNotAllowed');
    }
  }

  async #put(request: IncomingMessage, response: ServerResponse, name: string, file: string) {
    if (request.headers['if-none-match'] === '*' && existsSync(file)) {
      request.resume();
      return refuse(response, 412, 'PreconditionFailed');
    }
    mkdirSync(dirname(file), { recursive: true });
    const part = `${file}.part`;
    try {
      await pipeline(request, whole(request), createWriteStream(part, { mode: FOR_ITS_OWNER }));
    } catch (error) {
      rmSync(part, { force: true });
      const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
      return refuse(response, full ? 507 : 400, full ? 'InsufficientStorage' : 'IncompleteBody');
    }
    const headers = KEPT_HEADERS.map((header) => [header, request.headers[header]]).filter(([, value]) => value);
    writeFileSync(`${file}.headers`, JSON.stringify(Object.fromEntries(headers)), { mode: FOR_ITS_OWNER });
    renameSync(part, file);
    response.writeHead(200, { etag: '"local"' }).end();
    this.#onUpload(name);
  }
}

/** Fails where fewer bytes come than were announced: half a list would look like a whole one. */
function whole(request: IncomingMessage): Transform {
  const announced = Number(request.headers['content-length'] ?? 0);
  let arrived = 0;
  return new Transform({
    transform: (chunk: Buffer, _, next) => {
      arrived += chunk.length;
      next(null, chunk);
    },
    flush: (next) => next(arrived === announced ? null : new Error('incomplete')),
  });
}

async function get(request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  if (!existsSync(file) || !statSync(file).isFile()) return refuse(response, 404, 'NoSuchKey');
  const headers: Record<string, string> = JSON.parse(readFileSync(`${file}.headers`, 'utf8'));
  response.writeHead(200, { ...headers, 'content-length': statSync(file).size, etag: '"local"' });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response).catch(() => response.destroy());
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response
    .writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
