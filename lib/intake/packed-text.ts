import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/** Texts as one gzip member, in parts: of several, one after the other, a browser shows the first and leaves out the rest. */
export async function packedText(texts: AsyncIterable<string>): Promise<Buffer[]> {
  const packed: Buffer[] = [];
  for await (const chunk of Readable.from(texts).compose(createGzip())) packed.push(chunk);
  return packed;
}
