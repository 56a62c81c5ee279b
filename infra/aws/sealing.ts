import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** One note for many records: what a note costs is shared by them. */
const BATCH_SIZE = 200;
const BATCH_WINDOW = Duration.seconds(20);
const GIVEN_UP_AFTER = Duration.hours(12);
const SEALED_EVERY = Duration.minutes(1);

export interface SealingProps {
  readonly checkLog: Table;
  readonly witness: IFunction;
  readonly unnoted: Queue;
  readonly sealer: IFunction;
  /** Whether the witness archives: then it is given the other members of consortia too. */
  readonly archiving: boolean;
}

/** Every record noted as it comes, and sealed some minutes after. */
export class Sealing extends Construct {
  constructor(scope: Construct, id: string, { checkLog, witness, unnoted, sealer, archiving }: SealingProps) {
    super(scope, id);
    new EventSourceMapping(this, 'Mapping', {
      target: witness,
      eventSourceArn: checkLog.tableStreamArn ?? '',
      // From the oldest: what was recorded before the mapping stood is sealed too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      // Records, what is appended to them, and tombstones.
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: {
            Keys: {
              sk: {
                S: [
                  ...FilterRule.or('R', 'T'),
                  ...FilterRule.beginsWith('N#'),
                  ...(archiving ? FilterRule.beginsWith('M#') : []),
                ],
              },
            },
          },
        }),
      ],
      batchSize: BATCH_SIZE,
      maxBatchingWindow: BATCH_WINDOW,
      bisectBatchOnError: true,
      maxRecordAge: GIVEN_UP_AFTER,
      // CDK's own destination would grant more than sending.
      onFailure: { bind: () => ({ destination: unnoted.queueArn }) },
    });
    new Rule(this, 'Schedule', {
      description: 'Seals what was recorded some minutes ago',
      schedule: Schedule.rate(SEALED_EVERY),
      targets: [new LambdaFunction(sealer)],
    });
  }
}
