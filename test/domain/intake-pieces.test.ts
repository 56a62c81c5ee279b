import { finished } from 'node:stream/promises';
import { createInflateRaw, gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { PackedRows } from '../../lib/intake/packed-rows.ts';
import { packedText } from '../../lib/intake/packed-text.ts';
import { partsFor, textBytes } from '../../lib/intake/piece.ts';
import { organisationKey } from '../../lib/subject/key.ts';

const MB = 1024 * 1024;

it('a packed file is divided by the text that is in it, so that no piece is larger than another file’s', () => {
  const plain = Buffer.from('名单');
  expect(partsFor(textBytes(10 * MB, plain))).toBe(1);
  expect(partsFor(textBytes(200 * MB, plain))).toBe(13);
  for (const packed of [gzipSync('名单'), Buffer.from('PK\u0003\u0004')])
    expect(partsFor(textBytes(10 * MB, packed))).toBe(13);
});

it('a file for persons is one gzip member, of which a browser shows all', async () => {
  const texts = ['\ufeffline\r\n', ...Array.from({ length: 200 }, (_, at) => `${at}\r\n`)];
  const packed = Buffer.concat(
    await packedText(
      (async function* () {
        yield* texts;
      })(),
    ),
  );
  expect(gunzipSync(packed).toString()).toBe(texts.join(''));
  // What one raw stream takes, between the ten bytes of a gzip head and the eight of its foot.
  const inflate = createInflateRaw();
  inflate.resume().end(packed.subarray(10));
  await finished(inflate);
  expect(inflate.bytesWritten).toBe(packed.length - 10 - 8);
  expect(packed.length).toBeLessThan(texts.join('').length);
});

it('the rows of a source come back by their part, every one, however many were packed', () => {
  const packed = new PackedRows();
  const rows = Array.from({ length: 4_321 }, (_, at) => ({
    key: `o:MA0000000|penalty|罚${at}号`,
    digest: `d${at}`,
    subject: organisationKey('MA0000000'),
    listingId: `imp-${at}`,
  }));
  for (const [at, row] of rows.entries()) packed.add(at % 3, row);
  for (const part of [0, 1, 2])
    expect([...packed.of(part)]).toEqual(rows.filter((_, at) => at % 3 === part).map((row) => [row.key, row]));
  expect(packed.of(3).size).toBe(0);
});
