import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';

export type JsonSchema = Readonly<Record<string, unknown>>;

const Schema = z.record(z.string(), z.unknown());
const Schemas = z._default(z.record(z.string(), Schema), {});
const Names = z._default(z.array(z.string()), []);

/** What says nothing to a program. */
const REMARKS: ReadonlySet<string> = new Set(['$id', '$schema', 'title', 'description', 'examples']);
/** Keywords that are compared by what is in them. */
const STRUCTURE: ReadonlySet<string> = new Set(['properties', 'required', 'items', 'anyOf', 'enum']);

/**
 * What of a changed contract would break a receiver of the old one, one line for each, with its place. A receiver bears
 * new optional fields and new values of an enumeration; it does not bear a field that is gone, or no longer always
 * there, or of another type or form, a value that is gone, nor a field that it must know to understand the rest.
 */
export function breakingChanges(before: JsonSchema, after: JsonSchema, at = ''): string[] {
  return [
    ...propertyChanges(before, after, at),
    ...valueChanges(before, after, at),
    ...partChanges(before, after, at),
    ...[...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((keyword) => !REMARKS.has(keyword) && !STRUCTURE.has(keyword))
      .filter((keyword) => !isDeepStrictEqual(before[keyword], after[keyword]))
      .map((keyword) => `${at || '/'}: ${keyword} is another`),
  ];
}

function propertyChanges(before: JsonSchema, after: JsonSchema, at: string): string[] {
  const [was, is] = [Schemas.parse(before.properties), Schemas.parse(after.properties)];
  const [wasRequired, isRequired] = [Names.parse(before.required), Names.parse(after.required)];
  return [
    ...Object.entries(was).flatMap(([name, schema]) => {
      const place = `${at}/${name}`;
      const now = is[name];
      if (!now) return [`${place}: is gone`];
      const rare = wasRequired.includes(name) && !isRequired.includes(name);
      return [...(rare ? [`${place}: is no longer always there`] : []), ...breakingChanges(schema, now, place)];
    }),
    ...isRequired
      .filter((name) => !wasRequired.includes(name))
      .map((name) => `${at}/${name}: has to be known now to understand the rest`),
  ];
}

function valueChanges(before: JsonSchema, after: JsonSchema, at: string): string[] {
  if (before.enum === undefined && after.enum === undefined) return [];
  if (!Array.isArray(before.enum) || !Array.isArray(after.enum)) return [`${at}: enum is another`];
  const now: unknown[] = after.enum;
  return before.enum.filter((value) => !now.includes(value)).map((value) => `${at}: the value ${value} is gone`);
}

/** The items of an array, and alternatives one by one. */
function partChanges(before: JsonSchema, after: JsonSchema, at: string): string[] {
  const partsOf = ({ items, anyOf }: JsonSchema) =>
    z.array(Schema).parse([...(items === undefined ? [] : [items]), ...z._default(z.array(Schema), []).parse(anyOf)]);
  const [was, is] = [partsOf(before), partsOf(after)];
  if (was.length !== is.length) return [`${at}: its alternatives are others`];
  return was.flatMap((schema, index) => breakingChanges(schema, is[index] ?? {}, `${at}/${index}`));
}
