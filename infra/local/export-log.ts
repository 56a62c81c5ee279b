import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { IN_MEMORY } from './data-folder.ts';
import { localEnvironment } from './environment.ts';
import { helped } from './help.ts';
import { whatRuns } from './running.ts';
import { localClient } from './stack.ts';
import { StartFailure } from './start-failure.ts';

const USAGE = '用法 Usage: npm run export-log -- <file>';
const HELP = `${USAGE} [--help]

  把本机核查日志逐项写入文件，格式同 DynamoDB 导出到 S3 的逐行 JSON，供 npm run verify -- --segment 核对。
  须先运行 npm start；GRANTGATE_DATA 与启动时一致。
  Writes this machine's check log item by item, in the lines that DynamoDB's own export to S3 writes, for
  npm run verify -- --segment. Needs a running npm start, with GRANTGATE_DATA as it was.

  <file>  要写入的文件，已有的会被覆盖 the file to write, in place of one that is there`;

/** `npm run export-log -- <file>`: the CheckLog item by item, in the lines that DynamoDB's own export to S3 writes. */
async function exportLog(file: string | undefined): Promise<void> {
  if (file === undefined || file.startsWith('--')) throw new StartFailure(USAGE);
  const { dataFolder } = localEnvironment(process.env);
  if (dataFolder === IN_MEMORY)
    throw new StartFailure(
      `内存中的日志（GRANTGATE_DATA=${IN_MEMORY}）不能逐项导出：以数据目录启动，或用 npm run export\n` +
        `A log in memory (GRANTGATE_DATA=${IN_MEMORY}) is not written item by item: start with a folder, or use npm run export`,
    );
  const running = whatRuns(dataFolder);
  if (!running) throw new StartFailure('本机服务未运行：先运行 npm start\nNothing runs here: npm start first');
  const client = localClient(running.endpoint);
  let items = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const page of paginateScan({ client }, { TableName: running?.checkLogTable })) {
      for (const item of page.Items ?? []) yield `${JSON.stringify({ Item: item }, inBase64)}\n`;
      items += page.Items?.length ?? 0;
    }
  }
  // Half a log would look like one from which records were deleted.
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.part`;
  process.once('exit', () => rmSync(partial, { force: true }));
  await pipeline(lines, createWriteStream(partial));
  await rename(partial, file);
  client.destroy();
  console.log(`${items} 项 items → ${file}`);
}

const inBase64 = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;

try {
  const argv = process.argv.slice(2);
  if (!helped(argv, HELP)) await exportLog(argv[0]);
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error);
  process.exitCode = 1;
}
