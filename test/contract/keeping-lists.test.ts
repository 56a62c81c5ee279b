import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { KeptListing } from '../../lib/listing/kept-listings.ts';
import { gb11643CheckCharacter } from '../../lib/subject/gb11643.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { parseKeyring, personKeys } from '../../lib/subject/key.ts';
import { organisation } from '../api-client.ts';
import { BLACK, Case, minor, PERSON, red as redListing, START, startKeeping } from './keeping.ts';

let kept: Awaited<ReturnType<typeof startKeeping>>;

beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept.api.stack.stop());
beforeEach(() => {
  kept.clock.now = START.getTime();
});

const other = (index: number) => {
  const body = `11010519491201${String(index).padStart(3, '0')}`;
  return { ...PERSON, id: body + gb11643CheckCharacter(body), name: '李四光' };
};
const revoke = async (listing: string, revokedFor: string) => {
  await kept.done(`/v1/listings/${listing}/revocation`, 'steward-tax', { ground: '处罚决定书已被撤销', revokedFor });
  return kept.done(`/v1/listings/${listing}/revocation`, 'approver');
};
/** What is owed, where it names a listing or a check. */
const remediesOf = async (listing: string) => {
  const { json } = await kept.api.get('/v1/remedies?limit=100', 'steward-tax');
  return JSON.stringify(json).includes(listing) ? json : undefined;
};

/** A red listing in force, and a black one that ended it, by which a check was vetoed. */
async function blackened(number: number, changes: object = {}) {
  const id = organisation(number);
  const red = await kept.honoured({ scheme: 'uscc', id });
  const black = await kept.activated(id, { linkedPersons: [PERSON], ...changes });
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

describe('a listing that has ended', () => {
  const LAST_DAY = { until: '2026-10-31' };
  const over = async () => {
    kept.at('2026-11-02T10:00:00+08:00');
    await kept.expire();
  };

  it('and is annulled by a court afterwards was wrong: its checks are owed a remedy, the red listing is back', async () => {
    const { red, black, vetoed } = await blackened(760, LAST_DAY);
    const own = await kept.linkedOf(black);
    await over();
    for (const each of [black, own]) expect(await kept.shown(each)).toMatchObject({ ended: { reason: 'expired' } });
    await revoke(black, 'annulled-by-court');
    for (const each of [black, own])
      expect(await kept.shown(each)).toMatchObject({ phase: 'ended', ended: { reason: 'expired', wrong: true } });
    expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
    expect(await remediesOf(black)).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ listingId: black, check: expect.objectContaining({ id: vetoed.id }) }),
      ]),
    });
    const again = { ground: '判决', revokedFor: 'annulled-by-court' };
    expect((await kept.post(`/v1/listings/${black}/revocation`, 'steward-tax', again)).status).toBe(409);
    // Once the check is past its time nothing is owed on it: it is to be forgotten, deleted or not.
    expect(await remediesOf(vetoed.id)).toBeDefined();
    kept.at('2090-01-01T10:00:00+08:00');
    expect(await remediesOf(vetoed.id)).toBeUndefined();
    expect(await kept.shown(black)).toMatchObject({ phase: 'ended' });
  });

  it('while its revocation waited to be signed waits for it still, with a clock', async () => {
    const black = await kept.activated(organisation(761), LAST_DAY);
    kept.at('2026-10-30T10:00:00+08:00');
    const ground = { ground: '判决撤销', revokedFor: 'annulled-by-court' };
    await kept.done(`/v1/listings/${black}/revocation`, 'steward-tax', ground);
    await over();
    expect(await kept.shown(black)).toMatchObject({ ended: { reason: 'expired' } });
    const waits = async (path: string) => (await kept.api.get(path, 'approver')).text.includes(`${black}.v1`);
    const places = ['/v1/clocks', '/v1/listings?waiting=signature&limit=100'];
    expect(await Promise.all(places.map(waits))).toEqual([true, true]);
    await kept.done(`/v1/listings/${black}/revocation`, 'approver');
    expect(await kept.shown(black)).toMatchObject({ ended: { reason: 'expired', wrong: true } });
    expect(await Promise.all(places.map(waits))).toEqual([false, false]);
  });

  it('is not revoked for what came later, and a candidate that was dropped is not revoked at all', async () => {
    const black = await kept.activated(organisation(762), LAST_DAY);
    await over();
    const asked = (listing: string, revokedFor: string) =>
      kept.post(`/v1/listings/${listing}/revocation`, 'steward-tax', { ground: '失效', revokedFor });
    expect((await asked(black, 'document-lapsed')).status).toBe(409);
    const dropped = await kept.proposed({ ...BLACK, subject: { scheme: 'uscc', id: organisation(763) } });
    await kept.done(`/v1/listings/${dropped}/decision`, 'approver', { decision: 'drop', ground: '证据不足' });
    expect((await asked(dropped, 'annulled-by-court')).status).toBe(409);
    await kept.done(`/v1/listings/${black}/revocation`, 'steward-tax', {
      ground: '判决',
      revokedFor: 'annulled-by-court',
    });
    const own = await kept.post(`/v1/listings/${black}/revocation`, 'steward-tax', { decision: 'decline' });
    expect(own.status).not.toBe(200);
    await kept.done(`/v1/listings/${black}/revocation`, 'approver', { decision: 'decline', ground: '判决未生效' });
    expect(await kept.shown(black)).not.toMatchObject({ ended: { wrong: true } });
  });
});

describe('what is kept, and what waits', () => {
  const Page = z.object({ items: z.array(KeptListing), next: z.string().nullable() });
  const page = async (query: string, as = 'steward-tax') => {
    const { status, text, json } = await kept.api.get(`/v1/listings?${query}`, as);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return Page.parse(json);
  };
  const all = async (query: string, as = 'steward-tax', limit = 100) => {
    const items: KeptListing[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next && `&cursor=${encodeURIComponent(next)}`;
      const read = await page(`${query}&limit=${limit}${cursor}`, as);
      expect(read.items.length).toBeLessThanOrEqual(limit);
      items.push(...read.items);
      next = read.next;
    }
    return items;
  };
  const waits = async (listing: string, as = 'approver') =>
    (await all('waiting=signature', as)).filter(({ id }) => id === listing).map(({ waitsFor }) => waitsFor);
  const phases = async (listing: string, query = '') =>
    (await all(query)).filter(({ id }) => id === listing).map(({ phase }) => phase);

  it('is found by its state, from the proposal to the end', async () => {
    const id = organisation(800);
    const listing = await kept.proposed({ ...BLACK, subject: { scheme: 'uscc', id, name: '样例在办有限公司' } });
    expect((await all('state=candidate')).find((each) => each.id === listing)).toMatchObject({
      keeper: 'tax',
      list: 'black',
      subject: { scheme: 'uscc', id, name: '样例在办有限公司' },
      document: { number: BLACK.document.number },
    });
    const found = async (phase: string) =>
      expect([await phases(listing), await phases(listing, `state=${phase}`)]).toEqual([[phase], [phase]]);
    await kept.done(`/v1/listings/${listing}/publicity`, 'steward-tax', { service: '直接送达' });
    await found('notified');
    kept.at('2026-10-09T10:00:00+08:00');
    await kept.done(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '属实' });
    await found('decided');
    await kept.done(`/v1/listings/${listing}/activation`, 'steward-tax');
    await found('active');
    const objection = await kept.accepted(listing, 'wrong-facts');
    await found('suspended');
    await kept.resolved(objection, 'upheld');
    await found('ended');
    expect(await phases(listing, 'state=candidate')).toEqual([]);
  });

  it('is a steward’s own authority’s, an approver’s domains’ and an auditor’s whole', async () => {
    const listing = await kept.proposed({ ...BLACK, subject: { scheme: 'uscc', id: organisation(801) } });
    const seen = async (as: string) => (await all('', as)).some(({ id }) => id === listing);
    expect([await seen('steward-tax'), await seen('approver'), await seen('auditor')]).toEqual([true, true, true]);
    expect(await seen('steward-court')).toBe(false);
    expect((await kept.api.get('/v1/listings', 'procurement')).status).toBe(403);
    for (const query of ['state=gone', 'waiting=tea', 'cursor=x', 'limit=0', 'owner=tax'])
      expect([query, (await kept.api.get(`/v1/listings?${query}`, 'steward-tax')).status]).toEqual([query, 400]);
  });

  it('is read in pages: the same listings however long a page is, and no cursor is another query’s', async () => {
    const whole = (await all('')).map(({ id }) => id);
    expect(whole.length).toBeGreaterThan(4);
    expect(new Set(whole).size).toBe(whole.length);
    expect((await all('', 'steward-tax', 3)).map(({ id }) => id)).toEqual(whole);
    const { next } = await page('limit=1');
    const other = await kept.api.get(
      `/v1/listings?waiting=signature&cursor=${encodeURIComponent(next ?? '')}`,
      'steward-tax',
    );
    expect(other.status).toBe(400);
  });

  it('waits for a signature once its subject has been heard, with no objection open', async () => {
    const listing = await kept.proposed({ ...BLACK, subject: { scheme: 'uscc', id: organisation(802) } });
    await kept.done(`/v1/listings/${listing}/publicity`, 'steward-tax', { service: '直接送达' });
    kept.at('2026-09-24T23:59:59+08:00');
    expect(await waits(listing)).toEqual([]);
    kept.at('2026-09-25T00:00:00+08:00');
    expect(await waits(listing)).toEqual([{ what: 'decision' }]);
    const objection = await kept.accepted(listing, 'procedure');
    expect(await waits(listing)).toEqual([]);
    await kept.resolved(objection, 'rejected');
    expect(await waits(listing)).toEqual([{ what: 'decision' }]);
    await kept.done(`/v1/listings/${listing}/decision`, 'approver', { decision: 'drop', ground: '证据不足' });
    expect([await waits(listing), await phases(listing)]).toEqual([[], ['ended']]);
  });

  it('waits with its revocation, and with a repair that was taken up', async () => {
    const [revoked, repaired] = [organisation(803), organisation(804)];
    const first = await kept.activated(revoked);
    await kept.done(`/v1/listings/${first}/revocation`, 'steward-tax', {
      ground: '处罚决定书失效',
      revokedFor: 'document-lapsed',
    });
    expect(await waits(first)).toEqual([{ what: 'revocation', caseId: `${first}.v1`, due: '2026-10-13' }]);
    await kept.done(`/v1/listings/${first}/revocation`, 'approver');
    expect(await waits(first)).toEqual([]);

    const second = await kept.activated(repaired, minor(repaired, '样罚4号'));
    const evidence = [{ name: '整改报告', sha256: 'a'.repeat(64) }];
    const asked = await kept.done(`/v1/listings/${second}/repairs`, 'steward-tax', {
      statement: '已改正',
      methods: ['correction', 'commitment'].map((code) => ({ code, evidence })),
    });
    expect(await waits(second)).toEqual([]);
    const repair = Case.parse(asked.json).id;
    await kept.done(`/v1/repairs/${repair}/acceptance`, 'steward-tax', { accepted: true });
    expect(await waits(second)).toEqual([{ what: 'repair', caseId: repair, due: '2026-10-22' }]);
    await kept.done(`/v1/repairs/${repair}/decision`, 'approver', { decision: 'refused', ground: '未见改正' });
    expect(await waits(second)).toEqual([]);
  });

  it('holds a linked person by the scheme alone', async () => {
    const main = await kept.activated(organisation(805), { linkedPersons: [PERSON] });
    const own = await kept.linkedOf(main);
    const line = (await all('state=active')).find(({ id }) => id === own);
    expect(line?.subject).toEqual({ scheme: 'resident-id' });
  });
});

describe('a person whose key was changed', () => {
  const rotated = () => `${kept.api.stack.personKeyring},2:${Buffer.alloc(32, 7).toString('base64')}`;
  afterEach(() => kept.rekey(kept.api.stack.personKeyring));
  const subjectOf = ({ scheme, id }: typeof PERSON) => ({ scheme, id });

  it('loses the red listing under the old key when a company’s black one links them, and has it back when it was wrong', async () => {
    const person = other(1);
    const red = await kept.honoured(subjectOf(person));
    kept.rekey(rotated());
    const black = await kept.activated(organisation(820), { linkedPersons: [person] });
    const own = await kept.linkedOf(black);
    expect(await kept.shown(red)).toMatchObject({ ended: { reason: 'blacklisted', by: own } });
    expect(await kept.shown(own)).toMatchObject({ phase: 'active', linkedTo: { listingId: black } });
    await kept.resolved(await kept.accepted(black, 'wrong-facts'), 'upheld');
    expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
  });

  it('is put on no red list beside a black listing under the old key, and is listed under one of both', async () => {
    const person = other(2);
    const black = await kept.activated(organisation(821), { linkedPersons: [person] });
    const own = await kept.linkedOf(black);
    kept.rekey(rotated());
    const refused = await kept.post('/v1/listings', 'steward-tax', redListing(subjectOf(person)));
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining(own)]);
    const second = await kept.activated(organisation(822), { linkedPersons: [person] });
    const parsed = parseIdentifier(person);
    if (!parsed.ok || parsed.identifier.kind !== 'person') throw new Error('a person');
    const keys = personKeys(parseKeyring(rotated()), parsed.identifier);
    const store = new DynamoListingStore(localClient(kept.api.stack.endpoint), kept.api.stack.registryTable);
    const known = await store.standings(keys);
    expect([...known].map(([key, { listings }]) => [key, listings.map(({ id }) => id)])).toEqual([
      [keys[1], [own, await kept.linkedOf(second)]],
    ]);
  });
});

describe('cases of one listing', () => {
  const objected = (listing: string, ground: string) =>
    kept.post(`/v1/listings/${listing}/objections`, 'steward-tax', { by: 'subject', ground, statement: '异议' });

  it('that come at once are each their own, and the same one is one', async () => {
    const listing = await kept.activated(organisation(830));
    const grounds = ['wrong-facts', 'procedure', 'wrong-term', 'wrong-facts'];
    const replies = await Promise.all(grounds.map((ground) => objected(listing, ground)));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409]);
    const cases = z.looseObject({ cases: z.array(z.looseObject({ id: z.string() })) }).parse(await kept.shown(listing));
    const ids = cases.cases.map(({ id }) => id).filter((id) => id.includes('.o'));
    expect(ids.toSorted()).toEqual([1, 2, 3].map((number) => `${listing}.o${number}`));
  });

  it('have ids that are never given again, whatever became of the one before', async () => {
    const listing = await kept.activated(organisation(831));
    const first = Case.parse((await objected(listing, 'procedure')).json).id;
    await kept.done(`/v1/objections/${first}/acceptance`, 'steward-tax', { accepted: false, ground: '未附材料' });
    const second = Case.parse((await objected(listing, 'procedure')).json).id;
    expect([first, second]).toEqual([`${listing}.o1`, `${listing}.o2`]);
    const events = (await kept.api.get(`/v1/listings/${listing}/events`, 'auditor')).text;
    expect(events.match(/"objectionId":"[^"]+"/g)).toEqual([first, first, second].map((id) => `"objectionId":"${id}"`));
  });
});

describe('the steps of recognition', () => {
  const noticed = async (number: number, steps: readonly string[], servedOn: string) => {
    const recognition = BLACK.recognition.map(({ step, record }, index) => ({ step, record, on: steps[index] }));
    const subject = { scheme: 'uscc', id: organisation(number) };
    const proposed = await kept.post('/v1/listings', 'steward-tax', { ...BLACK, subject, recognition });
    if (proposed.status !== 201) return proposed;
    const { id } = z.looseObject({ id: z.string() }).parse(proposed.json);
    return kept.post(`/v1/listings/${id}/publicity`, 'steward-tax', { service: '直接送达', servedOn });
  };
  const STEPS = ['2026-06-01', '2026-06-20', '2026-07-01', '2026-08-25'] as const;

  it('end with the deliberation before the notice goes out, and follow one another before it', async () => {
    // The document is of 20 August.
    const early = await noticed(840, STEPS, '2026-08-24');
    expect([early.status, early.text]).toEqual([400, expect.stringContaining('/servedOn')]);
    expect((await noticed(841, STEPS, '2026-08-25')).status).toBe(200);
    const [first, second, third, last] = STEPS;
    const swapped = await noticed(842, [first, third, second, last], '2026-08-25');
    expect([swapped.status, swapped.text]).toEqual([400, expect.stringContaining('recognition-out-of-order')]);
    const ahead = await noticed(843, [first, second, third, '2026-09-19'], '2026-09-18');
    expect([ahead.status, ahead.text]).toEqual([400, expect.stringContaining('recognition-out-of-order')]);
  });
});

describe('a watch listing that minor faults have brought', () => {
  const faultsOf = async (number: number, count: number) => {
    const id = organisation(number);
    const faults: string[] = [];
    for (let index = 1; index <= count; index += 1) faults.push(await kept.activated(id, minor(id, `样罚${index}号`)));
    const watch = `${faults[2]}.w`;
    expect(await kept.shown(watch)).toMatchObject({ phase: 'active', promotion: { faults: 3 } });
    return { id, faults, watch };
  };

  it('falls with a fault that was wrong, and the check that it decided is owed a remedy', async () => {
    const { id, faults, watch } = await faultsOf(850, 3);
    const warned = await kept.outcomeOf(id);
    expect(warned.outcome).toBe('warn');
    const [first = ''] = faults;
    await kept.resolved(await kept.accepted(first, 'wrong-facts'), 'upheld');
    expect(await kept.shown(watch)).toMatchObject({ ended: { reason: 'faults-fallen', by: first, wrong: true } });
    expect(await remediesOf(first)).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ listingId: first, check: expect.objectContaining({ id: warned.id }) }),
      ]),
    });
  });

  it('stays while enough of them are left, and where one was repaired', async () => {
    const { faults, watch } = await faultsOf(851, 4);
    await kept.resolved(await kept.accepted(faults[1] ?? '', 'wrong-facts'), 'upheld');
    expect(await kept.shown(watch)).toMatchObject({ phase: 'active' });
    kept.at('2026-11-21T10:00:00+08:00');
    await kept.expire();
    expect(await kept.shown(faults[0] ?? '')).toMatchObject({ ended: { reason: 'expired' } });
    expect(await kept.shown(watch)).toMatchObject({ phase: 'active' });
  });

  it('is brought on every watch list whose rule the faults meet', async () => {
    const store = new DynamoHeadStore(localClient(kept.api.stack.endpoint), kept.api.stack.registryTable);
    const [catalogue, keeping] = await Promise.all([store.current(), store.keeping()]);
    const rule = keeping?.rules.find(({ promotion }) => promotion);
    if (!keeping || !rule?.promotion) throw new Error('the sample has a watch list');
    const twice = { ...rule, domain: 'general-penalty', promotion: { ...rule.promotion, faults: 2 } };
    const published = await kept.api.call('PUT', '/v1/catalogue', {
      as: 'admin',
      body: {
        ...catalogue,
        version: 'two-watch-lists',
        domains: catalogue.domains.map((domain) =>
          domain.code === 'general-penalty' ? { ...domain, lists: [...domain.lists, 'watch'] } : domain,
        ),
        listKeeping: { ...keeping, rules: [...keeping.rules, twice] },
      },
    });
    expect([published.status, published.text]).toEqual([200, expect.any(String)]);
    const { faults } = await faultsOf(852, 3);
    expect(await kept.shown(`${faults[1]}.w`)).toMatchObject({ domain: 'general-penalty', promotion: { faults: 2 } });
    expect(await kept.shown(`${faults[2]}.w`)).toMatchObject({ domain: 'abnormal-operation' });
  });
});

describe('a linked person whose term ends while the main listing is objected to', () => {
  /** A red listing, and the black ones that ended it, whose last day is 31 October. */
  const objected = async (number: number, person: typeof PERSON) => {
    const red = await kept.honoured({ scheme: person.scheme, id: person.id });
    const main = await kept.activated(organisation(number), { until: '2026-10-31', linkedPersons: [person] });
    const own = await kept.linkedOf(main);
    expect(await kept.shown(red)).toMatchObject({ ended: { reason: 'blacklisted', by: own } });
    kept.at('2026-10-30T10:00:00+08:00');
    const objection = await kept.accepted(main, 'wrong-facts');
    kept.at('2026-11-02T10:00:00+08:00');
    await kept.expire();
    for (const each of [main, own]) expect(await kept.shown(each)).toMatchObject({ phase: 'suspended' });
    return { red, main, own, objection };
  };

  it('waits with it: where that was wrong, so was the person’s, and what it had ended is back', async () => {
    const { red, main, own, objection } = await objected(860, other(3));
    await kept.resolved(objection, 'upheld');
    for (const each of [main, own])
      expect(await kept.shown(each)).toMatchObject({ ended: { reason: 'objection-upheld' } });
    expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
  });

  it('was as wrong though it had ended while the objection was no more than filed', async () => {
    const person = other(5);
    const red = await kept.honoured({ scheme: person.scheme, id: person.id });
    const main = await kept.activated(organisation(862), { until: '2026-10-31', linkedPersons: [person] });
    const own = await kept.linkedOf(main);
    const filed = await kept.done(`/v1/listings/${main}/objections`, 'steward-tax', {
      by: 'subject',
      ground: 'wrong-facts',
      statement: '异议',
    });
    kept.at('2026-11-02T10:00:00+08:00');
    await kept.expire();
    expect(await kept.shown(own)).toMatchObject({ ended: { reason: 'expired' } });
    const { id } = Case.parse(filed.json);
    await kept.done(`/v1/objections/${id}/acceptance`, 'steward-tax', { accepted: true });
    await kept.resolved(id, 'upheld');
    expect(await kept.shown(own)).toMatchObject({ ended: { reason: 'expired', wrong: true } });
    expect(await kept.shown(red)).toMatchObject({ phase: 'active' });
  });

  it('expires with it where it was right, and brings nothing back', async () => {
    const { red, main, own, objection } = await objected(861, other(4));
    await kept.resolved(objection, 'rejected');
    await kept.expire();
    for (const each of [main, own]) expect(await kept.shown(each)).toMatchObject({ ended: { reason: 'expired' } });
    expect(await kept.shown(red)).toMatchObject({ ended: { reason: 'blacklisted' } });
  });
});

describe('the clocks and the register of violations', () => {
  const Clocks = z.object({ items: z.array(z.looseObject({ kind: z.string(), overdue: z.boolean() })) });
  const clocks = async (as: string) => Clocks.parse((await kept.api.get('/v1/clocks', as)).json).items;

  it('say of every answer that is owed, and of every standard, whose it is and when it is overdue', async () => {
    const [heard, objectedTo, replied, revoked, asked, taken] = [870, 871, 872, 873, 874, 875].map(organisation);
    const candidate = await kept.proposed({ ...BLACK, subject: { scheme: 'uscc', id: heard } });
    await kept.done(`/v1/listings/${candidate}/publicity`, 'steward-tax', { service: '直接送达' });
    const object = (listing: string) =>
      kept.done(`/v1/listings/${listing}/objections`, 'steward-tax', {
        by: 'subject',
        ground: 'procedure',
        statement: '异议',
      });
    const repair = async (listing: string) => {
      const evidence = [{ name: '整改报告', sha256: 'a'.repeat(64) }];
      const methods = ['correction', 'commitment'].map((code) => ({ code, evidence }));
      return Case.parse(
        (await kept.done(`/v1/listings/${listing}/repairs`, 'steward-tax', { statement: '已改正', methods })).json,
      ).id;
    };
    const filed = await kept.activated(objectedTo ?? '');
    await object(filed);
    const answered = await kept.activated(replied ?? '');
    await kept.accepted(answered, 'procedure');
    const withdrawn = await kept.activated(revoked ?? '');
    await kept.done(`/v1/listings/${withdrawn}/revocation`, 'steward-tax', {
      ground: '文书失效',
      revokedFor: 'document-lapsed',
    });
    const requested = await kept.activated(asked ?? '', minor(asked ?? '', '样罚8号'));
    await repair(requested);
    const accepted = await kept.activated(taken ?? '', minor(taken ?? '', '样罚9号'));
    await kept.done(`/v1/repairs/${await repair(accepted)}/acceptance`, 'steward-tax', { accepted: true });

    const owed: Record<string, object> = {
      'hearing-end': { listingId: candidate, due: '2026-09-24' },
      'objection-acceptance': { listingId: filed, due: '2026-10-13' },
      'objection-reply': { listingId: answered },
      'revocation-signature': { listingId: withdrawn, due: '2026-10-13' },
      'repair-acceptance': { listingId: requested, due: '2026-10-13' },
      'repair-result': { listingId: accepted, due: '2026-10-22' },
      'standard-evaluation': { domain: 'tax-major-violation', due: '2027-03-01' },
    };
    const found = async (as: string, overdue: boolean) => {
      const lines = await clocks(as);
      for (const [kind, line] of Object.entries(owed))
        expect(lines).toContainEqual(expect.objectContaining({ kind, owner: 'tax', overdue, ...line }));
    };
    kept.at('2026-09-24T23:59:59+08:00');
    await found('steward-tax', false);
    kept.at('2027-03-02T00:00:00+08:00');
    for (const as of ['steward-tax', 'approver', 'auditor']) await found(as, true);
    expect((await clocks('steward-court')).filter(({ owner }) => owner === 'tax')).toEqual([]);
  });

  it('name what was proposed beyond a list, a measure or an authority', async () => {
    const subject = { scheme: 'uscc', id: organisation(880) };
    const statuses = [
      await kept.post('/v1/listings', 'steward-tax', { ...BLACK, subject, domain: 'foo-bar' }),
      await kept.post('/v1/listings', 'steward-tax', { ...BLACK, subject, measures: ['no-land'] }),
      await kept.post('/v1/listings', 'steward-court', { ...BLACK, subject }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 400, 403]);
    const { json } = await kept.api.get('/v1/violations?limit=3', 'auditor');
    const Violations = z.object({ items: z.array(z.looseObject({ kind: z.string() })) });
    expect(
      Violations.parse(json)
        .items.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['unauthorised-finding', 'uncatalogued-list', 'uncatalogued-measure']);
  });
});
