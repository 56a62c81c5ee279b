import * as z from 'zod/mini';
import { ROUTES } from '../../lib/edge/routes.ts';
import { PROBLEM_STATUS, type ProblemCode } from '../../lib/kernel/problem.ts';
import { DESCRIPTIONS } from './descriptions.ts';
import { type Operation, ProblemBody } from './operation.ts';
import { OPERATIONS } from './operations.ts';

/** The API as OpenAPI 3.1, made from the schemas that validate. */
export function openApiDocument() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, open } of ROUTES) {
    const operation = OPERATIONS[`${method} ${path}`];
    if (!operation) throw new Error(`${method} ${path} is not described`);
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation, path, open === true) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Grantgate 授前核查',
      version: '1.0.0',
      description:
        'Checks, before a public body grants, whether the receiver is barred, and keeps proof that it checked.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: schemaOf(ProblemBody, 'output') },
    },
  };
}

function describe(operation: Operation, path: string, open: boolean) {
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.entries(operation.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    })),
    ...queryParameters(operation.query),
    { name: 'Accept-Language', in: 'header', required: false, schema: { type: 'string', default: 'zh-CN' } },
  ];
  return {
    operationId: operation.id,
    summary: operation.summary,
    parameters,
    ...(operation.body && {
      requestBody: { required: !operation.mayLackBody, content: bodyOf(operation.body, operation) },
    }),
    responses: {
      ...answersOf(operation),
      ...problemsOf(operation.problems),
      ...(!open && { 401: { description: "No good token; the body is the gateway's own." } }),
    },
    security: open ? [] : [{ token: [] }],
    ...(operation.scopes.length > 0 && { description: `Scope: ${operation.scopes.join(' or ')}` }),
  };
}

const bodyOf = (
  body: z.ZodMiniType,
  { bodyType, lines = [bodyType ?? 'application/json'], says }: Pick<Operation, 'bodyType' | 'lines' | 'says'>,
) => Object.fromEntries(lines.map((type) => [type, { schema: schemaOf(body, 'input', says) }]));

const answersOf = ({ answers }: Operation) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, contentTypes = ['application/json'] }]) => [
      status,
      {
        description,
        content: Object.fromEntries(contentTypes.map((type) => [type, { schema: schemaOf(schema, 'output') }])),
      },
    ]),
  );

function problemsOf(codes: readonly ProblemCode[]) {
  const byStatus = Map.groupBy(codes, (code) => PROBLEM_STATUS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [
      status,
      {
        description: each.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

const ObjectSchema = z.object({
  properties: z.record(z.string(), z.unknown()),
  required: z._default(z.array(z.string()), []),
});

function queryParameters(schema: z.ZodMiniType | undefined) {
  if (!schema) return [];
  const { properties, required } = ObjectSchema.parse(schemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: property,
  }));
}

function schemaOf(schema: z.ZodMiniType, io: 'input' | 'output', says: Operation['says'] = {}) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described(rest, { ...DESCRIPTIONS, ...says });
}

/**
 * A schema that says at each property what its name means, where it does not say it itself. A copy: one schema that
 * stands under several names is one object in what zod gives.
 */
function described(schema: object, descriptions: Readonly<Record<string, string>>): Record<string, unknown> {
  const withDescription = ([name, property]: [string, unknown]) => {
    const own = isObject(property) ? described(property, descriptions) : property;
    const description = descriptions[name];
    return [name, isObject(own) && description !== undefined ? { description, ...own } : own];
  };
  const copied = ([keyword, value]: [string, unknown]): [string, unknown] => {
    if (keyword === 'properties' && isObject(value))
      return [keyword, Object.fromEntries(Object.entries(value).map(withDescription))];
    if (Array.isArray(value))
      return [keyword, value.map((each) => (isObject(each) ? described(each, descriptions) : each))];
    return [keyword, isObject(value) ? described(value, descriptions) : value];
  };
  return Object.fromEntries(Object.entries(schema).map(copied));
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
