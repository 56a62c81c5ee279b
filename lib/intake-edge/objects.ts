import { GetObjectCommand, HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { IntakeObjects } from '../intake/ports.ts';

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

  async write(name: string, bytes: Uint8Array, kind: 'lines' | 'csv'): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: name, Body: bytes, ...HEADERS[kind] }));
  }
}
