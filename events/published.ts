import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { ALERT_EVENTS } from './alert-events.ts';
import { breakingChanges, type JsonSchema } from './compatibility.ts';
import { EVENT_VERSION, LISTING_EVENTS } from './listing-events.ts';

/** What receivers have been given, and rely on. */
const FROZEN = join(import.meta.dirname, `v${EVENT_VERSION}`);

const fileOf = (type: string) => join(FROZEN, `${type}.schema.json`);

const Json = z.record(z.string(), z.unknown());

/** The JSON Schema of today's events, by type. Unknown fields are allowed: a receiver has to bear new ones. */
export const published = (): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries({ ...LISTING_EVENTS, ...ALERT_EVENTS }).map(([type, schema]) => [
      type,
      {
        $id: `urn:grantgate:event:${type}:${EVENT_VERSION}`,
        title: type,
        ...Json.parse(z.toJSONSchema(schema, { override: simplify })),
      },
    ]),
  );

function simplify({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.additionalProperties;
  // The format of a date says it; zod's own expression for it may be another tomorrow.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

/** The frozen schema of a type of event. Throws where it has none. */
export const frozen = (type: string): JsonSchema => Json.parse(JSON.parse(readFileSync(fileOf(type), 'utf8')));

/** `node events/published.ts` freezes what has been added, and refuses what would break a receiver. */
if (import.meta.main) {
  for (const [type, schema] of Object.entries(published())) {
    const broken = isFrozen(type) ? breakingChanges(frozen(type), schema) : [];
    if (broken.length > 0) {
      console.error(`${type} would break its receivers:\n${broken.join('\n')}`);
      process.exitCode = 1;
    } else writeFileSync(fileOf(type), `${JSON.stringify(schema, null, 2)}\n`);
  }
}

function isFrozen(type: string): boolean {
  try {
    return frozen(type) !== undefined;
  } catch {
    return false;
  }
}
