import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { grantgate } from './grantgate.ts';

const DIST = join(import.meta.dirname, '../../dist');
/** Beijing: what is kept here may not leave the country. Another one by `-c region=…`. */
const DEFAULT_REGION = 'cn-north-1';

/**
 * What `npm run synth -- -c archive=true` says, as the CDK's own command would hand it on: without it an option would be
 * passed over, and another template checked than the one that is deployed.
 */
function contextGiven(): Record<string, string> {
  const { values } = parseArgs({ options: { context: { type: 'string', short: 'c', multiple: true, default: [] } } });
  return Object.fromEntries(
    values.context.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Error(`-c takes name=value, not ${pair}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

const app = new App({
  // The CDK's command names its own folder; plain node would otherwise write to a temporary one.
  outdir: process.env.CDK_OUTDIR ?? 'cdk.out',
  // A resource of the toolkit's own would make its templates differ from those that were checked.
  analyticsReporting: false,
  // What the service uses, the data stack cannot drop.
  context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong', ...contextGiven() },
});

/** Anything but the two words is a slip, and a slip must not leave the archive off. */
function isOn(option: string): boolean {
  const given: unknown = app.node.tryGetContext(option) ?? 'false';
  if (given !== 'true' && given !== 'false') throw new Error(`-c ${option} takes true or false, not ${String(given)}`);
  return given === 'true';
}

grantgate(app, {
  region: String(app.node.tryGetContext('region') ?? DEFAULT_REGION),
  personKeys: Number(app.node.tryGetContext('personKeys') ?? 1),
  retiredSigningKeys: String(app.node.tryGetContext('retiredSigningKeys') ?? '')
    .split(',')
    .filter(Boolean),
  archive: isOn('archive'),
  code: (name) => Code.fromAsset(join(DIST, name), { exclude: ['*.map'] }),
});
const { directory } = app.synth();
// An unacknowledged finding has thrown by now.
console.log(`Templates: ${directory}. cdk-nag AwsSolutions: no unacknowledged finding.`);
