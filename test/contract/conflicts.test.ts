import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { organisation, otherCode, SAMPLE } from '../api-client.ts';
import { BLACK, Case, red, START, startKeeping } from './keeping.ts';
import { problemIn } from './shapes.ts';

// Whatever is refused because of the state says which that is, what it allows and by which routes: the same parts everywhere.
let kept: Awaited<ReturnType<typeof startKeeping>>;
beforeAll(async () => {
  kept = await startKeeping();
});
afterAll(() => kept?.api.stack.stop());
beforeEach(() => {
  kept.clock.now = START.getTime();
});

const Parts = z.looseObject({ phase: z.string(), allows: z.array(z.string()), routes: z.array(z.string()) });
const Id = z.looseObject({ id: z.string() });
let number = 9400;
const fresh = () => {
  number += 1;
  return organisation(number);
};

interface Refused {
  readonly path: string;
  readonly as: string;
  readonly body?: object;
  /** The listing that is in the way; of a proposal none may be. */
  readonly listing?: string;
  /** What is said of the state where there is no listing to be shown. */
  readonly says?: object;
}

const candidate = () => kept.proposed({ ...BLACK, subject: { scheme: 'uscc', id: fresh() } });
const active = (changes: object = {}) => kept.activated(fresh(), changes);
async function notified() {
  const listing = await candidate();
  await kept.done(`/v1/listings/${listing}/publicity`, 'steward-tax', { service: '直接送达' });
  return listing;
}
async function ended() {
  const listing = await candidate();
  await kept.done(`/v1/listings/${listing}/decision`, 'approver', { decision: 'drop', ground: '证据不足' });
  return listing;
}
const on = (listing: string, step: string, as: string, body: object = {}): Refused => ({
  path: `/v1/listings/${listing}/${step}`,
  as,
  body,
  listing,
});
const LIST = { decision: 'list', ground: '事实清楚' };
const OBJECTION = { by: 'subject', ground: 'wrong-facts', statement: '异议' };
const REPAIR = {
  methods: [{ code: 'correction', evidence: [{ name: '缴款书', sha256: 'a'.repeat(64) }] }],
  statement: '已履行',
};
async function filed(listing: string) {
  return Case.parse((await kept.done(`/v1/listings/${listing}/objections`, 'steward-tax', OBJECTION)).json).id;
}
const marked = (listing: string, what: string) =>
  kept.done(`/v1/listings/${listing}/${what}`, 'steward-tax', { pending: true, reference: '（2026）破1号' });

/** What is refused, by how it comes to that. */
const ON_LISTINGS: Readonly<Record<string, () => Promise<Refused>>> = {
  'a decision on a candidate that was not heard': async () => on(await candidate(), 'decision', 'approver', LIST),
  'an activation of what was not decided': async () => on(await candidate(), 'activation', 'steward-tax'),
  'a decision while the subject is heard': async () => on(await notified(), 'decision', 'approver', LIST),
  'a second notice': async () => on(await notified(), 'publicity', 'steward-tax', { service: '邮寄' }),
  'a decision against what is in force': async () =>
    on(await active(), 'decision', 'approver', { decision: 'drop', ground: '证据不足' }),
  'a mark of what is so already': async () =>
    on(await active(), 'proceedings', 'steward-tax', { pending: false, reference: '（2026）行初1号' }),
  'a signature on a mark that was not proposed': async () => on(await active(), 'reorganisation', 'approver'),
  'a rest of what is not in force': async () =>
    on(await candidate(), 'reorganisation', 'steward-tax', { pending: true, reference: '（2026）破1号' }),
  'a second mark while one waits': async () => {
    const listing = await active();
    await marked(listing, 'proceedings');
    return on(listing, 'proceedings', 'steward-tax', { pending: true, reference: '（2026）行初2号' });
  },
  'a signature on a revocation that was not proposed': async () => on(await active(), 'revocation', 'approver'),
  'a revocation of what was dropped': async () =>
    on(await ended(), 'revocation', 'steward-tax', { ground: '判决', revokedFor: 'annulled-by-court' }),
  'an identification of who has a code': async () =>
    on(await active(), 'identification', 'steward-tax', { code: fresh(), same: true, ground: '核对' }),
  'a signature on an identification that was not proposed': async () =>
    on(await active(), 'identification', 'approver'),
  'an objection to a candidate': async () => on(await candidate(), 'objections', 'steward-tax', OBJECTION),
  'an objection to what has ended': async () => on(await ended(), 'objections', 'steward-tax', OBJECTION),
  'an objection on the same ground': async () => {
    const listing = await active();
    await filed(listing);
    return on(listing, 'objections', 'steward-tax', OBJECTION);
  },
  'an answer to an objection that was not taken up': async () => {
    const listing = await active();
    const path = `/v1/objections/${await filed(listing)}/resolution`;
    return { path, as: 'approver', body: { outcome: 'upheld', ground: '查明' }, listing };
  },
  'an objection that is taken up twice': async () => {
    const listing = await active();
    const path = `/v1/objections/${await kept.accepted(listing, 'wrong-facts')}/acceptance`;
    return { path, as: 'steward-tax', body: { accepted: true }, listing };
  },
  'a decision under an objection': async () => {
    const listing = await notified();
    await filed(listing);
    kept.at('2026-10-09T10:00:00+08:00');
    return on(listing, 'decision', 'approver', LIST);
  },
  'a repair before its time': async () => on(await active(), 'repairs', 'steward-tax', REPAIR),
  'a repair where the law allows none': async () => {
    const repair = { repairable: false, citation: '食品安全法第一百三十五条' };
    return on(await active({ repair }), 'repairs', 'steward-tax', REPAIR);
  },
  'a red listing beside a black one': async () => {
    const id = fresh();
    kept.at('2026-08-03T10:00:00+08:00');
    const listing = await kept.proposed(red({ scheme: 'uscc', id }));
    await kept.done(`/v1/listings/${listing}/publicity`, 'steward-tax');
    await kept.activated(id);
    await kept.done(`/v1/listings/${listing}/decision`, 'approver', LIST);
    return on(listing, 'activation', 'steward-tax');
  },
  'a proposal by the same document': async () => {
    const subject = { scheme: 'uscc', id: fresh() };
    const listing = await kept.proposed({ ...BLACK, subject });
    return { path: '/v1/listings', as: 'steward-tax', body: { ...BLACK, subject }, listing };
  },
};

describe('what the state of a listing does not allow', () => {
  test.each(Object.entries(ON_LISTINGS))('%s', async (_, happens) => {
    const { path, as, body, listing = '' } = await happens();
    const problem = problemIn(await kept.post(path, as, body), 409, 'conflict');
    const { phase, allows, routes } = Parts.parse(await kept.shown(listing));
    expect(problem).toMatchObject({ state: phase, allows, routes });
  });

  test('a candidate is heard in the one way that its list has', async () => {
    const byNotice = await candidate();
    kept.at('2026-08-03T10:00:00+08:00');
    const inPublic = await kept.proposed(red({ scheme: 'uscc', id: fresh() }));
    for (const [listing, heard] of [
      [byNotice, 'notified'],
      [inPublic, 'publicised'],
    ] as const) {
      const { allows } = problemIn(
        await kept.post(`/v1/listings/${listing}/activation`, 'steward-tax'),
        409,
        'conflict',
      );
      expect(allows?.filter((each) => each === 'notified' || each === 'publicised')).toEqual([heard]);
      expect(Parts.parse(await kept.shown(listing)).allows).toEqual(allows);
    }
  });
});

const NOTHING = { state: 'none', allows: [], routes: [] };
const PROPOSE = { state: 'none', allows: ['proposed'], routes: ['POST /v1/aliases'] };
const alias = (body: object): Refused => ({
  path: '/v1/aliases',
  as: 'steward-tax',
  body: { ground: '核对', ...body },
});
const succession = () => ({ kind: 'successor', predecessor: fresh(), successor: fresh() });
const proposedAlias = async (body: object) =>
  Id.parse((await kept.done('/v1/aliases', 'steward-tax', { ground: '核对', ...body })).json).id;

/** Where nothing is a listing yet, or is about one. */
const ELSEWHERE: Readonly<Record<string, () => Promise<Refused>>> = {
  'a red listing proposed beside a black one': async () => {
    const id = fresh();
    await kept.activated(id);
    return { path: '/v1/listings', as: 'steward-tax', body: red({ scheme: 'uscc', id }), says: NOTHING };
  },
  'a proposal by another full code': async () => {
    const id = fresh();
    await kept.activated(id);
    const body = { ...BLACK, subject: { scheme: 'uscc', id: otherCode(id) } };
    return { path: '/v1/listings', as: 'steward-tax', body, says: { ...NOTHING, routes: ['POST /v1/aliases'] } };
  },
  'an alias that is proposed twice': async () => {
    const body = succession();
    const routes = [`POST /v1/aliases/${await proposedAlias(body)}/signature`];
    return { ...alias(body), says: { state: 'proposed', allows: ['signed', 'declined'], routes } };
  },
  'the withdrawal of an alias that is not signed': async () => {
    const id = await proposedAlias(succession());
    const routes = [`POST /v1/aliases/${id}/signature`];
    const says = { state: 'proposed', allows: ['signed', 'declined'], routes };
    return { path: `/v1/aliases/${id}/withdrawal`, as: 'steward-tax', body: { ground: '有误' }, says };
  },
  'the signature on an alias that is signed': async () => {
    const id = await proposedAlias(succession());
    await kept.done(`/v1/aliases/${id}/signature`, 'approver');
    const routes = [`POST /v1/aliases/${id}/withdrawal`];
    const says = { state: 'signed', allows: ['withdrawal-proposed'], routes };
    return { path: `/v1/aliases/${id}/signature`, as: 'approver', says };
  },
  'an alias of whoever is known by another code': async () => {
    const id = fresh();
    await kept.activated(id);
    return { ...alias({ ...succession(), predecessor: otherCode(id) }), says: PROPOSE };
  },
  'a code that needs no attesting': async () => ({
    ...alias({ kind: 'attested-code', code: SAMPLE.veto }),
    says: NOTHING,
  }),
};

test.each(Object.entries(ELSEWHERE))('%s', async (_, happens) => {
  const { path, as, body, says } = await happens();
  expect(problemIn(await kept.post(path, as, body), 409, 'conflict')).toMatchObject(says ?? {});
});
