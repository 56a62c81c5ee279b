import { finished } from 'node:stream/promises';
import { createInflateRaw, gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { packedText } from '../../lib/intake/packed-text.ts';
import { partsFor, textBytes } from '../../lib/intake/piece.ts';

const MB = 1024 * 1024;

it('a packed file is divided by the text that is in it, so that no piece is larger than another file’s', () => {
  const plain = Buffer.from('名单');
  expect(partsFor(textBytes(10 * MB, plain))).toBe(1);
  expect(partsFor(textBytes(200 * MB, plain))).toBe(7);
  for (const packed of [gzipSync('名单'), Buffer.from('PK\u0003\u0004')])
    expect(partsFor(textBytes(10 * MB, packed))).toBe(7);
});

it('a file for persons is one gzip member, of which a browser shows all', async () => {
  const texts = ['\ufeffline\r\n', ...Array.from({ length: 200 }, (_, at) => `${at}\r\n`)];
  const packed = await packedText(
    (async function* () {
      yield* texts;
    })(),
  );
  expect(gunzipSync(packed).toString()).toBe(texts.join(''));
  // What one raw stream takes, between the ten bytes of a gzip head and the eight of its foot.
  const inflate = createInflateRaw();
  inflate.resume().end(packed.subarray(10));
  await finished(inflate);
  expect(inflate.bytesWritten).toBe(packed.length - 10 - 8);
  expect(packed.length).toBeLessThan(texts.join('').length);
});
