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
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { expiryPorts } from '../../lib/dynamo/expiry-ports.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { DynamoRegistryReader } from '../../lib/dynamo/registry-reader.ts';
import { type Clock, type Instant, instant, parseInstant } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { Meant } from '../../lib/listing/alias.ts';
import type { EventRecord } from '../../lib/listing/event.ts';
import { type ListingStore, move, type Step } from '../../lib/listing/move.ts';
import type { AliasChange, AliasStore, SubjectChange } from '../../lib/listing/ports.ts';
import type { ExpiryPorts } from '../../lib/listing/run-expiry.ts';
import { standingAsOf, standingAtVersion } from '../../lib/listing/standing-at.ts';
import { NONE_ABOLISHED } from '../../lib/listing/term.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring, type SubjectKey } from '../../lib/subject/key.ts';
import { SAMPLE } from '../api-client.ts';
import { type Check, PAPERS, type Seen, type TieStep, type Transition } from './history.ts';
import { type Desk, deedOf, stepOf, type Wish } from './steps.ts';
import type { Subject } from './subjects.ts';
import { tieStep } from './tie-steps.ts';

/** The parts of the product that a history runs through; a mutant replaces one. */
export interface Parts {
  readonly registry: RegistryReader;
  readonly log: CheckLogWriter;
  /** Where stewards' steps read and write. */
  readonly store: ListingStore;
  /** Where the steps of a succession do. */
  readonly aliases: AliasStore;
  /** What is written of what a step makes of standings. */
  makes(changes: readonly SubjectChange[]): readonly SubjectChange[];
  history(key: SubjectKey): Promise<readonly EventRecord[]>;
  /** What the expiry job reads and writes. */
  readonly job: Omit<ExpiryPorts, 'clock'>;
  /** The clock of the steps of one request. */
  stepsBy(clock: Clock): Clock;
  /** The clocks that a check and the job decide by, where `now` is the right one. */
  checksAt(now: Instant): Instant;
  endsAt(now: Instant): Instant;
}

const CALLER = 'grants';
/** Checks a second that no history reaches. */
const NO_QUOTA = 1_000_000;
/**
 * What a request takes on the clock of the simulation: some days pass in the life of a history, however fast the machine
 * is, and no two moments are the same.
 */
const REQUEST_MS = 3_600_000;
const BASE = Date.parse('2026-11-21T12:00:00+08:00');
/** Centuries ahead: a slow engine lives through decades. */
const FRESH_UNTIL = instant(Date.parse('2990-01-01T00:00:00Z'));
const CATALOGUE = PublishedCatalogue.parse(sample);
const { listKeeping } = CATALOGUE;
if (!listKeeping) throw new Error('the sample does not say how lists are kept');
/** The sample's rules, as stewards and approvers go by them. */
export const DESK: Desk = {
  catalogue: CATALOGUE,
  keeping: listKeeping,
  newId: () => `linked-${randomBytes(12).toString('hex')}`,
};
export const RING = parseKeyring(`1:${Buffer.alloc(32, 7).toString('base64')}`);

const Answer = z.object({
  outcome: z.string(),
  checkedAt: z.iso.datetime(),
  verdicts: z.array(z.object({ standingVersion: z.int() })).length(1),
});

/** The catalogue in force, its sources fresh for as long as the simulation runs, and a caller. */
export async function prepare(client: DynamoDBClient, { registry }: TableNames): Promise<void> {
  const head = new DynamoHeadStore(client, registry);
  await head.change((before) => publish(before, CATALOGUE), CATALOGUE);
  await head.change((before) =>
    CATALOGUE.sources.reduce((next, { id }) => refreshed(next, id, FRESH_UNTIL), before ?? publish(before, CATALOGUE)),
  );
  await new DynamoCallerStore(client, registry).write(
    {
      id: CALLER,
      name: '样例资金系统',
      organisation: '样例省财政厅',
      scenes: ['research-fund'],
      quota: { perSecond: NO_QUOTA, burst: NO_QUOTA },
      state: 'active',
      appliedBy: 'one',
      approvedBy: 'another',
    },
    undefined,
  );
}

export function productParts(client: DynamoDBClient, tables: TableNames): Parts {
  const store = new DynamoListingStore(client, tables.registry);
  const { clock: _, ...job } = expiryPorts(client, tables.registry, () => instant(BASE));
  return {
    registry: new DynamoRegistryReader(client, tables.registry),
    log: new DynamoCheckLogWriter(client, tables.checkLog),
    store,
    aliases: new DynamoAliasStore(client, tables.registry),
    makes: (changes) => changes,
    history: (key) => store.history(key),
    job,
    stepsBy: (clock) => clock,
    checksAt: (now) => now,
    endsAt: (now) => now,
  };
}

/** Lists and checks on one engine, through the given parts, in simulated days. */
export class System {
  readonly parts: Parts;
  readonly #check: CheckPorts;
  #now = BASE;

  constructor(parts: Parts) {
    this.parts = parts;
    this.#check = {
      registry: parts.registry,
      log: parts.log,
      chain: new WriterChain(),
      clock: () => parts.checksAt(this.now()),
      quota: new Quota(),
      ring: RING,
      recordKey: randomBytes(32),
      receipts: receiptSigner(parseSigningKeys(`${Buffer.alloc(32, 7).toString('base64')}`).current),
    };
  }

  now(): Instant {
    this.#now += 1;
    return instant(this.#now);
  }

  /** Time passes: a request comes in. */
  #request(): number {
    this.#now += REQUEST_MS;
    return performance.now();
  }

  /** One step as a steward's function takes it; undefined where it was refused. */
  async act(subjects: readonly Subject[], wish: Wish): Promise<Transition | undefined> {
    const start = this.#request();
    let at = this.now();
    let written: readonly SubjectChange[] = [];
    let step: Step | undefined;
    const { store } = this.parts;
    const recording: ListingStore = {
      file: (id) => store.file(id),
      standings: (keys) => store.standings(keys),
      commit: async (changes) => {
        written = this.parts.makes(changes);
        await store.commit(written);
      },
    };
    try {
      const { after } = await move(
        wish.id,
        { store: recording, clock: this.parts.stepsBy(() => this.now()), abolitions: NONE_ABOLISHED },
        (seen, now) => {
          at = now;
          step = stepOf(wish, seen, DESK, now);
          return step;
        },
      );
      const end = performance.now();
      const who = (key: SubjectKey) => nameOf(subjects, key);
      const parts = written.map(({ key, change }) => partOf(who(key), change));
      return { deed: deedOf(wish, step ?? { cases: [] }, after, who), parts, at, start, end };
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  /** One step of the succession; undefined where it was refused. */
  async tie(subjects: readonly Subject[], meant: Meant, wish: TieStep): Promise<Transition | undefined> {
    const start = this.#request();
    let at = this.now();
    let written: AliasChange | undefined;
    const { aliases } = this.parts;
    const recording: AliasStore = {
      aliases: (ids) => aliases.aliases(ids),
      shelf: (shelf, from) => aliases.shelf(shelf, from),
      subjectsOf: (alias) => aliases.subjectsOf(alias),
      standings: (keys) => aliases.standings(keys),
      commit: (changes) => aliases.commit(changes),
      record: async (change) => {
        written = { ...change, changes: this.parts.makes(change.changes ?? []) };
        await aliases.record(written);
      },
    };
    const clock = this.parts.stepsBy(() => this.now());
    try {
      await tieStep(wish, meant, recording, () => {
        at = clock();
        return at;
      });
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
    const end = performance.now();
    const { before, after, changes = [] } = written ?? {};
    const papers = { who: PAPERS, before: before?.steps.length ?? 0, after: after?.steps.length ?? 0 };
    const parts = changes.map(({ key, change }) => partOf(nameOf(subjects, key), change));
    return { deed: wish, parts: [papers, ...parts], at, start, end };
  }

  /** The version at which the papers of a succession are stored. */
  async stored({ id }: Meant): Promise<number> {
    return (await this.parts.aliases.aliases([id])).get(id)?.steps.length ?? 0;
  }

  async check({ who, scheme, number, key: own }: Subject, subjects: readonly Subject[]): Promise<Check> {
    const start = this.#request();
    const { body, record } = await runCheck(
      CheckQuestion.parse({
        scene: 'research-fund',
        principal: { scheme: 'uscc', id: SAMPLE.principal },
        matter: { id: 'T-1' },
        subjects: [
          {
            scheme,
            id: number,
            ...(scheme === 'resident-id' && { basis: { kind: 'statute', reference: '样例' } }),
          },
        ],
        operator: 'u-1',
        purpose: '资格审查',
      }),
      { caller: CALLER, language: 'zh', signal: new AbortController().signal, idempotencyKey: undefined },
      this.#check,
    );
    const end = performance.now();
    const { outcome, checkedAt, verdicts } = Answer.parse(JSON.parse(body));
    const read = record.detail.subjects.flatMap(({ standings }) => standings);
    const reached = read.flatMap(({ key, version }) => {
      const other = subjects.find((each) => each.key === key);
      return key === own || !other ? [] : [{ who: other.who, version }];
    });
    const version = verdicts[0]?.standingVersion ?? 0;
    return { who, outcome, version, reached, checkedAt: parseInstant(checkedAt), start, end };
  }

  /** The standing that is stored, and what the query tells of any version and moment. */
  async told({ who, scheme, key }: Subject, first: number): Promise<Seen> {
    const stored = (await this.parts.store.standings([key])).get(key)?.version ?? 0;
    const events = await this.parts.history(key);
    return {
      who,
      person: scheme === 'resident-id',
      first,
      stored,
      tellVersion: (version) => standingAtVersion(events, version),
      tellAsOf: (at) => standingAsOf(events, instant(at)),
    };
  }

  async casesOf(listingId: string): Promise<{ id: string; state: string }[]> {
    const { cases } = (await this.parts.store.file(listingId)) ?? { cases: [] };
    return cases.flatMap((each) => ('state' in each ? [{ id: each.id, state: each.state }] : []));
  }
}

export const partOf = (who: string, { before, after }: SubjectChange['change']) => ({
  who,
  before: before.version,
  after: after.version,
});

function nameOf(subjects: readonly Subject[], key: SubjectKey): string {
  const found = subjects.find((each) => each.key === key);
  if (!found) throw new Error("a transition touched somebody else's standing");
  return found.who;
}
