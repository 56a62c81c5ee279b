import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { KeySet } from '../../lib/receipt/key-set.ts';
import { receiptsIn } from '../../lib/receipt/receipt-file.ts';
import { StartFailure } from './start-failure.ts';
import { reportReceipt } from './verify-receipt.ts';

/** `npm run verify -- <file> [--jwks <file>]`: needs no network, no service and no secret. */
const USAGE = `用法 Usage: npm run verify -- <file> [--jwks <file>]
  <file>  一次核查的答复、回执页或回执原文
          an answer of a check, its printed page, or the signed text
  --jwks  公钥集，默认为同一文件夹中的 jwks.json，取自 GET /.well-known/jwks.json
          the public keys, jwks.json beside the file by default: GET /.well-known/jwks.json`;

function order(): { file: string; jwks: string } {
  const { values, positionals } = parsed();
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new StartFailure(USAGE);
  return { file, jwks: values.jwks ?? join(dirname(file), 'jwks.json') };
}

function parsed() {
  try {
    return parseArgs({ allowPositionals: true, options: { jwks: { type: 'string' } } });
  } catch {
    throw new StartFailure(USAGE);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new StartFailure(`无法读取 ${file}\nCannot read ${file}\n\n${USAGE}`);
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

try {
  const { file, jwks } = order();
  const kept = receiptsIn(textOf(file));
  if (kept.length === 0) throw new StartFailure(`${file} 中没有回执\nThere is no receipt in ${file}`);
  const keys = keysIn(jwks);
  for (const each of kept) if (!(await reportReceipt(each, keys))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error);
  process.exitCode = 1;
}
