import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FileFault } from './file-fault.ts';

/** Text of lists shrinks to a fifth or a twentieth; a thousandth is the most that deflate can, and only on nothing. */
const MAX_RATIO = 200;
/** Below it a high ratio harms nobody. */
const RATIO_COUNTS_ABOVE = 67_108_864;

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * The bytes of a gzip file, its members one after the other.
 * @throws FileFault where it is cut off, damaged, or expands beyond what a list can
 */
export async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let packed = 0;
  let unpacked = 0;
  const counted = async function* () {
    for await (const chunk of bytes) {
      packed += chunk.length;
      yield chunk;
    }
  };
  const unzip = createGunzip();
  // What goes wrong is thrown by the iteration below.
  pipeline(Readable.from(counted()), unzip, () => undefined);
  try {
    for await (const chunk of unzip) {
      unpacked += chunk.length;
      if (unpacked > RATIO_COUNTS_ABOVE && unpacked > MAX_RATIO * packed) throw bomb();
      yield chunk;
    }
  } catch (error) {
    throw isZlibError(error) ? faultOf(error.code) : error;
  }
}

const isZlibError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

const faultOf = (code: string): FileFault =>
  code === 'Z_BUF_ERROR'
    ? new FileFault('truncated-file', {
        zh: 'gzip 文件不完整，传输可能中断，请重新获取',
        en: 'the gzip file ends too early: it was probably cut off on its way, fetch it again',
      })
    : new FileFault('damaged-file', {
        zh: 'gzip 文件已损坏，请重新获取',
        en: 'the gzip file is damaged: fetch it again',
      });

export const bomb = (): FileFault =>
  new FileFault('expands-too-much', {
    zh: '文件解压后异常庞大，拒绝读取',
    en: 'the file expands beyond what a list can: it is not read',
  });
