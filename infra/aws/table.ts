import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { TableShape } from '../../lib/dynamo/tables.ts';

/** As long as DynamoDB takes; docs/retention.md says so to whoever wants something gone. */
const RECOVERABLE_DAYS = 35;

/**
 * A table that outlives its stack: its name is fixed, so that a change which would replace it fails instead of
 * starting over with an empty one.
 */
export class RetainedTable extends Table {
  readonly shape: TableShape;

  constructor(scope: Construct, id: string, shape: TableShape, encryptionKey: IKey) {
    super(scope, id, {
      tableName: shape.name,
      partitionKey: { name: shape.partitionKey, type: AttributeType.STRING },
      sortKey: { name: shape.sortKey, type: AttributeType.STRING },
      // Bid openings come in bursts that nobody announces.
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: RECOVERABLE_DAYS },
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(shape.ttl && { timeToLiveAttribute: shape.ttl }),
    });
    this.shape = shape;
    for (const [indexName, { partitionKey, sortKey, projected }] of Object.entries(shape.indexes))
      this.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...projected],
      });
  }
}
