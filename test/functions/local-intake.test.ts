import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startIntake } from '../../infra/local/intake.ts';

const WAIT = { timeout: 20_000, interval: 50 };
/** A worker that says what it was asked for, and takes its time to begin. */
const WORKER = `
const { appendFileSync } = require('node:fs');
exports.handler = async ({ importId, step }) => {
  appendFileSync(process.env.TOLD, step + ' ' + importId + '\\n');
  if (step === 'begin') await new Promise((resolve) => setTimeout(resolve, 500));
  return { importId, each: '', items: [], next: 'end', waitSeconds: 0, waitingSince: 0 };
};`;

let folder: string;
let worker: string;
let told: string;
const steps = () => readFileSync(told, 'utf8').split('\n').slice(0, -1);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantgate-local-intake-'));
  [worker, told] = [join(folder, 'worker.cjs'), join(folder, 'told')];
  writeFileSync(worker, WORKER);
});
beforeEach(() => writeFileSync(told, ''));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('asks each step once, and goes on with an import that is approved while its process is still ending', async () => {
  const importId = randomUUID();
  const intake = await startIntake({ dataFolder: ':memory:', worker, variables: () => ({ TOLD: told }) });
  try {
    await fetch(`${intake.endpoint}/intake/uploads/${importId}`, { method: 'PUT', body: 'x' });
    await vi.waitFor(() => expect(steps()).toEqual([`begin ${importId}`]), WAIT);
    const approved = await fetch(intake.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
      body: JSON.stringify({ input: JSON.stringify({ importId, step: 'lease' }) }),
    });
    expect(approved.status).toBe(200);
    await vi.waitFor(() => expect(steps()).toEqual([`begin ${importId}`, `lease ${importId}`]), WAIT);
    // An end that passed for a failure was started again within a tenth of this.
    await setTimeout(2_000);
    expect(steps()).toEqual([`begin ${importId}`, `lease ${importId}`]);
  } finally {
    await intake.stop();
  }
}, 60_000);

it('goes on with what was left unfinished, and with nothing that is over', async () => {
  const [over, open] = [randomUUID(), randomUUID()];
  mkdirSync(join(folder, 'intake', 'uploads'), { recursive: true });
  for (const name of [over, open]) writeFileSync(join(folder, 'intake', 'uploads', name), 'x');
  const intake = await startIntake({
    dataFolder: folder,
    worker,
    variables: () => ({ TOLD: told }),
    isOver: async (importId) => importId === over,
  });
  try {
    await intake.resume();
    await vi.waitFor(() => expect(steps()).toEqual([`resume ${open}`]), WAIT);
  } finally {
    await intake.stop();
  }
}, 60_000);

it('ends with an import whose worker fails whatever it is asked, after as many starts as the flow would repeat', async () => {
  const failing = join(folder, 'failing.cjs');
  writeFileSync(
    failing,
    `require('node:fs').appendFileSync(process.env.TOLD, process.argv.at(-1) + '\\n');
     exports.handler = async () => process.exit(1);`,
  );
  const said = vi.spyOn(console, 'error').mockReturnValue();
  const intake = await startIntake({ dataFolder: ':memory:', worker: failing, variables: () => ({ TOLD: told }) });
  try {
    await fetch(`${intake.endpoint}/intake/uploads/${randomUUID()}`, { method: 'PUT', body: 'x' });
    await vi.waitFor(() => expect(said).toHaveBeenCalledWith(expect.stringContaining('is broken off')), {
      ...WAIT,
      timeout: 90_000,
    });
    expect(steps()).toEqual(['begin', 'resume', 'resume', 'resume', 'fail', 'fail', 'fail']);
  } finally {
    said.mockRestore();
    await intake.stop();
  }
}, 120_000);
