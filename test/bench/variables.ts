import { TABLE_NAMES } from '../../infra/local/tables.ts';

/** No region of AWS. */
export const REGION = 'local';
const SECRET_BYTES = 32;
const secret = (fill: number) => Buffer.alloc(SECRET_BYTES, fill).toString('base64');
export const PERSON_KEYRING = `1:${secret(1)}`;

export const SIGNING_KEYS = secret(3);

/** The environment of the check function, and of the bundle that it is compared with. */
export const variables = (endpoint: string) => ({
  NODE_ENV: 'production',
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  DYNAMODB_ENDPOINT: endpoint,
  REGISTRY_TABLE: TABLE_NAMES.registry,
  CHECK_LOG_TABLE: TABLE_NAMES.checkLog,
  PERSON_KEYRING,
  RECORD_KEY: secret(2),
  SIGNING_KEYS,
});
