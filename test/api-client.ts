import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { vi } from 'vitest';
import { AUDIENCE } from '../infra/local/clients.ts';
import { loadSample } from '../infra/local/sample.ts';
import { type Stack, type StackOptions, startStack } from '../infra/local/stack.ts';
import { orgCodeCheckCharacter } from '../lib/subject/org-code.ts';
import { usccCheckCharacter } from '../lib/subject/uscc.ts';

/** Organisations and a person of the sample lists, by what a procurement check of them says. */
export const SAMPLE = {
  principal: '11430000000006146T',
  veto: '91430100MAGG10073P',
  vetoAndExpired: '91350100M000100Y43',
  restrictInFunds: '91430100MAGG10145G',
  warn: '91430100MAGG102179',
  favour: '91430100MAGG102847',
  objection: '91430100MAGG103560',
  repaired: '91430100MAGG10428Q',
  indeterminate: '91430100MAGG10567F',
  person: '11010519491231002X',
  personName: '样例个人',
} as const;

/** A valid unified social credit code that no list knows; the same for the same number, of at most four digits. */
export function organisation(number: number): string {
  const body = `MA5T${String(number).padStart(4, '0')}`;
  const uscc = `91430100${body}${orgCodeCheckCharacter(body)}`;
  return uscc + usccCheckCharacter(uscc);
}

/** The code of the same 主体标识码 under another division. */
export function otherCode(code: string): string {
  const body = `91430200${code.slice(8, 17)}`;
  return body + usccCheckCharacter(body);
}

/** The body of a check with what is required and nothing else, as an object that a test may change. */
export const question = (subject: unknown = organisation(1), changes: Record<string, unknown> = {}) => ({
  scene: 'government-procurement',
  principal: { scheme: 'uscc', id: SAMPLE.principal },
  matter: { id: 'T-1' },
  subjects: typeof subject === 'string' ? [{ scheme: 'uscc', id: subject }] : [subject].flat(),
  operator: 'u-1029',
  purpose: 'qualification review at bid opening',
  ...changes,
});

export const personSubject = (id: string = SAMPLE.person, name: string = SAMPLE.personName) => ({
  scheme: 'resident-id',
  id,
  name,
  basis: { kind: 'statute', reference: '政府采购法第二十二条' },
});

export const consortium = (...ids: string[]) => ({
  subjects: ids.map((id) => ({ scheme: 'uscc', id })),
  consortium: true,
});

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the body is none. */
  readonly json: unknown;
}

export interface CallOptions {
  /** A demo client; nobody when absent. */
  readonly as?: string | undefined;
  /** In place of a demo client's. */
  readonly token?: string;
  /** A string goes as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of the API of one stack. */
export class ApiClient {
  readonly stack: Stack;
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(stack: Stack) {
    this.stack = stack;
  }

  async call(method: string, path: string, { as, token, body, headers = {} }: CallOptions = {}): Promise<Reply> {
    const bearer = token ?? (as === undefined ? undefined : await this.tokenOf(as));
    const response = await fetch(this.stack.url + path, {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: bytesOf(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
  }

  /** `POST /v1/checks` as the procurement system. */
  check(body: unknown, headers: Readonly<Record<string, string>> = {}, as = 'procurement'): Promise<Reply> {
    return this.call('POST', '/v1/checks', { as, body, headers });
  }

  get(path: string, as: string): Promise<Reply> {
    return this.call('GET', path, { as });
  }

  tokenOf(client: string): Promise<string> {
    const known = this.#tokens.get(client) ?? this.stack.token(client);
    this.#tokens.set(client, known);
    return known;
  }
}

const bytesOf = (body: unknown): string | Uint8Array<ArrayBuffer> => {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === 'string' ? body : JSON.stringify(body);
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A stack on free ports with the sample, and nothing kept. What its functions log goes to `vi.mocked(console.log)`. */
export async function startSampleStack(options: Partial<StackOptions> = {}, now = new Date()): Promise<ApiClient> {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const stack = await startStack({ port: 0, issuerPort: 0, dataFolder: ':memory:', ...options });
  await loadSample({ ...stack, now });
  return new ApiClient(stack);
}

/** A sample stack whose issuer's key is known, so that a test can sign tokens that the issuer would not. */
export async function startStackWithKnownKey(options: Partial<StackOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'grantgate-test-'));
  const api = await startSampleStack({ ...options, dataFolder: folder });
  const jwk: JWK = JSON.parse(readFileSync(join(folder, 'issuer-key.json'), 'utf8'));
  const key = await importJWK(jwk, 'RS256');
  const { kid } = decodeProtectedHeader(await api.tokenOf('procurement'));
  const now = Math.floor(Date.now() / 1000);
  return {
    api,
    kid,
    /** A token of the issuer's own making, but for the claims given. */
    sign: (claims: JWTPayload) =>
      new SignJWT({
        iss: api.stack.issuerUrl,
        aud: AUDIENCE,
        iat: now - 10,
        exp: now + 3_600,
        sub: String(claims.client_id),
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...(kid !== undefined && { kid }) })
        .sign(key),
    stop: async () => {
      await api.stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
