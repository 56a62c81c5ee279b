import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import catalogue from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { TABLE_NAMES } from '../../infra/local/tables.ts';
import { publish } from '../../lib/catalogue/change.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import type { Product } from './product.ts';
import { bidder, branch, checkEvent, REGISTRATION_NO } from './questions.ts';
import { cleanSubject, SPECIAL, subject } from './subjects.ts';
import { REGION } from './variables.ts';
import { type Exchange, isRead, type WireProxy } from './wire-proxy.ts';

/** What one request to the function cost at the wire. */
export interface Work {
  readonly reads: number;
  readonly writes: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly exchanges: readonly Exchange[];
  readonly atOnce: ReadonlyMap<string, number>;
  readonly logBytes: number;
  readonly answer: unknown;
}

export interface Bench {
  readonly product: Product;
  readonly proxy: WireProxy;
  readonly endpoint: string;
}

const Outcome = z.object({ outcome: z.string() });

/** Asks once and counts. @throws Error where the answer is not the one that the figure is about */
export async function workOf({ product, proxy }: Bench, event: unknown, expected?: string): Promise<Work> {
  proxy.take();
  product.logged();
  const { status, answer } = await product.ask(event);
  const { exchanges, atOnce } = proxy.take();
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(answer)}`);
  if (expected !== undefined && Outcome.parse(answer).outcome !== expected)
    throw new Error(`expected ${expected}: ${JSON.stringify(answer).slice(0, 300)}`);
  const [reads, writes] = [exchanges.filter(isRead), exchanges.filter((each) => !isRead(each))];
  const requests = (of: readonly Exchange[]) => of.filter(({ abandoned }) => !abandoned).length;
  const units = (of: readonly Exchange[]) => of.reduce((sum, each) => sum + each.units, 0);
  return {
    reads: requests(reads),
    writes: requests(writes),
    readUnits: units(reads),
    writeUnits: units(writes),
    exchanges,
    atOnce,
    logBytes: product.logged(),
    answer,
  };
}

/** Every kind of single check, each asked once. */
export async function countChecks(bench: Bench) {
  const ask = (event: unknown, expected: string) => workOf(bench, event, expected);
  const one = (made: Parameters<typeof bidder>[0], expected: string) => ask(checkEvent([bidder(made)]), expected);
  // The first check of an environment may still find the catalogue on its way.
  await one(cleanSubject(0), 'pass');
  await one(cleanSubject(0), 'pass');
  const key = randomUUID();
  await ask(checkEvent([bidder(SPECIAL.one)], key), 'veto');
  return {
    clean: await one(cleanSubject(1), 'pass'),
    over: await one(SPECIAL.over, 'pass'),
    vetoByOne: await one(SPECIAL.one, 'veto'),
    vetoByThree: await one(SPECIAL.three, 'veto'),
    debtor: await one(SPECIAL.debtor, 'veto'),
    huge: await one(SPECIAL.huge, 'veto'),
    cleanBranch: await ask(checkEvent([branch(cleanSubject(7), cleanSubject(8))]), 'pass'),
    cleanConsortium: await ask(checkEvent([2, 3, 4].map((number) => bidder(cleanSubject(number)))), 'pass'),
    listedConsortium: await ask(checkEvent([0, 1, 4].map((number) => bidder(subject(number)))), 'veto'),
    replay: await ask(checkEvent([bidder(SPECIAL.one)], key), 'veto'),
    registrationNo: await ask(checkEvent([{ scheme: 'registration-no', id: REGISTRATION_NO }]), 'veto'),
    name: await ask(checkEvent([{ scheme: 'org-name', id: SPECIAL.three.name }]), 'indeterminate'),
    newCatalogue: await afterNewCatalogue(bench, () => one(cleanSubject(5), 'pass')),
    knownCatalogue: await one(cleanSubject(6), 'pass'),
  };
}
export type CheckWork = Awaited<ReturnType<typeof countChecks>>;

async function afterNewCatalogue({ endpoint }: Bench, ask: () => Promise<Work>): Promise<Work> {
  const client = dynamoClient({ endpoint, region: REGION });
  try {
    const next = PublishedCatalogue.parse({ ...catalogue, version: `bench-${Date.now()}` });
    await new DynamoHeadStore(client, TABLE_NAMES.registry).change((head) => publish(head, next), next);
  } finally {
    client.destroy();
  }
  return await ask();
}
