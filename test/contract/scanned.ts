import decodeQr from 'qr/decode.js';
import { expect } from 'vitest';

/** Pixels of a module, as on a photograph that is just good enough. */
const PIXELS = 3;

/** What a phone reads off the code on a receipt's page, and how large that stands on paper. */
export function scanned(page: string): {
  readonly address: string;
  readonly moduleMm: number;
  readonly widthMm: number;
} {
  const svg =
    /<svg [^>]*width="([\d.]+)mm" height="\1mm" viewBox="0 0 (\d+) \2"[^>]*><path d="([^"]*)"\/><\/svg>/s.exec(page);
  const [, millimetres = '', modules = '', path = ''] = svg ?? expect.fail('the page has no code');
  const size = Number(modules);
  const dark = new Set(
    [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].flatMap(([, x, y, length]) =>
      Array.from({ length: Number(length) }, (_, index) => Number(y) * size + Number(x) + index),
    ),
  );
  const width = size * PIXELS;
  const data = new Uint8Array(width * width * 4).map((_, index) => {
    const [x, y] = [Math.floor(index / 4) % width, Math.floor(index / 4 / width)];
    const isDark = dark.has(Math.floor(y / PIXELS) * size + Math.floor(x / PIXELS));
    return index % 4 === 3 || !isDark ? 255 : 0;
  });
  const widthMm = Number(millimetres);
  return { address: decodeQr({ width, height: width, data }), moduleMm: widthMm / size, widthMm };
}
