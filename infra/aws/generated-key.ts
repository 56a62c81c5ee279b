import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** Letters and digits: 44 of them are base64 of 33 bytes, unpadded, with 262 bits of chance. */
const KEY_CHARACTERS = 44;

export interface GeneratedKeyProps {
  readonly encryptionKey: IKey;
  readonly description: string;
  /** Why nothing may ever change the value in place. */
  readonly neverRotated: string;
}

/**
 * A key that Secrets Manager draws itself, so that it passes through no hand and no terminal. What it has keyed can be
 * found by it alone: it is kept when the stack goes.
 */
export class GeneratedKey extends Secret {
  constructor(scope: Construct, id: string, { encryptionKey, description, neverRotated }: GeneratedKeyProps) {
    super(scope, id, {
      description,
      encryptionKey,
      generateSecretString: { passwordLength: KEY_CHARACTERS, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this).acknowledge({ id: 'AwsSolutions-SMG4', reason: neverRotated });
  }

  /** The value in base64, as a reference that CloudFormation resolves when it deploys; the template never holds it. */
  get reference(): string {
    return this.secretValue.unsafeUnwrap();
  }
}
