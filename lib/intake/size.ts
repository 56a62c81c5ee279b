import { FileFault } from './file-fault.ts';

const MB = 1024 ** 2;
/**
 * Bytes of text in one file: what a step of 15 minutes reads in about half of its time, and what an approver's plan of it
 * is written in as well (ADR 61).
 */
export const MAX_TEXT_BYTES = 512 * MB;

const ROWS = { zh: '约 250 万行', en: 'about 2.5 million rows' };

/** Which size of a file is too large, and what to do about it. */
export const TOO_LARGE = {
  zh: `文件（解压后）超过 ${MAX_TEXT_BYTES / MB} MB（${ROWS.zh}）：请拆分为几个文件，按增量逐个导入（不加 --full，全量文件会终止其中没有的记录）`,
  en: `The file is larger than ${MAX_TEXT_BYTES / MB} MB, unpacked (${ROWS.en}): split it, and bring its parts in one by one as deltas (without --full: a full file ends what it does not contain).`,
};

/**
 * The text of a file as it passes.
 * @throws FileFault where it is more than one step can read
 */
export async function* withinSize(text: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let passed = 0;
  for await (const chunk of text) {
    passed += chunk.length;
    if (passed > MAX_TEXT_BYTES) throw new FileFault('file-too-large', TOO_LARGE);
    yield chunk;
  }
}
