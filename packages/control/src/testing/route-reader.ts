import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { RoutingDelta, RoutingSnapshot, RoutingUpdate } from '@openeas/contracts';
import { onTestFinished } from 'vitest';
import { INTERNAL_KEY } from './control-harness.js';

/** Reads a stream of routes as a gateway does; opened once the snapshot is there. */
export class RouteReader {
  /** Lines in the order they came; a heartbeat is ''. */
  readonly lines: string[] = [];
  ended = false;
  #wake: (() => void) | undefined;

  private constructor(
    readonly request: ClientRequest,
    readonly response: IncomingMessage,
  ) {}

  static async open(address: { host: string; port: number }, key = INTERNAL_KEY): Promise<RouteReader> {
    const request = httpRequest({
      ...address,
      path: '/internal/v1/routes',
      headers: { authorization: `Bearer ${key}` },
      agent: false,
    });
    onTestFinished(() => void request.destroy());
    request.on('error', () => {}); // Cut on purpose by some tests; `ended` tells.
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const reader = new RouteReader(request, response);
    let rest = '';
    response.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      reader.lines.push(...parts);
      reader.#wake?.();
    });
    response.on('error', () => {});
    response.on('close', () => {
      reader.ended = true;
      reader.#wake?.();
    });
    if (response.statusCode === 200) await reader.until(() => reader.updates.length > 0 || reader.ended);
    return reader;
  }

  get updates(): readonly RoutingUpdate[] {
    return this.lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RoutingUpdate);
  }

  get snapshot(): RoutingSnapshot {
    return this.updates[0] as RoutingSnapshot;
  }

  get deltas(): readonly RoutingDelta[] {
    return this.updates.slice(1) as RoutingDelta[];
  }

  /** What a gateway that applied everything would have. */
  routes(): Map<string, RoutingSnapshot['routes'][number]> {
    const routes = new Map(this.snapshot.routes.map((route) => [route.name, route]));
    for (const { upsert, remove } of this.deltas) {
      for (const name of remove) routes.delete(name);
      for (const route of upsert) routes.set(route.name, route);
    }
    return routes;
  }

  /** Resolves when `condition` holds; looked at whenever something arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
