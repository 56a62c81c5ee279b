import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import sample from '../../events/samples/check.json' with { type: 'json' };
import { DESCRIPTIONS } from '../../functions/openapi/descriptions.ts';
import { openApiDocument } from '../../functions/openapi/document.ts';
import { startStack } from '../../infra/local/stack.ts';
import { CheckQuestion } from '../../lib/check/question.ts';
import { readEvent } from '../../lib/edge/request.ts';
import { ROUTES } from '../../lib/edge/routes.ts';

const Document = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        responses: z.record(z.string(), z.unknown()),
        security: z.array(z.unknown()),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

const Described = z.looseObject({ description: z.string() });
const WithProperties = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }).catch({});
const Proved = z.looseObject({
  content: z.object({
    'application/json': z.object({ schema: z.looseObject({ properties: z.record(z.string(), Described) }) }),
  }),
});

describe('/openapi.json', () => {
  const document = Document.parse(JSON.parse(JSON.stringify(openApiDocument())));

  it('describes every route of the gateway and no other, open exactly where the gateway is', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security }]) => ({
        key: `${method.toUpperCase()} ${path}`,
        open: security.length === 0,
      })),
    );
    const routes = ROUTES.map(({ method, path, open }) => ({ key: `${method} ${path}`, open: open === true }));
    expect(described.toSorted((a, b) => a.key.localeCompare(b.key))).toEqual(
      routes.toSorted((a, b) => a.key.localeCompare(b.key)),
    );
  });

  it('names operations once, and every reference leads somewhere', () => {
    const ids = Object.values(document.paths).flatMap((each) =>
      Object.values(each).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
    for (const [, name] of references) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it('says what the fields of a question and an answer mean', () => {
    const said = JSON.stringify(document.paths['/v1/checks']?.post);
    for (const word of ['While it lies ahead', 'first role where it is left out', 'heaviest first'])
      expect(said).toContain(word);
  });

  it('says of a name what is meant by it, and not what another name of the same shape means', () => {
    const wrong: string[] = [];
    const look = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties } = WithProperties.parse(node);
      for (const [name, property] of Object.entries(properties ?? {})) {
        const description = Described.safeParse(property).data?.description;
        const meant = Object.entries(DESCRIPTIONS).find(([, each]) => each === description)?.[0];
        if (meant !== undefined && meant !== name) wrong.push(`${name}: ${description}`);
      }
      for (const each of Object.values(node)) look(each);
    };
    look(document.paths);
    expect(wrong).toEqual([]);
  });

  it('says of a proposal what its fields mean there, and not what they mean in a check', () => {
    const said = JSON.stringify(document.paths['/v1/listings']?.post?.requestBody);
    for (const word of [
      'one of `documentTypes` of the rule',
      'register of violations',
      '`responsibleRoles` of the rule',
    ])
      expect(said).toContain(word);
    expect(said).not.toContain('The subject of the check');
  });

  it('says what every field of a proof means', () => {
    const said = Proved.parse(document.paths['/v1/checks/{id}/proof']?.get?.responses['200']);
    const { properties } = said.content['application/json'].schema;
    expect(Object.keys(properties).toSorted()).toEqual(
      ['checkId', 'count', 'digest', 'head', 'index', 'leaf', 'path', 'seal'].toSorted(),
    );
    expect(Object.values(properties).filter(({ description }) => description === '')).toEqual([]);
  });

  it('tells of every status that checking can have', () => {
    const check = document.paths['/v1/checks']?.post;
    expect(Object.keys(check?.responses ?? {}).toSorted()).toEqual(
      ['200', '201', '400', '401', '403', '409', '422', '429', '503'].toSorted(),
    );
  });

  it('is served to everyone, as it was made', async () => {
    const stack = await startStack({ port: 0, issuerPort: 0, dataFolder: ':memory:' });
    try {
      const reply = await fetch(`${stack.url}/openapi.json`);
      expect(reply.status).toBe(200);
      expect(await reply.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    } finally {
      await stack.stop();
    }
  });
});

describe('the sample invocation', () => {
  it('is an event that the check function reads, with a question in it', () => {
    const request = readEvent(sample);
    expect(request.route).toBe('POST /v1/checks');
    expect(request.language).toBe('en');
    expect(CheckQuestion.safeParse(JSON.parse(String(request.body))).success).toBe(true);
  });
});
