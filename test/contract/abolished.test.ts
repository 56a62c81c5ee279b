import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import sample from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { organisation } from '../api-client.ts';
import { signedAlias } from './alias-signed.ts';
import { BLACK, minor, red, startKeeping } from './keeping.ts';

// H21(四): a list that is abolished is over on the day after, for everything that rests on it; the schedule only writes it down.
let kept: Awaited<ReturnType<typeof startKeeping>>;
beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept?.api.stack.stop());

const LAST_DAY = '2026-10-20';
const LAST_MOMENT = '2026-10-20T23:59:59+08:00';
const DAY_AFTER = '2026-10-21T00:00:00+08:00';

/** From the same day on, these domains are over after the last one. */
async function abolish(version: string, ...domains: string[]): Promise<void> {
  const abolished = sample.domains.map((each) =>
    domains.includes(each.code) ? { ...each, abolishedAfter: LAST_DAY } : each,
  );
  const body = { ...sample, version, domains: abolished };
  const { status, text } = await kept.api.call('PUT', '/v1/catalogue', { as: 'admin', body });
  expect([status, text]).toEqual([expect.toSatisfy((each) => each < 300), expect.any(String)]);
}

const Standing = z.looseObject({
  listings: z.array(z.looseObject({ id: z.string(), inForce: z.boolean(), guard: z.string().optional() })),
});
async function said(id: string, listing: string, asOf?: string) {
  const { json } = await kept.done('/v1/standings/query', 'auditor', {
    subject: { scheme: 'uscc', id },
    ...(asOf !== undefined && { asOf }),
    purpose: '核对',
    operator: 'u-1',
  });
  const found = Standing.parse(json).listings.find((each) => each.id === listing);
  return found && [found.inForce, found.guard];
}
const Public = z.looseObject({
  items: z.array(z.looseObject({ listingId: z.string(), stage: z.string(), reason: z.string().optional() })),
});
async function publicised(listing: string) {
  const { json } = await kept.api.call('GET', `/v1/publications?domain=${BLACK.domain}&limit=100`);
  const found = Public.parse(json).items.find(({ listingId }) => listingId === listing);
  return found && [found.stage, found.reason];
}

test('a black listing is over with its domain at once, for the check, the standing, the publication and a red one', async () => {
  const id = organisation(9301);
  const successor = organisation(9302);
  const black = await kept.activated(id);
  await signedAlias(kept.api, { kind: 'successor', predecessor: id, successor, ground: '吸收合并' }, 'steward-tax');
  const honours = [
    { scheme: 'uscc', id },
    { scheme: 'uscc', id: successor },
  ].map((subject) => red(subject));
  await abolish('abolished-1', BLACK.domain);

  kept.at(LAST_MOMENT);
  expect((await kept.outcomeOf(id)).outcome).toBe('veto');
  expect(await said(id, black)).toEqual([true, undefined]);
  expect(await publicised(black)).toEqual(['in-force', undefined]);
  for (const body of honours) expect((await kept.post('/v1/listings', 'steward-tax', body)).status).toBe(409);

  kept.at(DAY_AFTER);
  expect((await kept.outcomeOf(id)).outcome).toBe('pass');
  expect(await said(id, black)).toEqual([false, 'domain']);
  expect(await said(id, black, LAST_MOMENT)).toEqual([true, undefined]);
  expect(await publicised(black)).toEqual(['exit', 'abolished']);
  const reds: string[] = [];
  for (const body of honours) reds.push(await kept.proposed(body));
  for (const each of reds) await kept.done(`/v1/listings/${each}/publicity`, 'steward-tax');
  kept.at('2026-11-27T10:00:00+08:00');
  for (const each of reds) {
    await kept.done(`/v1/listings/${each}/decision`, 'approver', { decision: 'list', ground: '属实' });
    await kept.done(`/v1/listings/${each}/activation`, 'steward-tax');
    expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
  }
  // Nor does a step of the one that is over end what stands beside it.
  await kept.done(`/v1/listings/${black}/proceedings`, 'steward-tax', { pending: true, reference: '（2026）行初1号' });
  await kept.done(`/v1/listings/${black}/proceedings`, 'approver');
  for (const each of reds) expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
  expect((await kept.outcomeOf(successor)).outcome).toBe('favour');

  await kept.expire();
  expect(await kept.shown(black)).toMatchObject({ phase: 'ended', ended: { reason: 'abolished' } });
  for (const each of reds) expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
});

test('no fault brings a watch listing of a domain that is over', async () => {
  const id = organisation(9303);
  const watched = async () =>
    Standing.parse(
      (
        await kept.done('/v1/standings/query', 'auditor', {
          subject: { scheme: 'uscc', id },
          purpose: '核对',
          operator: 'u-1',
        })
      ).json,
    ).listings.filter(({ list }) => list === 'watch');
  const watch = sample.listKeeping.rules.find(({ list }) => list === 'watch');
  if (!watch) throw new Error('the sample has a watch list');
  kept.at('2026-09-18T10:00:00+08:00');
  const faults = [];
  for (const each of ['一', '二', '三']) faults.push(await kept.proposed(minor(id, `样罚${each}号`), 'steward-tax'));
  for (const each of faults) await kept.done(`/v1/listings/${each}/publicity`, 'steward-tax', { service: '直接送达' });
  await abolish('abolished-2', watch.domain);
  kept.at('2026-10-22T10:00:00+08:00');
  for (const each of faults) {
    await kept.done(`/v1/listings/${each}/decision`, 'approver', { decision: 'list', ground: '属实' });
    await kept.done(`/v1/listings/${each}/activation`, 'steward-tax');
  }
  expect(await watched()).toEqual([]);
});
