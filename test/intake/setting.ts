import { randomBytes, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import catalogueData from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { createTables } from '../../infra/local/tables.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { aliasResolver } from '../../lib/dynamo/alias-resolver.ts';
import { DynamoImportStore } from '../../lib/dynamo/import-store.ts';
import { DynamoNameIndex } from '../../lib/dynamo/name-index.ts';
import { DynamoSourceIndex } from '../../lib/dynamo/source-index.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import type { Import, ImportOrder } from '../../lib/intake/import.ts';
import { type IntakeObjects, objectNames, type SourceIndex, type SourceRow } from '../../lib/intake/ports.ts';
import { approved, proposed } from '../../lib/intake/propose.ts';
import type { IntakePorts, Step } from '../../lib/intake/step.ts';
import { takeStep } from '../../lib/intake/steps.ts';
import { BUCKETS } from '../../lib/kernel/buckets.ts';
import { instant, toIso } from '../../lib/kernel/clock.ts';
import { watchListsOf } from '../../lib/listing/promotion.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';

export const SOURCE = 'penalty-publicity';
export const NOW = instant(Date.parse('2026-11-21T04:00:00Z'));
const RING = { current: 1, keys: new Map([[1, randomBytes(32)]]) };
const catalogue = PublishedCatalogue.parse(catalogueData);
const WATCH_LISTS = catalogue.listKeeping ? watchListsOf(catalogue.listKeeping, catalogue) : [];

/** A bucket in memory. */
class MemoryObjects implements IntakeObjects {
  readonly held = new Map<string, Uint8Array>();

  async size(name: string): Promise<number | undefined> {
    return this.held.get(name)?.length;
  }

  async *read(name: string): AsyncGenerator<Uint8Array> {
    const bytes = this.held.get(name);
    if (!bytes) throw new Error(`no object ${name}`);
    yield new Uint8Array(bytes);
  }

  async write(name: string, parts: readonly Uint8Array[]): Promise<void> {
    this.held.set(name, Buffer.concat(parts));
  }
}

export interface Setting extends IntakePorts {
  readonly imports: DynamoImportStore;
  readonly store: DynamoStandingStore;
  readonly index: DynamoSourceIndex;
  readonly objects: MemoryObjects;
  /** What `refresh` was told. */
  readonly fresh: Map<string, string>;
}

let tables = 0;

/** A Registry of its own on an engine, and a bucket. */
export async function settingOn(endpoint: string): Promise<Setting> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  tables += 1;
  const names = { registry: `Registry${tables}`, checkLog: `CheckLog${tables}`, seals: `Seals${tables}` };
  await createTables(client, names);
  const fresh = new Map<string, string>();
  return {
    imports: new DynamoImportStore(client, names.registry),
    store: new DynamoStandingStore(client, names.registry),
    index: new DynamoSourceIndex(client, names.registry),
    names: new DynamoNameIndex(client, names.registry),
    objects: new MemoryObjects(),
    resolve: aliasResolver(client, names.registry),
    catalogue: async () => catalogue,
    watchLists: async () => WATCH_LISTS,
    refresh: async (source, asOf) => {
      fresh.set(source, toIso(asOf));
    },
    notWritten: () => undefined,
    ring: RING,
    clock: () => NOW,
    fresh,
  };
}

const PROPOSER = { actor: 'proposer', person: 'one' };
export const APPROVER = { actor: 'approver', person: 'other' };

/** Proposes an import and uploads its file. */
export async function propose(
  to: Setting,
  text: string | Uint8Array,
  order: Partial<ImportOrder> = {},
): Promise<string> {
  const whole: ImportOrder = {
    profile: 'generic',
    source: SOURCE,
    mode: 'delta',
    file: { name: 'list.csv', size: Buffer.byteLength(text) },
    ...order,
  };
  const created = proposed(randomUUID(), whole, PROPOSER, catalogue, to.clock());
  await to.imports.create(created);
  to.objects.held.set(objectNames.upload(created.id), Buffer.from(text));
  return created.id;
}

/** Calls the steps one after the other; what fails, fails. `more` replaces ports. */
export async function drive(to: IntakePorts, id: string, first: Step = 'begin'): Promise<void> {
  for (let step: Step | 'end' = first, waitingSince = 0; step !== 'end'; ) {
    const result = await takeStep(to, { importId: id, step, run: 'test', waitingSince });
    const { each, items } = result;
    if (each !== '') for (const item of items) await takeStep(to, { importId: id, step: each, run: 'test', item });
    if (result.waitSeconds > 0) return;
    step = result.next;
    waitingSince = result.waitingSince;
  }
}

/** From the file to its end, with the second person's signature where one is needed. */
export async function bringIn(
  to: Setting,
  text: string | Uint8Array,
  order: Partial<ImportOrder> = {},
  ports: Partial<IntakePorts> = {},
): Promise<Import> {
  const id = await propose({ ...to, ...(ports.clock && { clock: ports.clock }) }, text, order);
  await drive({ ...to, ...ports }, id);
  const planned = await importOf(to, id);
  if (planned.state !== 'awaiting-approval') return planned;
  await to.imports.change(id, (before) => approved(before, APPROVER));
  await drive({ ...to, ...ports }, id, 'lease');
  return importOf(to, id);
}

export async function importOf(to: Setting, id: string): Promise<Import> {
  const found = await to.imports.read(id);
  if (!found) throw new Error('no import');
  return found;
}

/** Standings with their histories: the whole state but the order of its making. */
export async function stateOf({ store }: Setting, keys: readonly SubjectKey[]) {
  const standings = await store.standings(keys);
  return await Promise.all(
    [...standings].map(async ([key, standing]) => ({ key, standing, history: await store.history(key) })),
  );
}

/** What is kept for a steward, without the moment and the place. */
export const conflictsOf = async ({ imports }: Setting) =>
  (await imports.conflicts('', undefined, 100)).map(({ since: _, place: __, settled: ___, ...conflict }) => conflict);

export async function rowsOf({ index }: Setting): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket += 1)
    for await (const row of index.rowsOfSource(SOURCE, bucket)) rows.push(row);
  return rows.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** The index of a source as it is, however it moves on: one that lags behind. */
export async function indexAsOfNow({ index }: Setting, source: string): Promise<SourceIndex> {
  const rows = new Map<number, SourceRow[]>();
  for (let bucket = 0; bucket < BUCKETS; bucket += 1)
    rows.set(bucket, await Array.fromAsync(index.rowsOfSource(source, bucket)));
  return {
    rowsOfSource: async function* (_, bucket) {
      yield* rows.get(bucket) ?? [];
    },
    rowsCalled: async (_, bucket, wanted) => (rows.get(bucket) ?? []).filter(({ key }) => wanted.includes(key)),
    digestsOf: (ids) => index.digestsOf(ids),
  };
}

export function quarantineOf({ objects }: Setting, { id }: Import): string[] {
  const bytes = objects.held.get(objectNames.quarantine(id));
  return bytes ? gunzipSync(bytes).toString().trimEnd().split('\r\n').slice(1) : [];
}
