import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { organisation } from '../api-client.ts';
import { BLACK, PERSON, START, startKeeping } from './keeping.ts';

let kept: Awaited<ReturnType<typeof startKeeping>>;

beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept.api.stack.stop());
beforeEach(() => {
  kept.clock.now = START.getTime();
});

const revoke = async (listing: string, revokedFor: string) => {
  await kept.done(`/v1/listings/${listing}/revocation`, 'steward-tax', { ground: '处罚决定书已被撤销', revokedFor });
  return kept.done(`/v1/listings/${listing}/revocation`, 'approver');
};
const remediesOf = async (listing: string) => {
  const { json } = await kept.api.get('/v1/remedies?limit=100', 'steward-tax');
  return JSON.stringify(json).includes(listing) ? json : undefined;
};

/** A red listing in force, and a black one that ended it, by which a check was vetoed. */
async function blackened(number: number) {
  const id = organisation(number);
  kept.at('2026-08-03T10:00:00+08:00');
  const red = await kept.proposed({
    ...BLACK,
    subject: { scheme: 'uscc', id },
    list: 'red',
    domain: 'tax-a-grade',
    document: { ...BLACK.document, type: 'rating-decision', issuedOn: '2026-07-01' },
    grade: undefined,
    measures: ['priority'],
    until: '2027-07-01',
    recognition: undefined,
  });
  await kept.done(`/v1/listings/${red}/publicity`, 'steward-tax');
  kept.at('2026-09-18T09:00:00+08:00');
  await kept.done(`/v1/listings/${red}/decision`, 'approver', { decision: 'list', ground: '属实' });
  await kept.done(`/v1/listings/${red}/activation`, 'steward-tax');
  const black = await kept.activated(id, { linkedPersons: [PERSON] });
  const vetoed = await kept.outcomeOf(id);
  expect([vetoed.outcome, await kept.shown(red)]).toEqual(['veto', expect.objectContaining({ phase: 'ended' })]);
  return { id, red, black, vetoed };
}

describe('a revocation', () => {
  it.each(['annulled-on-reconsideration', 'annulled-by-court', 'annulled-by-superior', 'corrected-by-itself'])(
    'for %s says that the listing was wrong: its checks are owed a remedy, the red listing is back',
    async (why) => {
      const { id, red, black, vetoed } = await blackened(700 + why.length);
      expect((await revoke(black, why)).json).toMatchObject({ ended: { reason: 'revoked', wrong: true } });
      expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
      expect((await kept.outcomeOf(id)).outcome).toBe('favour');
      expect(await kept.shown(await kept.linkedOf(black))).toMatchObject({ ended: { reason: 'revoked', wrong: true } });
      expect(await remediesOf(black)).toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({
            listingId: black,
            found: 'revoked',
            owner: 'tax',
            check: expect.objectContaining({ id: vetoed.id }),
          }),
        ]),
      });
    },
  );

  it.each(['document-lapsed', 'circumstances-changed'])('for %s leaves what was right as it was', async (why) => {
    const { id, red, black } = await blackened(740 + why.length);
    expect((await revoke(black, why)).json).toMatchObject({ ended: { reason: 'revoked' } });
    expect(await kept.shown(black)).not.toMatchObject({ ended: { wrong: true } });
    expect(await kept.shown(red)).toMatchObject({ ended: { reason: 'blacklisted' } });
    expect((await kept.outcomeOf(id)).outcome).toBe('pass');
    expect(await remediesOf(black)).toBeUndefined();
  });

  it('says why by a code, which is the proposer’s to say', async () => {
    const black = await kept.activated(organisation(790));
    const asked = (as: string, body: object) => kept.post(`/v1/listings/${black}/revocation`, as, body);
    const without = await asked('steward-tax', { ground: '处罚决定书已被撤销' });
    expect([without.status, without.text]).toEqual([400, expect.stringMatching(/revokedFor.*annulled-by-court/)]);
    await kept.done(`/v1/listings/${black}/revocation`, 'steward-tax', {
      ground: '新法施行',
      revokedFor: 'circumstances-changed',
    });
    expect((await asked('approver', { revokedFor: 'annulled-by-court' })).status).toBe(400);
    expect(await kept.shown(black)).toMatchObject({ phase: 'active' });
  });
});
