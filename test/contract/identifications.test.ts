import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { instant } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { nameKey, organisationKey, type SubjectKey } from '../../lib/subject/key.ts';
import { organisation, otherCode } from '../api-client.ts';
import { BLACK, startKeeping } from './keeping.ts';
import { faultsIn, problemIn } from './shapes.ts';

let kept: Awaited<ReturnType<typeof startKeeping>>;
let store: DynamoListingStore;
beforeAll(async () => {
  kept = await startKeeping();
  const { endpoint, registryTable } = kept.api.stack;
  store = new DynamoListingStore(localClient(endpoint), registryTable);
});
afterAll(() => kept?.api.stack.stop());

/** With what is said of the firm, these leave room for sixteen standings in what DynamoDB writes at once. */
const MOST = 40;
const MOST_TIED = 16;
const GROUND = '已核对营业执照';

/** Black listings that a source gives under a name alone. */
async function listedUnder(name: string, ids: readonly string[], domain = BLACK.domain): Promise<void> {
  const key = nameKey(foldName(name));
  for (const id of ids) {
    const listing = Listing.parse({
      id,
      list: 'black',
      domain,
      authority: '样例省税务局',
      grade: 'serious',
      document: { number: id, type: 'penalty-decision', issuedOn: '2026-03-01' },
      measures: BLACK.measures,
      from: '2026-03-01',
      until: '2028-03-01',
      repair: { repairable: true },
      state: 'active',
    });
    const before = (await store.standings([key])).get(key) ?? unknownSubject({ scheme: 'org-name', name });
    const change = advance(before, [{ type: 'listed', listing }], { actor: 'a-source' }, instant(kept.clock.now));
    await store.commit([{ key, change, documents: [{ listingId: id, subject: key, fields: {} }], names: [] }]);
  }
}

const keyOf = (code: string) => organisationKey(code.slice(8, 17));
const pathOf = (listing: string) => `/v1/listings/${listing}/identification`;
const Waiting = z.object({ items: z.array(z.looseObject({ id: z.string() })) });
const waiting = async (ids: readonly string[]) =>
  Waiting.parse((await kept.api.get('/v1/listings?waiting=signature&limit=100', 'approver')).json).items.filter(
    ({ id }) => ids.includes(id),
  ).length;
const Reasons = z.object({ verdicts: z.array(z.object({ reasons: z.array(z.object({ listingId: z.string() })) })) });
const reasonsOf = async (code: string) =>
  Reasons.parse(await kept.outcomeOf(code)).verdicts.flatMap(({ reasons }) =>
    reasons.map(({ listingId }) => listingId),
  );

describe('a listing under a name', () => {
  test('is not found to be of whoever is known by another full code with the same 主体标识码', async () => {
    const [known, later] = [organisation(651), organisation(652)];
    await listedUnder('同码异号商贸有限公司', ['of-another-code', 'of-a-code-to-come']);
    const say = (listing: string, code: string) =>
      kept.post(pathOf(listing), 'steward-tax', { code, same: true, ground: GROUND });
    // Nothing is known of it yet: what it is known by comes between the two signatures.
    expect((await say('of-a-code-to-come', otherCode(later))).status).toBe(200);
    await kept.activated(known);
    await kept.activated(later);
    problemIn(await say('of-another-code', otherCode(known)), 409, 'conflict');
    problemIn(await kept.post(pathOf('of-a-code-to-come'), 'approver'), 409, 'conflict');
    expect((await reasonsOf(later)).length).toBe(1);
    for (const code of [known.slice(8, 17), known]) {
      expect((await say('of-another-code', code)).status).toBe(200);
      const declined = { decision: 'decline', ground: '材料不足' };
      await kept.done(pathOf('of-another-code'), 'approver', code === known ? {} : declined);
    }
    expect(await reasonsOf(known)).toContain('of-another-code');
  });
});

describe('the listings under one name', () => {
  test('are found to be a firm’s by one proposal and one signature, and each is taken back alone', async () => {
    const firm = organisation(631);
    const ids = Array.from({ length: MOST }, (_, index) => `together-${index}`);
    await listedUnder('某某某商贸有限公司', ids);
    const [first = '', second = '', ...rest] = ids;
    await kept.done(pathOf(first), 'steward-tax', { code: firm, same: true, ground: GROUND, also: [second, ...rest] });
    expect(await waiting(ids)).toBe(MOST);
    expect(await kept.shown(second)).toMatchObject({
      cases: [{ state: 'proposed', also: expect.arrayContaining([first, ...rest]) }],
    });
    problemIn(
      await kept.post(pathOf(second), 'steward-tax', { code: firm, same: true, ground: GROUND }),
      409,
      'conflict',
    );
    expect((await kept.outcomeOf(firm)).outcome).toBe('pass');

    // Whichever of them is signed, all are.
    await kept.done(pathOf(second), 'approver');
    expect(await waiting(ids)).toBe(0);
    expect((await reasonsOf(firm)).toSorted()).toEqual(ids.toSorted());

    await kept.done(pathOf(first), 'steward-tax', { code: firm, same: false, ground: '系重名' });
    await kept.done(pathOf(first), 'approver');
    expect((await reasonsOf(firm)).toSorted()).toEqual([second, ...rest].toSorted());
    await kept.done(pathOf(second), 'steward-tax', { code: firm, same: false, ground: '系重名', also: rest });
    await kept.done(pathOf(second), 'approver');
    expect((await kept.outcomeOf(firm)).outcome).toBe('pass');
    expect(await kept.shown(second)).toMatchObject({
      cases: [
        { id: `${second}.i1`, state: 'signed' },
        { id: `${second}.i2`, state: 'signed', wrongOf: expect.any(String) },
      ],
    });
  });

  test.each([
    [MOST_TIED, 637, '某某某甲商贸有限公司', 200],
    [MOST_TIED + 1, 638, '某某某乙商贸有限公司', 409],
  ])('as many as may be, of a firm that %i others succeed', async (tied, number, name, status) => {
    const firm = organisation(number);
    const successors = Array.from({ length: tied }, (_, index) => keyOf(organisation(number * 100 + index)));
    const write = async (key: SubjectKey, ...events: StandingEvent[]) => {
      const change = advance(unknownSubject({ scheme: 'uscc' }), events, { actor: 'steward' }, instant(kept.clock.now));
      await store.commit([{ key, change, documents: [], names: [] }]);
    };
    await write(keyOf(firm), ...successors.map((successor): StandingEvent => ({ type: 'succeeded-by', successor })));
    for (const each of successors) await write(each, { type: 'succeeded', predecessor: keyOf(firm) });
    const ids = Array.from({ length: MOST }, (_, index) => `of-${tied}-${index}`);
    await listedUnder(name, ids);
    const [first = '', second = '', ...rest] = ids;
    const proposal = { code: firm, same: true, ground: GROUND };
    const refused = await kept.post(pathOf(first), 'steward-tax', { ...proposal, also: [...rest, second, 'more'] });
    expect(refused.status).toBe(400);
    await kept.done(pathOf(first), 'steward-tax', { ...proposal, also: [second, ...rest] });
    const signed = await kept.post(pathOf(first), 'approver', {});
    expect(signed.status, signed.text).toBe(status);
    if (status === 200) return;
    expect(problemIn(signed, 409, 'conflict').detail).toContain('decline');
    await kept.done(pathOf(first), 'approver', { decision: 'decline', ground: '分次提出' });
    await kept.done(pathOf(first), 'steward-tax', { ...proposal, also: [second] });
    await kept.done(pathOf(second), 'approver');
    expect((await reasonsOf(firm)).toSorted()).toEqual([first, second].toSorted());
  });

  test('are declined at once too, and proposed anew one by one', async () => {
    const ids = ['declined-0', 'declined-1'];
    await listedUnder('某某某物流有限公司', ids);
    const [first = '', second = ''] = ids;
    const proposal = { code: organisation(632), same: true, ground: GROUND };
    await kept.done(pathOf(first), 'steward-tax', { ...proposal, also: [second] });
    await kept.done(pathOf(first), 'approver', { decision: 'decline', ground: '证据不足' });
    expect(await waiting(ids)).toBe(0);
    await kept.done(pathOf(second), 'steward-tax', proposal);
    expect(await waiting(ids)).toBe(1);
    await kept.done(pathOf(second), 'approver');
    expect(await reasonsOf(proposal.code)).toEqual([second]);
  });

  test('of which one ends meanwhile are signed without it', async () => {
    const [first, second, firm] = ['ending-0', 'ending-1', organisation(633)];
    await listedUnder('某某某餐饮有限公司', [first, second]);
    await kept.done(pathOf(first), 'steward-tax', { code: firm, same: true, ground: GROUND, also: [second] });
    const revocation = `/v1/listings/${second}/revocation`;
    await kept.done(revocation, 'steward-tax', { revokedFor: 'annulled-by-court', ground: '裁定撤销' });
    await kept.done(revocation, 'approver');
    await kept.done(pathOf(first), 'approver');
    expect(await reasonsOf(firm)).toEqual([first]);
    expect(await kept.shown(second)).toMatchObject({ cases: [{ kind: 'identification', state: 'proposed' }, {}] });
  });

  test('are wholly found or not at all: none of another name, none twice, none of another authority', async () => {
    const [first, other] = ['whole-0', 'whole-other'];
    await listedUnder('某某某建材有限公司', [first, 'whole-1']);
    await listedUnder('某某某石材有限公司', [other]);
    const proposal = { code: organisation(634), same: true, ground: GROUND };
    const refused = await kept.post(pathOf(first), 'steward-tax', { ...proposal, also: [other, 'whole-1', 'whole-1'] });
    expect(faultsIn(problemIn(refused, 400, 'invalid-request'))).toEqual([
      '/also/0 another-name',
      '/also/2 listing-twice',
    ]);
    await listedUnder('某某某建材有限公司', ['whole-court'], 'court-defaulters');
    const foreign = await kept.post(pathOf(first), 'steward-tax', { ...proposal, also: ['whole-court'] });
    problemIn(foreign, 403, 'forbidden');
    expect(await waiting([first, 'whole-1', 'whole-court'])).toBe(0);
  });
});

test('an organisation code says whose a listing is as the unified code does', async () => {
  const firm = organisation(635);
  const code9 = firm.slice(8, 17);
  await listedUnder('某某某机械有限公司', ['by-org-code']);
  const path = pathOf('by-org-code');
  const wrong = `${code9.slice(0, 8)}${code9.endsWith('0') ? '1' : '0'}`;
  problemIn(
    await kept.post(path, 'steward-tax', { code: wrong, same: true, ground: GROUND }),
    422,
    'invalid-identifier',
  );
  await kept.done(path, 'steward-tax', {
    code: `${code9.slice(0, 8)}-${code9.slice(8)}`,
    same: true,
    ground: GROUND,
  });
  await kept.done(path, 'approver');
  expect(await reasonsOf(firm)).toEqual(['by-org-code']);
});
