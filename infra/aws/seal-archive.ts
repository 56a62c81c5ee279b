import { Duration } from 'aws-cdk-lib';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { KeptBucket } from './kept-bucket.ts';

/** Longer than any record is kept: the longest matter of a scene, and fifteen years after its end. */
const LOCKED_DAYS = 30 * 365;

/**
 * Every seal once more, where nobody can change or delete it before its time: not the service, not an administrator,
 * not the account. What is in a seal tells nothing of anybody.
 */
export class SealArchive extends KeptBucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(LOCKED_DAYS)),
      unlogged:
        'One function alone writes here, each object once and for good, and its log says which; what is read of it are ' +
        'digests, which are shown to every auditor anyway.',
    });
  }
}
