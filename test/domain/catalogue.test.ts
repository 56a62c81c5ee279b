import { describe, expect, it } from 'vitest';
import sample from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';

const faultsOf = (changes: object) =>
  (PublishedCatalogue.safeParse({ ...sample, ...changes }).error?.issues ?? []).map(
    ({ path, message }) => `/${path.join('/')} ${message}`,
  );
const measures = (code: string, changes: object) =>
  sample.measures.map((measure) => (measure.code === code ? { ...measure, ...changes } : measure));
const inScene = (effect: string) => [{ scene: 'tendering', effects: { ungraded: effect, serious: effect } }];

describe('a catalogue', () => {
  it('that is shipped is one, and says that it is a sample', () => {
    expect(faultsOf({})).toEqual([]);
    expect(sample.sample).toBe(true);
  });

  it.each([
    ['a burden on a red list', 'priority', inScene('restrict')],
    ['a favour on a black list', 'no-land', inScene('favour')],
  ])('does not hold %s', (_, code, scenes) => {
    expect(faultsOf({ measures: measures(code, { scenes }) })[0]).toMatch(/a red list favours and does nothing else/);
  });

  it('does not give one code to a list and a source: a switch names one thing', () => {
    const sources = sample.sources.map((source) =>
      source.id === 'court-defaulters-list' ? { ...source, id: 'court-defaulters' } : source,
    );
    expect(faultsOf({ sources })).toContain('/sources court-defaulters names two of measures, domains and sources');
  });

  it.each([
    [{ retentionYears: 60, longestMatterYears: 40 }, false],
    [{ retentionYears: 60, longestMatterYears: 41 }, true],
    [{ retentionYears: 101, longestMatterYears: 1 }, true],
  ])('keeps nothing for longer than a tombstone may say: %o', (years, isTooLong) => {
    const scenes = sample.scenes.map((scene, index) => (index === 0 ? { ...scene, ...years } : scene));
    expect(
      faultsOf({ scenes }).includes('/scenes/0/retentionYears with longestMatterYears it is more than 100 years'),
    ).toBe(isTooLong);
  });

  it.each([
    ['domains', { domains: ['nowhere'] }],
    ['targets/roles', { targets: { kinds: ['organisation'], roles: ['nobody'], relations: [] } }],
    ['scenes', { scenes: [{ scene: 'nowhere', effects: { serious: 'veto' } }] }],
  ])('refers to nothing that it does not hold: %s', (where, changes) => {
    expect(faultsOf({ measures: measures('no-land', changes) })[0]).toMatch(new RegExp(`^/measures/\\d+/${where} `));
  });
});
