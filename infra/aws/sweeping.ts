import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** What is due on a day is gone within the day, and what one run leaves the next one takes. */
const EVERY = Duration.hours(1);

/** Deletes, hour by hour, the records whose time has come. */
export class Sweeping extends Construct {
  constructor(scope: Construct, id: string, { sweeper }: { readonly sweeper: IFunction }) {
    super(scope, id);
    new Rule(this, 'Schedule', {
      description: 'Deletes the records whose time has come',
      schedule: Schedule.rate(EVERY),
      targets: [new LambdaFunction(sweeper)],
    });
  }
}
