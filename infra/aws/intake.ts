import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { KEPT_DAYS } from '../intake-settings.ts';
import { LOG_RETENTION } from './function.ts';
import { intakeFlow } from './intake-flow.ts';
import { KeptBucket } from './kept-bucket.ts';

const FLOW_NAME = 'GrantgateIntake';

/** Where files are uploaded to. Nobody deletes from it: what lies there expires. */
export class IntakeBucket extends KeptBucket {
  readonly logicalId: string;

  constructor(scope: Construct, id: string, encryptionKey: IKey) {
    super(scope, id, {
      encryptionKey,
      lifecycleRules: [
        ...Object.entries(KEPT_DAYS).map(([name, days]) => ({ prefix: `${name}/`, expiration: Duration.days(days) })),
        { abortIncompleteMultipartUploadAfter: Duration.days(KEPT_DAYS.uploads) },
      ],
      unlogged:
        'Files come and go by links that are signed one by one for whoever proposed or may approve an import; the ' +
        'import itself records who that is.',
    });
    // By hand: CDK's own switch is a custom resource, with a function and rights that nobody wrote.
    const { defaultChild } = this.node;
    if (!(defaultChild instanceof CfnBucket)) throw new Error('a bucket without its resource');
    defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    this.logicalId = Stack.of(this).getLogicalId(defaultChild);
  }
}

/** The ARN of the flow, known before the flow is: the API names it, and the flow may start itself for each piece. */
export const flowArn = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: FLOW_NAME,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

export interface IntakeProps {
  readonly bucket: Bucket;
  readonly worker: IFunction;
}

/** What an upload starts: a rule, and the flow that calls the worker. */
export class Intake extends Construct {
  constructor(scope: Construct, id: string, { bucket, worker }: IntakeProps) {
    super(scope, id);
    const { partition } = Stack.of(this);
    const logs = new LogGroup(this, 'Logs', {
      // The prefix under which a log's policy does not grow with every flow.
      logGroupName: `/aws/vendedlogs/states/${FLOW_NAME}`,
      retention: LOG_RETENTION,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const flow = new CfnStateMachine(this, 'Flow', {
      stateMachineName: FLOW_NAME,
      stateMachineType: 'STANDARD',
      roleArn: this.#flowRole(worker).roleArn,
      definition: intakeFlow(partition, worker.functionArn),
      tracingConfiguration: { enabled: true },
      loggingConfiguration: {
        level: 'ALL',
        // Ids and steps; no row passes through the flow.
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.logGroupArn } }],
      },
    });
    const trigger = new Role(this, 'TriggerRole', {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
      description: 'Starts the intake of an uploaded file',
      inlinePolicies: {
        least: only(new PolicyStatement({ actions: ['states:StartExecution'], resources: [flow.ref] })),
      },
    });
    new CfnRule(this, 'Uploaded', {
      description: 'An uploaded file starts its import',
      eventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: 'uploads/' }] } },
      },
      targets: [
        {
          id: 'Flow',
          arn: flow.ref,
          roleArn: trigger.roleArn,
          inputTransformer: { inputPathsMap: { key: '$.detail.object.key' }, inputTemplate: '{"key": <key>}' },
        },
      ],
    });
  }

  #flowRole(worker: IFunction): Role {
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${FLOW_NAME}/*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const role = new Role(this, 'FlowRole', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: 'Calls the worker of the intake, step by step',
      inlinePolicies: {
        least: only(
          new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [worker.functionArn] }),
          // A distributed map is executions of the same flow.
          new PolicyStatement({ actions: ['states:StartExecution'], resources: [flowArn(this)] }),
          new PolicyStatement({
            actions: ['states:DescribeExecution', 'states:StopExecution'],
            resources: [executions],
          }),
          new PolicyStatement({ actions: [...LOG_DELIVERY, ...TRACING], resources: ['*'] }),
        ),
      },
    });
    const { region } = Stack.of(this);
    const named = `arn:<AWS::Partition>:states:${region}:<AWS::AccountId>:execution:${FLOW_NAME}/*`;
    Validations.of(role).acknowledge(
      {
        id: `AwsSolutions-IAM5[Resource::${named}]`,
        reason: 'A distributed map follows and stops executions of its own, whose names nobody knows beforehand.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'The actions by which Step Functions delivers logs and traces take no resource narrower than all.',
      },
    );
    return role;
  }
}

const only = (...statements: PolicyStatement[]): PolicyDocument => new PolicyDocument({ statements });

const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];
const TRACING = [
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
