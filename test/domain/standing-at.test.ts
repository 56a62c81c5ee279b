import { expect, test } from 'vitest';
import { standingAnswer, standingsThen } from '../../lib/disclosure/standing-query.ts';
import { parseInstant } from '../../lib/kernel/clock.ts';
import type { EventRecord, StandingEvent } from '../../lib/listing/event.ts';
import { standingAsOf, standingAtVersion } from '../../lib/listing/standing-at.ts';
import { NONE_ABOLISHED } from '../../lib/listing/term.ts';
import { advance, fold, unknownSubject } from '../../lib/listing/transition.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';
import { organisation } from '../api-client.ts';
import { keyOf, listing } from '../conformance/samples.ts';

const EVENTS: readonly (readonly [string, StandingEvent])[] = [
  ['2026-11-21T01:00:00.000Z', { type: 'listed', listing: listing('a') }],
  // The next writer's clock is a second behind this one's.
  ['2026-11-21T01:00:05.000Z', { type: 'suspended', listingId: 'a', cause: 'objection' }],
  ['2026-11-21T01:00:04.000Z', { type: 'listed', listing: listing('b') }],
  ['2026-11-21T01:00:09.000Z', { type: 'ended', listingId: 'a', reason: 'revoked' }],
];

const HISTORY: EventRecord[] = [];
for (const [at, event] of EVENTS) {
  const before = fold(HISTORY) ?? unknownSubject({ scheme: 'uscc' });
  HISTORY.push(...advance(before, [event], { actor: 'steward' }, parseInstant(at)).records);
}

test.each([
  ['2026-11-21T00:59:59.999Z', undefined],
  ['2026-11-21T01:00:00.000Z', 1],
  ['2026-11-21T01:00:03.999Z', 1],
  ['2026-11-21T01:00:04.000Z', 3],
  ['2026-11-21T01:00:05.000Z', 3],
  ['2026-11-21T01:00:09.000Z', 4],
  ['2030-01-01T00:00:00.000Z', 4],
])('as of %s the standing is at version %s', (at, version) => {
  const standing = standingAsOf(HISTORY, parseInstant(at));
  expect(standing?.version).toBe(version);
  expect(standing).toEqual(fold(HISTORY.slice(0, version ?? 0)));
});

test('a version is the fold of so many events, and none beyond them', () => {
  for (const [index] of HISTORY.entries())
    expect(standingAtVersion(HISTORY, index + 1)).toEqual(fold(HISTORY.slice(0, index + 1)));
  expect(standingAtVersion(HISTORY, 0)).toBeUndefined();
  expect(standingAtVersion(HISTORY, HISTORY.length + 1)).toBeUndefined();
});

test('a subject who was listed under two keys is told whole; versions are those of the first', async () => {
  const unused = keyOf(organisation(1));
  const current = keyOf(organisation(2));
  const older = keyOf(organisation(3));
  const elder = advance(
    unknownSubject({ scheme: 'resident-id' }),
    [{ type: 'listed', listing: listing('older') }],
    { actor: 'steward' },
    parseInstant('2026-11-21T01:00:04.500Z'),
  ).records;
  const histories = new Map([
    [current, HISTORY],
    [older, elder],
  ]);
  const reader = {
    standings: async () => new Map(),
    history: async (key: SubjectKey) => histories.get(key) ?? [],
  };
  const found = { shown: { scheme: 'resident-id' as const, id: '*' }, keys: [unused, current, older], logKeys: [] };
  const told = async (when: { version: number } | { asOf: string }) => {
    const then = await standingsThen(found, { ...when }, reader, parseInstant('2030-01-01T00:00:00Z'));
    const { version, listings } = standingAnswer(found, then ?? { standings: [], moment: undefined }, NONE_ABOLISHED);
    return [version, ...listings.map(({ id }) => id)];
  };
  expect(await told({ version: 1 })).toEqual([1, 'a']);
  // Its moment is 01:00:05, by which the older key had its listing; version 3 is not in it, though its clock says 01:00:04.
  expect(await told({ version: 2 })).toEqual([2, 'a', 'older']);
  expect(await told({ asOf: '2026-11-21T01:00:04.400Z' })).toEqual([3, 'a', 'b']);
  expect(await told({ asOf: '2026-11-21T01:00:04.500Z' })).toEqual([3, 'a', 'b', 'older']);
});
