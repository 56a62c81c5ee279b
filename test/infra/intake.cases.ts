import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { environmentOf, ofType, propertiesOf, REGION, service } from './templates.ts';

const FLOW = `arn:<AWS::Partition>:states:${REGION}:<AWS::AccountId>:stateMachine:GrantgateIntake`;

describe('the intake bucket', () => {
  const bucket = propertiesOf(service, 'IntakeFiles');

  it('is the only one: private, encrypted with the customer key, owned by the account', () => {
    expect(ofType(service, 'AWS::S3::Bucket').map(([name]) => name)).toEqual(['IntakeFiles']);
    expect(bucket).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'Key.Arn' },
          },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    expect(propertiesOf(service, 'IntakeFilesPolicy').PolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    });
  });

  it('forgets: uploads, which may hold persons, within two days', () => {
    const { Rules } = z
      .object({ Rules: z.array(z.object({ Prefix: z.string().optional(), ExpirationInDays: z.int().optional() })) })
      .parse(bucket.LifecycleConfiguration);
    expect(Object.fromEntries(Rules.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays]))).toMatchObject({
      'uploads/': 2,
      'work/': 30,
      'quarantine/': 180,
      'plans/': 180,
    });
  });
});

describe('the worker of the intake', () => {
  it('has a heap with a bound, and memory for it and for a workbook beside it', () => {
    const { NODE_OPTIONS = '' } = environmentOf(service, 'intake');
    const [, old = ''] = /^--max-semi-space-size=4 --max-old-space-size=(\d+)$/.exec(NODE_OPTIONS) ?? [];
    const { MemorySize } = z.object({ MemorySize: z.int() }).parse(propertiesOf(service, 'intakeFunction'));
    expect(Number(old)).toBeGreaterThan(0);
    expect(MemorySize).toBeGreaterThanOrEqual(2 * Number(old));
  });
});

const State = z.looseObject({ Type: z.string(), Next: z.string().optional() });
const Definition = z.object({ StartAt: z.string(), States: z.record(z.string(), State) });
const Processor = z.object({
  ProcessorConfig: z.object({ Mode: z.string() }),
  StartAt: z.string(),
  States: z.record(z.string(), State),
});

/** Every state that a state names. */
const named = (state: unknown): string[] =>
  [...JSON.stringify(state).matchAll(/"(?:Next|Default)":"(\w+)"/g)].map(([, name = '']) => name);

describe('the flow of an import', () => {
  const flow = propertiesOf(service, 'IntakeFlow');
  const { StartAt, States } = Definition.parse(flow.Definition);
  const pieces = Processor.parse(States.Each?.ItemProcessor);

  it.each([
    [
      'itself',
      StartAt,
      Object.fromEntries(Object.entries(States).map(([name, { ItemProcessor: _, ...rest }]) => [name, rest])),
    ],
    ['each piece', pieces.StartAt, pieces.States],
  ] as const)('reaches every state of %s, and names none that is not there', (_, first, states) => {
    const names = new Set([first, ...Object.values(states).flatMap(named)]);
    expect([...names].sort()).toEqual(Object.keys(states).sort());
  });

  it('asks the worker for everything, repeats what fails, and gives pieces of the writing up', () => {
    const tasks = [...Object.values(States), ...Object.values(pieces.States)].filter(({ Type }) => Type === 'Task');
    expect(tasks).toHaveLength(4);
    for (const task of tasks)
      expect(task).toMatchObject({
        Resource: 'arn:<AWS::Partition>:states:::lambda:invoke',
        Parameters: { FunctionName: 'intakeFunction.Arn' },
        // For want of a place in the account nothing is given up.
        Retry: [
          { ErrorEquals: ['Lambda.TooManyRequestsException'], MaxAttempts: 120, MaxDelaySeconds: 60 },
          { ErrorEquals: ['States.ALL'], MaxAttempts: 3 },
        ],
      });
    expect(States.Take).toMatchObject({ Catch: [{ Next: 'Fail' }] });
    expect(pieces.States.GiveUp).toMatchObject({ Parameters: { Payload: { step: 'give-up' } } });
  });

  it('is bounded: a distributed map of four at once', () => {
    expect(States.Each).toMatchObject({ Type: 'Map', MaxConcurrency: 4 });
    expect(pieces.ProcessorConfig.Mode).toBe('DISTRIBUTED');
  });

  it('is logged without what passes through it, and traced', () => {
    expect(flow).toMatchObject({
      StateMachineName: 'GrantgateIntake',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });

  it('is started by an upload, and by nothing else in the bucket', () => {
    expect(propertiesOf(service, 'IntakeUploaded')).toMatchObject({
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: ['IntakeFiles'] }, object: { key: [{ prefix: 'uploads/' }] } },
      },
      Targets: [
        { Arn: 'IntakeFlow', RoleArn: 'IntakeTriggerRole.Arn', InputTransformer: { InputTemplate: '{"key": <key>}' } },
      ],
    });
  });
});

const Statements = z.object({
  Policies: z.tuple([
    z.object({
      PolicyDocument: z.object({
        Statement: z.array(
          z.object({
            Action: z.union([z.string(), z.array(z.string())]),
            Resource: z.union([z.string(), z.array(z.string())]),
          }),
        ),
      }),
    }),
  ]),
});

describe('the roles of the flow', () => {
  const rights = (role: string) =>
    Statements.parse(propertiesOf(service, role)).Policies[0].PolicyDocument.Statement.map(({ Action, Resource }) => [
      [Action].flat(),
      Resource,
    ]);

  it('call the worker, follow the executions of the map, and start the flow', () => {
    const [invoke, start, follow, log] = rights('IntakeFlowRole');
    expect([invoke, start, follow]).toEqual([
      [['lambda:InvokeFunction'], 'intakeFunction.Arn'],
      [['states:StartExecution'], FLOW],
      [['states:DescribeExecution', 'states:StopExecution'], `${FLOW.replace('stateMachine', 'execution')}/*`],
    ]);
    expect([log?.[0]].flat().filter((action) => !/^(logs|xray):/.test(action ?? ''))).toEqual([]);
    expect(rights('IntakeTriggerRole')).toEqual([[['states:StartExecution'], 'IntakeFlow']]);
  });
});
