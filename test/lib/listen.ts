import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Listener extends AsyncDisposable {
  readonly url: string;
  /** Connections that were opened, in order. */
  readonly sockets: readonly Socket[];
}

/** A real HTTP server on loopback for one test. */
export async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Listener> {
  const sockets: Socket[] = [];
  const server = createServer(answer).on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
