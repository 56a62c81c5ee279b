import { CfnOutput, CfnParameter, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { CheckLogWatch, UnexaminedQueue } from './check-log-watch.ts';
import type { DataStack } from './data-stack.ts';
import { LeastFunction } from './function.ts';
import { type DeployedFunction, type DeployedVariable, FUNCTION_PLANS } from './function-plans.ts';
import { streamStatements, tableStatements } from './permissions.ts';

export interface ServiceStackProps extends StackProps {
  readonly data: DataStack;
  /** Where a function's bundle comes from. */
  readonly code: (name: DeployedFunction) => Code;
}

/** What answers: the API, its functions, the watch over the CheckLog, the alarms. It can be deleted and made again. */
export class ServiceStack extends Stack {
  readonly #data: DataStack;
  readonly #code: ServiceStackProps['code'];

  constructor(scope: Construct, id: string, { data, code, ...props }: ServiceStackProps) {
    super(scope, id, props);
    this.#data = data;
    this.#code = code;

    // Parameters: one synthesised template goes through every environment, and each has its own issuer.
    const issuer = new CfnParameter(this, 'Issuer', {
      description: 'The issuer of the tokens, as in their iss claim',
      allowedPattern: 'https://.+',
    });
    const audience = new CfnParameter(this, 'Audience', {
      type: 'CommaDelimitedList',
      description: 'What the aud claim of a token (of Amazon Cognito: its client_id) may be, separated by commas',
    });

    const unexamined = new UnexaminedQueue(this, 'Unexamined');
    const meter = this.#function('meter', [
      ...streamStatements(data.checkLog, data.key),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [unexamined.queueArn] }),
    ]);
    acknowledgeStreamWildcard(meter, data);
    const functions = {
      check: this.#function('check').function,
      review: this.#function('review').function,
      looks: this.#function('looks').function,
      determination: this.#function('determination').function,
      catalogue: this.#function('catalogue').function,
      callers: this.#function('callers').function,
      aliases: this.#function('aliases').function,
      standings: this.#function('standings').function,
      grants: this.#function('grants').function,
      violations: this.#function('violations').function,
      keys: this.#function('keys').function,
      openapi: this.#function('openapi').function,
      meter: meter.function,
    };
    new CheckLogWatch(this, 'Watch', { checkLog: data.checkLog, meter: meter.function, unexamined });
    const { http } = new Api(this, 'Api', {
      issuer: issuer.valueAsString,
      audience: audience.valueAsList,
      functions,
    });
    const topic = new AlarmTopic(this, 'Alarmed');
    new Alarms(this, 'Alarms', { api: http, functions, unexamined, topic });

    new CfnOutput(this, 'ApiAddress', { value: http.apiEndpoint });
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn, description: 'Subscribe whoever is on duty' });
  }

  #function(name: DeployedFunction, more: readonly PolicyStatement[] = []): LeastFunction {
    const plan = FUNCTION_PLANS[name];
    const { registry, checkLog, key } = this.#data;
    return new LeastFunction(this, name, {
      plan,
      code: this.#code(name),
      environment: Object.fromEntries(plan.variables.map((variable) => [variable, this.#value(variable)])),
      environmentKey: key,
      statements: [
        ...(plan.registry ? tableStatements(registry, plan.registry, key) : []),
        ...(plan.checkLog ? tableStatements(checkLog, plan.checkLog, key) : []),
        ...more,
      ],
    });
  }

  #value(variable: DeployedVariable): string {
    const { registry, checkLog, personKeyring, recordKey, signingKeys } = this.#data;
    return {
      REGISTRY_TABLE: registry.tableName,
      CHECK_LOG_TABLE: checkLog.tableName,
      PERSON_KEYRING: personKeyring,
      RECORD_KEY: recordKey.reference,
      SIGNING_KEYS: signingKeys,
    }[variable];
  }
}

function acknowledgeStreamWildcard({ role }: LeastFunction, { region, checkLog }: DataStack): void {
  const streams = `arn:<AWS::Partition>:dynamodb:${region}:<AWS::AccountId>:table/${checkLog.shape.name}/stream/*`;
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${streams}]`,
    reason:
      'dynamodb:ListStreams takes no narrower resource than all streams of a table, and shows their names. ' +
      'What is in a stream may be read of the present one alone.',
  });
}
