import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { FileFault } from './file-fault.ts';
import { bomb } from './gunzip.ts';
import { unreadable } from './xml.ts';

/** The most that a workbook may hold compressed: a million rows of ten columns are about as much. */
const MAX_PACKED = 67_108_864;
const MAX_ENTRIES = 1_000;
/** XML of a sheet shrinks to a tenth or a thirtieth, a sheet of one value repeated to a hundredth. */
const MAX_RATIO = 300;
const RATIO_COUNTS_ABOVE = 16_777_216;
const MAX_UNPACKED = 4_294_967_296;

export const isZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;

/** The parts of a zip file, by name. */
export interface ZipParts {
  readonly names: readonly string[];
  /**
   * The bytes of a part, checked against its size and checksum as they pass; undefined where there is none.
   * @throws FileFault for a bomb, and for a part that is damaged
   */
  read(name: string): AsyncIterable<Uint8Array> | undefined;
}

/**
 * Opens a zip file, which is held whole: its directory stands at its end.
 * @throws FileFault for one that is too large, cut off, damaged or encrypted
 */
export async function openZip(bytes: AsyncIterable<Uint8Array>): Promise<ZipParts> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_PACKED) throw tooLarge();
    chunks.push(chunk);
  }
  const { zip, entries } = await directoryOf(Buffer.concat(chunks));
  return {
    names: [...entries.keys()],
    read: (name) => {
      const entry = entries.get(name);
      return entry && bytesOf(zip, entry);
    },
  };
}

async function directoryOf(file: Buffer): Promise<{ zip: ZipFile; entries: Map<string, Entry> }> {
  try {
    const zip = await fromBufferPromise(file, { autoClose: false });
    if (zip.entryCount > MAX_ENTRIES) throw bomb();
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    return { zip, entries };
  } catch (error) {
    throw error instanceof FileFault ? error : truncated();
  }
}

async function* bytesOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  const { compressedSize, uncompressedSize } = entry;
  const ratio = uncompressedSize / Math.max(1, compressedSize);
  if (uncompressedSize > MAX_UNPACKED || (uncompressedSize > RATIO_COUNTS_ABOVE && ratio > MAX_RATIO)) throw bomb();
  let checksum = 0;
  let whole = false;
  try {
    // yauzl holds the stream to the size that the directory states.
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    whole = true;
  } catch {
    throw unreadable();
  }
  if (whole && checksum !== entry.crc32) throw unreadable();
}

const truncated = (): FileFault =>
  new FileFault('truncated-file', {
    zh: '工作簿不完整或已损坏，传输可能中断，请重新获取',
    en: 'the workbook is cut off or damaged: fetch it again',
  });

const tooLarge = (): FileFault =>
  new FileFault('workbook-too-large', {
    zh: `工作簿超过 ${MAX_PACKED / 1_048_576} MB，请另存为 CSV`,
    en: `the workbook is larger than ${MAX_PACKED / 1_048_576} MB: save it as CSV`,
  });
