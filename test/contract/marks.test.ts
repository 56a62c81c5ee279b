import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { organisation } from '../api-client.ts';
import { START, startKeeping } from './keeping.ts';

let kept: Awaited<ReturnType<typeof startKeeping>>;

beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept.api.stack.stop());
beforeEach(() => {
  kept.clock.now = START.getTime();
});

const PAPER = { pending: true, reference: '（2026）样破1号决定书' };
const OVER = { pending: false, reference: '（2026）样破1号之三裁定书' };
const pathOf = (listing: string, what: string) => `/v1/listings/${listing}/${what}`;
const Waiting = z.object({
  items: z.array(z.looseObject({ id: z.string(), waitsFor: z.looseObject({ what: z.string() }) })),
});
const waits = async (listing: string) =>
  Waiting.parse((await kept.api.get('/v1/listings?waiting=signature&limit=100', 'approver')).json).items.find(
    ({ id }) => id === listing,
  )?.waitsFor.what;
const notices = async (id: string) => {
  const { outcome, verdicts } = await kept.outcomeOf(id);
  return [outcome, verdicts.flatMap((verdict) => verdict.notices.map(({ code }) => code))];
};

describe('a reorganisation', () => {
  it('has effect once another person has signed it, and no longer once its end is signed', async () => {
    const id = organisation(9301);
    const listing = await kept.activated(id);
    const path = pathOf(listing, 'reorganisation');
    await kept.done(path, 'steward-tax', PAPER);
    expect((await kept.outcomeOf(id)).outcome).toBe('veto');
    expect(await waits(listing)).toBe('reorganisation');
    expect((await kept.api.get('/v1/clocks', 'steward-tax')).text).toContain(`${listing}.m1`);
    expect((await kept.post(path, 'steward-tax', PAPER)).status).toBe(409);
    await kept.done(path, 'approver');
    expect(await kept.shown(listing)).toMatchObject({ phase: 'suspended' });
    expect(await notices(id)).toEqual(['pass', ['reorganisation-suspended']]);
    expect(await waits(listing)).toBeUndefined();
    expect((await kept.post(path, 'steward-tax', PAPER)).status).toBe(409);
    await kept.done(path, 'steward-tax', OVER);
    expect((await kept.outcomeOf(id)).outcome).toBe('pass');
    await kept.done(path, 'approver');
    expect((await kept.outcomeOf(id)).outcome).toBe('veto');
  });

  it('that is declined leaves the measures, with a ground', async () => {
    const id = organisation(9302);
    const listing = await kept.activated(id);
    const path = pathOf(listing, 'reorganisation');
    await kept.done(path, 'steward-tax', PAPER);
    expect((await kept.post(path, 'approver', { decision: 'decline' })).status).toBe(400);
    await kept.done(path, 'approver', { decision: 'decline', ground: '裁定尚未生效' });
    expect((await kept.outcomeOf(id)).outcome).toBe('veto');
    expect(await waits(listing)).toBeUndefined();
    expect((await kept.post(path, 'approver')).status).toBe(409);
  });

  it('is proposed of what is in force, and its end of what rests for it', async () => {
    const listing = await kept.activated(organisation(9303));
    const path = pathOf(listing, 'reorganisation');
    expect((await kept.post(path, 'steward-tax', OVER)).status).toBe(409);
    expect((await kept.post(path, 'steward-tax', {})).status).toBe(400);
    await kept.done(pathOf(listing, 'revocation'), 'steward-tax', {
      ground: '失效',
      revokedFor: 'document-lapsed',
    });
    await kept.done(pathOf(listing, 'revocation'), 'approver');
    expect((await kept.post(path, 'steward-tax', PAPER)).status).toBe(409);
  });
});

describe.each(['proceedings', 'reorganisation'])('%s', (what) => {
  it('are the keeper’s to propose, and an approver’s to sign', async () => {
    const listing = await kept.activated(organisation(9310 + what.length));
    const path = pathOf(listing, what);
    const statuses = async (body: object, ...callers: string[]) =>
      Promise.all(callers.map(async (as) => (await kept.post(path, as, body)).status));
    expect(await statuses(PAPER, 'steward-court', 'auditor', 'procurement', 'admin')).toEqual([403, 403, 403, 403]);
    expect(await statuses(PAPER, 'approver')).toEqual([400]);
    expect(await statuses({}, 'approver')).toEqual([409]);
    await kept.done(path, 'steward-tax', PAPER);
    expect(await statuses({}, 'steward-court', 'auditor')).toEqual([403, 403]);
    expect(await statuses({ decision: 'sign' }, 'steward-tax')).toEqual([400]);
    await kept.done(path, 'approver');
  });

  it('that wait when the listing ends can only be declined', async () => {
    const listing = await kept.activated(organisation(9340 + what.length));
    const path = pathOf(listing, what);
    await kept.done(path, 'steward-tax', PAPER);
    await kept.resolved(await kept.accepted(listing, 'wrong-facts'), 'upheld');
    expect((await kept.post(path, 'approver')).text).toContain('decline');
    await kept.done(path, 'approver', { decision: 'decline', ground: '名单已终止' });
    const declined = expect.objectContaining({ id: `${listing}.m1`, state: 'declined' });
    expect(await kept.shown(listing)).toMatchObject({ cases: expect.arrayContaining([declined]) });
    expect((await kept.post(path, 'approver')).status).toBe(409);
  });
});

describe('proceedings', () => {
  it('are shown by the check from the signature on, and the measures stay', async () => {
    const id = organisation(9320);
    const listing = await kept.activated(id);
    const path = pathOf(listing, 'proceedings');
    await kept.done(path, 'steward-tax', PAPER);
    expect(await notices(id)).toEqual(['veto', []]);
    expect(await waits(listing)).toBe('proceedings');
    await kept.done(path, 'approver');
    expect(await notices(id)).toEqual(['veto', ['proceedings-pending']]);
    await kept.done(path, 'steward-tax', OVER);
    await kept.done(path, 'approver');
    expect(await notices(id)).toEqual(['veto', []]);
  });
});
