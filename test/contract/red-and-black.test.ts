import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

/** A red listing, and the black one that ended it. */
async function blackened(number: number) {
  const id = organisation(number);
  const red = await kept.honoured({ scheme: 'uscc', id });
  const black = await kept.activated(id);
  expect(await kept.shown(red)).toMatchObject({ ended: { reason: 'blacklisted', by: black } });
  return { id, red, black };
}

async function revoke(listing: string, proposal: object) {
  await kept.done(`/v1/listings/${listing}/revocation`, 'steward-tax', { ground: '依申请', ...proposal });
  await kept.done(`/v1/listings/${listing}/revocation`, 'approver');
}

const isWrong = async (listing: string) => kept.resolved(await kept.accepted(listing, 'wrong-facts'), 'upheld');

describe('a red listing that a black one ended', () => {
  it.each([
    ['is withdrawn by its subject', { reason: 'withdrawn-by-subject' }, { lapsed: 'withdrawn-by-subject' }],
    ['is revoked for what came later', { revokedFor: 'document-lapsed' }, { lapsed: 'revoked' }],
    ['is annulled by a court', { revokedFor: 'annulled-by-court' }, { wrong: true }],
  ])('%s: it does not come back when the black one was wrong', async (what, proposal, shown) => {
    const { id, red, black } = await blackened(9100 + what.length);
    await revoke(red, proposal);
    expect(await kept.shown(red)).toMatchObject({ phase: 'ended', ended: { reason: 'blacklisted', ...shown } });
    const again = { ground: '再次申请', ...proposal };
    expect((await kept.post(`/v1/listings/${red}/revocation`, 'steward-tax', again)).status).toBe(409);
    await isWrong(black);
    expect(await kept.shown(red)).toMatchObject({ phase: 'ended' });
    expect((await kept.outcomeOf(id)).outcome).toBe('pass');
  });

  it('comes back at rest where it was in a reorganisation, until that is over', async () => {
    const id = organisation(9120);
    const red = await kept.honoured({ scheme: 'uscc', id });
    const path = `/v1/listings/${red}/reorganisation`;
    const marked = async (pending: boolean) => {
      await kept.done(path, 'steward-tax', { pending, reference: '（2026）湘01破1号' });
      await kept.done(path, 'approver');
    };
    await marked(true);
    const black = await kept.activated(id);
    expect(await kept.shown(red)).toMatchObject({ phase: 'ended', ended: { reason: 'blacklisted', by: black } });
    await isWrong(black);
    expect(await kept.shown(red)).toMatchObject({ phase: 'suspended', suspensions: [{ cause: 'reorganisation' }] });
    const { outcome, verdicts } = await kept.outcomeOf(id);
    expect([outcome, verdicts[0]?.notices.map(({ code }) => code)]).toEqual(['pass', ['reorganisation-suspended']]);
    await marked(false);
    expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
    expect((await kept.outcomeOf(id)).outcome).toBe('favour');
  });

  it('comes back where the signature was declined, and leaves by the one that is proposed then', async () => {
    const { red, black } = await blackened(9101);
    const path = `/v1/listings/${red}/revocation`;
    await kept.done(path, 'steward-tax', { ground: '失效', revokedFor: 'document-lapsed' });
    await kept.done(path, 'approver', { decision: 'decline', ground: '文书仍有效' });
    await isWrong(black);
    expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
    await revoke(red, { reason: 'withdrawn-by-subject' });
    expect(await kept.shown(red)).toMatchObject({ ended: { reason: 'withdrawn-by-subject' } });
  });
});
