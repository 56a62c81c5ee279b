import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { archivePrefix, LONGEST_LOCK_YEARS } from '../../lib/retention/archive.ts';
import { KeptBucket } from './kept-bucket.ts';

/** A day for the last day of the term, and one for the lifecycle's own midnight: no object expires under its lock. */
const lockedDays = (years: number): number => Math.ceil(years * 365.25) + 2;

/**
 * Every record once more, as it was inserted. Each object is locked by who puts it, for its own term, and expires after
 * it by the prefix that it stands under: nobody has a right to delete here.
 */
export class RecordArchive extends KeptBucket {
  constructor(scope: Construct, id: string, encryptionKey: IKey) {
    super(scope, id, {
      encryptionKey,
      versioned: true,
      objectLockEnabled: true,
      lifecycleRules: [
        ...Array.from({ length: LONGEST_LOCK_YEARS }, (_, index) => ({
          prefix: archivePrefix(index + 1),
          expiration: Duration.days(lockedDays(index + 1)),
          // In a versioned bucket an object that expires is only hidden: this is what deletes it.
          noncurrentVersionExpiration: Duration.days(1),
        })),
        { expiredObjectDeleteMarker: true },
      ],
      unlogged:
        'One function alone writes here, each object once, and its log says which; whoever reads back does so with rights ' +
        "of the operator's own, which CloudTrail's data events record.",
    });
  }
}
