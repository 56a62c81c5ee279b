import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ROUTES } from '../../lib/edge/routes.ts';
import { ofType, propertiesOf, REGION, service } from './templates.ts';

const READ = ['kms:Decrypt'];
const WRITE = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const CHECK_LOG = 'CheckLog.Arn';
const CHECK_LOG_INDEXES = ['bySubject', 'byCaller', 'byMatter'];
const streamsOf = (table: string) => `arn:<AWS::Partition>:dynamodb:${REGION}:<AWS::AccountId>:table/${table}/stream/*`;
const STREAM = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];

const FLOW = `arn:<AWS::Partition>:states:${REGION}:<AWS::AccountId>:stateMachine:GrantgateIntake`;
/** The encryption context of the intake's bucket. */
const FILES = 'IntakeFiles.Arn';

const WRITES = /(Put|Update|Delete)Item$/;
/** A table and some of its indexes, which nobody writes to. */
const along = (table: string, indexes: readonly string[], actions: string[]): Record<string, string[]> => ({
  [table]: actions,
  ...Object.fromEntries(
    indexes.map((index) => [`${table}/index/${index}`, actions.filter((action) => !WRITES.test(action))]),
  ),
});

/** By role, everything that it may do: actions by resource, and by table what it may do with the key. */
const RIGHTS: Record<string, { on: Record<string, string[]>; key: Record<string, string[]> }> = {
  check: {
    on: { 'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], [CHECK_LOG]: ['dynamodb:PutItem'] },
    key: { Registry: READ, CheckLog: WRITE },
  },
  review: {
    on: {
      'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
      ...along(CHECK_LOG, CHECK_LOG_INDEXES, ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: READ, CheckLog: WRITE },
  },
  looks: {
    on: {
      'Registry.Arn': ['dynamodb:GetItem'],
      ...along(CHECK_LOG, CHECK_LOG_INDEXES, ['dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: READ, CheckLog: WRITE },
  },
  determination: {
    on: {
      [CHECK_LOG]: ['dynamodb:PutItem', 'dynamodb:Query'],
      'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    },
    key: { Registry: WRITE, CheckLog: WRITE },
  },
  catalogue: {
    on: { 'Registry.Arn': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
    key: { Registry: WRITE },
  },
  proof: {
    on: {
      'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:Query'],
      [CHECK_LOG]: ['dynamodb:PutItem', 'dynamodb:Query'],
      'Seals.Arn': ['dynamodb:GetItem', 'dynamodb:Query'],
    },
    key: { Registry: READ, CheckLog: WRITE, Seals: READ },
  },
  witness: {
    on: {
      'Seals.Arn': ['dynamodb:GetItem', 'dynamodb:PutItem'],
      'CheckLog.StreamArn': STREAM,
      [streamsOf('CheckLog')]: ['dynamodb:ListStreams'],
      'Unnoted.Arn': ['sqs:SendMessage'],
    },
    key: { Seals: WRITE, CheckLog: READ },
  },
  // It seals what others write: of the log it can read, and write nothing.
  sealer: {
    on: {
      'Registry.Arn': ['dynamodb:UpdateItem'],
      [CHECK_LOG]: ['dynamodb:GetItem'],
      'Seals.Arn': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      'SealArchive.Arn/seals/*': ['s3:PutObject'],
    },
    key: { Registry: WRITE, CheckLog: READ, Seals: WRITE },
  },
  callers: {
    on: { 'Registry.Arn': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'] },
    key: { Registry: WRITE },
  },
  aliases: {
    on: along(
      'Registry.Arn',
      ['byOwner'],
      [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
      ],
    ),
    key: { Registry: WRITE },
  },
  publications: {
    on: along('Registry.Arn', ['byDomain'], ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query']),
    key: { Registry: READ },
  },
  standings: {
    on: {
      'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
      ...along(CHECK_LOG, ['bySubject'], ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: READ, CheckLog: WRITE },
  },
  grants: {
    on: {
      'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      ...along(CHECK_LOG, ['bySubject'], ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: WRITE, CheckLog: WRITE },
  },
  reconciliation: {
    on: {
      'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      ...along(CHECK_LOG, ['bySubject'], ['dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: WRITE, CheckLog: WRITE },
  },
  listings: {
    on: {
      'Registry.Arn': [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
    },
    key: { Registry: WRITE },
  },
  registers: {
    on: {
      ...along('Registry.Arn', ['byOwner'], ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query']),
      ...along(CHECK_LOG, ['bySubject'], ['dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: READ, CheckLog: WRITE },
  },
  feedback: {
    on: {
      ...along(
        'Registry.Arn',
        ['byWaiting'],
        ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      ),
      ...along(CHECK_LOG, ['byCaller'], ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: WRITE, CheckLog: WRITE },
  },
  alerts: {
    on: {
      ...along(
        'Registry.Arn',
        ['byWaiting'],
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      ),
      [CHECK_LOG]: ['dynamodb:PutItem'],
    },
    key: { Registry: WRITE, CheckLog: WRITE },
  },
  violations: {
    on: { 'Registry.Arn': ['dynamodb:Query'], [CHECK_LOG]: ['dynamodb:PutItem'] },
    key: { Registry: READ, CheckLog: WRITE },
  },
  receipt: {
    on: {
      [CHECK_LOG]: ['dynamodb:PutItem', 'dynamodb:Query'],
      'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
    },
    key: { Registry: READ, CheckLog: WRITE },
  },
  replay: {
    on: {
      [CHECK_LOG]: ['dynamodb:PutItem', 'dynamodb:Query'],
      'Registry.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
    },
    key: { Registry: READ, CheckLog: WRITE },
  },
  keys: { on: {}, key: {} },
  imports: {
    on: {
      ...along(
        'Registry.Arn',
        ['byWaiting'],
        ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      ),
      'IntakeFiles.Arn/uploads/*': ['s3:PutObject'],
      'IntakeFiles.Arn/plans/*': ['s3:GetObject'],
      'IntakeFiles.Arn/quarantine/*': ['s3:GetObject'],
      [FLOW]: ['states:StartExecution'],
    },
    key: { Registry: WRITE, [FILES]: ['kms:Decrypt', 'kms:GenerateDataKey'] },
  },
  intake: {
    on: {
      ...along(
        'Registry.Arn',
        ['bySource'],
        [
          'dynamodb:BatchGetItem',
          'dynamodb:ConditionCheckItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:Query',
          'dynamodb:UpdateItem',
        ],
      ),
      'IntakeFiles.Arn/uploads/*': ['s3:GetObject'],
      'IntakeFiles.Arn/work/*': ['s3:GetObject', 's3:PutObject'],
      'IntakeFiles.Arn/plans/*': ['s3:PutObject'],
      'IntakeFiles.Arn/quarantine/*': ['s3:PutObject'],
    },
    key: { Registry: WRITE, [FILES]: ['kms:Decrypt', 'kms:GenerateDataKey'] },
  },
  openapi: { on: {}, key: {} },
  retention: {
    on: {
      ...along(
        'Registry.Arn',
        ['unclosed', 'byWaiting'],
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      ),
      ...along(CHECK_LOG, ['byMatter'], ['dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: WRITE, CheckLog: WRITE },
  },
  statistics: {
    on: {
      ...along('Registry.Arn', ['byWaiting'], ['dynamodb:GetItem', 'dynamodb:Query']),
      ...along(CHECK_LOG, ['byCaller'], ['dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: READ, CheckLog: WRITE },
  },
  tallier: {
    on: {
      'Registry.Arn': ['dynamodb:GetItem'],
      ...along(CHECK_LOG, ['byCaller'], ['dynamodb:PutItem', 'dynamodb:Query']),
    },
    key: { Registry: READ, CheckLog: WRITE },
  },
  sweeper: {
    on: {
      'Registry.Arn': [
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      ...along(
        CHECK_LOG,
        ['byMatter'],
        ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      ),
    },
    key: { Registry: WRITE, CheckLog: WRITE },
  },
  meter: {
    on: {
      'Registry.Arn': ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      [CHECK_LOG]: ['dynamodb:GetItem'],
      'CheckLog.StreamArn': STREAM,
      [streamsOf('CheckLog')]: ['dynamodb:ListStreams'],
      'Unexamined.Arn': ['sqs:SendMessage'],
    },
    key: { Registry: WRITE, CheckLog: READ },
  },
  expiry: {
    on: along(
      'Registry.Arn',
      ['bySource'],
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan'],
    ),
    key: { Registry: WRITE },
  },
  alerter: {
    on: {
      'Registry.Arn': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      ...along(CHECK_LOG, ['bySubject'], ['dynamodb:Query']),
      'Registry.StreamArn': STREAM,
      [streamsOf('Registry')]: ['dynamodb:ListStreams'],
      'Unalerted.Arn': ['sqs:SendMessage'],
      'Events.Arn': ['events:PutEvents'],
    },
    key: { Registry: WRITE, CheckLog: READ },
  },
  outgoing: {
    on: {
      'Registry.StreamArn': STREAM,
      [streamsOf('Registry')]: ['dynamodb:ListStreams'],
      'Untold.Arn': ['sqs:SendMessage'],
      'Events.Arn': ['events:PutEvents'],
    },
    key: { Registry: READ },
  },
};

const LOOKS = ['LOOK#*', 'LOOKERS'];
const MATTERS = ['M#*', 'SWEEP#*', 'FORECAST#*'];

/** By role, to which partitions of a table its writes are confined. Who is not here writes all over the lists, or nothing. */
const WRITES_TO: Record<string, Record<string, string[]>> = {
  check: { [CHECK_LOG]: ['C#*'] },
  aliases: { 'Registry.Arn': ['ALIAS#*', 'A#*', 'S#*', 'ENDED#*'] },
  review: { [CHECK_LOG]: [...LOOKS, 'C#*'] },
  looks: { [CHECK_LOG]: LOOKS },
  proof: { [CHECK_LOG]: LOOKS },
  receipt: { [CHECK_LOG]: LOOKS },
  replay: { [CHECK_LOG]: LOOKS },
  standings: { [CHECK_LOG]: LOOKS },
  registers: { [CHECK_LOG]: LOOKS },
  violations: { [CHECK_LOG]: LOOKS },
  reconciliation: { 'Registry.Arn': ['VIOLATIONS'], [CHECK_LOG]: [...LOOKS, 'COVERAGE#*'] },
  determination: { 'Registry.Arn': ['FU#*'], [CHECK_LOG]: ['C#*'] },
  statistics: { [CHECK_LOG]: [...LOOKS, 'TALLY#*'] },
  tallier: { [CHECK_LOG]: ['TALLY#*'] },
  grants: { 'Registry.Arn': ['VIOLATIONS'], [CHECK_LOG]: ['C#*', 'G#*', 'GS#*'] },
  feedback: { 'Registry.Arn': ['FU#*'], [CHECK_LOG]: [...LOOKS, 'C#*'] },
  alerts: { 'Registry.Arn': ['ALERT#*', ...MATTERS], [CHECK_LOG]: LOOKS },
  retention: { 'Registry.Arn': [...MATTERS, 'HOLD#*', 'HELD'], [CHECK_LOG]: LOOKS },
  catalogue: { 'Registry.Arn': ['HEAD', 'CAT#*', 'CALENDARS'] },
  callers: { 'Registry.Arn': ['CALLER#*', 'CALLERS'] },
  // Deletes no listing's place, no caller and no catalogue, and of the log records and grants alone.
  sweeper: {
    'Registry.Arn': ['ALERT#*', 'ENDED#*', 'FU#*', 'L#*', 'HELD', ...MATTERS],
    [CHECK_LOG]: ['C#*', 'G#*', 'GS#*'],
  },
  meter: { 'Registry.Arn': ['CALLER#*', 'FU#*', 'LOOKING#*', 'VIOLATIONS', ...MATTERS] },
  // The head of the last seal, and nothing of the lists.
  sealer: { 'Registry.Arn': ['HEAD'] },
  alerter: { 'Registry.Arn': ['ALERT#*', 'ALERTING#*'] },
};

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z.strictObject({
  Effect: z.literal('Allow'),
  Action: list,
  Resource: list,
  Condition: z
    .strictObject({
      StringEquals: z.record(z.string(), list).optional(),
      'ForAllValues:StringLike': z.strictObject({ 'dynamodb:LeadingKeys': list }).optional(),
      'ForAllValues:StringEquals': z.strictObject({ 'dynamodb:Attributes': list }).optional(),
      StringEqualsIfExists: z.strictObject({ 'dynamodb:ReturnValues': list }).optional(),
    })
    .optional(),
});
const Role = z.strictObject({
  AssumeRolePolicyDocument: z.object({
    Statement: z.tuple([z.object({ Principal: z.strictObject({ Service: z.literal('lambda.amazonaws.com') }) })]),
  }),
  Description: z.string(),
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })]),
});
const rightsOf = (name: string) => Role.parse(service[`${name}Role`]?.Properties).Policies[0].PolicyDocument.Statement;

describe.each(Object.entries(RIGHTS))('the role of %s', (name, { on, key }) => {
  const statements = rightsOf(name);
  const onKey = statements.filter(({ Resource }) => Resource.includes('Key.Arn'));

  it('may do this, and nothing else', () => {
    const found: Record<string, string[]> = {};
    for (const { Action, Resource, Condition } of statements.filter((each) => !onKey.includes(each))) {
      expect(Condition?.StringEquals).toBeUndefined();
      for (const resource of Resource) found[resource] = [...(found[resource] ?? []), ...Action].sort();
    }
    expect(found).toEqual({ ...on, [`${name}Logs.Arn`]: ['logs:CreateLogStream', 'logs:PutLogEvents'] });
  });

  it('may write to these partitions, and to no other', () => {
    const found = statements.flatMap(({ Resource, Action, Condition }) => {
      const to = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
      // What is read is not confined: a query of an index has other keys than its table.
      if (to) expect(Action.every((action) => WRITES.test(action))).toBe(true);
      return to ? [[Resource.join(), to] as const] : [];
    });
    expect(Object.fromEntries(found)).toEqual(WRITES_TO[name] ?? {});
  });

  it('may use the key through DynamoDB and S3 alone, for each table and the bucket what it does there', () => {
    const found: Record<string, string[]> = {};
    for (const { Action, Resource, Condition } of onKey) {
      expect(Resource).toEqual(['Key.Arn']);
      const {
        'kms:ViaService': via,
        'kms:EncryptionContext:aws:dynamodb:tableName': tables,
        'kms:EncryptionContext:aws:s3:arn': files,
        ...others
      } = Condition?.StringEquals ?? {};
      expect(others).toEqual({});
      const engine = files ? 's3' : 'dynamodb';
      expect(via).toEqual([`${engine}.${REGION}.amazonaws.com`, `${engine}.${REGION}.<AWS::URLSuffix>`]);
      if (files) for (const bucket of files) found[bucket] = [...Action].sort();
      // The stream of a table and the table itself have a statement each.
      else if (tables)
        for (const table of tables) found[table] = [...new Set([...(found[table] ?? []), ...Action])].sort();
      else expect(Action).toEqual(['kms:DescribeKey']);
    }
    expect(found).toEqual(key);
  });
});

describe('all roles', () => {
  it('are those of the functions, with no policy attached from elsewhere', () => {
    expect(ofType(service, 'AWS::IAM::Role').map(([name]) => name)).toEqual(
      expect.arrayContaining(Object.keys(RIGHTS).map((name) => `${name}Role`)),
    );
    const others = ofType(service, 'AWS::IAM::Role').filter(([name]) => !(name.replace(/Role$/, '') in RIGHTS));
    expect(others.map(([name]) => name)).toEqual(['IntakeFlowRole', 'IntakeTriggerRole']);
    expect(ofType(service, 'AWS::IAM::Policy')).toEqual([]);
    expect(ofType(service, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('never write in bulk, never use PartiQL, change no check but for the terms that a hold stops; the sweeper alone deletes', () => {
    const actions = Object.keys(RIGHTS).flatMap((name) => rightsOf(name).flatMap(({ Action }) => Action));
    expect(actions.filter((action) => /BatchWrite|PartiQL|\*/.test(action))).toEqual([]);
    const deleting = Object.keys(RIGHTS).filter((name) =>
      rightsOf(name).some(({ Action }) => Action.join().includes('Delete')),
    );
    expect(deleting).toEqual(['sweeper']);
    const onCheckLog = Object.keys(RIGHTS)
      .flatMap(rightsOf)
      .filter(({ Resource }) => Resource.some((resource) => resource.startsWith(CHECK_LOG)));
    const changing = onCheckLog.filter(({ Action }) => Action.includes('dynamodb:UpdateItem'));
    expect(changing).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:UpdateItem'],
        Resource: [CHECK_LOG],
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['C#*', 'G#*', 'GS#*'] },
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'ttl', 'heldTtl'] },
          StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
        },
      },
    ]);
    expect(rightsOf('sweeper')).toEqual(expect.arrayContaining(changing));
  });
});

const functions = ofType(service, 'AWS::Lambda::Function');

describe.each(functions)('%s', (id, properties) => {
  const name = id.replace(/Function$/, '');

  it('runs on arm64, Node 24', () => {
    expect(properties).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', Handler: 'index.handler' });
  });

  it('keeps its environment under the customer key', () => {
    expect(properties.KmsKeyArn).toBe(properties.Environment ? 'Key.Arn' : undefined);
  });

  it('logs to a group of its own, kept for over a year and after the stack', () => {
    expect(properties.LoggingConfig).toEqual({ LogGroup: `${name}Logs`, LogFormat: 'Text' });
    expect(service[`${name}Logs`]).toMatchObject({ DeletionPolicy: 'Retain', Properties: { RetentionInDays: 400 } });
  });
});

const AccessLogSettings = z.object({ DestinationArn: z.string(), Format: z.string() });
const Fields = z.record(z.string(), z.string());

describe('the API', () => {
  const routes = new Map(ofType(service, 'AWS::ApiGatewayV2::Route').map(([, route]) => [route.RouteKey, route]));
  const permissions = ofType(service, 'AWS::Lambda::Permission').map(([, permission]) => permission);

  it('has the routes of the contract, and no other', () => {
    expect([...routes.keys()].sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it.each(ROUTES)('$method $path goes to $handledBy', ({ method, path, handledBy, open }) => {
    const route = routes.get(`${method} ${path}`);
    const integration = service[String(route?.Target).replace('integrations/', '')];
    expect(integration?.Properties.IntegrationUri).toBe(`${handledBy}Function.Arn`);
    expect(permissions).toContainEqual(
      expect.objectContaining({
        FunctionName: `${handledBy}Function.Arn`,
        SourceArn: expect.stringMatching(/:ApiHttp\/\*\/\*/),
      }),
    );
    expect(route).toMatchObject(
      open ? { AuthorizationType: 'NONE' } : { AuthorizationType: 'JWT', AuthorizerId: 'ApiHttpTokens' },
    );
    // Scopes are the functions' to refuse: a 403 carries our problem.
    expect(route?.AuthorizationScopes).toBeUndefined();
  });

  it('takes tokens of the issuer and audience that it is deployed with', () => {
    expect(service.ApiHttpTokens?.Properties).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'Issuer', Audience: 'Audience' },
    });
  });

  it('is throttled, and has no CORS', () => {
    expect(service.ApiStage?.Properties).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
      RouteSettings: {
        'POST /v1/check-batches': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
        'GET /verify': { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
        'POST /verify': { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      },
    });
    expect(service.ApiHttp?.Properties.CorsConfiguration).toBeUndefined();
  });

  it('logs every request, and nothing of anyone', () => {
    const { DestinationArn, Format } = AccessLogSettings.parse(propertiesOf(service, 'ApiStage').AccessLogSettings);
    expect(DestinationArn).toBe('ApiAccessLogs.Arn');
    expect(service.ApiAccessLogs).toMatchObject({ DeletionPolicy: 'Retain', Properties: { RetentionInDays: 400 } });
    const fields = Object.values(Fields.parse(JSON.parse(Format)));
    expect(fields).toEqual(
      expect.arrayContaining([
        '$context.requestId',
        '$context.routeKey',
        '$context.status',
        '$context.responseLatency',
      ]),
    );
    expect(fields.filter((field) => /sourceIp|userAgent|\.path|query|claims\.(?!client_id)/.test(field))).toEqual([]);
  });
});
