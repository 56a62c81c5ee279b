import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { IntakeObjects } from '../intake/ports.ts';

const HELD_BYTES = 1024 ** 2;
const HEADERS = {
  lines: { ContentType: 'application/x-ndjson', ContentEncoding: 'gzip' },
  // Whoever downloads it gets it unpacked.
  csv: { ContentType: 'text/csv; charset=utf-8', ContentEncoding: 'gzip' },
} as const;

/** The intake bucket. */
export class S3IntakeObjects implements IntakeObjects {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async size(name: string): Promise<number | undefined> {
    try {
      const { ContentLength } = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: name }));
      return ContentLength;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async *read(name: string): AsyncGenerator<Uint8Array> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name }));
    if (!Body) throw new Error('an object without a body');
    for await (const chunk of Body.transformToWebStream()) yield chunk;
  }

  async write(name: string, parts: readonly Uint8Array[], kind: 'lines' | 'csv'): Promise<void> {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    // Small ones the client sends again where they fail; of a large one the whole step is repeated.
    const Body = length <= HELD_BYTES ? Buffer.concat(parts) : Readable.from(parts, { objectMode: false });
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: name, Body, ContentLength: length, ...HEADERS[kind] }),
    );
  }
}
