import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { RetainedTable } from './table.ts';

type TableAction =
  `dynamodb:${'GetItem' | 'BatchGetItem' | 'ConditionCheckItem' | 'Query' | 'Scan' | 'PutItem' | 'UpdateItem' | 'DeleteItem'}`;

/** What a function may do with one table; `indexes` are those that it may query. */
export interface TableAccess {
  readonly actions: readonly TableAction[];
  readonly indexes?: readonly string[];
  /** The partitions that it may write to, with `*` for what follows; any where left out. */
  readonly writesTo?: readonly string[];
  /** The attributes that it may change by an update, beside the keys that it names; any where left out. */
  readonly changes?: readonly string[];
}

const WRITES: ReadonlySet<TableAction> = new Set(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']);

// The least that DynamoDB's manual asks of who uses a table under a customer's key, its wildcards spelled out.
// kms:CreateGrant is not among them: only who creates the table needs it.
const KEY_TO_READ = ['kms:Decrypt'];
const KEY_TO_WRITE = [
  ...KEY_TO_READ,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** The statements by which a role may use a table: its items, and the key that they are encrypted with. */
export function tableStatements(
  table: RetainedTable,
  { actions, indexes = [], writesTo, changes }: TableAccess,
  key: IKey,
): PolicyStatement[] {
  const confined = (action: TableAction): boolean => changes !== undefined && action === 'dynamodb:UpdateItem';
  const [reads, writes] = [
    actions.filter((action) => !WRITES.has(action)),
    actions.filter((action) => WRITES.has(action) && !confined(action)),
  ];
  const leading = writesTo && { 'dynamodb:LeadingKeys': [...writesTo] };
  return [
    ...(reads.length > 0
      ? [
          new PolicyStatement({
            actions: reads,
            resources: [table.tableArn, ...indexes.map((index) => `${table.tableArn}/index/${index}`)],
          }),
        ]
      : []),
    // An index is not written to.
    ...(writes.length > 0
      ? [
          new PolicyStatement({
            actions: writes,
            resources: [table.tableArn],
            ...(leading && { conditions: { 'ForAllValues:StringLike': leading } }),
          }),
        ]
      : []),
    ...(changes && actions.some(confined)
      ? [
          new PolicyStatement({
            actions: actions.filter(confined),
            resources: [table.tableArn],
            conditions: {
              ...(leading && { 'ForAllValues:StringLike': leading }),
              'ForAllValues:StringEquals': {
                'dynamodb:Attributes': [table.shape.partitionKey, table.shape.sortKey, ...changes],
              },
              // Nor may it read by what an update returns.
              StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
            },
          }),
        ]
      : []),
    ...keyStatements(table, key, writes.length > 0 ? KEY_TO_WRITE : KEY_TO_READ),
  ];
}

/** What a function may do with objects of a bucket: under which prefixes. */
export type BucketAccess = Readonly<
  Partial<Record<'s3:GetObject' | 's3:PutObject' | 's3:PutObjectRetention', readonly string[]>>
>;

/** The statements by which a role may use objects of a bucket, and the key that they are encrypted with. */
export function bucketStatements(bucket: Bucket, access: BucketAccess, key: IKey): PolicyStatement[] {
  const { region, urlSuffix } = Stack.of(bucket);
  const viaS3 = [...new Set([`s3.${region}.amazonaws.com`, `s3.${region}.${urlSuffix}`])];
  return [
    ...Object.entries(access).map(
      ([action, prefixes]) =>
        new PolicyStatement({
          actions: [action],
          resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
        }),
    ),
    new PolicyStatement({
      actions: ['kms:Decrypt', ...('s3:PutObject' in access ? ['kms:GenerateDataKey'] : [])],
      resources: [key.keyArn],
      // With a bucket key, the context names the bucket and not the object.
      conditions: { StringEquals: { 'kms:ViaService': viaS3, 'kms:EncryptionContext:aws:s3:arn': bucket.bucketArn } },
    }),
  ];
}

/** The statements by which a role may read a table's stream. */
export function streamStatements(table: RetainedTable, key: IKey): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [table.tableStreamArn ?? ''],
    }),
    new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: [streamsOf(table)] }),
    ...keyStatements(table, key, KEY_TO_READ),
  ];
}

/** Listing is asked of all streams of a table, not of one. */
const streamsOf = (table: RetainedTable): string =>
  Stack.of(table).formatArn({
    service: 'dynamodb',
    resource: 'table',
    resourceName: `${table.shape.name}/stream/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });

function keyStatements(table: RetainedTable, key: IKey, actions: readonly string[]): PolicyStatement[] {
  const { region, urlSuffix } = Stack.of(table);
  // In China the manuals write the service's name with either ending.
  const viaDynamo = {
    'kms:ViaService': [...new Set([`dynamodb.${region}.amazonaws.com`, `dynamodb.${region}.${urlSuffix}`])],
  };
  return [
    new PolicyStatement({
      actions: [...actions],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { ...viaDynamo, 'kms:EncryptionContext:aws:dynamodb:tableName': table.shape.name },
      },
    }),
    // Describing a key carries no encryption context that could be asked for.
    new PolicyStatement({
      actions: ['kms:DescribeKey'],
      resources: [key.keyArn],
      conditions: { StringEquals: viaDynamo },
    }),
  ];
}
