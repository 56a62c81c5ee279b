import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartFailure } from './start-failure.ts';

/** Nothing of the stack is reachable from another machine. */
export const HOST = '127.0.0.1';

/** Milliseconds that requests under way may take to end at a stop. */
const LAST_REQUESTS = 400;

const code = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Opens `port`, 0 for any free one, and gives the port that was opened.
 * @param variable the environment variable that moves the port
 * @throws StartFailure when the port is in use or not allowed
 */
export async function listen(server: Server, port: number, variable: string): Promise<number> {
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (code(error) === 'EADDRINUSE') {
      throw new StartFailure(`Port ${port} is in use: stop what uses it, or set ${variable} to another port.`);
    }
    if (code(error) === 'EACCES') {
      throw new StartFailure(`Port ${port} may not be opened by this user: set ${variable} to another port.`);
    }
    throw error;
  }
  return portOf(server);
}

/** Lets the requests under way end, but not for long. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const impatience = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS);
  await closed;
  clearTimeout(impatience);
}

/** A port that nobody uses at the moment, for a process that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0, '');
  await close(server);
  return port;
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
