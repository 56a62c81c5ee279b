import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import type { PersonIdentifier } from './identifier.ts';

/**
 * What a subject is stored under. `o:` and the nine characters of the 主体标识码; or `p:`, the version of the key and 160
 * bits of HMAC-SHA256 in base64url; or, of an organisation of which a list says the name and no more, `n:` and 96 bits of
 * SHA-256 of the folded name.
 */
export const SubjectKey = z
  .string()
  .check(z.regex(/^(?:o:[0-9A-Z]{9}|p:[1-9][0-9]{0,5}:[A-Za-z0-9_-]{27}|n:[A-Za-z0-9_-]{16})$/))
  .brand<'SubjectKey'>();
export type SubjectKey = z.infer<typeof SubjectKey>;

/** The secrets behind persons' keys. The numbers are so few that without a secret every hash could be reversed. */
export interface PersonKeyring {
  /** The version that new keys are made with. */
  readonly current: number;
  readonly keys: ReadonlyMap<number, Uint8Array>;
}

// Half the item key's bytes for a collision chance still below 10⁻³² at 64 million persons (B18).
const KEY_BYTES = 20;
// A hundred million names meet by chance with less than 10⁻¹², and each byte is in every record of a check with a name.
const NAME_BYTES = 12;
const MIN_SECRET_BYTES = 32;
// Changing what is hashed would orphan every stored person: bump only with a migration.
const PURPOSE = 'grantgate person key 1';
// Cannot occur in a field: all are folded letters, digits and hyphens. So no two identifiers share an encoding.
const FIELD_SEPARATOR = '\u0000';
const RING_ENTRY = /^([1-9][0-9]{0,5}):([A-Za-z0-9+/]+={0,2})$/;

/** `code9` is the 主体标识码: characters 9 to 17 of a unified social credit code, or an organisation code without hyphen. */
export const organisationKey = (code9: string): SubjectKey => `o:${code9}` as SubjectKey;

/**
 * Of an organisation that is known by its name alone; `folded` as foldName gives it. Whoever bears the name is a candidate
 * for what stands there, and no more. A hash, as a name may be longer than an index's key and hold what parts one.
 */
export const nameKey = (folded: string): SubjectKey =>
  `n:${createHash('sha256').update(folded).digest().subarray(0, NAME_BYTES).toString('base64url')}` as SubjectKey;

export const isNameKey = (key: string): boolean => key.startsWith('n:');

/** A person's key is nobody's to see. */
export const isPersonKey = (key: string): boolean => key.startsWith('p:');

/** The 主体标识码 that an organisation's key is made of. */
export const code9Of = (key: string): string => key.slice('o:'.length);

/** One key per version: the current first, then the older from new to old. A subject may still be stored under any of them. */
export function personKeys(ring: PersonKeyring, identifier: PersonIdentifier): SubjectKey[] {
  const versions = [...ring.keys.keys()].sort((one, other) => other - one);
  return [ring.current, ...versions.filter((version) => version !== ring.current)].flatMap((version) => {
    const secret = ring.keys.get(version);
    return secret === undefined ? [] : [personKey(version, secret, identifier)];
  });
}

/**
 * Reads `1:<base64>,2:<base64>`: version and secret, the last one current. Throws a RangeError, which names the place
 * and never the secret, for a malformed entry, a secret under 32 bytes, and a version or a secret that comes twice.
 */
export function parseKeyring(text: string): PersonKeyring {
  const keys = new Map<number, Uint8Array>();
  const seen = new Set<string>();
  let current = 0;
  for (const [index, entry] of text.split(',').entries()) {
    const place = `person key ${index + 1}`;
    const [, version, encoded] = RING_ENTRY.exec(entry.trim()) ?? [];
    if (version === undefined || encoded === undefined) throw new RangeError(`${place} is not <version>:<base64>`);
    const secret = Buffer.from(encoded, 'base64');
    const canonical = secret.toString('base64');
    if (canonical !== encoded) throw new RangeError(`${place} is not padded base64`);
    if (secret.length < MIN_SECRET_BYTES) throw new RangeError(`${place} is shorter than ${MIN_SECRET_BYTES} bytes`);
    current = Number(version);
    if (keys.has(current)) throw new RangeError(`${place} repeats version ${version}`);
    if (seen.has(canonical)) throw new RangeError(`${place} repeats the secret of another version`);
    seen.add(canonical);
    keys.set(current, secret);
  }
  return { current, keys };
}

function personKey(version: number, secret: Uint8Array, { scheme, country, value }: PersonIdentifier): SubjectKey {
  const digest = createHmac('sha256', secret)
    .update([PURPOSE, scheme, country ?? '', value].join(FIELD_SEPARATOR))
    .digest();
  return `p:${version}:${digest.subarray(0, KEY_BYTES).toString('base64url')}` as SubjectKey;
}
