import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { ReceivedEvent } from '../../infra/local/event-bus.ts';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { addDays, dateOf, endOf, parseInstant } from '../../lib/kernel/clock.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { organisation, question } from '../api-client.ts';
import { keyOf, listing, SIGNED } from '../conformance/samples.ts';
import { type ClockedStack, startClockedStack } from './clocked.ts';

const START = parseInstant('2026-11-21T13:25:00+08:00');
const LAST_DAY = addDays(dateOf(START), 3);
const CODE = organisation(71);
const ID = 'expires';

const Considered = z.object({
  outcome: z.string(),
  verdicts: z.tuple([
    z.object({
      standingVersion: z.int(),
      reasons: z.array(z.object({ listingId: z.string() })),
    }),
  ]),
});
const Shown = z.object({
  version: z.int(),
  listings: z.array(z.looseObject({ id: z.string(), state: z.string(), inForce: z.boolean() })),
});

describe('a listing with a last day', () => {
  const events: ReceivedEvent[] = [];
  let clocked: ClockedStack;

  beforeAll(async () => {
    clocked = await startClockedStack(new Date(START), {
      feeds: { meter: false, receive: (event) => void events.push(event) },
    });
    const { endpoint, registryTable } = clocked.api.stack;
    const client = localClient(endpoint);
    const change = advance(
      unknownSubject({ scheme: 'uscc', code: CODE }),
      [{ type: 'listed', listing: Listing.parse({ ...listing(ID), until: LAST_DAY }) }],
      SIGNED,
      START,
    );
    await new DynamoStandingStore(client, registryTable).commit([
      { key: keyOf(CODE), change, documents: [], names: [] },
    ]);
    client.destroy();
  });
  afterAll(async () => await clocked?.api.stack.stop());

  const check = async () => Considered.parse((await clocked.api.check(question(CODE))).json);
  const ask = async (more: object = {}) =>
    Shown.parse(
      (
        await clocked.api.call('POST', '/v1/standings/query', {
          as: 'auditor',
          body: { subject: { scheme: 'uscc', id: CODE }, purpose: '核对', operator: 'u-7', ...more },
        })
      ).json,
    );
  const told = () =>
    events
      .map((event) => z.object({ listing: z.object({ id: z.string() }), reason: z.string() }).safeParse(event.detail))
      .filter(({ data }) => data?.listing.id === ID)
      .map(({ data }) => data?.reason);

  it('counts until its last moment, and never after it, whether the schedule has come by or not', async () => {
    clocked.clock.now = endOf(LAST_DAY) - 1;
    expect(await check()).toMatchObject({ outcome: 'veto', verdicts: [{ standingVersion: 1 }] });
    await clocked.expire();
    expect(await check()).toMatchObject({ outcome: 'veto', verdicts: [{ standingVersion: 1 }] });

    clocked.clock.now = endOf(LAST_DAY);
    const before = await check();
    expect(before.verdicts[0]).toMatchObject({ standingVersion: 1, reasons: [] });
    expect(before.outcome).not.toBe('veto');
    expect(told()).toEqual([]);

    expect(await clocked.expire()).toMatchObject({ ended: 1, failed: 0 });
    const after = await check();
    expect(after).toMatchObject({ outcome: before.outcome, verdicts: [{ standingVersion: 2, reasons: [] }] });
  });

  it('is then shown as ended, its past as it was, and its exit is told', async () => {
    const now = await ask();
    expect(now).toMatchObject({ version: 2, listings: [{ id: ID, state: 'ended', inForce: false }] });
    expect(await ask({ version: 1 })).toMatchObject({ version: 1, listings: [{ id: ID, state: 'active' }] });
    await vi.waitFor(() => expect(told()).toEqual(['expired']), { timeout: 20_000, interval: 20 });
  });
});
