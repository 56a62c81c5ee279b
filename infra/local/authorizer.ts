import { createRemoteJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';

/** An HTTP API hands every claim on as a string. */
export type Claims = Readonly<Record<string, string>>;

/** Either the claims of a good token, or what AWS writes into `www-authenticate`. */
export type Authorization = { readonly claims: Claims } | { readonly challenge: string };

export interface AuthorizerOptions {
  readonly issuerUrl: string;
  readonly audience: string;
  readonly now: () => Date;
}

const Discovery = z.object({ jwks_uri: z.url() });
const BEARER = /^Bearer (\S+)$/i;
const SEGMENTS = 3;
const MILLISECONDS = 1_000;

/**
 * The JWT authorizer of an HTTP API: a key of the issuer's that the token names, RS256, `iss`, `aud` (or `client_id`
 * where there is none), `exp`, `nbf`, `iat`, without any leeway.
 */
export function jwtAuthorizer({ issuerUrl, audience, now }: AuthorizerOptions) {
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  return async (header: string | undefined): Promise<Authorization> => {
    const token = BEARER.exec(header ?? '')?.[1];
    if (token === undefined) return { challenge: 'Bearer' };
    if (token.split('.').length !== SEGMENTS) return refused('token contains an invalid number of segments');
    try {
      keys ??= await keysOf(issuerUrl);
      // jose would take the only key for a token that names none.
      if (decodeProtectedHeader(token).kid === undefined) return refused('the token does not have a valid kid');
      const currentDate = now();
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: issuerUrl,
        requiredClaims: ['exp'],
        currentDate,
      });
      if (!isFor(payload, audience)) return refused('the token does not have a valid audience');
      if ((payload.iat ?? 0) > currentDate.getTime() / MILLISECONDS) return refused('the token is used before issued');
      return { claims: Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, asText(value)])) };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return refused('the token has expired');
      return refused('the token is invalid');
    }
  };
}

// AWS documents the description for an audience; the others differ there in their words.
const refused = (description: string): Authorization => ({
  challenge: `Bearer scope="" error="invalid_token" error_description="${description}"`,
});

async function keysOf(issuerUrl: string) {
  const discovery = await fetch(`${issuerUrl}/.well-known/openid-configuration`);
  return createRemoteJWKSet(new URL(Discovery.parse(await discovery.json()).jwks_uri));
}

function isFor({ aud, client_id }: JWTPayload, audience: string): boolean {
  return aud === undefined ? client_id === audience : [aud].flat().includes(audience);
}

function asText(claim: unknown): string {
  if (Array.isArray(claim)) return `[${claim.join(' ')}]`;
  return typeof claim === 'object' ? JSON.stringify(claim) : String(claim);
}
