import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { KeySet } from '../../lib/receipt/key-set.ts';
import { receiptsIn } from '../../lib/receipt/receipt-file.ts';
import { helped } from './help.ts';
import { StartFailure, UsageFailure } from './start-failure.ts';
import { reportLog } from './verify-log.ts';
import { proofIn, reportProof } from './verify-proof.ts';
import { reportReceipt } from './verify-receipt.ts';

/** `npm run verify -- <file> [--jwks <file>]`: needs no network, no service and no secret. */
const USAGE = `用法 Usage: npm run verify -- <file> [--jwks <file>]
          npm run verify -- <proof> [--receipt <file>]… [--jwks <file>]
          npm run verify -- --segment <folder> --log <file or folder> [--head <file>]… [--receipt <file>]… [--jwks <file>]
  <file>  一次核查的答复、回执页或回执原文
          an answer of a check, its printed page, or the signed text
  <proof> GET /v1/checks/<id>/proof 的答复；与 --receipt 所给回执比对
          the answer of GET /v1/checks/<id>/proof, held against the receipts that are given
  --segment <folder>  封存段所在文件夹；核对整个日志，包括附加于记录的认定、授予等
          the folder of the seals: holds the whole log against them, what is appended to records included
  --log <file>        日志逐项导出（npm run export-log，或 DynamoDB 导出），或记录存档所在文件夹
          the log item by item (npm run export-log, or DynamoDB's own export), or a folder of the archive of records,
          which holds nothing that was appended
  --head <file>       此前留存的封存摘要 {"segment":…,"digest":"…"}，可多次
          the head of a seal that was kept earlier; may be repeated
  --receipt <file>    回执，可多次  a receipt; may be repeated
  --jwks  公钥集，默认为同一文件夹中的 jwks.json，取自 GET /.well-known/jwks.json
          the public keys, jwks.json beside the file by default: GET /.well-known/jwks.json`;
const HELP = `${USAGE}

  不需要网络、服务或密钥；全部相符时退出码为 0，否则为 1 并逐一指出；用法有误或文件无法读取为 2。
  Needs no network, no service and no secret. Exits with 0 where everything is as it should be, otherwise with 1, and
  names what is not; with 2 where it was used wrongly, or a file cannot be read.`;

const WRONG_USE = 2;

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        jwks: { type: 'string' },
        segment: { type: 'string' },
        log: { type: 'string' },
        head: { type: 'string', multiple: true },
        receipt: { type: 'string', multiple: true },
      },
    });
  } catch {
    throw new UsageFailure(USAGE);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageFailure(`无法读取 ${file}\nCannot read ${file}\n\n${USAGE}`);
  }
}

function keysIn(file: string): KeySet {
  const text = textOf(file);
  try {
    return KeySet.parse(JSON.parse(text));
  } catch {
    throw new StartFailure(`${file} 不是公钥集（JWKS）\n${file} is no set of public keys (JWKS)`);
  }
}

/** Whether everything that was asked about is as it should be. */
async function isGood(): Promise<boolean> {
  const { values, positionals } = parsed();
  const { segment, log, jwks, head = [], receipt = [] } = values;
  if (segment !== undefined && log !== undefined && positionals.length === 0) {
    const keys = keysIn(jwks ?? join(dirname(log), 'jwks.json'));
    return await reportLog({ folder: segment, log, keys, heads: head.map(textOf), receipts: receipt.map(textOf) });
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0 || segment !== undefined || log !== undefined)
    throw new UsageFailure(USAGE);
  const text = textOf(file);
  const keys = () => keysIn(jwks ?? join(dirname(file), 'jwks.json'));
  const proof = proofIn(text);
  if (proof) return await reportProof(proof, keys(), receipt.map(textOf));
  const kept = receiptsIn(text);
  if (kept.length === 0) throw new StartFailure(`${file} 中没有回执\nThere is no receipt in ${file}`);
  const published = keys();
  const good: boolean[] = [];
  for (const each of kept) good.push(await reportReceipt(each, published));
  return good.every(Boolean);
}

try {
  if (!helped(process.argv.slice(2), HELP) && !(await isGood())) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error);
  process.exitCode = error instanceof UsageFailure ? WRONG_USE : 1;
}
