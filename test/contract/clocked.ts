import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { alertsHandler } from '../../functions/alerts/handler.ts';
import { aliasesHandler } from '../../functions/aliases/handler.ts';
import { callersHandler } from '../../functions/callers/handler.ts';
import { catalogueHandler } from '../../functions/catalogue/handler.ts';
import { checkHandler } from '../../functions/check/handler.ts';
import { determinationHandler } from '../../functions/determination/handler.ts';
import { expiryHandler } from '../../functions/expiry/handler.ts';
import { feedbackHandler } from '../../functions/feedback/handler.ts';
import { grantsHandler } from '../../functions/grants/handler.ts';
import { listingsHandler } from '../../functions/listings/handler.ts';
import { looksHandler } from '../../functions/looks/handler.ts';
import { proofHandler } from '../../functions/proof/handler.ts';
import { publicationsHandler } from '../../functions/publications/handler.ts';
import { receiptHandler } from '../../functions/receipt/handler.ts';
import { reconciliationHandler } from '../../functions/reconciliation/handler.ts';
import { registersHandler } from '../../functions/registers/handler.ts';
import { replayHandler } from '../../functions/replay/handler.ts';
import { retentionHandler } from '../../functions/retention/handler.ts';
import { reviewHandler } from '../../functions/review/handler.ts';
import { standingsHandler } from '../../functions/standings/handler.ts';
import { statisticsHandler } from '../../functions/statistics/handler.ts';
import { tallierHandler } from '../../functions/tallier/handler.ts';
import { violationsHandler } from '../../functions/violations/handler.ts';
import type { Handler, Handlers } from '../../infra/local/invocation.ts';
import type { Stack, StackOptions } from '../../infra/local/stack.ts';
import { WriterChain } from '../../lib/check/chain.ts';
import { Quota } from '../../lib/check/quota.ts';
import { abolitionsOf } from '../../lib/dynamo/abolitions.ts';
import { DynamoAlertBook } from '../../lib/dynamo/alert-book.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { DynamoAnsweredChecks } from '../../lib/dynamo/answered-checks.ts';
import { DynamoCalendarStore } from '../../lib/dynamo/calendar-store.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCaseReports } from '../../lib/dynamo/case-reports.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { DynamoCoverage } from '../../lib/dynamo/coverage-store.ts';
import { delistingPorts } from '../../lib/dynamo/delisting-ports.ts';
import { expiryPorts } from '../../lib/dynamo/expiry-ports.ts';
import { DynamoFollowUpReader } from '../../lib/dynamo/follow-up-reader.ts';
import { DynamoFollowUps } from '../../lib/dynamo/follow-up-store.ts';
import { DynamoGrantStore } from '../../lib/dynamo/grant-store.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { DynamoListingSubject } from '../../lib/dynamo/listing-subject.ts';
import { DynamoLookReader } from '../../lib/dynamo/look-reader.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoMatterStore } from '../../lib/dynamo/matter-store.ts';
import { DynamoNoteWriter } from '../../lib/dynamo/note-writer.ts';
import { DynamoPublicationReader } from '../../lib/dynamo/publication-reader.ts';
import { DynamoRegistryReader } from '../../lib/dynamo/registry-reader.ts';
import { DynamoSealReader } from '../../lib/dynamo/seal-reader.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { DynamoTallyStore } from '../../lib/dynamo/tally-store.ts';
import { DynamoViolationReader } from '../../lib/dynamo/violation-reader.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { ROUTES } from '../../lib/edge/routes.ts';
import { type Clock, instant } from '../../lib/kernel/clock.ts';
import type { ExpirySummary } from '../../lib/listing/run-expiry.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { type ApiClient, startSampleStack } from '../api-client.ts';
import { leastClient } from './least-client.ts';

const SEALED_WITHIN_MS = 300_000;
const TALLYING_MS = 1_000;

/** What a test turns. */
export interface TestClock {
  now: number;
}

export interface ClockedStack {
  readonly api: ApiClient;
  readonly clock: TestClock;
  /** From now on persons are known by this keyring. */
  rekey(keyring: string): void;
  /** The function of the schedule that ends listings. */
  expire(): Promise<ExpirySummary>;
  /** The function of the schedule that counts closed days. */
  tally(): Promise<{ readonly counted: number; readonly unfinished: boolean }>;
}

/** A sample stack whose functions run in this process, on a clock that the test turns. */
export async function startClockedStack(start: Date, options: Partial<StackOptions> = {}): Promise<ClockedStack> {
  const clock: TestClock = { now: start.getTime() };
  let functions: Record<string, Handler | undefined> = {};
  const later =
    (name: string): Handler =>
    async (event, context) =>
      await functions[name]?.(event, context);
  const handlers = Object.fromEntries(ROUTES.map(({ handledBy }) => [handledBy, later(handledBy)])) as Handlers;
  const api = await startSampleStack({ ...options, handlers }, start);
  const now = () => instant(clock.now);
  functions = functionsOn(api.stack, now);
  const { registryTable, checkLogTable, recordKey } = api.stack;
  const client = leastClient('tallier', api.stack);
  const tally = tallierHandler({
    log: new DynamoCheckLogReader(client, checkLogTable),
    tallies: new DynamoTallyStore(client, checkLogTable),
    callers: () => new DynamoCallerStore(client, registryTable).ids(),
    recordKey: Buffer.from(recordKey, 'base64'),
    clock: now,
    budgetMs: TALLYING_MS,
  });
  const rekey = (personKeyring: string) => {
    functions = functionsOn({ ...api.stack, personKeyring }, now);
  };
  return {
    api,
    clock,
    rekey,
    expire: expiryHandler(expiryPorts(leastClient('expiry', api.stack), registryTable, now)),
    tally,
  };
}

/** Each with the rights that it has on AWS. */
const functionsOn = (stack: Stack, clock: Clock): Record<string, Handler | undefined> =>
  Object.fromEntries(
    [...new Set(ROUTES.map(({ handledBy }) => handledBy))].map((name) => [
      name,
      functionsWith(leastClient(name, stack), stack, clock)[name],
    ]),
  );

function functionsWith(
  client: DynamoDBClient,
  { registryTable, checkLogTable, sealsTable, personKeyring, recordKey, signingKeys }: Stack,
  clock: Clock,
) {
  const ring = parseKeyring(personKeyring);
  const key = Buffer.from(recordKey, 'base64');
  const raw = new DynamoCheckLogReader(client, checkLogTable);
  const log = keptLog(client, { registry: registryTable, checkLog: checkLogTable }, clock);
  const head = new DynamoHeadStore(client, registryTable);
  const aliases = new DynamoAliasStore(client, registryTable);
  const callers = new DynamoCallerStore(client, registryTable);
  const looks = new DynamoLookWriter(client, checkLogTable);
  const resolve = (value: string) => aliases.subjectsOf({ scheme: 'registration-no', value });
  const built = {
    check: checkHandler({
      registry: new DynamoRegistryReader(client, registryTable),
      log: new DynamoCheckLogWriter(client, checkLogTable),
      chain: new WriterChain(),
      clock,
      quota: new Quota(),
      ring,
      recordKey: key,
      receipts: receiptSigner(parseSigningKeys(signingKeys).current),
    }),
    review: reviewHandler({
      log,
      looks,
      notes: new DynamoNoteWriter(client, checkLogTable),
      catalogue: () => head.current(),
      callers: () => new DynamoCallerStore(client, registryTable).ids(),
      resolve,
      subjectOf: (listing) => new DynamoListingSubject(client, registryTable).of(listing),
      ring,
      recordKey: key,
      clock,
    }),
    retention: retentionHandler({
      matters: new DynamoMatterStore(client, registryTable),
      callers: () => callers.ids(),
      log: raw,
      looks,
      catalogue: () => head.current(),
      recordKey: key,
      clock,
    }),
    looks: looksHandler({
      reader: new DynamoLookReader(client, checkLogTable),
      writer: looks,
      resolve,
      ring,
      recordKey: key,
      clock,
    }),
    proof: proofHandler({
      log,
      looks,
      seals: new DynamoSealReader(client, sealsTable),
      clock,
      sealedWithin: SEALED_WITHIN_MS,
    }),
    receipt: receiptHandler({ log, looks, catalogue: (version) => head.body(version), clock }),
    replay: replayHandler({
      log,
      looks,
      catalogue: (version) => head.body(version),
      head: (sequence) => head.at(sequence),
      history: (subject) => new DynamoStandingStore(client, registryTable).history(subject),
      clock,
    }),
    determination: determinationHandler({
      log,
      notes: new DynamoNoteWriter(client, checkLogTable),
      followUps: new DynamoFollowUps(client, registryTable),
      callers: new DynamoCallerStore(client, registryTable),
      clock,
    }),
    catalogue: catalogueHandler(head, new DynamoCalendarStore(client, registryTable), clock),
    callers: callersHandler({
      read: (id) => callers.read(id),
      history: (id) => callers.history(id),
      ids: () => callers.ids(),
      move: (event, before) => callers.move(event, before),
      clock,
      scenes: async () => (await head.current()).scenes.map(({ code }) => code),
    }),
    publications: publicationsHandler({
      reader: new DynamoPublicationReader(client, registryTable),
      recordKey: key,
      clock,
    }),
    standings: standingsHandler({
      standings: new DynamoStandingStore(client, registryTable),
      resolving: { ring, subjectsOf: (alias) => aliases.subjectsOf(alias) },
      abolitions: () => abolitionsOf(head),
      looks,
      log,
      recordKey: key,
      clock,
    }),
    registers: registersHandler({
      aliases,
      store: new DynamoListingStore(client, registryTable),
      log,
      looks: new DynamoLookWriter(client, checkLogTable),
      keeping: () => head.keeping(),
      calendars: () => new DynamoCalendarStore(client, registryTable).calendars(),
      recordKey: key,
      clock,
    }),
    listings: listingsHandler({
      store: new DynamoListingStore(client, registryTable),
      catalogue: () => head.current(),
      keeping: () => head.keeping(),
      calendars: () => new DynamoCalendarStore(client, registryTable).calendars(),
      violations: new DynamoViolationRegister(client, registryTable),
      ring,
      clock,
      newId: () => `listing-${randomBytes(12).toString('hex')}`,
    }),
    aliases: aliasesHandler({ aliases, abolitions: () => abolitionsOf(head), recordKey: key, clock }),
    grants: grantsHandler({
      log,
      grants: new DynamoGrantStore(client, checkLogTable),
      callers,
      violations: new DynamoViolationRegister(client, registryTable),
      resolve: (value) => aliases.subjectsOf({ scheme: 'registration-no', value }),
      ring,
      recordKey: key,
      clock,
    }),
    reconciliation: reconciliationHandler({
      log,
      looks: new DynamoLookWriter(client, checkLogTable),
      coverage: new DynamoCoverage(client, checkLogTable),
      violations: new DynamoViolationRegister(client, registryTable),
      resolve: (value) => aliases.subjectsOf({ scheme: 'registration-no', value }),
      ring,
      recordKey: key,
      clock,
    }),
    feedback: feedbackHandler({
      log,
      notes: new DynamoNoteWriter(client, checkLogTable),
      followUps: new DynamoFollowUps(client, registryTable),
      open: new DynamoFollowUpReader(client, registryTable),
      catalogue: () => head.current(),
      cases: new DynamoCaseReports(client, checkLogTable),
      callers: () => callers.ids(),
      looks,
      recordKey: key,
      clock,
    }),
    statistics: statisticsHandler({
      log: raw,
      looks,
      tallies: new DynamoTallyStore(client, checkLogTable),
      grants: new DynamoCoverage(client, checkLogTable),
      exits: delistingPorts(client, registryTable),
      answered: new DynamoAnsweredChecks(client, registryTable),
      callers: () => callers.ids(),
      recordKey: key,
      clock,
    }),
    alerts: alertsHandler({
      book: new DynamoAlertBook(client, registryTable),
      matters: new DynamoMatterStore(client, registryTable),
      callers: () => callers.ids(),
      looks,
      recordKey: key,
      clock,
    }),
    violations: violationsHandler({
      register: new DynamoViolationReader(client, registryTable),
      looks,
      recordKey: key,
      clock,
    }),
  };
  return Object.fromEntries(
    Object.entries(built).map(([name, handler]): [string, Handler] => [
      name,
      async (event, context) => await Reflect.apply(handler, undefined, [event, context]),
    ]),
  );
}
