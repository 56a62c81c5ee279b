import { DEMO_CLIENTS } from './clients.ts';
import { localEnvironment } from './environment.ts';
import { helped } from './help.ts';
import { HOST } from './listen.ts';
import { requestToken } from './request-token.ts';
import { StartFailure } from './start-failure.ts';

const USAGE = `用法 Usage: npm run token -- <client>
  <client>  演示客户端之一 one of the demo clients: ${DEMO_CLIENTS.map(({ id }) => id).join(', ')}`;
const HELP = `${USAGE}

  打印该客户端的访问令牌，仅此一行，可用于 TOKEN=$(npm run -s token -- procurement)。
  须先运行 npm start；ISSUER_PORT 与启动时一致。
  Prints an access token of that client and nothing else, as for TOKEN=$(npm run -s token -- procurement).
  Needs a running npm start, with ISSUER_PORT as it was.`;

/** `npm run token -- <client>` */
try {
  const argv = process.argv.slice(2);
  const [client] = argv;
  if (!helped(argv, HELP)) {
    if (client === undefined) throw new StartFailure(USAGE);
    console.log(await requestToken(`http://${HOST}:${localEnvironment(process.env).issuerPort}`, client));
  }
} catch (error) {
  if (!(error instanceof StartFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
