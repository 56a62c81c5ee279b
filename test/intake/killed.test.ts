import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import type { ImportOrder } from '../../lib/intake/import.ts';
import { approved } from '../../lib/intake/propose.ts';
import type { ImportStore, IntakePorts } from '../../lib/intake/step.ts';
import { keysUpTo, listOf, rowsAbout } from './lists.ts';
import { APPROVER, bringIn, drive, importOf, propose, rowsOf, type Setting, settingOn, stateOf } from './setting.ts';

const SUBJECTS = 3;
const EACH = 2;
const keys = keysUpTo(SUBJECTS + 1);
const before = rowsAbout(SUBJECTS, EACH, { list: 'black' });
/** One subject goes and one comes, one of the two rows of another says something new, and a row is there twice. */
const after = [
  ...before.slice(EACH).map((row, at) => (at === 0 ? { ...row, until: '2028-01-01' } : row)),
  ...rowsAbout(SUBJECTS + 1, EACH, { list: 'black' }).slice(SUBJECTS * EACH),
  ...before.slice(-1),
];
const FULL = { mode: 'full', options: { allow: ['shrink'] } } satisfies Partial<ImportOrder>;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ dataFolder: ':memory:' });
});
afterAll(() => engine.stop());

class Killed extends Error {}

/**
 * Ports that end the worker after so many writes, of whatever kind. A write that is made and never answered leaves what
 * its successor's death leaves.
 */
function dying(to: Setting, survived: number): IntakePorts & { writes(): number } {
  let writes = 0;
  const write = async <T>(doing: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes <= survived) return await doing();
    throw new Killed();
  };
  const imports: ImportStore = {
    read: (id) => to.imports.read(id),
    pieces: (id, step) => to.imports.pieces(id, step),
    source: (source) => to.imports.source(source),
    change: (id, next) => write(() => to.imports.change(id, next)),
    savePiece: (...given) => write(() => to.imports.savePiece(...given)),
    changeSource: (source, next) => write(() => to.imports.changeSource(source, next)),
    recordConflicts: (conflicts, at) => write(() => to.imports.recordConflicts(conflicts, at)),
  };
  return {
    ...to,
    imports,
    objects: {
      size: (name) => to.objects.size(name),
      read: (name) => to.objects.read(name),
      write: (name, bytes) => write(() => to.objects.write(name, bytes)),
    },
    store: {
      standings: (wanted) => to.store.standings(wanted),
      history: (key) => to.store.history(key),
      commit: (changes) => write(() => to.store.commit(changes)),
    },
    refresh: (source, asOf) => write(() => to.refresh(source, asOf)),
    writes: () => writes,
  };
}

/** Approved where that is what it waits for; to the end, or to the death of its worker. */
async function goOn(to: Setting, ports: IntakePorts, id: string, first: 'begin' | 'resume'): Promise<void> {
  await drive(ports, id, first);
  if ((await importOf(to, id)).state !== 'awaiting-approval') return;
  await to.imports.change(id, (planned) => approved(planned, APPROVER));
  await drive(ports, id, 'lease');
}

/** The standings without the ids of the imports that signed. */
const unsigned = (state: unknown): unknown =>
  JSON.parse(JSON.stringify(state).replace(/import [0-9a-f-]{36}/g, 'import'));

it('killed at any of its writes, and started again it ends in the same state; meanwhile a subject is whole or as it was', async () => {
  const whole = await settingOn(engine.endpoint);
  await bringIn(whole, listOf(before));
  const then = await stateOf(whole, keys);
  const counting = dying(whole, Number.POSITIVE_INFINITY);
  const uncut = await propose(whole, listOf(after), FULL);
  await goOn(whole, counting, uncut, 'begin');
  const now = await stateOf(whole, keys);
  const rows = (state: Awaited<ReturnType<typeof stateOf>>) =>
    new Map(state.map(({ key, standing: { version: _, ...standing } }) => [key, JSON.stringify(standing.listings)]));
  const [old, young] = [rows(then), rows(now)];
  const { added, changed, unchanged, merged, ended } = (await importOf(whole, uncut)).result ?? {};
  expect([added, changed, unchanged, merged, ended]).toEqual([2, 1, 3, 1, 2]);

  for (let survived = 0; survived < counting.writes(); survived += 1) {
    const to = await settingOn(engine.endpoint);
    await bringIn(to, listOf(before));
    const id = await propose(to, listOf(after), FULL);
    const ports = dying(to, survived);
    await expect(goOn(to, ports, id, 'begin'), `${survived}`).rejects.toThrow(Killed);
    for (const [key, listings] of rows(await stateOf(to, keys)))
      expect([old.get(key), young.get(key)], `${key} after ${survived}`).toContain(listings);
    await goOn(to, to, id, 'resume');
    expect((await importOf(to, id)).state, `after ${survived}`).toBe('done');
    expect(unsigned(await stateOf(to, keys))).toEqual(unsigned(now));
    expect(await rowsOf(to)).toEqual(await rowsOf(whole));
    expect((await to.imports.source('penalty-publicity'))?.lease).toBeUndefined();
    expect((await importOf(to, id)).result, `after ${survived}`).toEqual((await importOf(whole, uncut)).result);
  }
}, 300_000);
