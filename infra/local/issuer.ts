import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { type Client, type Configuration, type Context, errors, Provider } from 'oidc-provider';
import * as z from 'zod';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { AUDIENCE, DEMO_CLIENTS, DEMO_SECRET } from './clients.ts';
import { keptSecret } from './kept-secret.ts';
import { close, HOST, listen } from './listen.ts';

export interface Issuer {
  /** The `iss` of its tokens, under which its discovery document is found. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The API as the issuer knows it; the token's audience is shorter. */
const RESOURCE = 'urn:grantgate:api';
/** Seconds. */
const TOKEN_LIFE = 3_600;
const ALGORITHM = 'RS256';
const KEY_FILE = 'issuer-key.json';

const SigningKey = z.looseObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string() });

/**
 * A real issuer of client-credentials tokens, with the demo clients. Its key stays in the data folder, so that tokens
 * survive a restart.
 * @throws StartFailure when the port is in use, or the key file is damaged
 */
export async function startIssuer({ port, dataFolder }: { port: number; dataFolder: string }): Promise<Issuer> {
  const key = await keptSecret<JWK>(dataFolder, KEY_FILE, SigningKey, newKey);
  const server = createServer();
  // A gateway that outlives the issuer must not find a dead connection in its pool after a restart.
  server.maxRequestsPerSocket = 1;
  // The issuer's own address stands in its tokens, so the port comes first.
  const url = `http://${HOST}:${await listen(server, port, 'ISSUER_PORT')}`;
  server.on('request', new Provider(url, configuration(key)).callback());
  return { url, stop: () => close(server) };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return await exportJWK(privateKey);
}

const configuration = (key: JWK): Configuration => ({
  jwks: { keys: [{ ...key, use: 'sig', alg: ALGORITHM }] },
  scopes: Object.values(SCOPES),
  ttl: { ClientCredentials: TOKEN_LIFE },
  clients: DEMO_CLIENTS.map(({ id, scopes }) => ({
    client_id: id,
    client_secret: DEMO_SECRET,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: scopes.join(' '),
  })),
  // Tokens are signed and not stored, clients are those above: there is nothing to find.
  adapter: () => ({ find: async () => undefined }),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: true, defaultResource: () => RESOURCE, getResourceServerInfo: api },
  },
  extraTokenClaims: (_, { clientId }) => {
    const client = DEMO_CLIENTS.find(({ id }) => id === clientId);
    return { person: client?.person, authority: client?.authority, domains: client?.domains?.join(' ') };
  },
});

function api({ oidc }: Context, resource: string, { scope = '' }: Client) {
  if (resource !== RESOURCE) throw new errors.InvalidTarget();
  // As Amazon Cognito does: who asks for no scope gets all that the client has.
  if (oidc.params !== undefined) oidc.params.scope ??= scope;
  return {
    audience: AUDIENCE,
    scope,
    accessTokenTTL: TOKEN_LIFE,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: ALGORITHM } },
  } as const;
}
