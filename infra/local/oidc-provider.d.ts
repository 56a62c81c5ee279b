/** The part of oidc-provider that the local issuer uses; the package brings no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  export interface Client {
    readonly clientId: string;
    readonly scope?: string;
  }

  export interface Context {
    readonly oidc: { readonly client?: Client; readonly params?: { scope?: string } };
  }

  export interface ResourceServer {
    readonly audience: string;
    readonly scope: string;
    readonly accessTokenTTL: number;
    readonly accessTokenFormat: 'jwt';
    readonly jwt: { readonly sign: { readonly alg: 'RS256' } };
  }

  export interface Configuration {
    readonly adapter: (name: string) => { find(id: string): Promise<undefined> };
    readonly clients: readonly Readonly<Record<string, unknown>>[];
    readonly scopes: readonly string[];
    readonly ttl: Readonly<Record<string, number>>;
    readonly jwks: { readonly keys: readonly object[] };
    readonly features: {
      readonly clientCredentials: { readonly enabled: boolean };
      readonly devInteractions: { readonly enabled: boolean };
      readonly resourceIndicators: {
        readonly enabled: boolean;
        readonly defaultResource: (context: Context) => string;
        readonly getResourceServerInfo: (context: Context, resource: string, client: Client) => ResourceServer;
      };
    };
    readonly extraTokenClaims: (context: Context, token: { readonly clientId: string }) => object | undefined;
  }

  export const errors: { readonly InvalidTarget: new () => Error };

  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): RequestListener;
  }
}
