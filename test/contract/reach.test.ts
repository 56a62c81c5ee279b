import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { instant } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { Listing, type Standing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { nameKey, organisationKey, type SubjectKey } from '../../lib/subject/key.ts';
import { organisation, otherCode, question } from '../api-client.ts';
import { signedAlias, withdrawnAlias } from './alias-signed.ts';
import { BLACK, red, startKeeping } from './keeping.ts';
import { answerIn, problemIn } from './shapes.ts';

let kept: Awaited<ReturnType<typeof startKeeping>>;
let store: DynamoListingStore;
beforeAll(async () => {
  kept = await startKeeping();
  const { endpoint, registryTable } = kept.api.stack;
  store = new DynamoListingStore(localClient(endpoint), registryTable);
});
afterAll(() => kept?.api.stack.stop());

const SIGNED = { actor: 'a-source' };
const keyOf = (code: string) => organisationKey(code.slice(8, 17));

/** What a source's file does, as an import would write it. */
async function write(key: SubjectKey, subject: Standing['subject'], ...events: StandingEvent[]) {
  const before = (await store.standings([key])).get(key) ?? unknownSubject(subject);
  const change = advance(before, events, SIGNED, instant(kept.clock.now));
  const documents = events.flatMap((event) =>
    event.type === 'listed' ? [{ listingId: event.listing.id, subject: key, fields: {} }] : [],
  );
  await store.commit([{ key, change, documents, names: [] }]);
}

const blackOf = (id: string, changes: { readonly until?: string } = {}): Listing =>
  Listing.parse({
    id,
    list: 'black',
    domain: BLACK.domain,
    authority: '样例省税务局',
    grade: 'serious',
    document: { number: id, type: 'penalty-decision', issuedOn: '2026-03-01' },
    measures: BLACK.measures,
    from: '2026-03-01',
    until: '2027-03-01',
    repair: { repairable: true },
    state: 'active',
    ...changes,
  });

/** A black listing that its source gives under a name alone. */
async function listedUnder(name: string, id: string, changes: Parameters<typeof blackOf>[1] = {}) {
  const subject = { scheme: 'org-name' as const, name };
  await write(nameKey(foldName(name)), subject, { type: 'listed', listing: blackOf(id, changes) });
  return id;
}

const identify = async (listing: string, code: string, same: boolean) => {
  const path = `/v1/listings/${listing}/identification`;
  await kept.done(path, 'steward-tax', { code, same, ground: '已核对营业执照' });
  return await kept.post(path, 'approver');
};
const succeeds = (successor: string, predecessor: string) =>
  write(keyOf(successor), { scheme: 'uscc', code: successor }, { type: 'succeeded', predecessor: keyOf(predecessor) });

const succession = (predecessor: string, successor: string) => ({
  kind: 'successor',
  predecessor,
  successor,
  ground: '吸收合并',
});

const signed = (predecessor: string, successor: string) =>
  signedAlias(kept.api, succession(predecessor, successor), 'steward-tax');

const Aliased = z.looseObject({ id: z.string() });
const Remedies = z.object({
  items: z.array(z.looseObject({ listingId: z.string(), found: z.string(), check: z.looseObject({ id: z.string() }) })),
});
const remediesFor = async (listing: string) =>
  Remedies.parse((await kept.api.get('/v1/remedies?limit=100', 'steward-tax')).json)
    .items.filter(({ listingId }) => listingId === listing)
    .map(({ found, check }) => [found, check.id]);

describe('a listing that decided by a notice alone', () => {
  const heldUp = async (id: string, name: string) => {
    // Every source has delivered.
    await kept.outcomeOf(organisation(649));
    return answerIn(await kept.api.check(question({ scheme: 'uscc', id, name })));
  };

  test('held up whoever has the name, who is owed a remedy once it was wrong: found to be theirs or not', async () => {
    kept.at('2026-09-18T10:00:00+08:00');
    const [firm, namesake] = [organisation(641), organisation(642)];
    const name = '悬而未决贸易有限公司';
    const listing = await listedUnder(name, 'named-candidate');
    const held = await Promise.all([heldUp(firm, name), heldUp(namesake, name)]);
    for (const { outcome, verdicts } of held) {
      expect(outcome).toBe('indeterminate');
      expect(verdicts[0]?.notices).toContainEqual(
        expect.objectContaining({ code: 'name-candidate', listingId: listing }),
      );
    }
    expect((await identify(listing, firm, true)).status).toBe(200);
    const vetoed = await heldUp(firm, name);
    expect(vetoed.outcome).toBe('veto');
    await kept.resolved(await kept.accepted(listing, 'wrong-facts'), 'upheld');
    const owed = [...held, vetoed].map(({ id }) => ['upheld', id]);
    expect((await remediesFor(listing)).toSorted()).toEqual(owed.toSorted());
  });

  test('held up whoever asked by another code of the firm, who is owed a remedy once it was wrong', async () => {
    const id = organisation(644);
    const listing = await kept.activated(id);
    const held = await kept.outcomeOf(otherCode(id));
    expect(held.outcome).toBe('indeterminate');
    expect(held.verdicts[0]?.notices).toContainEqual(
      expect.objectContaining({ code: 'code-conflict', listingId: listing }),
    );
    await kept.resolved(await kept.accepted(listing, 'wrong-facts'), 'upheld');
    expect(await remediesFor(listing)).toEqual([['upheld', held.id]]);
  });

  test('rested while it was objected to, and warned: that check is on the remedy list too', async () => {
    const id = organisation(643);
    const listing = await kept.activated(id);
    const objection = await kept.accepted(listing, 'wrong-facts');
    const warned = await kept.outcomeOf(id);
    expect(warned.outcome).toBe('warn');
    await kept.resolved(objection, 'upheld');
    expect(await remediesFor(listing)).toEqual([['upheld', warned.id]]);
  });
});

test.each([
  ['the first of them before the second', [0, 1], 653],
  ['the second of them before the first', [1, 0], 656],
])(
  'of two successions in a row that were both mistaken, %s, each owes a remedy to whom both refused together',
  async (_, order, seed) => {
    kept.at('2026-09-18T10:00:00+08:00');
    const [first, second, third] = [organisation(seed), organisation(seed + 1), organisation(seed + 2)];
    const listing = await kept.activated(first);
    const ties = [await signed(first, second), await signed(second, third)];
    const refused = await kept.outcomeOf(third);
    expect(refused.outcome).toBe('veto');
    for (const [index, each] of order.entries()) {
      kept.at(`2026-10-${20 + index}T10:00:00+08:00`);
      await withdrawnAlias(kept.api, ties[each] ?? '', 'steward-tax');
    }
    kept.at('2026-10-22T10:00:00+08:00');
    expect((await kept.outcomeOf(third)).outcome).not.toBe('veto');
    expect(await remediesFor(listing)).toEqual(ties.map(() => ['mistaken-alias', refused.id]));
  },
);

describe('a listing under a name that was taken for a firm’s', () => {
  test('can be found to be another’s after it has ended: who was refused by it is owed a remedy', async () => {
    kept.at('2026-09-18T10:00:00+08:00');
    const [firm, other] = [organisation(601), organisation(602)];
    const listing = await listedUnder('甲乙丙丁贸易有限公司', 'named-ended', { until: '2026-10-01' });
    expect((await identify(listing, firm, true)).status).toBe(200);
    const vetoed = await kept.outcomeOf(firm);
    expect(vetoed.outcome).toBe('veto');
    kept.at('2026-10-09T10:00:00+08:00');
    await kept.expire();
    expect(await kept.shown(listing)).toMatchObject({ phase: 'ended', ended: { reason: 'expired' } });

    // Whose it is matters no more: only that it was not whose it was taken for.
    const path = `/v1/listings/${listing}/identification`;
    for (const body of [
      { code: other, same: true },
      { code: other, same: false },
      { code: firm, same: true },
    ])
      problemIn(await kept.post(path, 'steward-tax', { ...body, ground: '核对' }), 409, 'conflict');
    await kept.done(path, 'steward-tax', { code: firm, same: false, ground: '系重名' });
    const Line = z.looseObject({ id: z.string().optional(), listingId: z.string().optional() });
    const of = async (route: string) =>
      z
        .object({ items: z.array(Line) })
        .parse((await kept.api.get(route, 'approver')).json)
        .items.filter((each) => (each.id ?? each.listingId) === listing);
    expect(await of('/v1/clocks')).toMatchObject([{ kind: 'mistaken-subject-signature' }]);
    expect(await of('/v1/listings?waiting=signature&limit=100')).toMatchObject([
      { waitsFor: { what: 'identification' } },
    ]);
    expect(await remediesFor(listing)).toEqual([]);
    await kept.done(path, 'approver', { decision: 'decline', ground: '证据不足' });
    expect(await remediesFor(listing)).toEqual([]);
    expect((await identify(listing, firm, false)).status).toBe(200);
    expect(await remediesFor(listing)).toEqual([['mistaken-subject', vetoed.id]]);
    expect(await of('/v1/clocks')).toEqual([]);
  });

  test('is found to have decided of whoever succeeds the firm too', async () => {
    kept.at('2026-09-18T10:00:00+08:00');
    const [firm, successor] = [organisation(603), organisation(604)];
    const listing = await listedUnder('戊己庚辛贸易有限公司', 'named-of-predecessor');
    expect((await identify(listing, firm, true)).status).toBe(200);
    await succeeds(successor, firm);
    const vetoed = await kept.outcomeOf(successor);
    expect(vetoed.outcome).toBe('veto');
    expect((await identify(listing, firm, false)).status).toBe(200);
    expect((await kept.outcomeOf(successor)).outcome).toBe('pass');
    expect(await remediesFor(listing)).toEqual([['mistaken-subject', vetoed.id]]);
  });
});

describe('nobody is on a red list beside a black listing that reaches them', () => {
  const named = (id: string, name = '样例甲有限公司') => ({ scheme: 'uscc', id, name });
  const endedBy = (by: string) => ({ phase: 'ended', ended: { reason: 'blacklisted', by } });
  const isWrong = async (listing: string) => kept.resolved(await kept.accepted(listing, 'wrong-facts'), 'upheld');
  const refused = async (path: string, body: object, black: string) => {
    const reply = await kept.post(path, 'steward-tax', body);
    expect(problemIn(reply, 409, 'conflict').detail).toContain(black);
  };

  test('from whom they succeed: it ends the red one as it comes into force, and brings it back where it was wrong', async () => {
    const [predecessor, middle, successor] = [organisation(611), organisation(612), organisation(613)];
    kept.at('2026-08-03T10:00:00+08:00');
    await signed(predecessor, middle);
    await signed(middle, successor);
    const reds = [await kept.honoured(named(middle)), await kept.honoured(named(successor))];
    const own = await kept.honoured(named(predecessor));
    const black = await kept.activated(predecessor);
    for (const each of [...reds, own]) expect(await kept.shown(each)).toMatchObject(endedBy(black));
    expect((await kept.outcomeOf(successor)).outcome).toBe('veto');
    await refused('/v1/listings', red(named(successor)), black);
    await isWrong(black);
    for (const each of [...reds, own]) expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
    expect((await kept.outcomeOf(successor)).outcome).toBe('favour');
  });

  test('a red one that was decided before the black one of whom they succeed is not activated', async () => {
    const [predecessor, successor] = [organisation(614), organisation(615)];
    kept.at('2026-08-03T10:00:00+08:00');
    await signed(predecessor, successor);
    const listing = await kept.proposed(red(named(successor)));
    await kept.done(`/v1/listings/${listing}/publicity`, 'steward-tax');
    kept.at('2026-09-18T09:00:00+08:00');
    await kept.done(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '属实' });
    const black = await kept.activated(predecessor);
    await refused(`/v1/listings/${listing}/activation`, {}, black);
    await isWrong(black);
    await kept.done(`/v1/listings/${listing}/activation`, 'steward-tax');
    expect(await kept.shown(listing)).toMatchObject({ phase: 'active' });
  });

  test('a succession that brings a black listing ends the red ones as it is signed, and brings them back as it is taken back', async () => {
    const [predecessor, successor, next] = [organisation(616), organisation(617), organisation(618)];
    kept.at('2026-08-03T10:00:00+08:00');
    await signed(successor, next);
    const reds = [await kept.honoured(named(successor)), await kept.honoured(named(next))];
    const black = await kept.activated(predecessor);
    for (const each of reds) expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
    const alias = await signed(predecessor, successor);
    for (const each of reds) expect(await kept.shown(each)).toMatchObject(endedBy(black));
    const vetoed = await kept.outcomeOf(next);
    expect(vetoed.outcome).toBe('veto');
    await withdrawnAlias(kept.api, alias, 'steward-tax');
    for (const each of reds) expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
    expect((await kept.outcomeOf(next)).outcome).toBe('favour');
  });

  test('a red one that another black one stands against, as the succession is taken back, has ended by that: nothing else brings it back', async () => {
    const [predecessor, successor] = [organisation(626), organisation(627)];
    const own = (number: string, more: object = {}) =>
      kept.activated(successor, { document: { ...BLACK.document, number }, ...more });
    kept.at('2026-08-03T10:00:00+08:00');
    const honour = await kept.honoured(named(successor));
    const black = await kept.activated(predecessor);
    const alias = await signed(predecessor, successor);
    expect(await kept.shown(honour)).toMatchObject(endedBy(black));
    const short = await own('样税稽罚〔2026〕14号', { until: '2026-11-01' });
    await withdrawnAlias(kept.api, alias, 'steward-tax');
    expect(await kept.shown(honour)).toMatchObject(endedBy(short));
    kept.at('2026-11-02T10:00:00+08:00');
    await kept.expire();
    expect(await kept.shown(short)).toMatchObject({ phase: 'ended', ended: { reason: 'expired' } });
    const later = 'later-black';
    await write(keyOf(successor), { scheme: 'uscc', code: successor }, { type: 'listed', listing: blackOf(later) });
    await isWrong(later);
    expect(await kept.shown(honour)).toMatchObject(endedBy(short));
  });

  test('nor beside one under a name that was found to be theirs, or of whom they succeed', async () => {
    const [firm, successor] = [organisation(619), organisation(620)];
    const name = '壬癸子丑贸易有限公司';
    kept.at('2026-08-03T10:00:00+08:00');
    await signed(firm, successor);
    const reds = [await kept.honoured(named(firm, name)), await kept.honoured(named(successor))];
    kept.at('2026-10-09T10:00:00+08:00');
    const black = await listedUnder(name, 'named-black');
    for (const each of reds) expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
    expect((await identify(black, firm, true)).status).toBe(200);
    for (const each of reds) expect(await kept.shown(each)).toMatchObject(endedBy(black));
    await refused('/v1/listings', red(named(successor)), black);
    await refused('/v1/listings', red(named(firm)), black);
    expect((await identify(black, firm, false)).status).toBe(200);
    for (const each of reds) expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
    // Another firm's of the same name.
    expect((await identify(black, organisation(621), true)).status).toBe(200);
    for (const each of reds) expect(await kept.shown(each)).toMatchObject({ phase: 'active' });
  });

  test('under one name each is nobody’s yet: a black one ends the red one once both are found to be one firm’s', async () => {
    const [firm, name] = [organisation(624), '寅卯辰巳贸易有限公司'];
    kept.at('2026-08-03T10:00:00+08:00');
    const honour = { ...blackOf('named-red'), list: 'red' as const, domain: 'tax-a-grade', measures: ['priority'] };
    const subject = { scheme: 'org-name' as const, name };
    await write(nameKey(foldName(name)), subject, { type: 'listed', listing: honour });
    const black = await listedUnder(name, 'named-beside-red');
    expect(await kept.shown(honour.id)).toMatchObject({ phase: 'active' });
    expect((await identify(black, firm, true)).status).toBe(200);
    expect(await kept.shown(honour.id)).toMatchObject({ phase: 'active' });
    expect((await identify(honour.id, firm, true)).status).toBe(200);
    expect(await kept.shown(honour.id)).toMatchObject(endedBy(black));
    await isWrong(black);
    expect(await kept.shown(honour.id)).toMatchObject({ phase: 'active' });
  });

  test('the red ones are not back while another black listing reaches them, and are when that was wrong too', async () => {
    const [predecessor, successor] = [organisation(622), organisation(623)];
    kept.at('2026-08-03T10:00:00+08:00');
    await signed(predecessor, successor);
    const honour = await kept.honoured(named(successor));
    const own = await kept.activated(successor);
    const second = { document: { ...BLACK.document, number: '样税稽罚〔2026〕13号' } };
    const reached = await kept.activated(predecessor, second);
    expect(await kept.shown(honour)).toMatchObject(endedBy(own));
    await isWrong(own);
    expect(await kept.shown(honour)).toMatchObject(endedBy(reached));
    expect((await kept.outcomeOf(successor)).outcome).toBe('veto');
    await isWrong(reached);
    expect(await kept.shown(honour)).toMatchObject({ phase: 'active' });
  });

  const redOf = (id: string): Listing =>
    Listing.parse({ ...blackOf(id), list: 'red', domain: 'tax-a-grade', grade: undefined, measures: ['priority'] });
  /** A red listing that its source gives under a name alone. */
  async function redUnder(name: string, id: string) {
    await write(nameKey(foldName(name)), { scheme: 'org-name', name }, { type: 'listed', listing: redOf(id) });
    return id;
  }
  const second = { document: { ...BLACK.document, number: '样税稽罚〔2026〕14号' } };

  test('one under a name that is a firm’s, and of whom succeeds it, ends once and comes back once', async () => {
    kept.at('2026-09-18T10:00:00+08:00');
    const [predecessor, successor] = [organisation(651), organisation(652)];
    const honour = await redUnder('一红两属贸易有限公司', 'red-of-two');
    await signed(predecessor, successor);
    expect((await identify(honour, predecessor, true)).status).toBe(200);
    expect((await identify(honour, successor, true)).status).toBe(200);
    const black = await kept.activated(predecessor);
    expect(await kept.shown(honour)).toMatchObject(endedBy(black));
    await isWrong(black);
    expect(await kept.shown(honour)).toMatchObject({ phase: 'active' });
    await refused(
      `/v1/listings/${honour}/identification`,
      { code: organisation(653), same: true, ground: '核对' },
      honour,
    );
  });

  test('one that stands as two firms’ comes back when neither is black-listed any more', async () => {
    kept.at('2026-09-18T10:00:00+08:00');
    const firms = [organisation(654), organisation(655)] as const;
    const name = '一红两家贸易有限公司';
    const honour = await redUnder(name, 'red-of-strangers');
    // As a succession that was taken back leaves it.
    for (const firm of firms) {
      const found = { type: 'identified', listingId: honour, subject: keyOf(firm), same: true } as const;
      await write(nameKey(foldName(name)), { scheme: 'org-name', name }, found);
      await write(keyOf(firm), { scheme: 'uscc', code: firm }, { type: 'named', name: nameKey(foldName(name)) });
    }
    const black = await kept.activated(firms[0]);
    const other = await kept.activated(firms[1], second);
    expect(await kept.shown(honour)).toMatchObject(endedBy(black));
    await isWrong(other);
    expect(await kept.shown(honour)).toMatchObject(endedBy(black));
    await isWrong(black);
    expect(await kept.shown(honour)).toMatchObject({ phase: 'active' });
  });

  test('a listing is one firm’s: another’s only once that is taken back', async () => {
    kept.at('2026-09-18T10:00:00+08:00');
    const [firm, other] = [organisation(656), organisation(657)];
    const listing = await listedUnder('一名一主贸易有限公司', 'of-one-firm');
    expect((await identify(listing, firm, true)).status).toBe(200);
    const proposal = { code: other, same: true, ground: '核对' };
    await refused(`/v1/listings/${listing}/identification`, proposal, listing);
    expect((await identify(listing, other, false)).status).toBe(200);
    expect((await identify(listing, firm, false)).status).toBe(200);
    expect((await identify(listing, other, true)).status).toBe(200);
    expect((await kept.outcomeOf(other)).outcome).toBe('veto');
  });

  test('a red one under a name that was no firm’s after all comes back', async () => {
    kept.at('2026-09-18T10:00:00+08:00');
    const firm = organisation(658);
    const honour = await redUnder('一红无主贸易有限公司', 'red-of-nobody');
    const black = await kept.activated(firm);
    expect((await identify(honour, firm, true)).status).toBe(200);
    expect(await kept.shown(honour)).toMatchObject(endedBy(black));
    expect((await identify(honour, firm, false)).status).toBe(200);
    expect(await kept.shown(honour)).toMatchObject({ phase: 'active' });
  });

  test('of a large merger, each member is listed, and what takes too much at once says what to do first', async () => {
    const MEMBERS = 99;
    const [bank, next] = [organisation(700), organisation(701)];
    const members = Array.from({ length: MEMBERS }, (_, index) => organisation(702 + index));
    const [member = '', sibling = ''] = members;
    kept.at('2026-08-03T10:00:00+08:00');
    const honour = await kept.honoured(named(bank));
    const nextHonour = await kept.honoured(named(next));
    const subject = { scheme: 'uscc' as const, code: bank };
    for (const half of [members.slice(0, 50), members.slice(50)])
      await write(
        keyOf(bank),
        subject,
        ...half.map((each) => ({ type: 'succeeded', predecessor: keyOf(each) }) as const),
      );
    for (const code of members)
      await write(keyOf(code), { scheme: 'uscc', code }, { type: 'succeeded-by', successor: keyOf(bank) });
    // One more, although a red listing is in force.
    await signed(organisation(801), bank);
    const siblings = await kept.honoured(named(sibling));
    const black = await kept.activated(member);
    expect(await kept.shown(honour)).toMatchObject(endedBy(black));
    expect(await kept.shown(siblings)).toMatchObject({ phase: 'active' });

    const alias = Aliased.parse((await kept.done('/v1/aliases', 'steward-tax', succession(bank, next))).json);
    problemIn(await kept.post(`/v1/aliases/${alias.id}/signature`, 'approver'), 409, 'conflict');
    expect(await kept.shown(nextHonour)).toMatchObject({ phase: 'active' });

    const objection = await kept.accepted(black, 'wrong-facts');
    const upheld = { outcome: 'upheld', ground: '查明' };
    const reply = await kept.post(`/v1/objections/${objection}/resolution`, 'approver', upheld);
    expect(problemIn(reply, 409, 'conflict').detail).toContain('红名单');
    const path = `/v1/listings/${honour}/revocation`;
    await kept.done(path, 'steward-tax', { ground: '依申请', reason: 'withdrawn-by-subject' });
    await kept.done(path, 'approver');
    await kept.resolved(objection, 'upheld');
    expect(await kept.shown(black)).toMatchObject({ phase: 'ended', ended: { reason: 'objection-upheld' } });
  });
});
