import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { assemble, assembled, outputFolder, templatesOf } from './templates.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A process of its own synthesises, as `npm run synth` does, with something planted in the service stack. */
const synthesiseWith = (planted: string) =>
  promisify(execFile)(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { App } from 'aws-cdk-lib';
       import { Code } from 'aws-cdk-lib/aws-lambda';
       import { Bucket } from 'aws-cdk-lib/aws-s3';
       import { grantgate } from './infra/aws/grantgate.ts';
       const app = new App({ outdir: ${JSON.stringify(outputFolder())} });
       const code = () => Code.fromInline('exports.handler = () => {}');
       const { service } = grantgate(app, { region: 'cn-north-1', personKeys: 1, retiredSigningKeys: [], archive: false, code });
       ${planted}
       app.synth();`,
    ],
    { cwd: ROOT },
  );

describe('cdk-nag', () => {
  const { app } = assembled;

  it('has no finding that nobody has acknowledged', () => {
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it('is told of every acknowledgement why', () => {
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values<string>(data));
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const reason of acknowledged) expect(reason.split(' ').length).toBeGreaterThan(8);
  });

  it('stops the synthesis when an open bucket is planted, and for nothing else', async () => {
    const [planted] = await Promise.allSettled([synthesiseWith(`new Bucket(service, 'Open');`)]);
    expect(planted).toMatchObject({ status: 'rejected', reason: { code: 1 } });
    const output = JSON.stringify(planted);
    expect(output).toContain('AwsSolutions-S10');
    expect(new Set(output.match(/GrantgateService\/[^ ]+/g))).toEqual(new Set(['GrantgateService/Open/Resource']));
  });
});

describe.each(['cn-north-1', 'us-east-1'])('in %s', (region) => {
  const { text } = templatesOf(assemble(region));

  it('writes no partition by hand', () => {
    expect(text).not.toMatch(/arn:aws/);
    expect(text).toContain('AWS::Partition');
  });

  it('names its region and no account', () => {
    expect(text).toContain(region);
    expect(text).not.toMatch(/[^0-9]\d{12}[^0-9]/);
  });
});
