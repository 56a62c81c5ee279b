import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import sample from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import type { TableNames } from '../../infra/local/tables.ts';
import { publish, refreshed } from '../../lib/catalogue/change.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import type { CheckLogWriter, RegistryReader } from '../../lib/check/ports.ts';
import { CheckQuestion } from '../../lib/check/question.ts';
import { Quota } from '../../lib/check/quota.ts';
import { type CheckPorts, runCheck } from '../../lib/check/run-check.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoRegistryReader } from '../../lib/dynamo/registry-reader.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { type Instant, instant, parseInstant } from '../../lib/kernel/clock.ts';
import type { EventRecord, StandingEvent } from '../../lib/listing/event.ts';
import { StandingMoved, type SubjectChange } from '../../lib/listing/ports.ts';
import { Listing, type Standing } from '../../lib/listing/standing.ts';
import { standingAsOf, standingAtVersion } from '../../lib/listing/standing-at.ts';
import { advance, type StandingChange, TransitionRefused, unknownSubject } from '../../lib/listing/transition.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring, type SubjectKey } from '../../lib/subject/key.ts';
import { SAMPLE } from '../api-client.ts';
import type { Check, Deed, Told, Transition } from './history.ts';

/** The parts of the product that a history runs through; a mutant replaces one. */
export interface Parts {
  readonly registry: RegistryReader;
  readonly log: CheckLogWriter;
  standings(keys: readonly SubjectKey[]): Promise<ReadonlyMap<SubjectKey, Standing>>;
  commit(changes: readonly SubjectChange[]): Promise<void>;
  history(key: SubjectKey): Promise<readonly EventRecord[]>;
  advance(before: Standing, events: readonly StandingEvent[], at: Instant): StandingChange;
  /** The clock that a check decides by, where `now` is the right one. */
  checksAt(now: Instant): Instant;
}

/** A subject of a history. */
export interface Subject {
  readonly key: SubjectKey;
  readonly uscc: string;
}

const SIGNED = { actor: 'steward', approvedBy: 'approver' };
const CALLER = 'procurement';
/** Checks a second that no history reaches. */
const NO_QUOTA = 1_000_000;
const ATTEMPTS = 20;
/** A simulated day in real milliseconds: several pass in the life of a history. */
const DAY_REAL_MS = 60;
const DAY_MS = 86_400_000;
const BASE = Date.parse('2026-11-21T12:00:00+08:00');
const FRESH_UNTIL = instant(Date.parse('2090-01-01T00:00:00Z'));

const Answer = z.object({
  outcome: z.string(),
  checkedAt: z.iso.datetime(),
  verdicts: z.array(z.object({ standingVersion: z.int() })).length(1),
});

/** The catalogue in force, its sources fresh for as long as the simulation runs, and a caller. */
export async function prepare(client: DynamoDBClient, { registry }: TableNames): Promise<void> {
  const catalogue = PublishedCatalogue.parse(sample);
  const head = new DynamoHeadStore(client, registry);
  await head.change((before) => publish(before, catalogue), catalogue);
  await head.change((before) =>
    catalogue.sources.reduce((next, { id }) => refreshed(next, id, FRESH_UNTIL), before ?? publish(before, catalogue)),
  );
  await new DynamoCallerStore(client, registry).write(
    {
      id: CALLER,
      name: '样例采购系统',
      organisation: '样例省政府采购中心',
      scenes: ['government-procurement'],
      quota: { perSecond: NO_QUOTA, burst: NO_QUOTA },
      state: 'active',
      appliedBy: 'one',
      approvedBy: 'another',
    },
    undefined,
  );
}

export function productParts(client: DynamoDBClient, tables: TableNames): Parts {
  const store = new DynamoStandingStore(client, tables.registry);
  return {
    registry: new DynamoRegistryReader(client, tables.registry),
    log: new DynamoCheckLogWriter(client, tables.checkLog),
    standings: (keys) => store.standings(keys),
    commit: (changes) => store.commit(changes),
    history: (key) => store.history(key),
    advance: (before, events, at) => advance(before, events, SIGNED, at),
    checksAt: (now) => now,
  };
}

/** Lists and checks on one engine, through the given parts, in simulated days. */
export class System {
  readonly #parts: Parts;
  readonly #ports: CheckPorts;
  readonly #started = performance.now();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#ports = {
      registry: parts.registry,
      log: parts.log,
      chain: new WriterChain(),
      clock: () => parts.checksAt(this.now()),
      quota: new Quota(),
      ring: parseKeyring(`1:${Buffer.alloc(32, 7).toString('base64')}`),
      recordKey: randomBytes(32),
      receipts: receiptSigner(parseSigningKeys(`${Buffer.alloc(32, 7).toString('base64')}`).current),
    };
  }

  now(): Instant {
    return instant(BASE + Math.floor(((performance.now() - this.#started) / DAY_REAL_MS) * DAY_MS));
  }

  /** One transition as a steward's function makes it: read, apply, write, and again when another came first. */
  async act({ key, uscc }: Subject, deed: Deed): Promise<Transition | undefined> {
    const start = performance.now();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const known = (await this.#parts.standings([key])).get(key);
      const before = known ?? unknownSubject({ scheme: 'uscc', code: uscc });
      const at = this.now();
      let change: StandingChange;
      try {
        change = this.#parts.advance(before, eventsOf(deed), at);
      } catch (error) {
        if (error instanceof TransitionRefused) return undefined;
        throw error;
      }
      try {
        await this.#parts.commit([{ key, change, documents: [], names: [] }]);
        return { deed, before: before.version, after: change.after.version, at, start, end: performance.now() };
      } catch (error) {
        if (!(error instanceof StandingMoved)) throw error;
      }
    }
    return undefined;
  }

  async check({ uscc }: Subject): Promise<Check> {
    const start = performance.now();
    const { body } = await runCheck(
      CheckQuestion.parse({
        scene: 'government-procurement',
        principal: { scheme: 'uscc', id: SAMPLE.principal },
        matter: { id: 'T-1' },
        subjects: [{ scheme: 'uscc', id: uscc }],
        operator: 'u-1',
        purpose: '资格审查',
      }),
      { caller: CALLER, language: 'zh', signal: new AbortController().signal, idempotencyKey: undefined },
      this.#ports,
    );
    const end = performance.now();
    const { outcome, checkedAt, verdicts } = Answer.parse(JSON.parse(body));
    return { outcome, version: verdicts[0]?.standingVersion ?? 0, checkedAt: parseInstant(checkedAt), start, end };
  }

  /** The standing that is stored, and what the query tells of any version and moment. */
  async told(subject: Subject) {
    const stored = (await this.#parts.standings([subject.key])).get(subject.key)?.version ?? 0;
    const events = await this.#parts.history(subject.key);
    return {
      stored,
      tellVersion: (version: number): Told | undefined => standingAtVersion(events, version),
      tellAsOf: (at: number): Told | undefined => standingAsOf(events, instant(at)),
    };
  }
}

function eventsOf(deed: Deed): StandingEvent[] {
  const listingId = deed.id;
  switch (deed.do) {
    case 'list':
      return [{ type: 'listed', listing: listingOf(deed) }];
    case 'suspend':
      return [{ type: 'suspended', listingId, cause: deed.cause }];
    case 'resume':
      return [{ type: 'resumed', listingId, cause: deed.cause }];
    case 'repair':
      return [{ type: 'ended', listingId, reason: 'repaired' }];
    case 'uphold':
      return [{ type: 'ended', listingId, reason: 'objection-upheld' }];
    case 'lower':
      return [{ type: 'lowered', listingId, grade: 'ordinary', measures: [] }];
  }
}

const listingOf = ({ id, kind, until }: Extract<Deed, { do: 'list' }>): Listing =>
  Listing.parse({
    id,
    list: kind,
    domain: kind === 'black' ? 'court-defaulters' : 'tax-a-grade',
    authority: '样例机关',
    ...(kind === 'black' && { grade: 'serious' }),
    document: { number: '样例', type: 'enforcement-decision', issuedOn: '2026-01-05' },
    measures: [kind === 'black' ? 'no-government-procurement' : 'priority'],
    from: '2026-01-05',
    until,
    repair: { repairable: true },
    state: 'active',
  });
