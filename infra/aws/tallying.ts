import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** A day of Asia/Shanghai is closed at 17:00 UTC; what the first run leaves, the three after it take. */
const HOURS = '17-20';
const MINUTE = '10';
/** The next run comes within the hour, and of the last one's the next night. */
const USELESS_AFTER = Duration.minutes(30);
const RETRIES = 2;

/** Counts each day when it is closed. */
export class Tallying extends Construct {
  constructor(scope: Construct, id: string, { tallier }: { readonly tallier: IFunction }) {
    super(scope, id);
    new Rule(this, 'Schedule', {
      description: 'Counts the checks of the day that has closed',
      schedule: Schedule.cron({ minute: MINUTE, hour: HOURS }),
      targets: [new LambdaFunction(tallier, { maxEventAge: USELESS_AFTER, retryAttempts: RETRIES })],
    });
  }
}
