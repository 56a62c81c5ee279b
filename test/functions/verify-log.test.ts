import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine } from '../../infra/local/engine.ts';
import { localClient } from '../../infra/local/stack.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import { recordDigest } from '../../lib/check/digest.ts';
import { compactReceipt, receiptPayload } from '../../lib/check/receipt.ts';
import type { CheckRecord, RecordDetail } from '../../lib/check/record.ts';
import type { SealHead } from '../../lib/check/seal-head.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { type Proof, proofOf as proofFrom } from '../../lib/seal/proof.ts';
import { headOf, type Segment, sealSegment, verifySeal } from '../../lib/seal/seal.ts';
import { ANSWER, KEYS, SIGNING } from '../seal/history.ts';
import { SealedLog } from '../seal/sealed-log.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'grantgate-verify-log-'));
type Line = { Item: Record<string, AttributeValue> };

let lines: Line[];
let segments: Segment[];
let records: CheckRecord[];
/** Of a check that came after the first seal. */
let receipt: string;
beforeAll(async () => {
  const engine = await startEngine({ dataFolder: ':memory:' });
  const client = localClient(engine.endpoint);
  const log = await SealedLog.on(client);
  records = [...(await log.check(3)), ...(await log.check(1, new WriterChain()))];
  if (!records[1]) throw new Error('four records');
  await log.append(records[1], {
    kind: 'determination',
    decision: 'must-not-grant',
    ground: '同一主体',
    at: new Date(log.now).toISOString(),
    by: { subject: 'u-1', person: 'P-1' },
  });
  await log.seal();
  const [first] = await log.segments();
  const later = log.link({ answer: ANSWER, detail: sealedBefore(headOf(1, first?.seal ?? '')) });
  await log.put(later);
  await log.deliver([later.record]);
  receipt = await receiptFor(later.record);
  records.push(later.record, ...(await log.check(1)));
  await log.seal();
  segments = await log.segments();
  const { Items = [] } = await client.send(new ScanCommand({ TableName: log.tables.checkLog }));
  lines = Items.map((Item) => ({ Item }));
  client.destroy();
  await engine.stop();
  writeFileSync(join(folder, 'jwks.json'), JSON.stringify(KEYS));
});
afterAll(() => rmSync(folder, { recursive: true }));

const sealedBefore = (sealHead: SealHead): RecordDetail => ({ headSequence: 1, sealHead, subjects: [] });

async function receiptFor(record: CheckRecord): Promise<string> {
  const payload = receiptPayload(record);
  return compactReceipt(payload, await receiptSigner(SIGNING.current).sign(payload));
}

/** As `npm run verify` runs it, with no service to ask. */
function verify(
  { log = lines, seals = segments }: { log?: Line[]; seals?: Segment[] },
  ...more: string[]
): Promise<{ code: unknown; out: string }> {
  rmSync(join(folder, 'seals'), { recursive: true, force: true });
  mkdirSync(join(folder, 'seals'));
  for (const [index, segment] of seals.entries())
    writeFileSync(join(folder, 'seals', `${String(index + 1).padStart(9, '0')}.json`), JSON.stringify(segment));
  const inBase64 = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  writeFileSync(join(folder, 'log.jsonl'), log.map((line) => JSON.stringify(line, inBase64)).join('\n'));
  return command('--segment', 'seals', '--log', 'log.jsonl', ...more);
}

function command(...given: string[]): Promise<{ code: unknown; out: string }> {
  const args = ['--import', join(ROOT, 'infra/node24.mjs'), join(ROOT, 'infra/local/verify.ts'), ...given];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: {} }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, out: stdout + stderr }),
    );
  });
}

const head = () => {
  const last = segments.at(-1);
  writeFileSync(join(folder, 'head.json'), JSON.stringify(headOf(segments.length, last?.seal ?? '')));
  return ['--head', 'head.json'];
};
const edited = (id: string | undefined, changes: Line['Item']): Line[] =>
  lines.map(({ Item }) => ({ Item: Item.pk?.S === `C#${id}` && Item.sk?.S === 'R' ? { ...Item, ...changes } : Item }));
const isAppended = ({ Item }: Line) => Item.sk?.S?.startsWith('N#') ?? false;

test('an untouched log is found untouched, and the head to keep is given', async () => {
  const { code, out } = await verify({}, ...head());
  expect([code, out]).toEqual([0, expect.stringContaining('✓ 日志与封存相符')]);
  expect(out).toMatch(/records: 相符 untouched: 6\n.*appended: 相符 untouched: 1\n.*"segment":2/s);
});

test('what nothing proves is not said to be as it was sealed, and is no alarm', async () => {
  const body = JSON.stringify({
    ...{ kind: 'annotation', text: '刚刚', at: new Date().toISOString() },
    by: { subject: 'u-1', person: 'P-1' },
  });
  const fresh = lines
    .filter(isAppended)
    .map(({ Item }): Line => ({ Item: { ...Item, sk: { S: 'N#2999-01-01T00:00:00.000Z-0' }, body: { S: body } } }));
  const { code, out } = await verify({ log: [...lines, ...fresh] }, ...head());
  expect([code, out]).toEqual([0, expect.stringMatching(/○ 未发现篡改，但有 1 项无从证明.*export and verify again/s)]);
  expect(out).not.toContain('✓');
});

test.each([
  ['an outcome that was changed', 'edited', () => edited(records[1]?.id, { outcome: { S: 'veto' } })],
  ['what an index finds it by', 'edited', () => edited(records[1]?.id, { callerHit: { S: 'procurement#hit' } })],
  ['a record that was taken out', 'deleted', () => lines.filter(({ Item }) => Item.pk?.S !== `C#${records[1]?.id}`)],
  ['an item that is broken', 'edited', () => edited(records[1]?.id, { link: { S: 'nothing' } })],
  ['an attribute that no record has', 'edited', () => edited(records[1]?.id, { odd: { BOOL: true } })],
  [
    'what a person determined',
    'edited',
    () =>
      lines.map((line): Line => {
        const text = line.Item.body?.S?.replace('must-not-grant', 'may-grant');
        return isAppended(line) && text !== undefined ? { Item: { ...line.Item, body: { S: text } } } : line;
      }),
  ],
  ['a determination that was taken out', 'deleted', () => lines.filter((line) => !isAppended(line))],
  [
    'a determination that was put in',
    'inserted',
    () => [
      ...lines,
      ...lines.filter(isAppended).map(({ Item }): Line => {
        const text = Item.body?.S?.replace(/"at":"[^"]*"/, '"at":"2026-11-20T00:00:00.000Z"') ?? '';
        return { Item: { ...Item, sk: { S: 'N#2026-11-20T00:00:00.000Z-0' }, body: { S: text } } };
      }),
    ],
  ],
])('%s is named: %s', async (_, kind, log) => {
  const { code, out } = await verify({ log: log() });
  expect(code).toBe(1);
  expect(out).toContain(`✗ ${kind}\n`);
  expect(out).toContain(String(records[1]?.id));
});

test('a log and seals that end early are named by a head that was kept', async () => {
  const last = records.slice(4).map(({ id }) => `C#${id}`);
  const log = lines.filter(({ Item }) => !last.includes(Item.pk?.S ?? ''));
  const seals = segments.slice(0, 1);
  expect((await verify({ log, seals })).code).toBe(0);
  const { code, out } = await verify({ log, seals }, ...head());
  expect([code, out]).toEqual([1, expect.stringContaining('✗ cut-off\n')]);
});

test('a log that was signed anew as a whole, with the key itself, is named by a receipt that saw the first seal', async () => {
  // The only record of its writer: no other record names it, and nobody kept its receipt.
  const target = records[3];
  const log = edited(target?.id, { operator: { S: 'another' } });
  const leaves = segments.map((segment) =>
    (segment.leaves ?? []).map((leaf) =>
      leaf.kind === 'record' && leaf.id === target?.id
        ? { ...leaf, digest: recordDigest({ ...target, operator: 'another' }) }
        : leaf,
    ),
  );
  const seals: Segment[] = [];
  let after: SealHead | undefined;
  for (const [index, { seal }] of segments.entries()) {
    const signed = await verifySeal(seal, KEYS);
    if (!signed.ok) throw new Error(signed.code);
    const made = sealSegment({ ...signed.payload, leaves: leaves[index] ?? [], after }, SIGNING.current);
    seals.push(made.segment);
    after = made.head;
  }
  expect((await verify({ log, seals })).code).toBe(0);
  writeFileSync(join(folder, 'receipt.jws'), receipt);
  expect(await verify({}, '--receipt', 'receipt.jws')).toMatchObject({ code: 0 });
  const { code, out } = await verify({ log, seals }, '--receipt', 'receipt.jws');
  expect([code, out]).toEqual([1, expect.stringContaining('✗ re-signed\n')]);
  expect(out).toContain('第 1 封存段');
});

describe('a proof', () => {
  const proofOf = (id: string | undefined): Proof => {
    const [, { seal, leaves } = { seal: '', leaves: null }] = segments;
    const proof = proofFrom(id ?? '', { seal, leaves: leaves ?? [], head: headOf(2, seal) });
    if (!proof) throw new Error('no proof');
    return proof;
  };
  const held = (proof: Proof) => {
    writeFileSync(join(folder, 'proof.json'), JSON.stringify(proof));
    writeFileSync(join(folder, 'receipt.jws'), receipt);
    return command('proof.json', '--receipt', 'receipt.jws');
  };

  test('leads to its seal, and from the receipt', async () => {
    const { code, out } = await held(proofOf(records[4]?.id));
    expect([code, out]).toEqual([0, expect.stringMatching(/✓ 证明成立.*\n✓ 与回执相符/)]);
    expect(out).toContain(String(records[4]?.id));
  });

  test('of another record is named, good as it is', async () => {
    const { code, out } = await held(proofOf(records[5]?.id));
    expect([code, out]).toEqual([1, expect.stringMatching(/✗ 证明属于另一核查.*\n +The proof is of another check/)]);
    expect(out).toContain(String(records[4]?.id));
    expect(out).toContain(String(records[5]?.id));
  });

  test('of another record that is passed off as this one’s leads nowhere', async () => {
    const { checkId, digest } = proofOf(records[4]?.id);
    const { code, out } = await held({ ...proofOf(records[5]?.id), checkId, digest });
    expect([code, out]).toEqual([1, expect.stringContaining('✗ 证明不成立')]);
  });

  test('with a head that is not its seal’s is refused, and the false head is not given to be kept', async () => {
    const proof = proofOf(records[4]?.id);
    // Of the last character of a signature two bits are its own.
    const [last = ''] = proof.seal.slice(-1);
    const respelt = `${proof.seal.slice(0, -1)}${String.fromCharCode(last.charCodeAt(0) + 1)}`;
    const altered = [
      { ...proof, head: headOf(1, proof.seal) },
      { ...proof, head: headOf(2, segments[0]?.seal ?? '') },
      { ...proof, seal: respelt, head: headOf(2, respelt) },
    ];
    for (const { head, ...rest } of altered) {
      const { code, out } = await held({ ...rest, head });
      expect([code, out]).toEqual([1, expect.stringContaining('✗ 证明不成立')]);
      expect(out).not.toContain(head.digest);
    }
  });

  test('under a key that was not given proves nothing, nor does it beside a forged receipt', async () => {
    const other = parseSigningKeys(Buffer.alloc(32, 9).toString('base64'));
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ keys: other.published }));
    writeFileSync(join(folder, 'proof.json'), JSON.stringify(proofOf(records[4]?.id)));
    expect(await command('proof.json', '--jwks', 'other.json')).toMatchObject({ code: 1 });
    writeFileSync(join(folder, 'forged.jws'), receipt.slice(0, -4));
    const { code, out } = await command('proof.json', '--receipt', 'forged.jws');
    expect([code, out]).toEqual([1, expect.stringContaining('signature-invalid')]);
  });
});

test('what is no log, no seal or no order is said to be none', async () => {
  writeFileSync(join(folder, 'bad.json'), '{}');
  expect(await verify({}, '--head', 'bad.json')).toMatchObject({ code: 1 });
  expect((await verify({}, '--nothing')).out).toContain('Usage');
});
