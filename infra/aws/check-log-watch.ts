import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const BATCH_SIZE = 100;
/** A caller over its quota is held back about this much later. */
const BATCH_WINDOW = Duration.seconds(1);
/** Enough for a passing fault; then the batch is halved, so that one record does not stop its shard. */
const RETRIES = 5;

export interface CheckLogWatchProps {
  readonly checkLog: Table;
  readonly meter: IFunction;
  readonly unexamined: Queue;
}

/** Every change of the CheckLog, given to the meter in order. */
export class CheckLogWatch extends Construct {
  constructor(scope: Construct, id: string, { checkLog, meter, unexamined }: CheckLogWatchProps) {
    super(scope, id);
    new EventSourceMapping(this, 'Mapping', {
      target: meter,
      eventSourceArn: checkLog.tableStreamArn ?? '',
      // From the oldest: a record changed before the mapping stood counts too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH_SIZE,
      maxBatchingWindow: BATCH_WINDOW,
      bisectBatchOnError: true,
      retryAttempts: RETRIES,
      // CDK's own destination would grant more than sending.
      onFailure: { bind: () => ({ destination: unexamined.queueArn }) },
    });
  }
}
