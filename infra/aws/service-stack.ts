import { CfnOutput, CfnParameter, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { CheckLogWatch } from './check-log-watch.ts';
import type { DataStack } from './data-stack.ts';
import { DeadLetters } from './dead-letters.ts';
import { ExpirySchedule } from './expiry-schedule.ts';
import { LeastFunction } from './function.ts';
import { type DeployedFunction, type DeployedVariable, FUNCTION_PLANS, type FunctionPlan } from './function-plans.ts';
import { flowArn, Intake, IntakeBucket } from './intake.ts';
import { type BucketAccess, bucketStatements, streamStatements, tableStatements } from './permissions.ts';
import { Sealing } from './sealing.ts';
import { StandingFeed } from './standing-feed.ts';
import { Sweeping } from './sweeping.ts';
import type { RetainedTable } from './table.ts';
import { Tallying } from './tallying.ts';

/** Receivers name it in their rules. */
const BUS_NAME = 'grantgate';

export interface ServiceStackProps extends StackProps {
  readonly data: DataStack;
  /** Where a function's bundle comes from. */
  readonly code: (name: DeployedFunction) => Code;
}

/** What answers: the API, its functions, the watch over the CheckLog, the alarms. It can be deleted and made again. */
export class ServiceStack extends Stack {
  readonly #data: DataStack;
  readonly #code: ServiceStackProps['code'];
  readonly #bus: EventBus;
  readonly #intakeBucket: IntakeBucket;

  constructor(scope: Construct, id: string, { data, code, ...props }: ServiceStackProps) {
    super(scope, id, props);
    this.#data = data;
    this.#code = code;
    this.#bus = new EventBus(this, 'Events', {
      eventBusName: BUS_NAME,
      description: 'What happened to listings, for whoever has a rule on it',
    });
    this.#intakeBucket = new IntakeBucket(this, 'IntakeFiles', data.key);

    // Parameters: one synthesised template goes through every environment, and each has its own issuer.
    const issuer = new CfnParameter(this, 'Issuer', {
      description: 'The issuer of the tokens, as in their iss claim',
      allowedPattern: 'https://.+',
    });
    const audience = new CfnParameter(this, 'Audience', {
      type: 'CommaDelimitedList',
      description: 'What the aud claim of a token (of Amazon Cognito: its client_id) may be, separated by commas',
    });

    const unexamined = new DeadLetters(this, 'Unexamined');
    const meter = this.#consumer('meter', data.checkLog, unexamined);
    const untold = new DeadLetters(this, 'Untold');
    const outgoing = this.#consumer('outgoing', data.registry, untold);
    const unalerted = new DeadLetters(this, 'Unalerted');
    const alerter = this.#consumer('alerter', data.registry, unalerted);
    const unnoted = new DeadLetters(this, 'Unnoted');
    const witness = this.#consumer('witness', data.checkLog, unnoted);
    const sealing = this.#function('sealer');
    acknowledgeSealsWildcard(sealing);
    const sealer = sealing.function;
    const functions = {
      check: this.#function('check').function,
      review: this.#function('review').function,
      looks: this.#function('looks').function,
      proof: this.#function('proof').function,
      determination: this.#function('determination').function,
      catalogue: this.#function('catalogue').function,
      callers: this.#function('callers').function,
      aliases: this.#function('aliases').function,
      publications: this.#function('publications').function,
      standings: this.#function('standings').function,
      grants: this.#function('grants').function,
      reconciliation: this.#function('reconciliation').function,
      listings: this.#function('listings').function,
      registers: this.#function('registers').function,
      alerts: this.#function('alerts').function,
      feedback: this.#function('feedback').function,
      violations: this.#function('violations').function,
      receipt: this.#function('receipt').function,
      replay: this.#function('replay').function,
      keys: this.#function('keys').function,
      retention: this.#function('retention').function,
      imports: this.#function('imports').function,
      intake: this.#function('intake').function,
      statistics: this.#function('statistics').function,
      openapi: this.#function('openapi').function,
      meter,
      outgoing,
      alerter,
      expiry: this.#function('expiry').function,
      sweeper: this.#function('sweeper').function,
      tallier: this.#function('tallier').function,
      witness,
      sealer,
    };
    new CheckLogWatch(this, 'Watch', { checkLog: data.checkLog, meter, unexamined });
    new ExpirySchedule(this, 'Expiry', { expiry: functions.expiry });
    new Sweeping(this, 'Sweeping', { sweeper: functions.sweeper });
    new Tallying(this, 'Tallying', { tallier: functions.tallier });
    new StandingFeed(this, 'Outgoing', { registry: data.registry, consumer: outgoing, givenUp: untold });
    new StandingFeed(this, 'Alerting', { registry: data.registry, consumer: alerter, givenUp: unalerted });
    const archiving = data.recordArchive !== undefined;
    new Sealing(this, 'Sealing', { checkLog: data.checkLog, witness, unnoted, sealer, archiving });
    new Intake(this, 'Intake', { bucket: this.#intakeBucket, worker: functions.intake });
    const { http } = new Api(this, 'Api', {
      issuer: issuer.valueAsString,
      audience: audience.valueAsList,
      functions,
    });
    const topic = new AlarmTopic(this, 'Alarmed');
    new Alarms(this, 'Alarms', { api: http, functions, unexamined, untold, unalerted, unnoted, topic });

    new CfnOutput(this, 'ApiAddress', { value: http.apiEndpoint });
    new CfnOutput(this, 'EventBusName', { value: this.#bus.eventBusName, description: 'For the rules of receivers' });
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn, description: 'Subscribe whoever is on duty' });
  }

  /** A function that is given a table's stream, and sends to the queue what was given up on. */
  #consumer(name: DeployedFunction, table: RetainedTable, givenUp: DeadLetters): IFunction {
    const consumer = this.#function(name, [
      ...streamStatements(table, this.#data.key),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [givenUp.queueArn] }),
    ]);
    acknowledgeStreamWildcard(consumer, table);
    return consumer.function;
  }

  #function(name: DeployedFunction, more: readonly PolicyStatement[] = []): LeastFunction {
    const plan = this.#plan(name);
    const { registry, checkLog, seals, sealArchive, recordArchive, key } = this.#data;
    const made = new LeastFunction(this, name, {
      plan,
      code: this.#code(name),
      environment: {
        ...Object.fromEntries(plan.variables.map((variable) => [variable, this.#value(variable)])),
        ...(plan.nodeOptions && { NODE_OPTIONS: plan.nodeOptions.join(' ') }),
      },
      environmentKey: key,
      statements: [
        ...(plan.registry ? tableStatements(registry, plan.registry, key) : []),
        ...(plan.checkLog ? tableStatements(checkLog, plan.checkLog, key) : []),
        ...(plan.seals ? tableStatements(seals, plan.seals, key) : []),
        ...(plan.sealsBucket
          ? [
              new PolicyStatement({
                actions: [...plan.sealsBucket.actions],
                resources: [sealArchive.arnForObjects('seals/*')],
              }),
            ]
          : []),
        ...(plan.bus
          ? [new PolicyStatement({ actions: [...plan.bus.actions], resources: [this.#bus.eventBusArn] })]
          : []),
        ...(plan.intake ? bucketStatements(this.#intakeBucket, plan.intake, key) : []),
        ...(plan.archive && recordArchive ? bucketStatements(recordArchive, plan.archive, key) : []),
        ...(plan.startsIntake
          ? [new PolicyStatement({ actions: ['states:StartExecution'], resources: [flowArn(this)] })]
          : []),
        ...more,
      ],
    });
    if (plan.intake) acknowledgeObjects(made, this.#intakeBucket, plan.intake);
    if (plan.archive) acknowledgeArchiveWildcard(made);
    return made;
  }

  /** A function's plan, with what it is given more where records are archived. */
  #plan(name: DeployedFunction): FunctionPlan {
    const plan = FUNCTION_PLANS[name];
    const more = this.#data.recordArchive && plan.whenArchiving;
    return more ? { ...plan, ...more, variables: [...plan.variables, ...more.variables] } : plan;
  }

  #value(variable: DeployedVariable): string {
    const { registry, checkLog, seals, sealArchive, recordArchive, personKeyring, recordKey, signingKeys } = this.#data;
    return {
      REGISTRY_TABLE: registry.tableName,
      CHECK_LOG_TABLE: checkLog.tableName,
      SEALS_TABLE: seals.tableName,
      SEALS_BUCKET: sealArchive.bucketName,
      // Of no plan where there is none.
      ARCHIVE_BUCKET: recordArchive?.bucketName ?? '',
      PERSON_KEYRING: personKeyring,
      RECORD_KEY: recordKey.reference,
      SIGNING_KEYS: signingKeys,
      EVENT_BUS: this.#bus.eventBusName,
      INTAKE_BUCKET: this.#intakeBucket.bucketName,
      INTAKE_FLOW: flowArn(this),
    }[variable];
  }
}

function acknowledgeSealsWildcard({ role }: LeastFunction): void {
  Validations.of(role).acknowledge({
    // The bucket as cdk-nag writes it, which is how one stack refers to what is in the other.
    id: 'AwsSolutions-IAM5[Resource::GrantgateData:ExportsOutputFnGetAttSealArchive99F3D263Arn261B5192/seals/*]',
    reason: 'Each seal is an object of its own, named by its number, in a bucket that holds nothing else.',
  });
}

function acknowledgeArchiveWildcard({ role }: LeastFunction): void {
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::GrantgateData:ExportsOutputFnGetAttRecordArchive36B6746AArn8777D5BB/records/*]',
    reason: 'Each item of a record is an object of its own, named after it, in a bucket that holds nothing else.',
  });
}

function acknowledgeStreamWildcard({ role }: LeastFunction, table: RetainedTable): void {
  const { region } = Stack.of(table);
  const streams = `arn:<AWS::Partition>:dynamodb:${region}:<AWS::AccountId>:table/${table.shape.name}/stream/*`;
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${streams}]`,
    reason:
      'dynamodb:ListStreams takes no narrower resource than all streams of a table, and shows their names. ' +
      'What is in a stream may be read of the present one alone.',
  });
}

function acknowledgeObjects({ role }: LeastFunction, bucket: IntakeBucket, access: BucketAccess): void {
  const id = bucket.logicalId;
  for (const prefix of new Set(Object.values(access).flat()))
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${id}.Arn>/${prefix}*]`,
      reason: 'Objects are named after imports that are yet to be proposed: the prefix is all that is known of them.',
    });
}
