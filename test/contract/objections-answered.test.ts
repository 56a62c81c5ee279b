import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gb11643CheckCharacter } from '../../lib/subject/gb11643.ts';
import { organisation } from '../api-client.ts';
import { BLACK, Case, PERSON, START, startKeeping } from './keeping.ts';

let kept: Awaited<ReturnType<typeof startKeeping>>;

beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept.api.stack.stop());
beforeEach(() => {
  kept.clock.now = START.getTime();
});

const person = (index: number) => {
  const body = `11010519491201${String(index).padStart(3, '0')}`;
  return { ...PERSON, id: body + gb11643CheckCharacter(body), name: '王五岳' };
};

async function filed(listing: string, ground: string): Promise<string> {
  const body = { by: 'subject', ground, statement: '异议' };
  return Case.parse((await kept.done(`/v1/listings/${listing}/objections`, 'steward-tax', body)).json).id;
}
const accept = (objection: string) =>
  kept.done(`/v1/objections/${objection}/acceptance`, 'steward-tax', { accepted: true });

async function revoked(listing: string) {
  const proposal = { ground: '文书失效', revokedFor: 'document-lapsed' };
  await kept.done(`/v1/listings/${listing}/revocation`, 'steward-tax', proposal);
  await kept.done(`/v1/listings/${listing}/revocation`, 'approver');
}

async function repaired(listing: string) {
  kept.at('2027-08-21T10:00:00+08:00');
  const evidence = [{ name: '证明', sha256: '0'.repeat(64) }];
  const methods = ['correction', 'commitment'].map((code) => ({ code, evidence }));
  const asked = await kept.done(`/v1/listings/${listing}/repairs`, 'steward-tax', { statement: '已改正', methods });
  const { id } = Case.parse(asked.json);
  await kept.done(`/v1/repairs/${id}/acceptance`, 'steward-tax', { accepted: true });
  await kept.done(`/v1/repairs/${id}/decision`, 'approver', { decision: 'approved', ground: '属实' });
}

const owes = async (caseId: string) => (await kept.api.get('/v1/clocks', 'steward-tax')).text.includes(caseId);
const remedies = async () => (await kept.api.get('/v1/remedies?limit=100', 'steward-tax')).text;

describe('an objection that was filed before its listing ended', () => {
  it.each([
    ['revoked', revoked],
    ['repaired', repaired],
  ])('is answered after it was %s: upheld, its checks are owed a remedy', async (reason, end) => {
    const id = organisation(9200 + reason.length);
    const listing = await kept.activated(id);
    const vetoed = await kept.outcomeOf(id);
    expect(vetoed.outcome).toBe('veto');
    const objection = await filed(listing, 'wrong-facts');
    await end(listing);
    expect(await kept.shown(listing)).toMatchObject({ phase: 'ended', ended: { reason } });
    expect(await owes(objection)).toBe(true);
    await accept(objection);
    expect((await kept.outcomeOf(id)).outcome).toBe('pass');
    expect(await owes(objection)).toBe(true);
    await kept.resolved(objection, 'upheld');
    expect(await kept.shown(listing)).toMatchObject({ ended: { reason, wrong: true } });
    expect(await owes(objection)).toBe(false);
    expect(await remedies()).toContain(vetoed.id);
    const another = { by: 'subject', ground: 'procedure', statement: '异议' };
    expect((await kept.post(`/v1/listings/${listing}/objections`, 'steward-tax', another)).status).toBe(409);
  });

  it('is rejected, and its listing stays what it was', async () => {
    const listing = await kept.activated(organisation(9210));
    const objection = await filed(listing, 'wrong-facts');
    await revoked(listing);
    await accept(objection);
    await kept.resolved(objection, 'rejected');
    expect(await kept.shown(listing)).not.toMatchObject({ ended: { wrong: true } });
    expect(await owes(objection)).toBe(false);
  });

  it('of a linked person, under way when the main listing is repaired, is answered as well', async () => {
    const linked = person(911);
    const red = await kept.honoured({ scheme: linked.scheme, id: linked.id });
    const main = await kept.activated(organisation(9211), { linkedPersons: [linked] });
    const own = await kept.linkedOf(main);
    const objection = await kept.accepted(own, 'wrong-subject');
    await repaired(main);
    expect(await kept.shown(own)).toMatchObject({ ended: { reason: 'repaired' } });
    kept.at('2026-12-01T10:00:00+08:00');
    await kept.resolved(objection, 'upheld');
    expect(await kept.shown(own)).toMatchObject({ ended: { reason: 'repaired', wrong: true } });
    expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
    expect(await kept.shown(main)).not.toMatchObject({ ended: { wrong: true } });
  });

  it('of a red listing that a black one ended rests it again, once that is back', async () => {
    const id = organisation(9212);
    const red = await kept.honoured({ scheme: 'uscc', id });
    const objection = await kept.accepted(red, 'wrong-facts');
    const black = await kept.activated(id);
    expect(await kept.shown(red)).toMatchObject({ ended: { reason: 'blacklisted' } });
    await kept.resolved(await kept.accepted(black, 'wrong-facts'), 'upheld');
    expect(await kept.shown(red)).toMatchObject({ phase: 'suspended' });
    await kept.resolved(objection, 'rejected');
    expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
  });
});

describe('the same ground', () => {
  it('is heard once, also where it was taken back after the measures had rested for it', async () => {
    const listing = await kept.activated(organisation(9220));
    const early = await filed(listing, 'procedure');
    await kept.resolved(early, 'withdrawn');
    const objection = await kept.accepted(listing, 'procedure');
    expect(await kept.shown(listing)).toMatchObject({ phase: 'suspended' });
    await kept.resolved(objection, 'withdrawn');
    expect(await kept.shown(listing)).toMatchObject({ phase: 'active' });
    const again = { by: 'subject', ground: 'procedure', statement: '异议' };
    expect((await kept.post(`/v1/listings/${listing}/objections`, 'steward-tax', again)).status).toBe(409);
  });
});

describe('a listing without a term', () => {
  it('is repaired however old its judgment is: nothing else would ever end it', async () => {
    const subject = { scheme: 'uscc', id: organisation(9228) };
    const document = {
      number: '（2021）样执12号',
      type: 'judgment',
      issuer: '样例市中级人民法院',
      issuedOn: '2021-08-20',
    };
    const court = { ...BLACK, subject, document, domain: 'court-defaulters', until: null };
    const listing = await kept.proposed(court, 'steward-court');
    await kept.done(`/v1/listings/${listing}/publicity`, 'steward-court', { service: '直接送达' });
    kept.at('2026-10-20T10:00:00+08:00');
    await kept.done(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '属实' });
    await kept.done(`/v1/listings/${listing}/activation`, 'steward-court');
    expect((await kept.outcomeOf(subject.id)).outcome).toBe('veto');
    const evidence = [{ name: '证明', sha256: '0'.repeat(64) }];
    const methods = ['correction', 'commitment'].map((code) => ({ code, evidence }));
    const asked = await kept.done(`/v1/listings/${listing}/repairs`, 'steward-court', { statement: '已履行', methods });
    const { id } = Case.parse(asked.json);
    await kept.done(`/v1/repairs/${id}/acceptance`, 'steward-court', { accepted: true });
    await kept.done(`/v1/repairs/${id}/decision`, 'approver', { decision: 'approved', ground: '属实' });
    expect((await kept.outcomeOf(subject.id)).outcome).toBe('pass');
  });
});

describe('a listing that was corrected and goes on', () => {
  it('owes a remedy for what it decided before, and not for what it decides since', async () => {
    const firm = organisation(9229);
    const listing = await kept.activated(firm);
    const before = await kept.outcomeOf(firm);
    const objection = await kept.accepted(listing, 'wrong-term');
    kept.clock.now += 60_000;
    const corrected = await kept.post(`/v1/objections/${objection}/resolution`, 'approver', {
      outcome: 'corrected',
      ground: '期限有误',
      correction: { until: '2026-12-31' },
    });
    expect([corrected.status, corrected.text]).toEqual([200, expect.any(String)]);
    kept.clock.now += 60_000;
    const since = await kept.outcomeOf(firm);
    expect([before.outcome, since.outcome]).toEqual(['veto', 'veto']);
    const owed = await remedies();
    expect([owed.includes(before.id), owed.includes(since.id)]).toEqual([true, false]);
  });
});

describe('a grade that the domain has no list for', () => {
  it('is no correction of a black listing: the objection is upheld', async () => {
    const listing = await kept.activated(organisation(9230));
    const objection = await kept.accepted(listing, 'wrong-grade');
    const refused = await kept.post(`/v1/objections/${objection}/resolution`, 'approver', {
      outcome: 'corrected',
      ground: '不属严重失信',
      correction: { grade: 'ordinary' },
    });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('/correction/grade')]);
    expect(await kept.shown(listing)).toMatchObject({ list: 'black', grade: 'serious', phase: 'suspended' });
  });
});

describe('a correction of a black listing', () => {
  it('that leaves it no measure is refused', async () => {
    const listing = await kept.activated(organisation(9243));
    const objection = await filed(listing, 'wrong-measure');
    await accept(objection);
    const refused = await kept.post(`/v1/objections/${objection}/resolution`, 'steward-tax', {
      outcome: 'corrected',
      ground: '属实',
      correction: { measures: [] },
    });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('measures-required')]);
    expect(refused.text).toContain('/correction/measures');
  });
});

describe('a candidate', () => {
  it('is dropped by a decision, as it says, and takes no revocation', async () => {
    const listing = await kept.proposed({ ...BLACK, subject: { scheme: 'uscc', id: organisation(9244) } });
    const decision = [`POST /v1/listings/${listing}/decision`];
    const shown = (await kept.api.get(`/v1/listings/${listing}`, 'auditor')).json;
    expect(shown).toMatchObject({ phase: 'candidate', routes: expect.arrayContaining(decision) });
    const proposal = { ground: '判决撤销', revokedFor: 'annulled-by-court' };
    const refused = await kept.post(`/v1/listings/${listing}/revocation`, 'steward-tax', proposal);
    expect([refused.status, refused.json]).toEqual([
      409,
      expect.objectContaining({ state: 'candidate', routes: expect.arrayContaining(decision) }),
    ]);
  });
});
