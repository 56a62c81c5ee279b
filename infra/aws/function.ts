import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, type Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionPlan } from './function-plans.ts';

/** Above the year that an inspection may look back. */
export const LOG_RETENTION = RetentionDays.THIRTEEN_MONTHS;

export interface LeastFunctionProps {
  readonly plan: FunctionPlan;
  readonly code: Code;
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentKey: IKey;
  readonly statements: readonly PolicyStatement[];
}

/** A function with a role, a log group and nothing else: no managed policy, no grant that CDK derives. */
export class LeastFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: LeastFunctionProps) {
    super(scope, id);
    const { plan, code, environment, environmentKey, statements } = props;
    const logGroup = new LogGroup(this, 'Logs', { retention: LOG_RETENTION, removalPolicy: RemovalPolicy.RETAIN });
    // Inline, so that the function never starts before its rights exist, nor keeps them after it is gone.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: plan.description,
      inlinePolicies: {
        least: new PolicyDocument({
          statements: [
            ...statements,
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    this.function = new LambdaFunction(this, 'Function', {
      description: plan.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code,
      memorySize: plan.memoryMb,
      timeout: Duration.seconds(plan.timeout),
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      // In the JSON format the runtime wraps what the code prints, and CloudWatch finds the metrics in it no more.
      loggingFormat: LoggingFormat.TEXT,
      // Lambda gives the role a KMS grant of its own for this when the function is created.
      ...(Object.keys(environment).length > 0 && { environment, environmentEncryption: environmentKey }),
    });
  }
}
