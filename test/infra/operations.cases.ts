import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ofType, propertiesOf, service } from './templates.ts';

describe('the watch over the CheckLog', () => {
  it('gives every change to the meter, halves what fails, gives up after a bound and says so', () => {
    expect(propertiesOf(service, 'WatchMapping')).toMatchObject({
      EventSourceArn: 'CheckLog.StreamArn',
      FunctionName: 'meterFunction',
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
      DestinationConfig: { OnFailure: { Destination: 'Unexamined.Arn' } },
    });
  });

  it('keeps what was given up on for two weeks, encrypted', () => {
    expect(propertiesOf(service, 'Unexamined')).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });
});

describe('the feed of events', () => {
  it('gives every standing to the function, in order each, until all is taken or half a day is over', () => {
    const mapping = propertiesOf(service, 'OutgoingMapping');
    expect(mapping).toMatchObject({
      EventSourceArn: 'Registry.StreamArn',
      FunctionName: 'outgoingFunction',
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      ParallelizationFactor: 4,
      MaximumRecordAgeInSeconds: 12 * 60 * 60,
      DestinationConfig: { OnFailure: { Destination: 'Untold.Arn' } },
      FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"Keys":{"sk":{"S":["S"]}}}}' }] },
    });
    expect(mapping.MaximumRetryAttempts).toBeUndefined();
  });

  it('keeps what was given up on for two weeks, encrypted, and takes TLS only', () => {
    expect(propertiesOf(service, 'Untold')).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
    expect(propertiesOf(service, 'UntoldPolicy').PolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    });
  });

  it('ends in a bus of its own, which no policy opens to another account', () => {
    expect(ofType(service, 'AWS::Events::EventBus').map(([, { Name }]) => Name)).toEqual(['grantgate']);
    expect(ofType(service, 'AWS::Events::EventBusPolicy')).toEqual([]);
  });
});

describe('the feed of alerts', () => {
  it('gives every standing to the function as well: the second consumer of the stream, and the last that it bears', () => {
    expect(propertiesOf(service, 'AlertingMapping')).toMatchObject({
      EventSourceArn: 'Registry.StreamArn',
      FunctionName: 'alerterFunction',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: 'Unalerted.Arn' } },
    });
    const onRegistry = ofType(service, 'AWS::Lambda::EventSourceMapping').filter(
      ([, { EventSourceArn }]) => EventSourceArn === 'Registry.StreamArn',
    );
    expect(onRegistry.map(([name]) => name).sort()).toEqual(['AlertingMapping', 'OutgoingMapping']);
  });
});

describe('the schedule', () => {
  it('runs the expiry every hour, after the index has what was written before midnight', () => {
    expect(propertiesOf(service, 'ExpiryRule')).toMatchObject({
      ScheduleExpression: 'cron(10 * * * ? *)',
      State: 'ENABLED',
      Targets: [
        {
          Arn: 'expiryFunction.Arn',
          RetryPolicy: { MaximumEventAgeInSeconds: 30 * 60, MaximumRetryAttempts: 2 },
        },
      ],
    });
  });

  it('counts each day of Beijing in the hours after it has closed', () => {
    expect(propertiesOf(service, 'TallyingSchedule')).toMatchObject({
      ScheduleExpression: 'cron(10 17-20 * * ? *)',
      State: 'ENABLED',
      Targets: [{ Arn: 'tallierFunction.Arn' }],
    });
  });
});

const Alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.string()),
  TreatMissingData: z.string(),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.unknown().optional(),
  Metrics: z
    .array(z.object({ MetricStat: z.object({ Metric: z.object({ MetricName: z.string() }) }).optional() }))
    .optional(),
});
const alarms = ofType(service, 'AWS::CloudWatch::Alarm').map(([, properties]) => Alarm.parse(properties));

describe('the alarms', () => {
  it('say what a user suffers, and reach the topic', () => {
    for (const { AlarmName, AlarmDescription, AlarmActions, TreatMissingData } of alarms) {
      expect(AlarmName).toMatch(/^grantgate-[a-z-]+$/);
      expect(AlarmDescription.split(' ').length).toBeGreaterThan(10);
      expect(AlarmActions).toEqual(['Alarmed']);
      expect(TreatMissingData).toBe('notBreaching');
    }
  });

  it('watch every metric of ours that means harm, as it is emitted: without dimensions', () => {
    const own = alarms.filter(({ Namespace }) => Namespace === 'Grantgate');
    expect(own.map(({ AlarmName, MetricName }) => [AlarmName, MetricName])).toEqual([
      ['grantgate-checks-unanswered', 'RegistryReadFailure'],
      ['grantgate-checks-unrecorded', 'EvidenceWriteFailure'],
      ['grantgate-checks-slow', 'Latency'],
      ['grantgate-record-altered', 'RecordModified'],
      ['grantgate-record-uncounted', 'RecordTooLate'],
      ['grantgate-records-unreadable', 'RecordUnreadable'],
      ['grantgate-record-removed-early', 'RecordRemovedEarly'],
      ['grantgate-events-unmade', 'EventUnmade'],
      ['grantgate-alerts-unmade', 'AlertUnmade'],
      ['grantgate-record-missing-before-its-seal', 'RecordMissing'],
      ['grantgate-records-unsealable', 'RecordUnsealable'],
      ['grantgate-exits-late', 'ExpiryUnfinished'],
      ['grantgate-lists-unwritten', 'ListRowsUnwritten'],
    ]);
    for (const { Dimensions } of own) expect(Dimensions).toBeUndefined();
  });

  it('watch errors and throttles of every function', () => {
    for (const [id] of ofType(service, 'AWS::Lambda::Function')) {
      const down = alarms.find(({ AlarmName }) => AlarmName === `grantgate-${id.replace(/Function$/, '')}-down`);
      expect(down?.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])).toEqual([
        'Errors',
        'Throttles',
      ]);
    }
  });

  it('watch the gateway, the streams and the queues', () => {
    expect(alarms.flatMap(({ Namespace, MetricName }) => (Namespace?.startsWith('AWS/') ? MetricName : []))).toEqual([
      '5xx',
      'IteratorAge',
      'ApproximateNumberOfMessagesVisible',
      'IteratorAge',
      'ApproximateNumberOfMessagesVisible',
      'IteratorAge',
      'ApproximateNumberOfMessagesVisible',
      'IteratorAge',
      'ApproximateNumberOfMessagesVisible',
    ]);
  });

  it('arrive: the topic is encrypted with a key that CloudWatch may use, and takes TLS only', () => {
    expect(propertiesOf(service, 'Alarmed').KmsMasterKeyId).toBe('AlarmedKey.Arn');
    const forCloudWatch = {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
    };
    expect(propertiesOf(service, 'AlarmedKey')).toMatchObject({
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: expect.arrayContaining([
          expect.objectContaining({ ...forCloudWatch, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
        ]),
      },
    });
    expect(propertiesOf(service, 'AlarmedPolicy').PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        { ...forCloudWatch, Action: 'sns:Publish', Resource: 'Alarmed' },
      ],
    });
  });
});
