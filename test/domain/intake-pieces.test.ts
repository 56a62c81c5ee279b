import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { partsFor, textBytes } from '../../lib/intake/piece.ts';

const MB = 1024 * 1024;

it('a packed file is divided by the text that is in it, so that no piece is larger than another file’s', () => {
  const plain = Buffer.from('名单');
  expect(partsFor(textBytes(10 * MB, plain))).toBe(1);
  expect(partsFor(textBytes(200 * MB, plain))).toBe(7);
  for (const packed of [gzipSync('名单'), Buffer.from('PK\u0003\u0004')])
    expect(partsFor(textBytes(10 * MB, packed))).toBe(7);
});
