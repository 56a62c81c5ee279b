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

export interface StandingFeedProps {
  readonly registry: Table;
  readonly consumer: IFunction;
  /** Where it goes on record that something was given up on. */
  readonly givenUp: Queue;
}

/** Every write of a standing, given to a function. A stream bears two of them: a third would be throttled. */
export class StandingFeed extends Construct {
  constructor(scope: Construct, id: string, { registry, consumer, givenUp }: StandingFeedProps) {
    super(scope, id);
    new EventSourceMapping(this, 'Mapping', {
      target: consumer,
      eventSourceArn: registry.tableStreamArn ?? '',
      // From the oldest: a listing that came into force before the mapping stood is dealt with too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      // Standings alone have this sort key with this partition; of what else has it, the function makes nothing.
      filters: [FilterCriteria.filter({ dynamodb: { Keys: { sk: { S: FilterRule.isEqual('S') } } } })],
      batchSize: BATCH_SIZE,
      parallelizationFactor: PARALLEL,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: GIVEN_UP_AFTER,
      // CDK's own destination would grant more than sending.
      onFailure: { bind: () => ({ destination: givenUp.queueArn }) },
    });
  }
}
