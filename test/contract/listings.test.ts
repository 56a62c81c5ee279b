import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { dateOf, instant } from '../../lib/kernel/clock.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { gb11643CheckCharacter } from '../../lib/subject/gb11643.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { parseKeyring, personKeys } from '../../lib/subject/key.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';
import { type ApiClient, organisation } from '../api-client.ts';
import { listingsOf } from '../scenarios/facts.ts';
import type { TestClock } from './clocked.ts';
import { BLACK, Case, Linked, minor, Shown, START, startKeeping } from './keeping.ts';

type Keeping = Awaited<ReturnType<typeof startKeeping>>;

let api: ApiClient;
let clock: TestClock;
let at: Keeping['at'];
let post: Keeping['post'];
let outcomeOf: Keeping['outcomeOf'];
let activated: Keeping['activated'];

beforeAll(async () => {
  ({ api, clock, at, post, outcomeOf, activated } = await startKeeping());
});
afterAll(() => api.stack.stop());
beforeEach(() => {
  clock.now = START.getTime();
});

describe('a black listing', () => {
  it('has no effect before it is activated, vetoes then, rests under objection, and is gone when it was wrong', async () => {
    const id = '91430100MA00001700';
    const proposed = await post('/v1/listings', 'steward-tax', BLACK);
    expect([proposed.status, proposed.text]).toEqual([201, expect.stringContaining('"candidate"')]);
    const listing = Shown.parse(proposed.json);
    expect(listing.allows).toContain('notified');
    expect((await outcomeOf(id)).outcome).toBe('pass');

    expect((await post(`/v1/listings/${listing.id}/activation`, 'steward-tax')).status).toBe(409);
    const told = await post(`/v1/listings/${listing.id}/publicity`, 'steward-tax', { service: '直接送达' });
    // The make-up Sunday counts: five working days after 18 September end on the 24th.
    expect(told.json).toMatchObject({ phase: 'notified', hearingUntil: '2026-09-24' });
    at('2026-09-24T23:59:59+08:00');
    const early = await post(`/v1/listings/${listing.id}/decision`, 'approver', {
      decision: 'list',
      ground: '事实清楚',
    });
    expect([early.status, early.text]).toEqual([409, expect.stringContaining('2026-09-24')]);
    at('2026-09-25T00:00:00+08:00');
    expect(
      (await post(`/v1/listings/${listing.id}/decision`, 'approver', { decision: 'list', ground: '事实清楚' })).status,
    ).toBe(200);
    expect((await outcomeOf(id)).outcome).toBe('pass');
    const active = await post(`/v1/listings/${listing.id}/activation`, 'steward-tax');
    expect(active.json).toMatchObject({ phase: 'active', from: '2026-09-25' });
    const vetoed = await outcomeOf(id);
    expect(vetoed.outcome).toBe('veto');

    const objected = await post(`/v1/listings/${listing.id}/objections`, 'steward-tax', {
      by: 'subject',
      ground: 'wrong-facts',
      statement: '发票系他人虚开',
    });
    expect([objected.status, objected.text]).toEqual([201, expect.any(String)]);
    const objection = Case.parse(objected.json).id;
    const clocks = await api.get('/v1/clocks', 'steward-tax');
    expect(clocks.json).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ kind: 'objection-acceptance', caseId: objection, due: '2026-09-30', overdue: false }),
      ]),
    });
    clock.now += 1_000;
    const still = await outcomeOf(id);
    expect(still.outcome).toBe('veto');
    expect((await post(`/v1/objections/${objection}/acceptance`, 'steward-tax', { accepted: true })).status).toBe(200);
    const resting = await outcomeOf(id);
    expect([resting.outcome, resting.verdicts[0]?.notices[0]?.code]).toEqual(['warn', 'objection-pending']);
    const upheld = await post(`/v1/objections/${objection}/resolution`, 'steward-tax', {
      outcome: 'upheld',
      ground: '查明属实',
    });
    expect([upheld.status, upheld.text]).toEqual([200, expect.stringContaining('"upheld"')]);
    expect((await outcomeOf(id)).outcome).toBe('pass');
    const remedies = await api.get('/v1/remedies', 'steward-tax');
    expect(remedies.json).toMatchObject({
      // Also the one that was warned while the listing rested.
      items: expect.toSatisfy((items) => items.length === 3),
      next: null,
    });
    expect(remedies.json).toMatchObject({
      items: expect.arrayContaining(
        [resting, still, vetoed].map(({ id: check, outcome }) =>
          expect.objectContaining({
            listingId: listing.id,
            found: 'upheld',
            check: expect.objectContaining({ id: check, outcome, caller: 'procurement' }),
          }),
        ),
      ),
      next: null,
    });
    expect((await api.get('/v1/remedies', 'steward-court')).json).toEqual({ items: [], next: null });
    const again = await post(`/v1/listings/${listing.id}/objections`, 'steward-tax', {
      by: 'subject',
      ground: 'procedure',
      statement: '程序违法',
    });
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('ended')]);
  });

  it('lists the persons whom the law holds responsible, and ends with them', async () => {
    const listing = await activated(organisation(900), {
      linkedPersons: [
        {
          scheme: 'resident-id',
          id: '11010519491231002X',
          name: '张三丰',
          role: 'legal-representative',
          citation: '税收征收管理法第六十三条',
        },
      ],
    });
    const shown = await api.get(`/v1/listings/${listing}`, 'steward-tax');
    expect(shown.text).not.toContain('11010519491231002X');
    const linked = Linked.parse(shown.json).linkedPersons[0];
    expect(linked?.name).toBe('张**');
    // Its id does not say whose listing it is linked to.
    expect(linked?.listingId).not.toContain(listing);
    expect((await api.get(`/v1/listings/${linked?.listingId}`, 'auditor')).json).toMatchObject({
      phase: 'active',
      linkedTo: { listingId: listing, role: 'legal-representative' },
    });
    const proposal = await post(`/v1/listings/${listing}/revocation`, 'steward-tax', {
      ground: '处罚决定被撤销',
      revokedFor: 'annulled-by-court',
    });
    expect([proposal.status, proposal.text]).toEqual([200, expect.stringContaining('revocation-signature')]);
    const signed = await post(`/v1/listings/${listing}/revocation`, 'approver');
    expect(signed.json).toMatchObject({ phase: 'ended', ended: { reason: 'revoked' } });
    expect((await api.get(`/v1/listings/${linked?.listingId}`, 'auditor')).json).toMatchObject({
      phase: 'ended',
      ended: { reason: 'revoked' },
    });
  });

  it('with twenty persons, each on a red list, comes into force and ends in one transaction each', async () => {
    const people = Array.from({ length: 20 }, (_, index) => {
      const body = `110105194912${String(index + 1).padStart(2, '0')}00${index % 10}`;
      return { scheme: 'resident-id' as const, id: `${body}${gb11643CheckCharacter(body)}` };
    });
    const store = new DynamoListingStore(localClient(api.stack.endpoint), api.stack.registryTable);
    const ring = parseKeyring(api.stack.personKeyring);
    const keys = people.flatMap((person) => {
      const parsed = parseIdentifier(person);
      return parsed.ok && parsed.identifier.kind === 'person' ? personKeys(ring, parsed.identifier).slice(0, 1) : [];
    });
    expect(new Set(keys).size).toBe(20);
    const [red] = listingsOf({ like: 'a-grade' }, dateOf(instant(START.getTime())));
    if (!red) throw new Error('no red listing');
    for (const [index, key] of keys.entries()) {
      const listed = { type: 'listed', listing: { ...red, id: `red-${index}` } } as const;
      const change = advance(
        unknownSubject({ scheme: 'resident-id' }),
        [listed],
        { actor: 'test' },
        instant(START.getTime()),
      );
      await store.commit([{ key, change, documents: [], names: [] }]);
    }
    const commits = vi.spyOn(DynamoStandingStore.prototype, 'commit');
    const linkedPersons = people.map((person) => ({ ...person, role: 'responsible-person', citation: '第六十三条' }));
    const listing = await activated(organisation(950), { linkedPersons });
    expect(commits).toHaveBeenCalledTimes(4);
    const listed = await store.standings(keys);
    expect(
      [...listed.values()].map(({ listings }) => listings.map(({ state, ended }) => ended?.reason ?? state)),
    ).toEqual(keys.map(() => ['blacklisted', 'active']));
    commits.mockClear();
    await post(`/v1/listings/${listing}/revocation`, 'steward-tax', {
      ground: '处罚决定被撤销',
      revokedFor: 'annulled-by-court',
    });
    expect((await post(`/v1/listings/${listing}/revocation`, 'approver')).status).toBe(200);
    expect(commits).toHaveBeenCalledTimes(2);
    commits.mockRestore();
    const after = await store.standings(keys);
    // It was wrong from the start: what it had ended is back in the same transaction.
    expect(
      [...after.values()].map(({ listings }) => listings.map(({ state, ended }) => ended?.reason ?? state)),
    ).toEqual(keys.map(() => ['active', 'revoked']));
  });

  it('waits while an objection is open, is objected to once on each ground, and is corrected to less', async () => {
    const id = organisation(901);
    at('2026-09-18T10:00:00+08:00');
    const proposed = await post('/v1/listings', 'steward-tax', { ...BLACK, subject: { scheme: 'uscc', id } });
    const listing = Shown.parse(proposed.json).id;
    await post(`/v1/listings/${listing}/publicity`, 'steward-tax', { service: '直接送达' });
    const object = (ground: string) =>
      post(`/v1/listings/${listing}/objections`, 'steward-tax', { by: 'subject', ground, statement: '有异议' });
    const resolve = (objection: string, body: object) =>
      post(`/v1/objections/${objection}/resolution`, 'steward-tax', { ground: '查明', ...body });
    const accepted = async (ground: string) => {
      const objection = Case.parse((await object(ground)).json).id;
      expect((await post(`/v1/objections/${objection}/acceptance`, 'steward-tax', { accepted: true })).status).toBe(
        200,
      );
      return objection;
    };
    const first = await accepted('procedure');
    at('2026-09-30T10:00:00+08:00');
    const decide = () => post(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '属实' });
    const frozen = await decide();
    expect([frozen.status, frozen.text]).toEqual([409, expect.stringContaining('under objection')]);
    expect((await resolve(first, { outcome: 'rejected' })).status).toBe(200);
    expect((await decide()).status).toBe(200);
    expect((await post(`/v1/listings/${listing}/activation`, 'approver')).status).toBe(200);
    const again = await object('procedure');
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('on this ground already')]);

    const second = await accepted('wrong-facts');
    expect((await outcomeOf(id)).outcome).toBe('warn');
    expect((await resolve(second, { outcome: 'rejected' })).json).toMatchObject({
      state: 'resolved',
      outcome: 'rejected',
    });
    expect((await outcomeOf(id)).outcome).toBe('veto');

    const third = await accepted('wrong-term');
    const heavier = await resolve(third, { outcome: 'corrected', correction: { until: '2030-01-01' } });
    expect([heavier.status, heavier.text]).toEqual([400, expect.stringContaining('/correction/until')]);
    const corrected = await resolve(third, { outcome: 'corrected', correction: { until: '2026-10-31' } });
    expect([corrected.status, corrected.text]).toEqual([200, expect.any(String)]);
    expect((await outcomeOf(id)).outcome).toBe('veto');
    at('2026-10-31T23:59:59+08:00');
    expect((await outcomeOf(id)).outcome).toBe('veto');
    at('2026-11-01T00:00:00+08:00');
    expect((await outcomeOf(id)).outcome).toBe('pass');
    const withdrawn = Case.parse((await object('wrong-subject')).json).id;
    expect((await resolve(withdrawn, { outcome: 'withdrawn' })).status).toBe(200);
    expect((await object('wrong-subject')).status).toBe(201);
  });

  it('is signed by two persons of the right authority, and by one of two at once', async () => {
    const id = organisation(902);
    at('2026-09-18T10:00:00+08:00');
    const body = { ...BLACK, subject: { scheme: 'uscc', id } };
    expect((await post('/v1/listings', 'approver', body)).status).toBe(403);
    expect((await post('/v1/listings', 'steward-court', body)).status).toBe(403);
    const { id: listing } = Shown.parse((await post('/v1/listings', 'steward-tax', body)).json);
    expect((await post(`/v1/listings/${listing}/publicity`, 'steward-court', { service: '送达' })).status).toBe(403);
    await post(`/v1/listings/${listing}/publicity`, 'steward-tax', { service: '送达' });
    at('2026-10-09T10:00:00+08:00');
    const decision = { decision: 'list', ground: '属实' };
    expect((await post(`/v1/listings/${listing}/decision`, 'steward-tax', decision)).status).toBe(403);
    const both = await Promise.all(
      ['approver', 'approver'].map((as) => post(`/v1/listings/${listing}/decision`, as, decision)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)?.text).toContain('decided');
    const uncatalogued = await post('/v1/listings', 'steward-tax', { ...body, measures: ['no-land'] });
    expect(uncatalogued.status).toBe(400);
    const violations = await api.get('/v1/violations', 'auditor');
    expect(violations.json).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({
          kind: 'uncatalogued-measure',
          what: expect.objectContaining({ measures: 'no-land' }),
        }),
      ]),
    });
  });

  it('ends the red listings, is refused beside none, and brings them back when it was wrong', async () => {
    const id = organisation(903);
    at('2026-08-03T10:00:00+08:00');
    const red = {
      ...BLACK,
      subject: { scheme: 'uscc', id },
      list: 'red',
      domain: 'tax-a-grade',
      document: { ...BLACK.document, type: 'rating-decision', issuedOn: '2026-07-01' },
      grade: undefined,
      measures: ['priority'],
      until: '2027-07-01',
      recognition: undefined,
    };
    const second = { ...red, document: { ...red.document, number: '样纳税信用〔2026〕2号' } };
    const listing = Shown.parse((await post('/v1/listings', 'steward-tax', red)).json).id;
    const other = Shown.parse((await post('/v1/listings', 'steward-tax', second)).json).id;
    at('2026-09-18T10:00:00+08:00');
    for (const each of [listing, other]) {
      const shown = await post(`/v1/listings/${each}/publicity`, 'steward-tax');
      // Twenty working days across National Day; Monday to Friday would be 16 October.
      expect(shown.json).toMatchObject({ phase: 'publicised', hearingUntil: '2026-10-22' });
    }
    at('2026-10-23T00:00:00+08:00');
    for (const each of [listing, other])
      expect(
        (await post(`/v1/listings/${each}/decision`, 'approver', { decision: 'list', ground: '属实' })).status,
      ).toBe(200);
    expect((await post(`/v1/listings/${listing}/activation`, 'steward-tax')).status).toBe(200);
    expect((await outcomeOf(id)).outcome).toBe('favour');

    const black = await activated(id);
    at('2026-10-26T10:00:00+08:00');
    expect((await outcomeOf(id)).outcome).toBe('veto');
    const ended = await api.get(`/v1/listings/${listing}`, 'steward-tax');
    expect(ended.json).toMatchObject({ phase: 'ended', ended: { reason: 'blacklisted', by: black } });
    expect((await post(`/v1/listings/${other}/activation`, 'steward-tax')).status).toBe(409);
    const refused = await post('/v1/listings', 'steward-tax', red);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining(black)]);

    const objected = await post(`/v1/listings/${black}/objections`, 'steward-tax', {
      by: 'own-discovery',
      ground: 'document-void',
      statement: '处罚决定书被撤销',
    });
    const objection = Case.parse(objected.json).id;
    await post(`/v1/objections/${objection}/acceptance`, 'steward-tax', { accepted: true });
    const upheld = { outcome: 'upheld', ground: '查明属实' };
    // What the authority found by itself takes another person.
    expect((await post(`/v1/objections/${objection}/resolution`, 'steward-tax', upheld)).status).toBe(403);
    expect((await post(`/v1/objections/${objection}/resolution`, 'approver', upheld)).status).toBe(200);
    expect((await api.get(`/v1/listings/${listing}`, 'steward-tax')).json).toMatchObject({ phase: 'active' });
    expect((await outcomeOf(id)).outcome).toBe('favour');
  });
});

describe('what two persons are for', () => {
  it('an active listing is not dropped by one, and a revocation can be declined', async () => {
    const id = organisation(960);
    const listing = await activated(id);
    const dropped = await post(`/v1/listings/${listing}/decision`, 'approver', {
      decision: 'drop',
      ground: '不再需要',
    });
    expect([dropped.status, dropped.text]).toEqual([409, expect.stringContaining('active')]);
    expect((await outcomeOf(id)).outcome).toBe('veto');
    const imported = await post('/v1/listings/sample-court-1/decision', 'approver', { decision: 'drop', ground: '不' });
    expect(imported.status).toBe(409);
    await post(`/v1/listings/${listing}/revocation`, 'steward-tax', {
      ground: '处罚被撤销',
      revokedFor: 'annulled-by-court',
    });
    const declined = await post(`/v1/listings/${listing}/revocation`, 'approver', {
      decision: 'decline',
      ground: '未见撤销决定',
    });
    expect([declined.status, declined.text]).toEqual([200, expect.stringContaining('declined')]);
    expect(
      (
        await post(`/v1/listings/${listing}/revocation`, 'steward-tax', {
          ground: '补交撤销决定',
          revokedFor: 'annulled-by-court',
        })
      ).status,
    ).toBe(200);
  });

  it('a proposal that is sent twice is one listing', async () => {
    at('2026-09-18T10:00:00+08:00');
    const body = { ...BLACK, subject: { scheme: 'uscc', id: organisation(965) } };
    const { id } = Shown.parse((await post('/v1/listings', 'steward-tax', body)).json);
    const again = await post('/v1/listings', 'steward-tax', {
      ...body,
      document: { ...body.document, number: '样税稽罚[2026] 12号' },
    });
    expect([again.status, again.text]).toEqual([409, expect.stringContaining(id)]);
    const unknown = await post('/v1/listings', 'steward-tax', { ...body, domain: 'foo-bar' });
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('unknown-list')]);
  });

  it('one authority does not act on the listings that another gave', async () => {
    const objected = { by: 'subject', ground: 'procedure', statement: '程序' };
    expect((await post('/v1/listings/sample-court-1/objections', 'steward-tax', objected)).status).toBe(403);
    expect((await post('/v1/listings/sample-court-1/objections', 'steward-court', objected)).status).toBe(201);
  });

  it('one 主体标识码 with two full codes is a conflict, and no listing of another company', async () => {
    const first = organisation(961);
    await activated(first);
    const other = `92430200${first.slice(8, 17)}`;
    const wrong = { ...BLACK, subject: { scheme: 'uscc', id: other + usccCheckCharacter(other) } };
    at('2026-09-18T10:00:00+08:00');
    const refused = await post('/v1/listings', 'steward-tax', wrong);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('aliases')]);
    expect((await outcomeOf(first)).outcome).toBe('pass');
  });
});

describe('a linked person', () => {
  const person = {
    scheme: 'resident-id',
    id: '11010519491231002X',
    name: '张三丰',
    role: 'legal-representative',
    citation: '第六十三条',
  };
  const stateOf = async (listing: string) =>
    Shown.parse((await api.get(`/v1/listings/${listing}`, 'auditor')).json).phase;
  const accepted = async (listing: string, ground: string) => {
    const objected = await post(`/v1/listings/${listing}/objections`, 'steward-tax', {
      by: 'subject',
      ground,
      statement: '异议',
    });
    const { id } = Case.parse(objected.json);
    expect((await post(`/v1/objections/${id}/acceptance`, 'steward-tax', { accepted: true })).status).toBe(200);
    return id;
  };
  const reject = (objection: string) =>
    post(`/v1/objections/${objection}/resolution`, 'steward-tax', { outcome: 'rejected', ground: '不成立' });

  it('rests for its own objection and for the main one side by side, in whatever order they are answered', async () => {
    for (const [number, mainFirst] of [
      [962, true],
      [963, false],
    ] as const) {
      const main = await activated(organisation(number), { linkedPersons: [person] });
      const shown = Linked.parse((await api.get(`/v1/listings/${main}`, 'auditor')).json);
      const own = shown.linkedPersons[0]?.listingId ?? '';
      const ofMain = await accepted(main, 'wrong-facts');
      const ofOwn = await accepted(own, 'wrong-facts');
      expect((await reject(mainFirst ? ofMain : ofOwn)).status).toBe(200);
      expect(await stateOf(own)).toBe('suspended');
      expect((await reject(mainFirst ? ofOwn : ofMain)).status).toBe(200);
      expect([await stateOf(main), await stateOf(own)]).toEqual(['active', 'active']);
    }
  });

  it('does not become heavier by a correction of the main listing', async () => {
    const main = await activated(organisation(964), { linkedPersons: [person] });
    const own = Linked.parse((await api.get(`/v1/listings/${main}`, 'auditor')).json).linkedPersons[0]?.listingId ?? '';
    const correct = async (listing: string, correction: object) => {
      const objection = await accepted(listing, 'wrong-measure');
      return post(`/v1/objections/${objection}/resolution`, 'steward-tax', {
        outcome: 'corrected',
        ground: '更正',
        correction,
      });
    };
    const [less, both] = [['no-government-procurement'], ['no-government-procurement', 'no-fiscal-fund']];
    expect((await correct(own, { measures: less, until: '2026-12-31' })).status).toBe(200);
    expect((await correct(main, { measures: both, until: '2028-08-01' })).status).toBe(200);
    expect((await api.get(`/v1/listings/${own}`, 'auditor')).json).toMatchObject({
      measures: less,
      until: '2026-12-31',
    });
  });
});

describe('an ordinary listing', () => {
  it('is repaired in its time, with what is asked for, by two persons and for no fee', async () => {
    const listing = await activated(organisation(904), minor(organisation(904), '样罚1号'));
    const evidence = [{ name: '整改报告', sha256: 'a'.repeat(64) }];
    const methods = [
      { code: 'correction', evidence },
      { code: 'commitment', evidence },
    ];
    const request = (body: object) =>
      post(`/v1/listings/${listing}/repairs`, 'steward-tax', { statement: '已改正', ...body });
    const missing = await request({ methods: methods.slice(1) });
    expect([missing.status, missing.text]).toEqual([400, expect.stringContaining('correction')]);
    const charged = await request({ methods, fee: 500 });
    expect([charged.status, charged.text]).toEqual([400, expect.stringContaining('/fee')]);
    const requested = await request({ methods });
    expect([requested.status, requested.text]).toEqual([201, expect.stringContaining('repair-acceptance')]);
    expect((await request({ methods })).status).toBe(409);
    const repair = Case.parse(requested.json).id;
    expect(
      (await post(`/v1/repairs/${repair}/decision`, 'approver', { decision: 'approved', ground: '属实' })).status,
    ).toBe(409);
    const accepted = await post(`/v1/repairs/${repair}/acceptance`, 'steward-tax', { accepted: true });
    // Ten working days after 9 October, the make-up Saturday counted.
    expect(accepted.json).toMatchObject({ deadline: { kind: 'repair-result', due: '2026-10-22' } });
    const approved = await post(`/v1/repairs/${repair}/decision`, 'approver', { decision: 'approved', ground: '属实' });
    expect([approved.status, approved.json]).toEqual([
      200,
      expect.objectContaining({ state: 'approved', leadsTo: 'ended' }),
    ]);
    expect((await api.get(`/v1/listings/${listing}`, 'auditor')).json).toMatchObject({ ended: { reason: 'repaired' } });
    expect((await outcomeOf(organisation(904))).outcome).toBe('pass');
  });

  it('of a grade that is not repaired so soon says from when', async () => {
    const listing = await activated(organisation(905), { subject: { scheme: 'uscc', id: organisation(905) } });
    const refused = await post(`/v1/listings/${listing}/repairs`, 'steward-tax', {
      statement: '已改正',
      methods: [{ code: 'correction', evidence: [{ name: '报告', sha256: 'a'.repeat(64) }] }],
    });
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('2027-08-20')]);
  });

  it('of minor faults, three within a year, brings a watch listing, which warns', async () => {
    const id = organisation(906);
    const listings = [];
    for (const number of ['样罚1号', '样罚2号', '样罚3号']) listings.push(await activated(id, minor(id, number)));
    const [, second, third] = listings;
    expect((await api.get(`/v1/listings/${second}.w`, 'auditor')).status).toBe(404);
    expect((await api.get(`/v1/listings/${third}.w`, 'auditor')).json).toMatchObject({
      list: 'watch',
      domain: 'abnormal-operation',
      phase: 'active',
      facts: '样罚1号；样罚2号；样罚3号',
    });
    expect((await outcomeOf(id)).outcome).toBe('warn');
  });
});
