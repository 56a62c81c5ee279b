import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableNames } from '../../infra/local/tables.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { organisationKey, type SubjectKey } from '../../lib/subject/key.ts';
import { organisation } from '../api-client.ts';

/** An engine that the suite runs on, once it has started. */
export class TestEngine {
  #client: DynamoDBClient | undefined;
  #create: (client: DynamoDBClient, names: TableNames) => Promise<void> = async () => undefined;
  #made = 0;
  /** What most tests share; each has keys of its own. */
  tables: TableNames = { registry: '', checkLog: '', seals: '' };

  async use(
    client: DynamoDBClient,
    create: (client: DynamoDBClient, names: TableNames) => Promise<void>,
  ): Promise<void> {
    this.#client = client;
    this.#create = create;
    this.tables = await this.freshTables();
  }

  get client(): DynamoDBClient {
    if (!this.#client) throw new Error('the engine has not started');
    return this.#client;
  }

  /** Empty tables, for what there is one of. */
  async freshTables(): Promise<TableNames> {
    this.#made += 1;
    const names = {
      registry: `Registry-${this.#made}`,
      checkLog: `CheckLog-${this.#made}`,
      seals: `Seals-${this.#made}`,
    };
    await this.#create(this.client, names);
    return names;
  }

  close(): void {
    this.#client?.destroy();
  }
}

export const NOW = instant(Date.parse('2026-11-21T01:00:00.000Z'));

/** Of a request that may take its time. */
export const never = new AbortController().signal;

export const keyOf = (code: string): SubjectKey => organisationKey(code9Of(code));

export const SIGNED = { actor: 'steward', approvedBy: 'approver' };

const code9Of = (code: string): string => code.slice(8, 17);

/** A court's listing that bars from procurement without a term. */
export const listing = (id: string): Listing =>
  Listing.parse({
    id,
    list: 'black',
    domain: 'court-defaulters',
    source: 'court-defaulters-list',
    authority: '样例市中级人民法院',
    grade: 'serious',
    document: { number: `（样例）样01执${id}号`, type: 'enforcement-decision', issuedOn: '2026-01-05' },
    measures: ['no-government-procurement'],
    from: '2026-01-05',
    until: null,
    repair: { repairable: true },
    state: 'active',
  });

/** A record as a pass leaves it. */
export const checkRecord = (id: string, changes: Partial<CheckRecord> = {}): CheckRecord => ({
  id,
  outcome: 'pass',
  scene: 'government-procurement',
  caller: 'procurement',
  matterId: 'T-1',
  principal: 'o:000006146',
  operator: 'u-1029',
  checkedAt: '2026-11-21T01:00:00.000Z',
  expiresAt: '2026-11-22T01:00:00.000Z',
  keepUntil: '2047-11-20T16:00:00.000Z',
  personsKeepUntil: '2047-11-20T16:00:00.000Z',
  answer: JSON.stringify({ id, outcome: 'pass' }),
  detail: { headSequence: 1, sealHead: null, subjects: [] },
  persons: [],
  personDigests: {},
  subjects: [{ key: `o:${code9Of(organisation(1))}`, scheme: 'uscc', id: organisation(1), listings: [] }],
  membersDigest: undefined,
  through: [],
  nonce: `nonce-${id}`,
  fingerprint: 'f',
  link: { writer: 'AAAAAAAAAAAA', sequence: 1, durable: 0, previous: null },
  ...changes,
});

/** Text that does not deflate, the same each time. */
export function noise(length: number): string {
  let seed = 1;
  return Array.from({ length }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(0x4e00 + (seed % 20_000));
  }).join('');
}
