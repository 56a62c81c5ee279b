import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Ten minutes past: by then what was written before midnight has reached the index. */
const MINUTE = '10';
/** The next run comes within the hour: what has waited longer is of no use. */
const USELESS_AFTER = Duration.minutes(30);
const RETRIES = 2;

export interface ExpiryScheduleProps {
  readonly expiry: IFunction;
}

/**
 * Every hour, though days end once: what one run leaves, and what is written with a term that has passed, waits for an
 * hour and not for a day.
 */
export class ExpirySchedule extends Construct {
  constructor(scope: Construct, id: string, { expiry }: ExpiryScheduleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'Grantgate: ends the listings whose last day has passed',
      schedule: Schedule.cron({ minute: MINUTE }),
      targets: [new LambdaFunction(expiry, { maxEventAge: USELESS_AFTER, retryAttempts: RETRIES })],
    });
  }
}
