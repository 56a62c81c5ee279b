import type * as z from 'zod';
import sample from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { decide } from '../../lib/check/decide.ts';
import type { Evidence } from '../../lib/check/evidence.ts';
import { dateOf, parseInstant, toIso } from '../../lib/kernel/clock.ts';
import { listingsOf, patched } from './facts.ts';
import { type CataloguePatch, ListingFact } from './scenario.ts';

const SAMPLE = PublishedCatalogue.parse(sample);
const NOW = parseInstant('2026-11-21T13:25:00+08:00');
export const TODAY = dateOf(NOW);

interface Case {
  readonly listings: readonly z.input<typeof ListingFact>[];
  readonly scene?: string;
  readonly matter?: Partial<Evidence['matter']>;
  readonly catalogue?: CataloguePatch;
  readonly switchedOff?: readonly string[];
}

/** One organisation with its listings, everything fresh as of now, as the facts of a scenario say it. */
function evidenceOf({ listings, scene = 'government-procurement', matter, catalogue, switchedOff }: Case): Evidence {
  const body = catalogue ? patched(SAMPLE, catalogue, 'patched', TODAY) : SAMPLE;
  const found = body.scenes.find(({ code }) => code === scene);
  if (!found) throw new Error(`no scene ${scene}`);
  const held = listings.flatMap((fact) => listingsOf(ListingFact.parse(fact), TODAY));
  return {
    scene: found,
    matter: { id: 'm', ...matter },
    subjects: [
      {
        identifier: { kind: 'organisation', scheme: 'uscc', value: '91350100M000100Y43', code9: 'M000100Y4' },
        names: [],
        key: undefined,
        role: undefined,
        standings: [{ version: held.length, subject: { scheme: 'uscc', code: '91350100M000100Y43' }, listings: held }],
        namesakes: [],
        unresolved: false,
        attested: false,
        related: [],
      },
    ],
    head: {
      catalogueVersion: body.version,
      sequence: 1,
      switchedOff: [...(switchedOff ?? [])],
      freshAsOf: Object.fromEntries(body.sources.map(({ id }) => [id, toIso(NOW)])),
    },
    catalogue: body,
    now: NOW,
  };
}

/** What is decided of that one organisation, in short. */
export function decided(given: Case) {
  const { outcome, expiresAt, verdicts } = decide(evidenceOf(given));
  const { reasons = [], notices = [], considered = [] } = verdicts[0] ?? {};
  return {
    outcome,
    expiresAt: toIso(expiresAt),
    reasons: reasons.map(({ listing, effect, measure }) => `${listing.id} ${effect} ${measure.code}`),
    notices: notices.map(({ code, fact }) => (fact === undefined ? code : `${code} ${fact}`)),
    considered: considered.map(({ listingId, guard }) => `${listingId} ${guard}`),
  };
}
