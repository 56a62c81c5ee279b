/** Invocations of the worker at once: each writes one transaction at a time, and the tables belong to the checks first. */
const MAX_CONCURRENCY = 4;

const RETRY = [
  // No place for the worker in the account: that is nothing of the step's, and passes. For about two hours.
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 5,
    MaxAttempts: 120,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: 'FULL',
  },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 3, JitterStrategy: 'FULL' },
];
const RUN = '$$.Execution.Name';

/**
 * The flow of an import, in Amazon States Language. It knows nothing of imports: the worker says what comes next, for
 * which items first, and how long to wait. What fails is repeated; a piece of the writing that fails again and again is
 * given up, which puts what of it cannot be written into quarantine, and everything else that fails is an import that has
 * failed.
 */
export function intakeFlow(partition: string, workerArn: string) {
  const task = (payload: Record<string, unknown>) => ({
    Type: 'Task',
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: { FunctionName: workerArn, Payload: payload },
    OutputPath: '$.Payload',
    Retry: RETRY,
  });
  const caughtBy = (state: string) => [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: state }];
  return {
    StartAt: 'WhatStarted',
    States: {
      WhatStarted: {
        Type: 'Choice',
        Choices: [{ Variable: '$.key', IsPresent: true, Next: 'Upload' }],
        Default: 'Take',
      },
      Upload: {
        Type: 'Pass',
        Parameters: {
          'importId.$': "States.ArrayGetItem(States.StringSplit($.key, '/'), 1)",
          step: 'begin',
          waitingSince: 0,
        },
        Next: 'Take',
      },
      Take: {
        ...task({ 'importId.$': '$.importId', 'step.$': '$.step', 'waitingSince.$': '$.waitingSince', 'run.$': RUN }),
        Catch: caughtBy('Fail'),
        Next: 'HasItems',
      },
      HasItems: {
        Type: 'Choice',
        Choices: [{ Variable: '$.each', StringEquals: '', Next: 'WhatNext' }],
        Default: 'Each',
      },
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemSelector: {
          'importId.$': '$.importId',
          'step.$': '$.each',
          'item.$': '$$.Map.Item.Value',
          'run.$': RUN,
        },
        MaxConcurrency: MAX_CONCURRENCY,
        ToleratedFailurePercentage: 0,
        ItemProcessor: pieces(task, caughtBy),
        ResultPath: null,
        Catch: caughtBy('Fail'),
        Next: 'WhatNext',
      },
      WhatNext: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.next', StringEquals: 'end', Next: 'Ended' },
          { Variable: '$.waitSeconds', NumericGreaterThan: 0, Next: 'Pause' },
        ],
        Default: 'Next',
      },
      Pause: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Next' },
      Next: {
        Type: 'Pass',
        Parameters: { 'importId.$': '$.importId', 'step.$': '$.next', 'waitingSince.$': '$.waitingSince' },
        Next: 'Take',
      },
      Fail: { ...task({ 'importId.$': '$.importId', step: 'fail', 'run.$': RUN }), Next: 'Failed' },
      Failed: { Type: 'Fail', Error: 'ImportFailed' },
      Ended: { Type: 'Succeed' },
    },
  };
}

function pieces(
  task: (payload: Record<string, unknown>) => object,
  caughtBy: (state: string) => object,
): Record<string, unknown> {
  const payload = { 'importId.$': '$.importId', 'item.$': '$.item', 'run.$': '$.run' };
  return {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Piece',
    States: {
      Piece: { ...task({ ...payload, 'step.$': '$.step' }), Catch: caughtBy('WhichStep'), End: true },
      WhichStep: {
        Type: 'Choice',
        Choices: [{ Variable: '$.step', StringEquals: 'work', Next: 'GiveUp' }],
        Default: 'PieceFailed',
      },
      GiveUp: { ...task({ ...payload, step: 'give-up' }), End: true },
      PieceFailed: { Type: 'Fail', Error: 'PieceFailed' },
    },
  };
}
