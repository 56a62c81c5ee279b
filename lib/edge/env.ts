import * as z from 'zod/mini';

// One schema each for what is alike: every function makes all of them when it is loaded.
const named = z.string().check(z.minLength(1));
const tableOrBucket = z.string().check(z.minLength(3));
const address = z.optional(z.url());

/** The environment variables that functions read; each function's `index.ts` picks the ones it needs. */
export const Variables = z.object({
  AWS_REGION: named,
  REGISTRY_TABLE: tableOrBucket,
  CHECK_LOG_TABLE: tableOrBucket,
  /** `1:base64,2:base64`: the keys that persons' numbers are digested with, the current one last. */
  PERSON_KEYRING: named,
  /** Base64, 32 bytes or more: keys record ids, fingerprints and cursors. */
  RECORD_KEY: z.base64().check(z.minLength(44)),
  /** `base64@<retired at>,base64`: what receipts and seals are signed with, the current one last. */
  SIGNING_KEYS: z.string().check(z.minLength(44)),
  /** The name of the bus that events go out on. */
  EVENT_BUS: named,
  SEALS_TABLE: tableOrBucket,
  /** The object-locked bucket that every seal goes to; absent on one's own machine. */
  SEALS_BUCKET: z.optional(tableOrBucket),
  /** The object-locked bucket that a copy of every record goes to; absent where none is wanted. */
  ARCHIVE_BUCKET: z.optional(tableOrBucket),
  /** How old a record is before it is sealed; absent on AWS, where it is three minutes. */
  SEAL_AFTER_SECONDS: z.optional(z.pipe(z.string().check(z.regex(/^\d{1,4}$/)), z.transform(Number))),
  /** Where files are uploaded to, and what the flow is called that takes them in. */
  INTAKE_BUCKET: tableOrBucket,
  INTAKE_FLOW: named,
  /** The address of the local stand-in for both; absent on AWS. */
  INTAKE_ENDPOINT: address,
  /** The embedded engine's address; absent on AWS. */
  DYNAMODB_ENDPOINT: address,
  /** The address of what stands in for EventBridge; absent on AWS. */
  EVENTS_ENDPOINT: address,
});

export type Variable = keyof z.infer<typeof Variables>;

/**
 * The picked variables, parsed.
 * @throws Error that names what is missing or malformed, and no value
 */
export function readEnvironment<T extends z.ZodMiniType>(
  environment: Readonly<Record<string, string | undefined>>,
  picked: T,
): z.output<T> {
  const parsed = picked.safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
  throw new Error(`environment variable missing or malformed: ${names.join(', ')}`);
}
