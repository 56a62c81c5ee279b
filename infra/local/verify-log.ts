import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SealHead } from '../../lib/check/seal-head.ts';
import { recordsIn } from '../../lib/dynamo/log-lines.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import type { KeySet } from '../../lib/receipt/key-set.ts';
import { receiptsIn } from '../../lib/receipt/receipt-file.ts';
import { verifyReceipt } from '../../lib/receipt/verify-receipt.ts';
import { Segment } from '../../lib/seal/seal.ts';
import { type ReceiptFacts, verifyLog } from '../../lib/seal/verify.ts';
import { StartFailure } from './start-failure.ts';

interface Order {
  /** Where the seals are, each a file by its number. */
  readonly folder: string;
  readonly log: string;
  readonly keys: KeySet;
  /** The texts of what was kept. */
  readonly heads: readonly string[];
  readonly receipts: readonly string[];
}

/** Holds a whole log against its seals and says what was done to it. Resolves with whether nothing was. */
export async function reportLog({ folder, log, keys, heads, receipts }: Order): Promise<boolean> {
  const facts = await Promise.all(receipts.flatMap(receiptsIn).map(({ receipt }) => factsOf(receipt, keys)));
  const { findings, segments, head, records } = await verifyLog({
    segments: segmentsIn(folder),
    log: await recordsIn(linesOf(log)),
    keys,
    heads: heads.map((text) => readJson(text, SealHead, '封存摘要 head')),
    receipts: facts,
    now: systemClock(),
  });
  console.log(`封存段 segments   ${segments}`);
  console.log(`相符 untouched    ${records.untouched}`);
  console.log(`到期删除 expired  ${records.expired}`);
  console.log(`尚未封存 unsealed ${records.unsealed}`);
  for (const { kind, message } of findings) console.error(`✗ ${kind}\n  ${message.zh}\n  ${message.en}`);
  if (findings.length > 0) return false;
  console.log('✓ 日志与封存相符 The log is as it was sealed');
  if (head) console.log(`  请留存 keep this for the next time: ${JSON.stringify(head)}`);
  return true;
}

function segmentsIn(folder: string): Segment[] {
  if (!existsSync(folder)) throw new StartFailure(`没有文件夹 ${folder}\nThere is no folder ${folder}`);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readJson(readFileSync(join(folder, name), 'utf8'), Segment, name));
}

/** Of a file, or of a folder's files as the archive of records holds them: one line each. */
async function* linesOf(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) throw new StartFailure(`无法读取 ${path}\nCannot read ${path}`);
  if (!statSync(path).isDirectory())
    return yield* createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.json')) yield readFileSync(join(path, name), 'utf8');
}

async function factsOf(text: string, keys: KeySet): Promise<ReceiptFacts> {
  const verified = await verifyReceipt(text, keys);
  if (!verified.ok)
    throw new StartFailure(`回执无效 A receipt proves nothing: ${verified.message.zh} ${verified.message.en}`);
  const { id, record, checkedAt, sealHead } = verified.payload;
  return { recordId: id, digest: record, checkedAt, sealHead };
}

interface Schema<T> {
  parse(value: unknown): T;
}

function readJson<T>(text: string, schema: Schema<T>, name: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new StartFailure(`${name} 不是应有的内容\n${name} is not what it should be`);
  }
}
