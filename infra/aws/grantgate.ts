import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DataStack } from './data-stack.ts';
import { ServiceStack, type ServiceStackProps } from './service-stack.ts';

export interface GrantgateProps {
  /** Named, and no account: the templates can be made and checked by anyone. */
  readonly region: string;
  readonly personKeys: number;
  readonly retiredSigningKeys: readonly string[];
  /** Whether every record is kept once more, object-locked, as it is inserted. */
  readonly archive: boolean;
  readonly code: ServiceStackProps['code'];
}

/** Both stacks. Synthesis fails on a finding of cdk-nag that nobody has acknowledged with a reason. */
export function grantgate(app: App, { region, personKeys, retiredSigningKeys, archive, code }: GrantgateProps) {
  const env = { region };
  const data = new DataStack(app, 'GrantgateData', {
    env,
    personKeys,
    retiredSigningKeys,
    archive,
    description: 'Grantgate: the lists in force, the record of every check, and their keys',
  });
  const service = new ServiceStack(app, 'GrantgateService', {
    env,
    data,
    code,
    description: 'Grantgate: the API, its functions and alarms',
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { data, service };
}
