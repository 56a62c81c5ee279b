import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { TABLES } from '../../lib/dynamo/tables.ts';
import { GeneratedKey } from './generated-key.ts';
import { RecordArchive } from './record-archive.ts';
import { SealArchive } from './seal-archive.ts';
import { RetainedTable } from './table.ts';

const KEY_DELETION_DAYS = 30;

export interface DataStackProps extends StackProps {
  /** How many versions the persons' keyring has. It only grows: a person stored under a version needs that version. */
  readonly personKeys: number;
  /** For each signing key but the current one the moment from which on it signs nothing, ISO 8601 UTC, the oldest first. */
  readonly retiredSigningKeys: readonly string[];
  readonly archive: boolean;
}

/** What must survive every deployment: the lists in force, the record of every check, and the keys to both. */
export class DataStack extends Stack {
  /**
   * One key for both tables and the secrets. A check needs all of them, so a second key would only be a second way to
   * lose the evidence; what keeps the tables apart is the encryption context, which every grant names.
   */
  readonly key: Key;
  readonly registry: RetainedTable;
  readonly checkLog: RetainedTable;
  readonly seals: RetainedTable;
  readonly sealArchive: SealArchive;
  /** Only where it is wanted. */
  readonly recordArchive: RecordArchive | undefined;
  readonly recordKey: GeneratedKey;
  readonly #personKeys: readonly GeneratedKey[];
  readonly #signingKeys: readonly { readonly key: GeneratedKey; readonly retiredAt: string | undefined }[];

  constructor(scope: Construct, id: string, { personKeys, retiredSigningKeys, archive, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.key = new Key(this, 'Key', {
      description: 'Grantgate: both tables, the keys of records and persons, the environment of the functions',
      enableKeyRotation: true,
      pendingWindow: Duration.days(KEY_DELETION_DAYS),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.registry = new RetainedTable(this, 'Registry', TABLES.registry, this.key);
    this.checkLog = new RetainedTable(this, 'CheckLog', TABLES.checkLog, this.key);
    this.seals = new RetainedTable(this, 'Seals', TABLES.seals, this.key);
    this.sealArchive = new SealArchive(this, 'SealArchive');
    this.recordArchive = archive ? new RecordArchive(this, 'RecordArchive', this.key) : undefined;
    this.recordKey = new GeneratedKey(this, 'RecordKey', {
      encryptionKey: this.key,
      description: 'Keys record ids, fingerprints and cursors',
      neverRotated:
        'The ids of records under an Idempotency-Key are an HMAC under this key. Changed in place, a retry would ' +
        'find no record and be answered, and recorded, a second time.',
    });
    this.#personKeys = Array.from({ length: personKeys }, (_, index) => this.#personKey(index + 1));
    this.#signingKeys = [...retiredSigningKeys, undefined].map((retiredAt, index) => ({
      key: this.#signingKey(index + 1),
      retiredAt,
    }));
  }

  /** `1:<base64>,2:<base64>`, the current version last, with references in the place of the secrets. */
  get personKeyring(): string {
    return this.#personKeys.map(({ reference }, index) => `${index + 1}:${reference}`).join(',');
  }

  /** `<base64>@<retired at>,<base64>`, the current key last, with references in the place of the secrets. */
  get signingKeys(): string {
    return this.#signingKeys
      .map(({ key, retiredAt }) => (retiredAt === undefined ? key.reference : `${key.reference}@${retiredAt}`))
      .join(',');
  }

  #signingKey(version: number): GeneratedKey {
    return new GeneratedKey(this, `SigningKey${version}`, {
      encryptionKey: this.key,
      description: `Signs receipts and seals, version ${version}`,
      neverRotated:
        'What is published to verify old receipts with is derived from this secret. Changed in place, they would be ' +
        'those of an unknown key. Rotating is adding one: deploy with the moment at which this one retires added to ' +
        '`-c retiredSigningKeys=<moment>,…`.',
    });
  }

  #personKey(version: number): GeneratedKey {
    return new GeneratedKey(this, `PersonKey${version}`, {
      encryptionKey: this.key,
      description: `Digests persons' identity numbers, version ${version}`,
      neverRotated:
        'Every stored person is found under a digest made with this key. Changed in place, each would vanish from ' +
        'the lists and pass. Rotating is adding a version: deploy with `-c personKeys=<number>` one higher.',
    });
  }
}
