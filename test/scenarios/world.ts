import { createHash, randomUUID } from 'node:crypto';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Handler, Handlers } from '../../infra/local/invocation.ts';
import callers from '../../infra/local/sample/callers.json' with { type: 'json' };
import sample from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { publish } from '../../lib/catalogue/change.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { CallerApplication } from '../../lib/check/registration.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { keyItem } from '../../lib/dynamo/attributes.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { aliasKey, aliasPapersKey, callerKey, type Key, keyText, standingKey } from '../../lib/dynamo/keys.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { CalendarDate, type Instant, instant, parseInstant, startOf, toIso } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import type { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { type PersonKeyring, parseKeyring, type SubjectKey } from '../../lib/subject/key.ts';
import { tie, tiedId } from '../tied.ts';
import { castOf, eventsOf, type Kept, keptAs, listed, patched } from './facts.ts';
import { type Functions, functionsOn } from './functions.ts';
import type { Alias, FullStep, Scenario } from './scenario.ts';

/** A listing that would veto whatever it is asked about. */
const LATER: Listing = {
  id: 'later',
  list: 'black',
  domain: 'court-defaulters',
  authority: '样例法院',
  grade: 'serious',
  document: { number: '（样例）后01执1号', type: 'enforcement-decision', issuedOn: CalendarDate.parse('2000-01-01') },
  measures: ['no-government-procurement'],
  from: CalendarDate.parse('2000-01-01'),
  until: null,
  repair: { repairable: false },
  state: 'active',
};

const SIGNED = { actor: 'scenario', approvedBy: 'scenario' };
const HOUR_MS = 3_600_000;
const BATCH = 25;

export const SAMPLE = PublishedCatalogue.parse(sample);

/**
 * The product as one stack, with a clock that a scenario sets: the real gateway, real tokens, the real functions on a
 * real engine. The functions live as long as the stack, so that whatever they keep in memory is warm.
 */
export class World {
  readonly #stack: Stack;
  readonly #client: DynamoDBClient;
  readonly #time: { now: Instant };
  readonly #renewQuota: () => void;
  readonly #ring: PersonKeyring;
  readonly #heads: DynamoHeadStore;
  readonly #standings: DynamoStandingStore;
  readonly #published = new Set<string>();
  readonly #tokens = new Map<string, Promise<string>>();
  /** What is to go before the next scenario, by its text. */
  readonly #written = new Map<string, Key>();
  #catalogue = SAMPLE;
  #head = '';
  /** Every subject of the scenario of which something is known. */
  readonly #subjects = new Set<SubjectKey>();

  private constructor(stack: Stack, functions: Functions) {
    this.#stack = stack;
    this.#client = functions.client;
    this.#time = functions.time;
    this.#renewQuota = functions.renewQuota;
    this.#ring = parseKeyring(stack.personKeyring);
    this.#heads = new DynamoHeadStore(this.#client, stack.registryTable);
    this.#standings = new DynamoStandingStore(this.#client, stack.registryTable);
  }

  static async start(): Promise<World> {
    // Names of their own: DYNAMODB_ENDPOINT may name an engine that others use too.
    const run = randomUUID();
    let functions: Functions | undefined;
    const handler = (name: 'check' | 'review' | 'replay'): Handler => {
      return async (event, context) => await functions?.[name](event, context);
    };
    const none: Handler = async () => ({ statusCode: 501 });
    const handlers: Handlers = {
      check: handler('check'),
      review: handler('review'),
      looks: none,
      proof: none,
      determination: none,
      catalogue: none,
      callers: none,
      aliases: none,
      publications: none,
      standings: none,
      grants: none,
      reconciliation: none,
      listings: none,
      registers: none,
      feedback: none,
      alerts: none,
      violations: none,
      receipt: none,
      replay: handler('replay'),
      keys: none,
      retention: none,
      imports: none,
      statistics: none,
      openapi: none,
    };
    const tables = { registry: `Registry-${run}`, checkLog: `CheckLog-${run}`, seals: `Seals-${run}` };
    const stack = await startStack({ port: 0, issuerPort: 0, dataFolder: ':memory:', tables, handlers });
    functions = functionsOn(stack);
    return new World(stack, functions);
  }

  async stop(): Promise<void> {
    this.#client.destroy();
    await this.#stack.stop();
  }

  /** The Registry holds what the scenario says, and nothing of the one before. */
  async build({ facts, today }: Scenario, client: string): Promise<void> {
    await this.#clear();
    this.#time.now = startOf(today);
    this.#catalogue = facts.catalogue ? patched(SAMPLE, facts.catalogue, versionOf(facts.catalogue), today) : SAMPLE;
    const listings = facts.subjects.map(({ who, name, listings: said }) =>
      this.#advance(
        keptAs(who, this.#ring, name),
        said.flatMap((fact) => listed(fact, today)),
      ),
    );
    await Promise.all([this.#register(client, facts.caller.state ?? 'active'), ...listings]);
    for (const alias of facts.aliases) await this.#link(alias);
  }

  /** What has happened since, the moment, and what the head of the catalogue says at it. */
  async move({ given, at, sources, switchedOff }: FullStep, today: CalendarDate): Promise<void> {
    this.#time.now = parseInstant(at);
    this.#renewQuota();
    for (const happening of given) {
      if ('alias' in happening) await this.#link(happening.alias);
      else await this.#advance(keptAs(happening.who, this.#ring), eventsOf(happening, today));
    }
    const unknown = Object.keys(sources).find((id) => !this.#catalogue.sources.some((source) => source.id === id));
    if (unknown !== undefined) throw new Error(`the catalogue has no source ${unknown}`);
    const ages = this.#catalogue.sources.map(({ id }) => [id, sources[id] ?? 1] as const);
    const freshAsOf = Object.fromEntries(
      ages.flatMap(([id, age]) => (age === 'never' ? [] : [[id, toIso(instant(this.#time.now - age * HOUR_MS))]])),
    );
    const { version } = this.#catalogue;
    const said = JSON.stringify([version, switchedOff, freshAsOf]);
    if (said === this.#head) return;
    const body = this.#published.has(version) ? undefined : this.#catalogue;
    await this.#heads.change((head) => ({ ...publish(head, this.#catalogue), switchedOff, freshAsOf }), body);
    this.#published.add(version);
    this.#head = said;
  }

  /**
   * What may come later and must change no past decision: another listing on every subject, a newer catalogue without
   * measures, everything switched off, and sources that nobody has heard of since.
   */
  async disturb(): Promise<void> {
    for (const [key, standing] of await this.#standings.standings([...this.#subjects])) {
      const listing = { ...LATER, id: `later-${randomUUID()}` };
      const change = advance(standing, [{ type: 'listed', listing }], SIGNED, this.#time.now);
      await this.#standings.commit([{ key, change, documents: [], names: [] }]);
    }
    const body = { ...SAMPLE, version: 'later', measures: [] };
    const switchedOff = [...SAMPLE.domains, ...SAMPLE.measures].map(({ code }) => code);
    await this.#heads.change(
      (head) => ({ ...publish(head, body), switchedOff, freshAsOf: {} }),
      this.#published.has(body.version) ? undefined : body,
    );
    this.#published.add(body.version);
    this.#head = '';
  }

  /** One request with the client's token. */
  async request(client: string, path: string, body?: unknown): Promise<{ response: Response; text: string }> {
    const token = this.#tokens.get(client) ?? this.#stack.token(client);
    this.#tokens.set(client, token);
    const response = await fetch(this.#stack.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${await token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { response, text: await response.text() };
  }

  async #register(id: string, state: 'active' | 'suspended'): Promise<void> {
    const application = callers.find((each) => each.id === id);
    if (!application) return;
    this.#writes(callerKey(id));
    const caller = { ...CallerApplication.parse(application), state, appliedBy: 'scenario', approvedBy: 'another' };
    await new DynamoCallerStore(this.#client, this.#stack.registryTable).write(caller, undefined);
  }

  async #link(alias: Alias): Promise<void> {
    switch (alias.kind) {
      case 'registration-no':
        return await this.#tie({ scheme: alias.kind, value: alias.number }, alias.who);
      case 'attested-code':
        return await this.#tie({ scheme: alias.kind, value: castOf(alias.who).id }, alias.who);
      case 'confirmed-code':
        return await this.#advance(keptAs(alias.who, this.#ring), [
          { type: 'code-confirmed', code: castOf(alias.code).id },
        ]);
      case 'successor':
        return await this.#advance(keptAs(alias.successor, this.#ring), [
          { type: 'succeeded', predecessor: keptAs(alias.predecessor, this.#ring).key },
        ]);
      case 'identified': {
        const [name, whose] = [keptAs(alias.under, this.#ring), keptAs(alias.who, this.#ring)];
        const { listing: listingId, same } = alias;
        await this.#advance(name, [{ type: 'identified', listingId, subject: whose.key, same }]);
        return same ? await this.#advance(whose, [{ type: 'named', name: name.key }]) : undefined;
      }
    }
  }

  async #tie(alias: Parameters<typeof tie>[1], who: string): Promise<void> {
    const { key } = keptAs(who, this.#ring);
    this.#writes(aliasKey(alias), aliasPapersKey(tiedId(alias, key)));
    await tie(new DynamoAliasStore(this.#client, this.#stack.registryTable), alias, key);
  }

  async #advance({ key, subject, names }: Kept, events: readonly StandingEvent[]): Promise<void> {
    if (events.length === 0) return;
    this.#subjects.add(key);
    this.#writes(standingKey(key), ...names.map((value) => aliasKey({ scheme: 'org-name', value })));
    const before = (await this.#standings.standings([key])).get(key) ?? unknownSubject(subject);
    const change = advance(before, events, SIGNED, this.#time.now);
    await this.#standings.commit([{ key, change, documents: [], names: before.version === 0 ? names : [] }]);
  }

  #writes(...keys: readonly Key[]): void {
    for (const key of keys) this.#written.set(keyText(key), key);
  }

  /** Whatever a check could find goes; events stay, and are written over. */
  async #clear(): Promise<void> {
    const requests = [...this.#written.values()].map((key) => ({ DeleteRequest: { Key: keyItem(key) } }));
    this.#written.clear();
    this.#subjects.clear();
    for (let from = 0; from < requests.length; from += BATCH)
      await this.#client.send(
        new BatchWriteItemCommand({
          RequestItems: { [this.#stack.registryTable]: requests.slice(from, from + BATCH) },
        }),
      );
  }
}

const versionOf = (patch: unknown): string =>
  `patched-${createHash('sha256').update(JSON.stringify(patch)).digest('hex').slice(0, 16)}`;
