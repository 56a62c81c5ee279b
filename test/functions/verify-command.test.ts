import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { KeySet } from '../../lib/receipt/key-set.ts';
import { sign } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { type ApiClient, organisation, personSubject, question, SAMPLE, startSampleStack } from '../api-client.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'grantgate-verify-'));

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
  write('jwks.json', (await api.call('GET', '/.well-known/jwks.json')).text);
});
afterAll(async () => {
  await api?.stack.stop();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

/** As `npm run verify` runs it, in a folder of its own, with no service to ask. */
function run(...args: string[]): Promise<{ code: unknown; out: string }> {
  return new Promise((resolve) => {
    const command = ['--import', join(ROOT, 'infra/node24.mjs'), join(ROOT, 'infra/local/verify.ts'), ...args];
    execFile(process.execPath, command, { cwd: folder, env: {} }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, out: stdout + stderr }),
    );
  });
}

const Kept = z.looseObject({ id: z.string(), receipt: z.string() });
const answered = async (body: unknown) => {
  const reply = await api.check(body);
  return { text: reply.text, ...Kept.parse(reply.json) };
};

describe('what is as it was given', () => {
  test.each([
    ['a veto', question(SAMPLE.vetoAndExpired)],
    ['a person', question(personSubject())],
  ])('verifies: the answer about %s', async (_, body) => {
    const { text, id } = await answered(body);
    const { code, out } = await run(write('answer.json', text));
    expect(out).toMatch(/✓ 回执有效 The receipt is good\n✓ 答复与回执相符/);
    expect(out).toContain(id);
    expect(code).toBe(0);
  });

  test('verifies: the signed text, broken into lines, and the page', async () => {
    const { receipt, id } = await answered(question());
    const lines = receipt.replace(/(.{64})/g, '$1\n');
    expect(await run(write('receipt.jws', lines))).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    const headers = { accept: 'text/html' };
    const page = await api.call('GET', `/v1/checks/${id}/receipt`, { as: 'procurement', headers });
    expect(await run(write('page.html', page.text))).toMatchObject({ code: 0, out: expect.stringContaining(id) });
  });

  test('verifies: every answer of a batch', async () => {
    const { subjects: _, ...setting } = question();
    const items = [1, 2].map((each) => ({ ref: `${each}`, subjects: [{ scheme: 'uscc', id: organisation(each) }] }));
    const { text } = await api.call('POST', '/v1/check-batches', { as: 'procurement', body: { ...setting, items } });
    const { code, out } = await run(write('batch.json', text));
    expect(out.match(/✓ 回执有效/g)).toHaveLength(2);
    expect(code).toBe(0);
    const altered = text.replace(organisation(2), organisation(3));
    expect(await run(write('batch.json', altered))).toMatchObject({ code: 1, out: expect.stringContaining('✗') });
  });
});

describe('what is not', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const parts = (receipt: string) => receipt.split('.').map((each) => Buffer.from(each, 'base64url').toString());
  const keysIn = (text: string): KeySet => ({ keys: [...parseSigningKeys(text).published] });
  const other = () => parseSigningKeys(Buffer.alloc(32, 9).toString('base64'));

  test.each<[string, string, (receipt: string) => Promise<string> | string]>([
    ['an altered payload', 'signature-invalid', (receipt) => receipt.replace(/\.(.{9})./, (_, kept) => `.${kept}A`)],
    [
      'alg none',
      'algorithm-refused',
      (receipt) => {
        const [head = '', payload = ''] = parts(receipt);
        return [encoded({ ...JSON.parse(head), alg: 'none' }), encoded(JSON.parse(payload)), ''].join('.');
      },
    ],
    ['an unsecured token', 'algorithm-refused', () => new UnsecuredJWT({}).encode()],
    [
      'another key',
      'unknown-key',
      (receipt) => sign('grantgate-receipt+jws', parts(receipt)[1] ?? '', other().current),
    ],
    [
      'another type',
      'wrong-type',
      (receipt) => sign('grantgate-seal+jws', parts(receipt)[1] ?? '', parseSigningKeys(api.stack.signingKeys).current),
    ],
    ['no receipt at all', 'malformed', () => 'hello'],
  ])('is named in both languages, and fails: %s', async (_, named, forge) => {
    const { receipt } = await answered(question(SAMPLE.veto));
    const { code, out } = await run(write('forged.jws', await forge(receipt)));
    expect(out).toMatch(
      new RegExp(`✗ 回执无效 The receipt proves nothing: ${named}\\n  .*\\p{Script=Han}.*\\n  [ -~]+\\n$`, 'u'),
    );
    expect(code).toBe(1);
  });

  test('is told by a retired key: good before, refused after', async () => {
    const { receipt } = await answered(question());
    const retired = (at: string) =>
      write(
        'keys.json',
        JSON.stringify(keysIn(`${api.stack.signingKeys}@${at},${Buffer.alloc(32, 9).toString('base64')}`)),
      );
    const file = write('receipt.jws', receipt);
    expect(await run(file, '--jwks', retired('2099-01-01T00:00:00Z'))).toMatchObject({ code: 0 });
    const late = await run(file, '--jwks', retired('2020-01-01T00:00:00Z'));
    expect(late).toMatchObject({ code: 1, out: expect.stringContaining('key-retired') });
    expect(late.out).toContain('2020-01-01 08:00');
  });

  test('is told by the answer: the receipt is good, the answer was altered', async () => {
    const { text } = await answered(question(SAMPLE.veto));
    const { code, out } = await run(write('answer.json', text.replace('"must-not-grant"', '"may-grant"')));
    expect(out).toContain('答复与其不符');
    expect(code).toBe(1);
  });

  test('is told of a file that is missing, of no keys, and of no receipt', async () => {
    // What it was not asked rightly it has not looked at: that is neither good nor bad.
    expect(await run()).toMatchObject({ code: 2, out: expect.stringContaining('Usage') });
    expect(await run('missing.json')).toMatchObject({
      code: 2,
      out: expect.stringContaining('Cannot read missing.json'),
    });
    expect(await run('jwks.json', '--what')).toMatchObject({ code: 2, out: expect.stringContaining('Usage') });
    const empty = write('empty.json', '{}');
    expect(await run(empty)).toMatchObject({ code: 1, out: expect.stringContaining('no receipt in empty.json') });
    const file = write('receipt.jws', (await answered(question())).receipt);
    expect(await run(file, '--jwks', empty)).toMatchObject({
      code: 1,
      out: expect.stringContaining('no set of public keys'),
    });
  });
});
