import { onTestFinished } from 'vitest';
import type { Http1Server, Http1ServerOptions, ServerExchange } from '../port.js';
import { createHttp1Server } from '../server.js';
import { type RawClient, rawClient } from './raw-client.js';

export interface TestServer {
  readonly server: Http1Server;
  readonly port: number;
  client(): RawClient;
}

/** A server on a free port that is destroyed when the test is over, as are its clients. */
export async function testServer(
  handler: (exchange: ServerExchange) => void,
  options: Omit<Http1ServerOptions, 'handler'> = {},
): Promise<TestServer> {
  const server = createHttp1Server({ ...options, handler });
  onTestFinished(() => server.destroy());
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    server,
    port,
    client() {
      const client = rawClient(port);
      onTestFinished(() => void client.socket.destroy());
      return client;
    },
  };
}

/** Answers `METHOD TARGET BODY`, so a test sees where the server cut its requests. */
export function echo(exchange: ServerExchange): void {
  exchange.readBody(1 << 20).then(
    (body) =>
      exchange.respond(
        200,
        ['content-type', 'text/plain'],
        `${exchange.method} ${exchange.target} ${body.toString('latin1')}`,
      ),
    () => {},
  );
}
