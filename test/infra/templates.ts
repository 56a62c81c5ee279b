import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterAll } from 'vitest';
import * as z from 'zod';
import { grantgate } from '../../infra/aws/grantgate.ts';

export const REGION = 'cn-north-1';

// CDK's own check against CloudFormation's schemas takes two seconds; `npm run synth` has it.
process.env.CDK_VALIDATION = 'false';

const folder = mkdtempSync(join(tmpdir(), 'grantgate-synth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where an app may be synthesised: gone with the tests. */
export const outputFolder = (): string => mkdtempSync(join(folder, 'app-'));

/** Both stacks with placeholder code: what a template says of a function does not depend on its bundle. */
export function assemble(region = REGION, personKeys = 1, retiredSigningKeys: readonly string[] = [], archive = false) {
  const app = new App({ outdir: outputFolder(), analyticsReporting: false });
  const stacks = grantgate(app, {
    region,
    personKeys,
    retiredSigningKeys,
    archive,
    code: () => Code.fromInline('exports.handler = () => {}'),
  });
  return { app, ...stacks };
}

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
type Resource = z.infer<typeof Resource>;

const ExportsOf = z.object({
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() })),
});

/** The two templates with their references written as text, so that a test can say `Registry.Arn`. */
export function templatesOf({ data, service }: Pick<ReturnType<typeof assemble>, 'data' | 'service'>) {
  const [dataTemplate, serviceTemplate] = [data, service].map((stack) => Template.fromStack(stack).toJSON());
  const exported = new Map(
    Object.values(ExportsOf.parse(dataTemplate).Outputs).map(({ Export, Value }) => [Export?.Name, Value]),
  );
  const read = (template: unknown) => {
    const resources = z.object({ Resources: z.record(z.string(), Resource) }).parse(template).Resources;
    const names = Object.keys(resources).map(nameOf);
    if (new Set(names).size < names.length) throw new Error('two resources have one name without their hashes');
    return Object.fromEntries(
      Object.entries(resources).map(([id, { Properties, ...resource }]) => [
        nameOf(id),
        { ...resource, Properties: z.record(z.string(), z.unknown()).parse(plain(Properties, exported)) },
      ]),
    );
  };
  return {
    data: read(dataTemplate),
    service: read(serviceTemplate),
    text: JSON.stringify([dataTemplate, serviceTemplate]),
  };
}

/** The properties of one resource, which must be there. */
export function propertiesOf(resources: Record<string, Resource>, name: string): Resource['Properties'] {
  const resource = resources[name];
  if (!resource) throw new Error(`no ${name} in the template`);
  return resource.Properties;
}

const Variables = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional() });

/** The environment of a function. */
export const environmentOf = (resources: Record<string, Resource>, name: string): Record<string, string> =>
  Variables.parse(propertiesOf(resources, `${name}Function`)).Environment?.Variables ?? {};

/** All resources of one type, by their name. */
export const ofType = (resources: Record<string, Resource>, type: string): [string, Resource['Properties']][] =>
  Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([name, { Properties }]) => [name, Properties]);

/** A logical id without CDK's hash. */
const nameOf = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

const Intrinsic = z.union([
  z.strictObject({ Ref: z.string() }).transform(({ Ref }) => (Ref.includes('::') ? `<${Ref}>` : nameOf(Ref))),
  z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform((value) => {
    const [id, attribute] = value['Fn::GetAtt'];
    return `${nameOf(id)}.${attribute}`;
  }),
]);
const Join = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const Import = z.strictObject({ 'Fn::ImportValue': z.string() });

function plain(value: unknown, exported: ReadonlyMap<string | undefined, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => plain(each, exported));
  const imported = Import.safeParse(value);
  if (imported.success) return plain(exported.get(imported.data['Fn::ImportValue']), exported);
  const joined = Join.safeParse(value);
  if (joined.success) {
    const [separator, parts] = joined.data['Fn::Join'];
    return parts.map((part) => plain(part, exported)).join(separator);
  }
  const intrinsic = Intrinsic.safeParse(value);
  if (intrinsic.success) return intrinsic.data;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, exported)]));
}

/** What the tests of the templates look at. */
export const assembled = assemble();
export const { data, service } = templatesOf(assembled);
