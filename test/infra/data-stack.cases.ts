import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { TABLES, type TableShape } from '../../lib/dynamo/tables.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { assemble, assembled, data, environmentOf, ofType, propertiesOf, service, templatesOf } from './templates.ts';

const key = (name: string, type: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType: type });
const indexesOf = ({ indexes }: TableShape) =>
  Object.entries(indexes).map(([IndexName, { partitionKey, sortKey, projected }]) => ({
    IndexName,
    KeySchema: [key(partitionKey, 'HASH'), key(sortKey, 'RANGE')],
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projected] },
  }));

const KeyPolicy = z.object({ Statement: z.array(z.object({ Principal: z.unknown() })) });

describe.each([
  ['Registry', TABLES.registry],
  ['CheckLog', TABLES.checkLog],
  ['Seals', TABLES.seals],
] satisfies [string, TableShape][])('the table %s', (name, shape: TableShape) => {
  const table = data[name];

  it('has the name, keys and indexes of TABLES, and no other', () => {
    expect(table?.Properties).toMatchObject({
      TableName: shape.name,
      KeySchema: [key(shape.partitionKey, 'HASH'), key(shape.sortKey, 'RANGE')],
      BillingMode: 'PAY_PER_REQUEST',
    });
    expect(table?.Properties.GlobalSecondaryIndexes ?? []).toEqual(indexesOf(shape));
  });

  it('outlives its stack: protected, recoverable, kept', () => {
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
      },
    });
  });

  it('is encrypted with the customer key', () => {
    expect(table?.Properties.SSESpecification).toEqual({
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: 'Key.Arn',
    });
  });

  it('streams old and new images', () => {
    expect(table?.Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  });

  it('is swept by its TTL attribute, if it has one', () => {
    expect(table?.Properties.TimeToLiveSpecification).toEqual(shape.ttl && { AttributeName: shape.ttl, Enabled: true });
  });
});

describe('the data stack', () => {
  it('has the two tables and no other', () => {
    expect(ofType(data, 'AWS::DynamoDB::Table')).toHaveLength(Object.keys(TABLES).length);
  });

  it('is protected against deletion itself', () => {
    expect(assembled.data.terminationProtection).toBe(true);
  });

  it('rotates its one key, and keeps it', () => {
    expect(ofType(data, 'AWS::KMS::Key').map(([name]) => name)).toEqual(['Key']);
    expect(data.Key).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
    });
  });

  it('lets nobody but the account use the key: grants are the roles’ own', () => {
    const { Statement } = KeyPolicy.parse(propertiesOf(data, 'Key').KeyPolicy);
    expect(new Set(Statement.map(({ Principal }) => JSON.stringify(Principal)))).toEqual(
      new Set(['{"AWS":"arn:<AWS::Partition>:iam::<AWS::AccountId>:root"}']),
    );
  });

  it('generates its secrets under the key, and keeps them', () => {
    const secrets = Object.entries(data).filter(([, { Type }]) => Type === 'AWS::SecretsManager::Secret');
    expect(secrets.map(([name]) => name).sort()).toEqual(['PersonKey1', 'RecordKey', 'SigningKey1']);
    for (const [, secret] of secrets)
      expect(secret).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { KmsKeyId: 'Key.Arn', GenerateSecretString: { PasswordLength: 44, ExcludePunctuation: true } },
      });
  });

  it('holds no secret in a template, only references', () => {
    const variables = environmentOf(service, 'check');
    expect(variables.RECORD_KEY).toBe('{{resolve:secretsmanager:RecordKey:SecretString:::}}');
    expect(variables.PERSON_KEYRING).toBe('1:{{resolve:secretsmanager:PersonKey1:SecretString:::}}');
  });

  it('adds a version to the keyring without touching the older ones', () => {
    const { service: two } = templatesOf(assemble('us-east-1', 2));
    expect(environmentOf(two, 'check').PERSON_KEYRING).toBe(
      '1:{{resolve:secretsmanager:PersonKey1:SecretString:::}},2:{{resolve:secretsmanager:PersonKey2:SecretString:::}}',
    );
  });

  it('adds a signing key and says when the one before it retires', () => {
    const { service: two } = templatesOf(assemble('us-east-1', 1, ['2027-01-01T00:00:00Z']));
    expect(environmentOf(two, 'keys').SIGNING_KEYS).toBe(
      '{{resolve:secretsmanager:SigningKey1:SecretString:::}}@2027-01-01T00:00:00Z,' +
        '{{resolve:secretsmanager:SigningKey2:SecretString:::}}',
    );
  });

  it('generates what the keyring and the record key are read as', () => {
    const generated = 'aB3'.repeat(14).concat('Zz');
    expect(generated).toHaveLength(44);
    const ring = parseKeyring(`1:${generated},2:${generated.split('').reverse().join('')}`);
    expect(ring.current).toBe(2);
    expect(ring.keys.get(1)).toHaveLength(33);
    const retired = `${generated}@2027-01-01T00:00:00Z`;
    expect(parseSigningKeys(`${retired},${generated.replace('a', 'b')}`).published).toHaveLength(2);
  });
});

describe('the archive of seals', () => {
  const bucket = data[ofType(data, 'AWS::S3::Bucket')[0]?.[0] ?? ''];

  it('locks every object for longer than any record is kept, and nobody can shorten it', () => {
    expect(bucket?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 * 365 } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});
