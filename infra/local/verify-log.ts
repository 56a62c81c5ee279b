import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SealHead } from '../../lib/check/seal-head.ts';
import { logIn } from '../../lib/dynamo/log-lines.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import type { KeySet } from '../../lib/receipt/key-set.ts';
import { receiptsIn } from '../../lib/receipt/receipt-file.ts';
import { verifyReceipt } from '../../lib/receipt/verify-receipt.ts';
import { Segment } from '../../lib/seal/seal.ts';
import { type ReceiptFacts, type Verification, verifyLog } from '../../lib/seal/verify.ts';
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
  const { records: logged, appended: also, tombstones } = await logIn(linesOf(log));
  const { findings, segments, head, records, appended } = await verifyLog({
    segments: segmentsIn(folder),
    log: logged,
    // The archive holds copies of records, and of nothing that was appended to them.
    appended: isFolder(log) ? undefined : also,
    tombstones,
    keys,
    heads: heads.map((text) => readJson(text, SealHead, '封存摘要 head')),
    receipts: facts,
    now: systemClock(),
  });
  const counted: readonly (readonly [string, number])[] = [
    ['封存段 segments', segments],
    ['记录 records: 相符 untouched', records.untouched],
    ...[...records.byRule].map(
      ([rule, count]) => [`记录 records: 依规则删除 deleted by rule (${rule})`, count] as const,
    ),
    ['记录 records: 已过保存期 past its term', records.pastTerm],
    ['记录 records: 尚未封存 unsealed', records.unsealed],
    ['记录 records: 尚未封存且无法证明 unsealed, not proved', records.unproved],
    ['记录 records: 封存清单已不在，凭回执 its list gone, proved by its receipt', records.listGone.proved],
    ['记录 records: 封存清单已不在且无法证明 its list gone, not proved', records.listGone.unproved],
    ...(appended
      ? ([
          ['附加 appended: 相符 untouched', appended.untouched],
          ['附加 appended: 已随记录到期 ended with its record', appended.ended],
          ['附加 appended: 尚未封存且无法证明 unsealed, not proved', appended.unsealed],
          ['附加 appended: 封存清单已不在且无法证明 its list gone, not proved', appended.listGone],
        ] as const)
      : []),
  ];
  for (const [what, count] of counted) console.log(`${what}: ${count}`);
  if (!appended) console.log('附加 appended: 存档中没有，未核对 not in the archive, not held against the seals');
  for (const { kind, message } of findings) console.error(`✗ ${kind}\n  ${message.zh}\n  ${message.en}`);
  if (findings.length > 0) return false;
  console.log(verdictOf(records, appended));
  if (head) console.log(`  请留存 keep this for the next time: ${JSON.stringify(head)}`);
  return true;
}

/** What nothing proves is never said to be as it was sealed. */
function verdictOf({ unproved, listGone }: Verification['records'], appended: Verification['appended']): string {
  const unsealed = unproved + (appended?.unsealed ?? 0);
  const beyond = listGone.unproved + (appended?.listGone ?? 0);
  if (unsealed + beyond === 0) return '✓ 日志与封存相符 The log is as it was sealed';
  return [
    `○ 未发现篡改，但有 ${unsealed + beyond} 项无从证明 Nothing was found tampered with, and ${unsealed + beyond} items are proved by nothing`,
    ...(unsealed > 0
      ? ['  尚未封存的：数分钟后重新导出并核对 What is not sealed yet: export and verify again in some minutes.']
      : []),
    ...(beyond > 0
      ? [
          '  清单已不在的：以封存存档的完整清单（--segment）核对 What had its list: give the whole lists, from the archive of seals.',
        ]
      : []),
  ].join('\n');
}

function segmentsIn(folder: string): Segment[] {
  if (!existsSync(folder)) throw new StartFailure(`没有文件夹 ${folder}\nThere is no folder ${folder}`);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readJson(readFileSync(join(folder, name), 'utf8'), Segment, name));
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** Of a file, or of a folder's files as the archive of records holds them: one line each. */
async function* linesOf(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) throw new StartFailure(`无法读取 ${path}\nCannot read ${path}`);
  if (!isFolder(path))
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
