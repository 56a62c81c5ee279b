import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { organisation } from '../api-client.ts';
import { red, startKeeping } from './keeping.ts';

let kept: Awaited<ReturnType<typeof startKeeping>>;

beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept.api.stack.stop());

const Lines = z.object({
  items: z.array(z.looseObject({ id: z.string().optional(), listingId: z.string().optional() })),
});

it('a publicity that runs into a year whose calendar comes later lasts its twenty working days, whoever reads it', async () => {
  const at = (day: string) => kept.at(`${day}T10:00:00+08:00`);
  at('2026-12-07');
  const listing = await kept.proposed(red({ scheme: 'uscc', id: organisation(9401) }));
  await kept.done(`/v1/listings/${listing}/publicity`, 'steward-tax');
  const lineOf = async (path: string, as: string) =>
    Lines.parse((await kept.api.get(path, as)).json).items.find((each) => (each.listingId ?? each.id) === listing);
  const clock = () => lineOf('/v1/clocks', 'steward-tax');
  const waiting = () => lineOf('/v1/listings?waiting=signature&limit=100', 'approver');
  const published = () => lineOf('/v1/publications?domain=tax-a-grade&limit=100', 'auditor');
  const decide = async () =>
    (await kept.post(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '属实' })).status;

  // Monday to Friday, as far as 2027 is known by then.
  expect(await kept.shown(listing)).toMatchObject({ hearingUntil: '2027-01-04' });
  expect(await clock()).toMatchObject({ due: '2027-01-04', provisional: true });

  const daysOff = ['2027-01-01', '2027-01-04', '2027-01-05'];
  const given = await kept.api.call('PUT', '/v1/calendars/2027', {
    as: 'admin',
    body: { notice: '国务院办公厅通知（样例）', daysOff, makeUpDays: [] },
  });
  expect([given.status, given.text]).toEqual([200, expect.any(String)]);

  at('2027-01-06');
  expect(await kept.shown(listing)).toMatchObject({ hearingUntil: '2027-01-07' });
  expect(await clock()).toMatchObject({ kind: 'hearing-end', due: '2027-01-07', provisional: false, overdue: false });
  expect(await lineOf('/v1/listings?state=publicised&limit=100', 'steward-tax')).toMatchObject({
    hearingUntil: '2027-01-07',
  });
  expect(await published()).toMatchObject({ stage: 'candidate', until: '2027-01-07' });
  expect(await waiting()).toBeUndefined();
  expect(await decide()).toBe(409);

  at('2027-01-08');
  expect(await waiting()).toMatchObject({ waitsFor: { what: 'decision' } });
  expect(await published()).toBeUndefined();
  expect(await decide()).toBe(200);
});
