import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, type IMetric, MathExpression, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type DeployedFunction, FUNCTION_PLANS } from './function-plans.ts';

const NAMESPACE = 'Grantgate';
const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
/** Callers are promised an answer within two seconds; this leaves the time to act before the promise breaks. */
const SLOW_MS = 1500;
const STREAM_BEHIND_MS = 5 * 60 * 1000;
/** Single refused requests are the callers' to repeat; this many within a minute are an outage. */
const MANY = 5;

interface Suffering {
  /** What happens to whom: the alarm's name. */
  readonly name: string;
  /** The same in a sentence, and where to look first. */
  readonly description: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Of the last periods, how many have to be bad. */
  readonly bad: number;
  readonly of: number;
}

export interface AlarmsProps {
  readonly api: HttpApi;
  readonly functions: Readonly<Record<DeployedFunction, IFunction>>;
  readonly unexamined: IQueue;
  readonly untold: IQueue;
  readonly unalerted: IQueue;
  readonly unnoted: IQueue;
  readonly topic: ITopic;
}

/** Alarms, each named after what a user suffers. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { api, functions, unexamined, untold, unalerted, unnoted, topic }: AlarmsProps,
  ) {
    super(scope, id);
    const sufferings = [
      ...CHECKING,
      ...EVIDENCE,
      ...apiSufferings(api),
      ...watchSufferings(functions.meter, unexamined),
      ...eventSufferings(functions.outgoing, untold),
      ...alertSufferings(functions.alerter, unalerted),
      ...sealSufferings(functions.witness, unnoted),
      ...EXITS,
      ...LISTS,
      ...functionSufferings(functions),
    ];
    for (const { name, description, metric, threshold, bad, of } of sufferings)
      new Alarm(this, name, {
        alarmName: `grantgate-${name}`,
        alarmDescription: description,
        metric,
        threshold,
        datapointsToAlarm: bad,
        evaluationPeriods: of,
        // No data is no traffic: at night nobody asks, and nobody suffers.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(topic));
  }
}

const own = (metricName: string, statistic: string, period: Duration) =>
  new Metric({ namespace: NAMESPACE, metricName, statistic, period });

const CHECKING: readonly Suffering[] = [
  {
    name: 'checks-unanswered',
    description:
      'Callers get 503 registry-unavailable: the lists cannot be read, so no grant can be checked. ' +
      'Look at the Registry table: throttled requests, its key, the AWS status page.',
    metric: own('RegistryReadFailure', Stats.SUM, MINUTE),
    threshold: MANY,
    bad: 2,
    of: 3,
  },
  {
    name: 'checks-unrecorded',
    description:
      'Callers get 503 evidence-unavailable: a check cannot be recorded, so no verdict is given and no grant can be ' +
      'made. Look at the CheckLog table: throttled requests, its key, the AWS status page.',
    metric: own('EvidenceWriteFailure', Stats.SUM, MINUTE),
    threshold: MANY,
    bad: 2,
    of: 3,
  },
  {
    name: 'checks-slow',
    description:
      'One check in a hundred takes over 1.5 seconds, and callers give up at two. Look at the latency of both tables.',
    metric: own('Latency', Stats.percentile(99), FIVE_MINUTES),
    threshold: SLOW_MS,
    bad: 2,
    of: 3,
  },
];

// A single one is too many, and nobody meets it: an agency would rely on evidence that is no longer what it was.
const EVIDENCE: readonly Suffering[] = [
  {
    name: 'record-altered',
    description:
      'A recorded check was changed after the fact: agencies and auditors can no longer rely on it. ' +
      'PITR holds what it was, and CloudTrail, where its data events are on, who did it.',
    metric: own('RecordModified', Stats.SUM, MINUTE),
    threshold: 1,
    bad: 1,
    of: 1,
  },
  {
    name: 'record-uncounted',
    description:
      'A check was recorded after its day had been counted: the statistics of that day lack it, and no function of ours ' +
      'writes so late. The log of the meter names the record; look for a writer with a wrong clock.',
    metric: own('RecordTooLate', Stats.SUM, MINUTE),
    threshold: 1,
    bad: 1,
    of: 1,
  },
  {
    name: 'records-unreadable',
    description:
      'Something was written among the recorded checks, or read on its day of deletion, that is no record: no function of ' +
      'ours writes it, and nothing registers its matter or deletes it. The log of the meter or the sweeper names it.',
    metric: own('RecordUnreadable', Stats.SUM, MINUTE),
    threshold: 1,
    bad: 1,
    of: 1,
  },
  {
    name: 'record-removed-early',
    description:
      'A recorded check was removed before its time: an agency cannot prove that it checked. ' +
      'PITR holds what it was, and CloudTrail, where its data events are on, who did it.',
    metric: own('RecordRemovedEarly', Stats.SUM, MINUTE),
    threshold: 1,
    bad: 1,
    of: 1,
  },
];

const apiSufferings = (api: HttpApi): readonly Suffering[] => [
  {
    name: 'requests-failing',
    description:
      'Callers, auditors or administrators get 5xx. The access log says on which routes; if none of the other ' +
      'alarms is up, it is a fault of our own: look for level error in the log of that function.',
    metric: api.metricServerError({ statistic: Stats.SUM, period: MINUTE }),
    threshold: MANY,
    bad: 2,
    of: 3,
  },
];

const watchSufferings = (meter: IFunction, unexamined: IQueue): readonly Suffering[] => [
  {
    name: 'tampering-seen-late',
    description:
      'Changes of recorded checks are examined more than five minutes late: a changed record goes unnoticed, a ' +
      'caller over its quota is not held back. Look at the log of the meter.',
    metric: meter.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: STREAM_BEHIND_MS,
    bad: 3,
    of: 5,
  },
  {
    name: 'tampering-unseen',
    description:
      'Some changes of recorded checks were given up on and not examined. The queue says where in the stream they ' +
      'are: the stream keeps them for a day.',
    metric: unexamined.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: 1,
    bad: 1,
    of: 1,
  },
];

const eventSufferings = (outgoing: IFunction, untold: IQueue): readonly Suffering[] => [
  {
    name: 'events-unmade',
    description:
      'A change of a listing could not be read or told: receivers keep what they had. The log of the function outgoing ' +
      'has its sequence number in the stream of the Registry, which keeps it for a day.',
    metric: own('EventUnmade', Stats.SUM, MINUTE),
    threshold: 1,
    bad: 1,
    of: 1,
  },
  {
    name: 'events-late',
    description:
      'Receivers hear more than five minutes late what happened to listings, exits and corrections among it. Look at ' +
      'the log of the function outgoing and at the throttling of the event bus.',
    metric: outgoing.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: STREAM_BEHIND_MS,
    bad: 3,
    of: 5,
  },
  {
    name: 'events-untold',
    description:
      'Some changes of listings were given up on and not told, so receivers still act on what they had. The queue says ' +
      'where in the stream they are: the stream keeps them for half a day more.',
    metric: untold.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: 1,
    bad: 1,
    of: 1,
  },
];

const alertSufferings = (alerter: IFunction, unalerted: IQueue): readonly Suffering[] => [
  {
    name: 'alerts-unmade',
    description:
      'A change of a listing, or a check that it concerns, could not be read: its caller is not alerted. The log of the ' +
      'function alerter has the sequence number in the stream of the Registry, or the check.',
    metric: own('AlertUnmade', Stats.SUM, MINUTE),
    threshold: 1,
    bad: 1,
    of: 1,
  },
  {
    name: 'alerts-late',
    description:
      'Callers hear more than five minutes late who was listed after they had checked. A subject with very many checks ' +
      'takes its time; otherwise look at the log of the function alerter.',
    metric: alerter.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: STREAM_BEHIND_MS,
    bad: 3,
    of: 5,
  },
  {
    name: 'alerts-untold',
    description:
      'Some changes of listings were given up on before their callers were alerted. The queue says where in the stream ' +
      'they are: the stream keeps them for half a day more.',
    metric: unalerted.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: 1,
    bad: 1,
    of: 1,
  },
];

const sealSufferings = (witness: IFunction, unnoted: IQueue): readonly Suffering[] => [
  {
    name: 'record-missing-before-its-seal',
    description:
      'A record that had been written was taken from the log before it could be sealed. The last seals name the places ' +
      'as gaps that are confirmed; who holds the receipt can prove what was there.',
    metric: own('RecordMissing', Stats.SUM, MINUTE),
    threshold: 1,
    bad: 1,
    of: 1,
  },
  {
    name: 'records-unsealable',
    description:
      'Something was put into the log that is no record, so no seal covers it. The log of the function witness says when.',
    metric: own('RecordUnsealable', Stats.SUM, MINUTE),
    threshold: 1,
    bad: 1,
    of: 1,
  },
  {
    name: 'sealing-behind',
    description:
      'New records wait more than five minutes before the sealer hears of them, and receipts and proofs are late with ' +
      'them. Look at the function witness.',
    metric: witness.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: STREAM_BEHIND_MS,
    bad: 3,
    of: 5,
  },
  {
    name: 'records-unnoted',
    description:
      'Some records were given up on before they were noted for the sealer. The queue says where in the stream they ' +
      'are: the stream keeps them for half a day more.',
    metric: unnoted.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: MINUTE }),
    threshold: 1,
    bad: 1,
    of: 1,
  },
];

const EXITS: readonly Suffering[] = [
  {
    name: 'exits-late',
    description:
      'For hours, listings whose last day has passed could not all be ended: their exits are not announced and not told, ' +
      'though no check counts them. Look at the log of the function expiry.',
    metric: own('ExpiryUnfinished', Stats.MAXIMUM, HOUR),
    threshold: 1,
    bad: 3,
    of: 3,
  },
];

const LISTS: readonly Suffering[] = [
  {
    name: 'lists-unwritten',
    description:
      'Rows of a list file could not be written in several attempts: the import has failed, its source is no fresher, and ' +
      'checks that need it will be indeterminate once it is stale. The log of the function intake names import, piece and ' +
      'cause; the same file again does the rest.',
    metric: own('ListRowsUnwritten', Stats.SUM, FIVE_MINUTES),
    threshold: 1,
    bad: 1,
    of: 1,
  },
];

const functionSufferings = (functions: AlarmsProps['functions']): readonly Suffering[] =>
  namesOf(functions).map((name) => ({
    name: `${name}-down`,
    description:
      `While it lasts, ${FUNCTION_PLANS[name].suffering}: the function crashes, times out or is throttled. ` +
      `Look at its log, then at the account's concurrency.`,
    metric: new MathExpression({
      expression: 'errors + throttles',
      label: 'crashed, timed out or throttled',
      period: MINUTE,
      usingMetrics: {
        errors: functions[name].metricErrors({ statistic: Stats.SUM, period: MINUTE }),
        throttles: functions[name].metricThrottles({ statistic: Stats.SUM, period: MINUTE }),
      },
    }),
    threshold: 1,
    bad: 2,
    of: 3,
  }));

const namesOf = (functions: AlarmsProps['functions']): DeployedFunction[] =>
  Object.keys(functions) as DeployedFunction[];
