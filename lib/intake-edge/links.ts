import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** An upload as whoever sends the file makes it. */
export interface Upload {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Links into the intake bucket that hold for a while and for one object, so that no file passes through the API. */
export class S3Links {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** For exactly so many bytes, and once: what has arrived is not replaced. */
  async upload(name: string, size: number, seconds: number): Promise<Upload> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: name,
      ContentLength: size,
      IfNoneMatch: '*',
    });
    const url = await getSignedUrl(this.#client, command, {
      expiresIn: seconds,
      signableHeaders: new Set(['content-length', 'if-none-match', 'host']),
      unhoistableHeaders: new Set(['if-none-match']),
    });
    return { method: 'PUT', url, headers: { 'if-none-match': '*', 'content-length': String(size) } };
  }

  download(name: string, seconds: number): Promise<string> {
    return getSignedUrl(this.#client, new GetObjectCommand({ Bucket: this.#bucket, Key: name }), {
      expiresIn: seconds,
    });
  }
}
