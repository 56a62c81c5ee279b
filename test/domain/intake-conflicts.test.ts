import { describe, expect, it } from 'vitest';
import { ConflictFinder } from '../../lib/intake/conflicts.ts';
import { FirstSeen } from '../../lib/intake/first-seen.ts';
import { bytesOf, readAll } from './reading.ts';

const HEADER = '企业名称,统一社会信用代码/注册号,列入日期,作出决定机关(列入)';
// One 主体标识码 with two prefixes, and another subject.
const CODE = '91230199744190927K';
const OTHER_PREFIX = '91230103744190927H';
const STRANGER = '91350100M000100Y43';

async function conflictsIn(...rows: readonly (readonly [name: string, code: string])[]) {
  const lines = rows.map(([name, code]) => `${name},${code},2025-01-01,某局`);
  const finder = new ConflictFinder();
  for (const row of await readAll(bytesOf(`${[HEADER, ...lines].join('\n')}\n`), 'abnormal-operation')) finder.see(row);
  return finder.report();
}

describe('conflicts of a file', () => {
  it('are none where spelling alone differs, or the old code stands for the new', async () => {
    const report = await conflictsIn(
      ['甲（北京）有限公司', CODE],
      ['甲(北京)有限公司', '74419092-7'],
      ['甲〔北京〕有限公司', CODE.toLowerCase()],
      ['億達有限公司', STRANGER],
      ['亿达有限公司', STRANGER],
    );
    expect(report).toEqual({ conflicts: [], found: {}, uncompared: 0 });
  });

  it('are one code under two names, and one name under two codes, each told once', async () => {
    const { conflicts, found } = await conflictsIn(
      ['甲有限公司', CODE],
      ['乙有限公司', CODE],
      ['乙有限公司', CODE],
      ['甲有限公司', STRANGER],
    );
    expect(conflicts).toEqual([
      { kind: 'one-code-two-names', firstLine: 2, line: 3, name: '乙有限公司', code: CODE },
      { kind: 'one-name-two-codes', firstLine: 2, line: 5, name: '甲有限公司', code: STRANGER },
    ]);
    expect(found).toEqual({ 'one-code-two-names': 2, 'one-name-two-codes': 1 });
  });

  it('are one 主体标识码 under two prefixes', async () => {
    const { conflicts } = await conflictsIn(['甲有限公司', CODE], ['甲有限公司', OTHER_PREFIX]);
    expect(conflicts).toEqual([
      { kind: 'one-body-two-prefixes', firstLine: 2, line: 3, name: '甲有限公司', code: OTHER_PREFIX },
    ]);
  });

  it('are names without a good code, with the line that may be the same subject; a person’s name is not passed on', async () => {
    const { conflicts, found } = await conflictsIn(
      ['甲有限公司', CODE],
      ['甲有限公司', '91230199****'],
      ['丙有限公司', '91230199****'],
      ['张三丰', ''],
      ['甲有限公司', ''],
    );
    expect(conflicts).toEqual([
      { kind: 'name-only', firstLine: 2, line: 3, name: '甲有限公司' },
      { kind: 'name-only', line: 4, name: '丙有限公司' },
    ]);
    expect(found).toEqual({ 'name-only': 2 });
  });
});

describe('what was seen first', () => {
  it('is remembered as a map would, in a fixed room, and says when there is none left', () => {
    const seen = new FirstSeen();
    const truth = new Map<string, number>();
    const wrong: number[] = [];
    for (let line = 1; line <= 50_000; line += 1) {
      const key = `key ${(line * 7_919) % 20_011}`;
      const first = truth.get(key);
      const said = seen.see(key, `value ${line % 3}`, line);
      const right =
        first === undefined
          ? said === 'new'
          : typeof said === 'object' && said.line === first && said.differs === (first % 3 !== line % 3);
      if (!right) wrong.push(line);
      if (first === undefined) truth.set(key, line);
    }
    expect([truth.size, wrong]).toEqual([20_011, []]);
    expect([seen.lineOf('key 7919'), seen.lineOf('nobody')]).toEqual([1, undefined]);
    let line = 50_000;
    while (seen.see(`more ${line}`, '', line) === 'new') line += 1;
    expect(line).toBeGreaterThan(800_000);
    expect(seen.see('key 7919', 'value 1', line)).toEqual({ line: 1, differs: false });
  });
});
