import { DEMO_CLIENTS } from './clients.ts';
import { localEnvironment } from './environment.ts';
import { HOST } from './listen.ts';
import { requestToken } from './request-token.ts';
import { StartFailure } from './start-failure.ts';

/** `npm run token -- <client>` */
try {
  const [client] = process.argv.slice(2);
  if (client === undefined) {
    const known = DEMO_CLIENTS.map(({ id }) => id).join(', ');
    throw new StartFailure(`Usage: npm run token -- <client>, where the client is one of ${known}.`);
  }
  console.log(await requestToken(`http://${HOST}:${localEnvironment(process.env).issuerPort}`, client));
} catch (error) {
  if (!(error instanceof StartFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
