import * as z from 'zod';
import { DEMO_CLIENTS, DEMO_SECRET } from './clients.ts';
import { StartFailure } from './start-failure.ts';

const TokenResponse = z.object({ access_token: z.string() });

/**
 * Asks the issuer for a demo client's token, with all its scopes.
 * @throws StartFailure when the client is unknown, or the issuer does not answer
 */
export async function requestToken(issuerUrl: string, clientId: string): Promise<string> {
  if (!DEMO_CLIENTS.some(({ id }) => id === clientId)) {
    const known = DEMO_CLIENTS.map(({ id }) => id).join(', ');
    throw new StartFailure(`No demo client is called ${JSON.stringify(clientId)}; there are ${known}.`);
  }
  const response = await fetch(`${issuerUrl}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${DEMO_SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  }).catch(() => undefined);
  const answer = TokenResponse.safeParse(await response?.json().catch(() => undefined));
  if (!answer.success) {
    throw new StartFailure(`No token issuer answers at ${issuerUrl}: run \`npm start\`, or set ISSUER_PORT as it was.`);
  }
  return answer.data.access_token;
}
