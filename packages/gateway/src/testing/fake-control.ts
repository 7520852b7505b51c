import type { Route, RoutingUpdate } from '@openeas/contracts';
import { createHttp1Server, type Http1Server, type ServerExchange } from '@openeas/http1';

export const CONTROL_KEY = 'k'.repeat(32);

/** A control that speaks the routing stream as the real one does, and answers everything else by `other`. */
export interface FakeControl {
  readonly server: Http1Server;
  readonly port: number;
  /** Streams open now. */
  streams(): number;
  /** Streams opened so far. */
  opened(): number;
  /** Makes a change: streamed as a delta to who listens, part of later full snapshots. */
  set(...routes: readonly Route[]): void;
  remove(name: string): void;
  /** Sends any line to all streams. */
  raw(line: string): void;
  /** Ends the open streams; new ones are taken. */
  hangUp(): void;
}

export async function fakeControl(options: {
  port?: number;
  epoch?: string;
  routes?: readonly Route[];
  other?: (exchange: ServerExchange) => void;
}): Promise<FakeControl> {
  const epoch = options.epoch ?? 'epoch-1';
  const routes = new Map((options.routes ?? []).map((route) => [route.name, route]));
  const streams = new Set<ServerExchange>();
  let revision = 1;
  let opened = 0;

  function raw(line: string): void {
    for (const stream of streams) stream.write(Buffer.from(`${line}\n`));
  }
  function change(upsert: readonly Route[], remove: readonly string[]): void {
    const update: RoutingUpdate = {
      kind: 'delta',
      epoch,
      previous: revision,
      revision: ++revision,
      upsert,
      remove,
    };
    raw(JSON.stringify(update));
  }

  const server = createHttp1Server({
    handler(exchange) {
      if (exchange.path !== '/internal/v1/routes') {
        if (options.other === undefined) exchange.respond(404, [], '{}');
        else options.other(exchange);
        return;
      }
      if (exchange.header('authorization') !== `Bearer ${CONTROL_KEY}`) {
        exchange.respond(401, [], '{}');
        return;
      }
      opened++;
      streams.add(exchange);
      exchange.onAbort = () => streams.delete(exchange);
      exchange.startResponse(200, ['content-type', 'application/x-ndjson']);
      const full: RoutingUpdate = { kind: 'full', epoch, revision, routes: [...routes.values()] };
      exchange.write(Buffer.from(`${JSON.stringify(full)}\n\n`));
    },
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    server,
    port,
    streams: () => streams.size,
    opened: () => opened,
    set(...changed) {
      for (const route of changed) routes.set(route.name, route);
      change(changed, []);
    },
    remove(name) {
      routes.delete(name);
      change([], [name]);
    },
    raw,
    hangUp() {
      for (const stream of [...streams]) {
        streams.delete(stream);
        stream.end();
      }
    },
  };
}
