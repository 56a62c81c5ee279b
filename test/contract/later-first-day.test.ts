import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { organisation } from '../api-client.ts';
import { BLACK, red as redListing, startKeeping } from './keeping.ts';

// S17(7): "“黑名单”认定后 … 应将其从相关“红名单”中删除". A finding of serious dishonesty takes the honour away as it is
// made; its first day says from when its measures bind.
let kept: Awaited<ReturnType<typeof startKeeping>>;
beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept.api.stack.stop());

const FIRST_DAY = '2026-11-15';
const LATER = { from: FIRST_DAY };

const Standing = z.looseObject({
  listings: z.array(z.looseObject({ id: z.string(), inForce: z.boolean(), guard: z.string().optional() })),
});
const Public = z.looseObject({ items: z.array(z.looseObject({ listingId: z.string(), stage: z.string() })) });
const Record = z.looseObject({
  verdicts: z.array(
    z.looseObject({ considered: z.array(z.looseObject({ listingId: z.string(), guard: z.string() })) }),
  ),
});

/** What each place says of the two listings. */
async function said(id: string, red: string, black: string, asOf?: string) {
  const { json } = await kept.done('/v1/standings/query', 'auditor', {
    subject: { scheme: 'uscc', id },
    ...(asOf !== undefined && { asOf }),
    purpose: '核对',
    operator: 'u-1',
  });
  const standing = new Map(Standing.parse(json).listings.map((each) => [each.id, each.guard ?? 'in force']));
  return [standing.get(red), standing.get(black)];
}
async function publicOf(domain: string, listing: string) {
  const { json } = await kept.api.call('GET', `/v1/publications?domain=${domain}&limit=100`);
  return Public.parse(json).items.filter(({ listingId }) => listingId === listing);
}
async function checked(id: string) {
  const { id: check, outcome } = await kept.outcomeOf(id);
  const { considered = [] } =
    Record.parse((await kept.api.get(`/v1/checks/${check}`, 'auditor')).json).verdicts[0] ?? {};
  return { outcome, guards: Object.fromEntries(considered.map(({ listingId, guard }) => [listingId, guard])) };
}

test('a black listing with a later first day ends the red one as it is activated, and vetoes from that day on', async () => {
  const id = organisation(880);
  const red = await kept.honoured({ scheme: 'uscc', id });
  const black = await kept.activated(id, LATER);

  const ended = { reason: 'blacklisted', by: black, at: '2026-10-09T02:00:00.000Z' };
  expect(await kept.shown(red)).toMatchObject({ phase: 'ended', ended });
  const { text } = await kept.api.get(`/v1/listings/${red}/events`, 'auditor');
  expect(text).toContain(`"event":{"type":"ended","listingId":"${red}","reason":"blacklisted","by":"${black}"}`);
  expect(await checked(id)).toEqual({ outcome: 'pass', guards: { [red]: 'ended', [black]: 'effective' } });
  expect(await said(id, red, black)).toEqual(['ended', 'effective']);
  expect(await publicOf('tax-a-grade', red)).toMatchObject([
    { stage: 'exit', from: '2026-10-09', reason: 'blacklisted' },
  ]);
  expect(await publicOf('tax-major-violation', black)).toEqual([]);
  // Until then it was an honour, and stays one for whoever asks about that time.
  expect(await said(id, red, black, '2026-10-09T01:59:59.999Z')).toEqual(['in force', 'effective']);

  kept.at(`${FIRST_DAY}T00:00:00+08:00`);
  expect(await checked(id)).toEqual({ outcome: 'veto', guards: { [red]: 'ended' } });
  expect(await said(id, red, black)).toEqual(['ended', 'in force']);
  expect(await publicOf('tax-major-violation', black)).toMatchObject([{ stage: 'in-force', from: FIRST_DAY }]);
});

test('nobody is put on a red list beside it, and where it was wrong the red one is back before that day', async () => {
  const id = organisation(881);
  const red = await kept.honoured({ scheme: 'uscc', id });
  const black = await kept.activated(id, LATER);
  const again = redListing({ scheme: 'uscc', id });
  const second = { ...again, document: { ...again.document, number: '样税信〔2026〕8号' } };
  const refused = await kept.post('/v1/listings', 'steward-tax', second);
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining(black)]);
  await kept.resolved(await kept.accepted(black, 'wrong-facts'), 'upheld');
  expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
  expect((await checked(id)).outcome).toBe('favour');
});

test('one that is no more than proposed ends nothing', async () => {
  const id = organisation(882);
  const red = await kept.honoured({ scheme: 'uscc', id });
  await kept.proposed({ ...BLACK, subject: { scheme: 'uscc', id }, ...LATER });
  expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
  expect((await checked(id)).outcome).toBe('favour');
});
