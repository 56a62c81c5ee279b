import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import sample from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import type { Head } from '../../lib/catalogue/head.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { Grade, ListKind, Outcome } from '../../lib/catalogue/vocabulary.ts';
import { decide } from '../../lib/check/decide.ts';
import type { Evidence } from '../../lib/check/evidence.ts';
import { OBLIGATION, ofMembers, ofSubject } from '../../lib/check/outcome.ts';
import { addDays, dateOf, instant, parseInstant, startOf, toIso } from '../../lib/kernel/clock.ts';
import { EndReason, Leniency, Listing } from '../../lib/listing/standing.ts';

/** contract.md, heaviest first. */
const WITHIN: readonly Outcome[] = ['veto', 'indeterminate', 'restrict', 'warn', 'favour', 'pass'];
const ACROSS: readonly Outcome[] = ['veto', 'indeterminate', 'restrict', 'warn', 'pass', 'favour'];

const outcome = fc.constantFrom(...Outcome.options);
const outcomes = fc.array(outcome, { maxLength: 8 });
const some = fc.array(outcome, { minLength: 1, maxLength: 8 });

describe.each([
  { which: 'within a subject', of: ofSubject, order: WITHIN },
  { which: 'across the members', of: ofMembers, order: ACROSS },
])('the order of outcomes $which', ({ of, order }) => {
  const heaviness = (one: Outcome) => -order.indexOf(one);

  it('is that of the contract, for every pair', () => {
    for (const one of order)
      for (const other of order) expect(of([one, other])).toBe(order.indexOf(one) < order.indexOf(other) ? one : other);
  });

  it('does not depend on the order of what was found', () => {
    const shuffled = some.chain((found) =>
      fc.tuple(fc.constant(found), fc.shuffledSubarray(found, { minLength: found.length })),
    );
    fc.assert(
      fc.property(shuffled, ([found, other]) => {
        expect(of(other)).toBe(of(found));
      }),
    );
  });

  it('may be applied piece by piece', () => {
    fc.assert(
      fc.property(some, some, (one, other) => {
        expect(of([of(one), of(other)])).toBe(of([...one, ...other]));
        expect(one.reduce((folded, each) => of([folded, each]))).toBe(of(one));
      }),
    );
  });

  it('says of one what was found, and of the same twice no more', () => {
    fc.assert(
      fc.property(outcome, fc.integer({ min: 1, max: 5 }), (one, times) => {
        expect(of(Array.from({ length: times }, () => one))).toBe(one);
      }),
    );
  });

  it('lets a veto stand whatever else is found', () => {
    fc.assert(
      fc.property(outcomes, fc.nat(8), (found, at) => {
        expect(of(found.toSpliced(at, 0, 'veto'))).toBe('veto');
      }),
    );
  });

  it('never makes more evidence lighter', () => {
    fc.assert(
      fc.property(some, outcome, (found, more) => {
        expect(heaviness(of([...found, more]))).toBeGreaterThanOrEqual(heaviness(of(found)));
      }),
    );
  });

  it('lets nothing be granted that one of them forbids', () => {
    fc.assert(
      fc.property(some, (found) => {
        if (OBLIGATION[of(found)] === 'may-grant')
          expect(found.map((each) => OBLIGATION[each])).toEqual(found.map(() => 'may-grant'));
      }),
    );
  });
});

describe('a favour', () => {
  it('of one subject says more than nothing', () => expect(ofSubject(['pass', 'favour'])).toBe('favour'));
  it('of a consortium needs all of them', () => {
    fc.assert(
      fc.property(some, (found) => {
        expect(ofMembers(found) === 'favour').toBe(found.every((each) => each === 'favour'));
      }),
    );
  });
  it('is not had where nothing was found', () => {
    expect(ofSubject([])).toBe('pass');
    expect(ofMembers([])).toBe('pass');
  });
});

const CATALOGUE = PublishedCatalogue.parse(sample);
const NOW = parseInstant('2026-11-21T13:25:00+08:00');
const TODAY = dateOf(NOW);
const codes = (entries: readonly { readonly code: string }[]) => entries.map(({ code }) => code);

const scene = fc.constantFrom(...CATALOGUE.scenes);
const region = fc.constantFrom('430000', '430100', '430102', '420100');
const sector = fc.constantFrom('construction', 'medicine');
const few = <T>(all: readonly T[]) => fc.subarray([...all], { maxLength: Math.min(3, all.length) });
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 4 });

/** A listing of a catalogued domain, as often in force and catalogued as not. */
const listing = fc
  .record({
    domain: fc.constantFrom(...CATALOGUE.domains),
    list: fc.constantFrom(...ListKind.options),
    grade: maybe(fc.constantFrom(...Grade.options)),
    source: maybe(fc.constantFrom(...CATALOGUE.sources.map(({ id }) => id))),
    others: few([...codes(CATALOGUE.measures), 'uncatalogued']),
    from: fc.integer({ min: -400, max: 2 }),
    days: fc.option(fc.integer({ min: 0, max: 800 })),
    region: maybe(region),
    sectors: maybe(few(['construction', 'medicine'])),
    leniency: maybe(few(Leniency.options)),
    causes: maybe(few(['objection', 'reorganisation'] as const)),
    state: fc.constantFrom('active', 'active', 'active', 'active', 'publicised', 'ended'),
    reason: fc.constantFrom(...EndReason.options),
    proceedings: fc.boolean(),
    usual: fc.boolean(),
  })
  .map(({ domain, list, grade, others, from, days, causes, reason, usual, ...said }) => {
    const kind = usual ? (domain.lists[0] ?? list) : list;
    const fitting = CATALOGUE.measures.filter(({ domains }) => domains.includes(domain.code));
    return {
      ...said,
      list: kind,
      domain: domain.code,
      ...((usual ? kind === 'black' || kind === 'ordinary' : grade !== undefined) && { grade: grade ?? 'serious' }),
      authority: '样例机关',
      document: { number: '样例', type: 'penalty-decision', issuedOn: addDays(TODAY, from) },
      measures: [...(usual ? codes(fitting) : []), ...others],
      from: addDays(TODAY, from),
      until: days === null ? null : addDays(TODAY, from + days),
      repair: { repairable: true },
      ...(causes && { suspensions: causes.map((cause) => ({ cause, since: toIso(NOW) })) }),
      ...(said.state === 'ended' && { ended: { reason, at: toIso(NOW) } }),
    };
  });
const listings = fc
  .array(listing, { maxLength: 6 })
  .map((all) => all.map((each, index) => Listing.parse(JSON.parse(JSON.stringify({ id: `l-${index}`, ...each })))));

const head: fc.Arbitrary<Head> = fc
  .record({
    ages: fc.array(fc.constantFrom(1, 1, 1, 200, 900, null), { minLength: CATALOGUE.sources.length }),
    switchedOff: fc.oneof(
      { arbitrary: fc.constant<string[]>([]), weight: 4 },
      { arbitrary: few([...codes(CATALOGUE.measures), ...codes(CATALOGUE.domains)]), weight: 1 },
    ),
  })
  .map(({ ages, switchedOff }) => ({
    catalogueVersion: CATALOGUE.version,
    sequence: 1,
    switchedOff,
    freshAsOf: Object.fromEntries(
      CATALOGUE.sources.flatMap(({ id }, index) => {
        const age = ages[index] ?? null;
        return age === null ? [] : [[id, toIso(instant(NOW - age * 3_600_000))]];
      }),
    ),
  }));

/** One subject with its listings, and perhaps a head office and a legal representative with theirs. */
const world = fc.record({
  scene,
  head,
  matter: fc.record({ id: fc.constant('m'), region, sector, mandatoryTender: fc.boolean() }, { requiredKeys: ['id'] }),
  own: listings,
  headOffice: maybe(listings),
  representative: maybe(listings),
  person: fc.boolean(),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

const ORGANISATION = { kind: 'organisation', scheme: 'org-code', value: 'M000100Y4', code9: 'M000100Y4' } as const;
const PERSON = { kind: 'person', scheme: 'resident-id', value: '11010519491231002X' } as const;

/** `named` are listings of which nothing is known but that they bear the subject's name. */
function evidenceOf(
  { own, headOffice, representative, person, ...setting }: World,
  named: readonly Listing[] = [],
): Evidence {
  const asked = (who: typeof ORGANISATION | typeof PERSON, held: readonly Listing[]) => ({
    identifier: who,
    names: [],
    key: undefined,
    standings: [{ version: held.length, subject: { scheme: who.scheme }, listings: [...held] }],
    namesakes: [],
    unresolved: false,
    attested: false,
  });
  return {
    ...setting,
    catalogue: CATALOGUE,
    now: NOW,
    subjects: [
      {
        ...asked(person ? PERSON : ORGANISATION, own),
        namesakes: [{ version: named.length, subject: { scheme: 'org-name' }, listings: [...named] }],
        role: undefined,
        related: [
          ...(headOffice ? [{ ...asked(ORGANISATION, headOffice), relation: 'head-office' }] : []),
          ...(representative ? [{ ...asked(PERSON, representative), relation: 'legal-representative' }] : []),
        ],
      },
    ],
  };
}

const heaviness = (outcome: Outcome) => -WITHIN.indexOf(outcome);
const heavinessOf = (given: World) => heaviness(decide(evidenceOf(given)).outcome);
const reids = (held: readonly Listing[], prefix: string) => held.map((each) => ({ ...each, id: prefix + each.id }));

describe('a decision', () => {
  it('meets every outcome in these worlds', () => {
    const met = new Set(fc.sample(world, { numRuns: 2000, seed: 7 }).map((given) => decide(evidenceOf(given)).outcome));
    expect([...met].toSorted()).toEqual([...Outcome.options].toSorted());
  });

  it('never gets lighter by a further listing', () => {
    fc.assert(
      fc.property(world, listings, fc.boolean(), (given, more, related) => {
        const added = reids(more, 'more-');
        const after = related
          ? { ...given, representative: [...(given.representative ?? []), ...added] }
          : { ...given, own: [...given.own, ...added] };
        expect(heavinessOf(after)).toBeGreaterThanOrEqual(heavinessOf(given));
      }),
      { numRuns: 1000 },
    );
  });

  it('is never convicted, made strict or favoured by a name alone', () => {
    fc.assert(
      fc.property(world, listings, (given, more) => {
        const without = decide(evidenceOf(given));
        const alone = decide(evidenceOf(given, reids(more, 'named-')));
        const added = new Set<Outcome>([without.outcome, 'indeterminate', 'warn']);
        expect(added).toContain(alone.outcome);
        expect(heaviness(alone.outcome)).toBeGreaterThanOrEqual(heaviness(without.outcome));
        expect(alone.verdicts.map(({ reasons }) => reasons)).toEqual(without.verdicts.map(({ reasons }) => reasons));
      }),
      { numRuns: 1000 },
    );
  });

  it('never gets heavier when a listing ends', () => {
    fc.assert(
      fc.property(world, fc.nat(5), fc.constantFrom(...EndReason.options), (given, at, reason) => {
        const own = given.own.map((each, index) =>
          index === at ? { ...each, state: 'ended' as const, ended: { reason, at: toIso(NOW) } } : each,
        );
        expect(heavinessOf({ ...given, own })).toBeLessThanOrEqual(heavinessOf(given));
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on the order of the listings', () => {
    fc.assert(
      fc.property(world, (given) => {
        expect(heavinessOf({ ...given, own: given.own.toReversed() })).toBe(heavinessOf(given));
      }),
      { numRuns: 500 },
    );
  });

  it('accounts for every listing once: it counts, or a guard stopped it', () => {
    fc.assert(
      fc.property(world, (given) => {
        const [verdict] = decide(evidenceOf(given)).verdicts;
        const found = [
          ...(verdict?.reasons ?? []).map(({ listing: { id } }) => id),
          ...(verdict?.considered ?? []).map(({ listingId }) => listingId),
        ];
        const held = [...given.own, ...(given.headOffice ?? []), ...(given.representative ?? [])];
        expect(found.toSorted()).toEqual(held.map(({ id }) => id).toSorted());
      }),
      { numRuns: 500 },
    );
  });

  it('says why wherever it is indeterminate, and never convicts a person by itself', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { outcome: said, verdicts } = decide(evidenceOf(given));
        if (said === 'indeterminate') expect(verdicts.flatMap(({ notices }) => notices)).not.toEqual([]);
        if (given.person && !given.headOffice) expect(said).not.toBe('veto');
      }),
      { numRuns: 500 },
    );
  });

  it('never passes where a source that the scene requires is not fresh', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { outcome: said, sources } = decide(evidenceOf(given));
        const required = sources.filter(({ id }) => given.scene.requiredSources.includes(id));
        expect(required).toHaveLength(given.scene.requiredSources.length);
        if (required.some(({ state }) => state !== 'fresh')) expect(['veto', 'indeterminate']).toContain(said);
      }),
      { numRuns: 500 },
    );
  });

  it('serves for some time, and never beyond midnight of a day on which a listing changes', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { expiresAt } = decide(evidenceOf(given));
        expect(expiresAt).toBeGreaterThan(NOW);
        for (const { state, from, until } of given.own) {
          // A candidate's days bring nothing by themselves.
          if (state !== 'active') continue;
          if (from > TODAY) expect(expiresAt).toBeLessThanOrEqual(startOf(from));
          if (until !== null && until >= TODAY) expect(expiresAt).toBeLessThanOrEqual(startOf(addDays(until, 1)));
        }
      }),
      { numRuns: 500 },
    );
  });
});
