import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const BATCH_SIZE = 100;
/** Batches of one shard at a time. Those of one standing stay in order: it is one item. */
const PARALLEL = 4;
/** What was not taken is sent again for half a day: the stream keeps it for a whole one, so that a person can look. */
const GIVEN_UP_AFTER = Duration.hours(12);

export interface OutgoingFeedProps {
  readonly registry: Table;
  readonly outgoing: IFunction;
  readonly untold: Queue;
}

/** Every write of a standing, given to the function that tells the world. */
export class OutgoingFeed extends Construct {
  constructor(scope: Construct, id: string, { registry, outgoing, untold }: OutgoingFeedProps) {
    super(scope, id);
    new EventSourceMapping(this, 'Mapping', {
      target: outgoing,
      eventSourceArn: registry.tableStreamArn ?? '',
      // From the oldest: a listing that came into force before the mapping stood is told too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      // Standings alone have this sort key with this partition; of what else has it, the function makes nothing.
      filters: [FilterCriteria.filter({ dynamodb: { Keys: { sk: { S: FilterRule.isEqual('S') } } } })],
      batchSize: BATCH_SIZE,
      parallelizationFactor: PARALLEL,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: GIVEN_UP_AFTER,
      // CDK's own destination would grant more than sending.
      onFailure: { bind: () => ({ destination: untold.queueArn }) },
    });
  }
}
