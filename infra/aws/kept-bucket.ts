import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** What a bucket here says of itself; what is the same for all of them is not its to choose. */
export interface KeptBucketProps
  extends Pick<
    BucketProps,
    'lifecycleRules' | 'versioned' | 'objectLockEnabled' | 'objectLockDefaultRetention' | 'encryptionKey'
  > {
  /** Why nobody needs S3's own access log of it. */
  readonly unlogged: string;
}

/** A bucket that outlives its stack, is closed to the public and is reached over TLS alone; under its own key where one is given. */
export class KeptBucket extends Bucket {
  constructor(scope: Construct, id: string, { unlogged, encryptionKey, ...props }: KeptBucketProps) {
    super(scope, id, {
      ...props,
      ...(encryptionKey ? underKey(encryptionKey) : { encryption: BucketEncryption.S3_MANAGED }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this).acknowledge({ id: 'AwsSolutions-S1', reason: unlogged });
  }
}

const underKey = (encryptionKey: IKey): BucketProps => ({
  encryption: BucketEncryption.KMS,
  encryptionKey,
  // One data key for many objects: a file of a million rows makes thousands of them.
  bucketKeyEnabled: true,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
});
