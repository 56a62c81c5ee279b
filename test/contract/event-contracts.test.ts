import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ALERT_EVENTS } from '../../events/alert-events.ts';
import { breakingChanges, type JsonSchema } from '../../events/compatibility.ts';
import { LISTING_EVENTS } from '../../events/listing-events.ts';
import { frozen, published } from '../../events/published.ts';
import { AlertKind } from '../../lib/alert/alert.ts';
import { Grade, ListKind } from '../../lib/catalogue/vocabulary.ts';
import { SAID } from '../../lib/listing/moves.ts';
import { EndReason } from '../../lib/listing/standing.ts';

const EVENTS = join(import.meta.dirname, '../../events');
const CONTRACTS = { ...LISTING_EVENTS, ...ALERT_EVENTS };
const types = Object.keys(CONTRACTS);
const today = published();

const Schema = z.record(z.string(), z.unknown());
const Properties = z.record(z.string(), Schema);

/** The schema and all those in it, each with what puts another one in its place in a copy of the whole. */
function* places(
  schema: JsonSchema,
  put: (changed: JsonSchema) => JsonSchema = (changed) => changed,
  at = '',
): Generator<{ at: string; schema: JsonSchema; put: (changed: JsonSchema) => JsonSchema }> {
  yield { at, schema, put };
  for (const [name, inner] of Object.entries(Properties.parse(schema.properties ?? {})))
    yield* places(
      inner,
      (changed) => put({ ...schema, properties: { ...Properties.parse(schema.properties), [name]: changed } }),
      `${at}/${name}`,
    );
  const alternatives = z.array(Schema).parse(schema.anyOf ?? []);
  for (const [index, inner] of alternatives.entries())
    yield* places(inner, (changed) => put({ ...schema, anyOf: alternatives.with(index, changed) }), `${at}/${index}`);
  if (schema.items !== undefined)
    yield* places(Schema.parse(schema.items), (changed) => put({ ...schema, items: changed }), `${at}/0`);
}

const without = (object: Record<string, unknown>, name: string) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

/** What would break a receiver, at each place at which it can be done. */
function* mutants(whole: JsonSchema): Generator<[string, JsonSchema]> {
  for (const { at, schema, put } of places(whole)) {
    const names = Object.keys(Properties.parse(schema.properties ?? {}));
    const required = z.array(z.string()).parse(schema.required ?? []);
    for (const name of names) {
      const properties = without(Properties.parse(schema.properties), name);
      const rest = required.filter((each) => each !== name);
      yield [`${at}/${name} removed`, put({ ...schema, properties, required: rest })];
      yield [
        `${at}/${name} renamed`,
        put({ ...schema, properties: { ...properties, [`${name}2`]: Properties.parse(schema.properties)[name] } }),
      ];
    }
    for (const name of required)
      yield [`${at}/${name} optional`, put({ ...schema, required: required.filter((each) => each !== name) })];
    if (schema.type === 'object')
      yield [
        `${at} with a new meaning`,
        put({
          ...schema,
          properties: { ...Properties.parse(schema.properties), revoked: { type: 'boolean' } },
          required: [...required, 'revoked'],
        }),
      ];
    if (typeof schema.type === 'string') {
      const other = schema.type === 'string' ? 'number' : 'string';
      yield [`${at} retyped`, put({ ...schema, type: other })];
      yield [`${at} made nullable`, put({ anyOf: [schema, { type: 'null' }] })];
      yield [`${at} made a list`, put({ type: 'array', items: schema })];
    }
    for (const value of z.array(z.string()).parse(schema.enum ?? []))
      yield [
        `${at} without ${value}`,
        put({
          ...schema,
          enum: z
            .array(z.string())
            .parse(schema.enum)
            .filter((each) => each !== value),
        }),
      ];
    if (schema.enum !== undefined) yield [`${at} no longer an enumeration`, put(without({ ...schema }, 'enum'))];
    if (schema.const !== undefined) yield [`${at} another constant`, put({ ...schema, const: 'another' })];
    if (schema.pattern !== undefined) yield [`${at} of another pattern`, put({ ...schema, pattern: '^.$' })];
    if (schema.format !== undefined) yield [`${at} of another format`, put({ ...schema, format: 'time' })];
    if (schema.anyOf !== undefined)
      yield [
        `${at} with one alternative less`,
        put({ ...schema, anyOf: z.array(Schema).parse(schema.anyOf).slice(1) }),
      ];
  }
}

/** What a receiver bears. */
function* additions(whole: JsonSchema): Generator<[string, JsonSchema]> {
  for (const { at, schema, put } of places(whole)) {
    if (schema.type === 'object')
      yield [
        `${at} with one more optional field`,
        put({ ...schema, properties: { ...Properties.parse(schema.properties), more: { type: 'string' } } }),
      ];
    if (schema.enum !== undefined)
      yield [
        `${at} with one more value`,
        put({ ...schema, enum: [...z.array(z.string()).parse(schema.enum), 'more'] }),
      ];
    yield [`${at} with a remark`, put({ ...schema, description: 'what it is' })];
  }
}

describe.each(types)('%s', (type) => {
  const now = today[type] ?? {};

  it('breaks no receiver of what is frozen', () => {
    expect(breakingChanges(frozen(type), now)).toEqual([]);
  });

  it('is frozen as it is: `node events/published.ts` freezes what was added', () => {
    expect(frozen(type)).toEqual(now);
  });

  it('would be caught in every change that breaks a receiver', () => {
    const all = [...mutants(now)];
    expect(all.length).toBeGreaterThan(80);
    const survivors = all.filter(([, mutant]) => breakingChanges(now, mutant).length === 0).map(([name]) => name);
    expect(survivors).toEqual([]);
  });

  it('may gain optional fields, values and remarks', () => {
    const refused = [...additions(now)].filter(([, more]) => breakingChanges(now, more).length > 0);
    expect(refused.map(([name]) => name)).toEqual([]);
  });

  it('has a sample that is as both say', () => {
    const sample = z
      .strictObject({
        version: z.literal('0'),
        id: z.uuid(),
        'detail-type': z.literal(type),
        source: z.literal('grantgate'),
        account: z.string(),
        time: z.iso.datetime(),
        region: z.string(),
        resources: z.tuple([]),
        detail: Schema,
      })
      .parse(JSON.parse(readFileSync(join(EVENTS, `samples/${type}.json`), 'utf8')));
    const contract = Object.entries(CONTRACTS).find(([name]) => name === type)?.[1];
    expect(contract?.parse(sample.detail)).toEqual(sample.detail);
    expect(z.fromJSONSchema(frozen(type)).safeParse(sample.detail).success).toBe(true);
    const { listing: _, ...less } = sample.detail;
    expect(z.fromJSONSchema(frozen(type)).safeParse(less).success).toBe(false);
  });
});

describe('the contracts', () => {
  it('are those of the folder, and no other', () => {
    const files = globSync('v1/*.schema.json', { cwd: EVENTS }).map((file) => basename(file, '.schema.json'));
    expect(files.sort()).toEqual(types.toSorted());
  });

  it('know every kind of alert', () => {
    const { kind } = ALERT_EVENTS['alert-raised'].shape;
    for (const value of AlertKind.options) expect(kind.safeParse(value).success).toBe(true);
  });

  it('know every word that a listing may bring along', () => {
    const { listing, reason } = LISTING_EVENTS['listing-ended'].shape;
    const { changed } = LISTING_EVENTS['listing-corrected'].shape;
    for (const value of EndReason.options) expect(reason.safeParse(value).success).toBe(true);
    for (const value of ListKind.options) expect(listing.shape.list.safeParse(value).success).toBe(true);
    for (const value of Grade.options) expect(listing.shape.grade.safeParse(value).success).toBe(true);
    expect(changed.safeParse([...SAID]).success).toBe(true);
  });
});
