import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import catalogueData from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { createTables } from '../../infra/local/tables.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { DynamoSourceIndex } from '../../lib/dynamo/source-index.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { type ImportOrder, type ImportReport, importList } from '../../lib/intake/import-list.ts';
import type { SourceIndex, SourceRow } from '../../lib/intake/ports.ts';
import { PROFILES } from '../../lib/intake/profiles.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { StandingMoved, type StandingStore } from '../../lib/listing/ports.ts';
import { advance, fold } from '../../lib/listing/transition.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';

const SOURCE = 'penalty-publicity';
const HEADER =
  'subject_scheme,subject_id,subject_name,list,domain,grade,document_number,document_type,issued_on,authority,measures,until';
const ROWS = 80;
const SUBJECTS = 10;
const catalogue = PublishedCatalogue.parse(catalogueData);
const ring = { current: 1, keys: new Map([[1, randomBytes(32)]]) };
const clock = () => instant(Date.parse('2026-11-21T04:00:00Z'));

const codeOf = (subject: number): string => {
  const body = String(subject).padStart(8, '0');
  return body + orgCodeCheckCharacter(body);
};
const keys = Array.from({ length: SUBJECTS }, (_, subject) => organisationKey(codeOf(subject)));

/** Rows about 10 subjects of five names in turn, of which the first has more than one transaction takes. */
function file(authority = '某局'): string {
  const rows = Array.from({ length: ROWS }, (_, at) => {
    const subject = at < 40 ? 0 : at % SUBJECTS;
    return `org-code,${codeOf(subject)},公司${subject % 5},ordinary,general-penalty,minor,（2025）罚${at}号,penalty-decision,2025-03-01,${at % 10 === 0 ? authority : '某局'},strict-review,2027-01-01`;
  });
  return [HEADER, ...rows].join('\n');
}

let engine: Engine;
let tables = 0;

beforeAll(async () => {
  engine = await startEngine({ dataFolder: ':memory:' });
});
afterAll(() => engine.stop());

/** A Registry of its own on the one engine. */
async function registry() {
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  tables += 1;
  const names = { registry: `Registry${tables}`, checkLog: `CheckLog${tables}`, seals: `Seals${tables}` };
  await createTables(client, names);
  return {
    store: new DynamoStandingStore(client, names.registry),
    index: new DynamoSourceIndex(client, names.registry),
  };
}
type TestRegistry = Awaited<ReturnType<typeof registry>>;

async function bringIn(
  text: string,
  to: { store: StandingStore; index: SourceIndex },
  more: Partial<ImportOrder> = {},
) {
  const profile = PROFILES.get('generic');
  if (!profile) throw new Error('no profile');
  const sign = (needsApproval: boolean) => ({ actor: 'test', ...(needsApproval && { approvedBy: 'other' }) });
  async function* bytes() {
    yield Buffer.from(text);
  }
  return await importList({ bytes: bytes(), profile, source: SOURCE, catalogue, ring, clock, sign, ...more }, to);
}

const numbers = ({ read, added, changed, unchanged, merged, quarantined }: ImportReport) => ({
  read,
  added,
  changed,
  unchanged,
  merged,
  quarantined: quarantined.length,
});

/** Standings with their histories: the whole state but the order of its making. */
async function state({ store }: TestRegistry) {
  const standings = await store.standings(keys);
  return await Promise.all(
    [...standings].map(async ([key, standing]) => ({ key, standing, history: await store.history(key) })),
  );
}

async function rowsOf({ index }: TestRegistry): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const row of index.rowsOfSource(SOURCE)) rows.push(row);
  return rows.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

describe('an import', () => {
  it('brings every row in, and a second time changes nothing', async () => {
    const to = await registry();
    const first = await bringIn(file(), to);
    expect(numbers(first)).toEqual({ read: ROWS, added: ROWS, changed: 0, unchanged: 0, merged: 0, quarantined: 0 });
    const before = await state(to);
    expect(before).toHaveLength(SUBJECTS);
    for (const { standing, history } of before) expect(fold(history)).toEqual(standing);
    expect(await rowsOf(to)).toHaveLength(ROWS);

    const second = await bringIn(file(), to);
    expect(numbers(second)).toEqual({ read: ROWS, added: 0, changed: 0, unchanged: ROWS, merged: 0, quarantined: 0 });
    expect(second.transactions).toBe(0);
    expect(await state(to)).toEqual(before);
  });

  it('that is killed and run again ends in the state of one that was not', async () => {
    const whole = await registry();
    await bringIn(file(), whole);
    for (const survived of [0, 2]) {
      const broken = await registry();
      await expect(bringIn(file(), { ...broken, store: dyingAfter(survived, broken.store) })).rejects.toThrow('killed');
      const again = await bringIn(file(), broken);
      expect(again.added + again.unchanged).toBe(ROWS);
      expect(again.unchanged > 0).toBe(survived > 0);
      expect(await state(broken)).toEqual(await state(whole));
      expect(await rowsOf(broken)).toEqual(await rowsOf(whole));
    }
  });

  it('changes only the rows that changed', async () => {
    const to = await registry();
    await bringIn(file(), to);
    const report = await bringIn(file('他局'), to);
    expect(numbers(report)).toEqual({
      read: ROWS,
      added: 0,
      changed: ROWS / 10,
      unchanged: (ROWS / 10) * 9,
      merged: 0,
      quarantined: 0,
    });
    expect(report.signed.approvedBy).toBe('other');
    expect(
      (await state(to)).flatMap(({ standing }) => standing.listings).filter(({ authority }) => authority === '他局'),
    ).toHaveLength(ROWS / 10);
  });

  it('that is only rehearsed foresees the numbers and writes nothing', async () => {
    const to = await registry();
    const rehearsed = await bringIn(file(), to, { dryRun: true });
    expect(await state(to)).toEqual([]);
    expect(numbers(await bringIn(file(), to))).toEqual(numbers(rehearsed));
  });

  it('gives way to whoever wrote a standing first, and reads it again', async () => {
    const to = await registry();
    let disturbed = false;
    const store: StandingStore = {
      standings: (wanted) => to.store.standings(wanted),
      commit: async (changes) => {
        if (!disturbed) {
          disturbed = true;
          const [first] = changes;
          // The same first subject, by somebody else, between this import's read and its write.
          if (first)
            await to.store.commit([
              { ...first, change: advance(first.change.before, [firstEvent(first)], { actor: 'x' }, clock()) },
            ]);
          return await to.store.commit(changes);
        }
        return await to.store.commit(changes);
      },
    };
    const report = await bringIn(file(), { ...to, store });
    expect(report.added + report.unchanged + report.changed).toBe(ROWS);
    for (const { standing, history } of await state(to)) expect(fold(history)).toEqual(standing);
    expect((await state(to)).flatMap(({ standing }) => standing.listings)).toHaveLength(ROWS);
  });

  it('gives up on a standing that never rests', async () => {
    const to = await registry();
    const store: StandingStore = {
      standings: (wanted) => to.store.standings(wanted),
      commit: () => Promise.reject(new StandingMoved()),
    };
    await expect(bringIn(file(), { ...to, store })).rejects.toThrow(StandingMoved);
  });

  it('does not trust an index that lags behind', async () => {
    const to = await registry();
    await bringIn(file(), to);
    const before = await state(to);
    const lagging: SourceIndex = {
      rowsOfSource: async function* () {},
      digestsOf: (ids) => to.index.digestsOf(ids),
    };
    const report = await bringIn(file(), { store: to.store, index: lagging });
    expect(numbers(report)).toMatchObject({ added: 0, changed: 0, unchanged: ROWS });
    expect(await state(to)).toEqual(before);
  });
});

/** The event that the change makes first. */
function firstEvent({ change }: { change: { records: readonly { event: Parameters<typeof advance>[1][number] }[] } }) {
  const [record] = change.records;
  if (!record) throw new Error('no event');
  return record.event;
}

/** A store that dies before the transaction after `survived` ones. */
function dyingAfter(survived: number, store: StandingStore): StandingStore {
  let commits = 0;
  return {
    standings: (wanted) => store.standings(wanted),
    commit: async (changes) => {
      commits += 1;
      if (commits > survived) throw new Error('killed');
      await store.commit(changes);
    },
  };
}
