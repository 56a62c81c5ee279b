import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { IN_MEMORY } from './data-folder.ts';
import { localEnvironment } from './environment.ts';
import type { ImportAnswer, ImportApi } from './import-api.ts';
import { type Command, readCommand } from './import-command.ts';
import { progressOn } from './import-progress.ts';
import { summaryLines } from './import-summary.ts';
import { type Target, targetOf } from './import-target.ts';
import { StartFailure } from './start-failure.ts';

const QUARANTINE_FOLDER = 'quarantine';
const PLANS_FOLDER = 'plans';
const POLL_MS = 200;
const FOR_ITS_OWNER = 0o600;
const FINISHED: ReadonlySet<string> = new Set(['awaiting-approval', 'done', 'refused', 'failed']);
const BYTES_PER_KB = 1_024;
/** What each stage is called, what it counts, and how much of it is one. */
const STAGES: Record<string, readonly [string, string, number]> = {
  reading: ['读取 reading', 'KB', BYTES_PER_KB],
  comparing: ['比对 comparing', '份 parts', 1],
  writing: ['写入 writing', '行 rows', 1],
};

/** `npm run import`: brings a list file in through the API, of this machine or of another deployment. */
async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  if (!command) return;
  const { dataFolder } = localEnvironment(process.env);
  const out = console.log;
  const target = await targetOf(process.env, dataFolder);
  try {
    const answer = await bringIn(command, target);
    const lines = summaryLines(answer);
    if (lines.length > 0) out(lines.join('\n'));
    const quarantine = await keepQuarantine(answer, command, dataFolder);
    if (quarantine !== undefined) out(`  隔离文件  quarantine file: ${quarantine}`);
    if (answer.planFile !== undefined) {
      const path = await fetched(
        answer.planFile,
        join(folderOf(dataFolder, PLANS_FOLDER), `${basename(command.file)}.plan.csv`),
      );
      out(`  方案明细  the plan, listing by listing: ${path}`);
    }
    if (answer.state === 'awaiting-approval') out(`  POST /v1/imports/${answer.id}/approval`);
    if (answer.refusal) throw new StartFailure(await target.api.refusal(answer));
  } finally {
    await target.stop();
  }
}

async function bringIn({ file, order }: Command, { api, demo }: Target): Promise<ImportAnswer> {
  const proposed = await api.propose(order);
  // On stderr: the summary alone is output.
  const show = progressOn(process.stderr, () => performance.now());
  const kilobytes = (bytes: number) => Math.ceil(bytes / BYTES_PER_KB);
  const size = kilobytes(statSync(file).size);
  await api.upload(proposed, file, (bytes) => show('上传 uploading', 'KB', kilobytes(bytes), size));
  const planned = await settled(api, proposed.id, show);
  if (planned.state !== 'awaiting-approval') return planned;
  // D5: on this machine the demo approver signs, and the summary says so.
  const approved = await api.approve(planned.id);
  if (!approved) return planned;
  if (demo) console.error('黑名单有起止，以演示批准人签署。Black listings start or end: signed as the demo approver.');
  return await settled(api, planned.id, show);
}

async function settled(api: ImportApi, id: string, show: ReturnType<typeof progressOn>): Promise<ImportAnswer> {
  for (;;) {
    const answer = await api.show(id);
    const { stage = '', done = 0, of = 0 } = answer.progress ?? {};
    const [label, unit = '', one = 1] = STAGES[stage] ?? [];
    if (label !== undefined) show(label, unit, Math.ceil(done / one), Math.ceil(of / one));
    if (FINISHED.has(answer.state)) {
      const { result } = answer;
      const written = result ? result.added + result.changed + result.ended : 0;
      if (written > 0) show('写入 writing', '行 rows', written, written);
      return answer;
    }
    await setTimeout(POLL_MS);
  }
}

/** Writes the quarantine file, or removes that of an earlier run of the same file; a refused run says nothing of its rows. */
async function keepQuarantine(
  { quarantine, refusal }: ImportAnswer,
  { file }: Command,
  dataFolder: string,
): Promise<string | undefined> {
  const path = join(folderOf(dataFolder, QUARANTINE_FOLDER), `${basename(file)}.quarantine.csv`);
  if (quarantine === undefined) {
    if (!refusal) rmSync(path, { force: true });
    return undefined;
  }
  return fetched(quarantine, path);
}

const folderOf = (dataFolder: string, name: string): string => join(dataFolder === IN_MEMORY ? '.' : dataFolder, name);

async function fetched(link: string, path: string): Promise<string> {
  const answer = await fetch(link);
  if (!answer.ok)
    throw new StartFailure(`文件未能取回。The file could not be fetched: ${basename(path)}, ${answer.status}.`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, new Uint8Array(await answer.arrayBuffer()), { mode: FOR_ITS_OWNER });
  return path;
}

try {
  await main();
} catch (error) {
  if (error instanceof StartFailure) console.error(error.message);
  else if (error instanceof TypeError && error.message === 'fetch failed')
    console.error('服务无法访问；再次运行同一命令即可。The service is not to be reached: run the same command again.');
  else throw error;
  process.exitCode = 1;
}
