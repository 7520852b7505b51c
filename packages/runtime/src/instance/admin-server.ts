import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { equalSecrets } from '@openeas/http1';
import type { Clock } from '@openeas/kernel';
import type { InstanceState } from './instance-state.js';

/** What the admin port may ask the instance to do. */
export interface AdminActions {
  /** Take nothing new, answer what is there; go on existing. */
  drain(): void;
  /** Drain for at most `graceMs`, then end with code 0. */
  stop(graceMs: number): void;
  /** End at once. */
  kill(): void;
}

const HEARTBEAT_MS = 2000;
const MAX_BODY = 4096;
const MAX_GRACE_MS = 3_600_000;

/** The control side of an instance: 127.0.0.1 only, any free port, one bearer secret. */
export class AdminServer {
  readonly #server: Server;
  readonly #state: InstanceState;
  readonly #actions: AdminActions;
  readonly #clock: Clock;
  readonly #secret: string;
  readonly #defaultGraceMs: number;
  readonly #streams = new Set<() => void>();
  #closing = false;

  constructor(options: {
    state: InstanceState;
    actions: AdminActions;
    clock: Clock;
    secret: string;
    defaultGraceMs: number;
  }) {
    this.#state = options.state;
    this.#actions = options.actions;
    this.#clock = options.clock;
    this.#secret = options.secret;
    this.#defaultGraceMs = options.defaultGraceMs;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      // A watcher has the last status by now; nothing more comes on its stream.
      for (const end of this.#streams) end();
      this.#server.closeIdleConnections();
    });
  }

  destroy(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const authorization = request.headers.authorization ?? '';
    if (!equalSecrets(authorization, `Bearer ${this.#secret}`)) {
      return answer(response, 401, { error: 'the bearer secret is missing or wrong' });
    }
    const route = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    switch (route) {
      case 'GET /admin/status':
        return answer(response, 200, this.#state.current());
      case 'GET /admin/watch':
        return this.#watch(response);
      case 'POST /admin/drain':
        this.#actions.drain();
        return answer(response, 202, this.#state.current());
      case 'POST /admin/stop': {
        const graceMs = await this.#readGrace(request);
        if (graceMs === undefined) {
          return answer(response, 400, { error: `graceMs must be a number from 0 to ${MAX_GRACE_MS}` });
        }
        answer(response, 202, this.#state.current());
        this.#actions.stop(graceMs);
        return;
      }
      case 'POST /admin/kill':
        response.once('finish', () => this.#actions.kill());
        return answer(response, 202, this.#state.current());
      default:
        return answer(response, 404, { error: `there is no ${route}` });
    }
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      connection: 'close',
    });
    const line = (status: object): void => void response.write(`${JSON.stringify(status)}\n`);
    line(this.#state.current());
    if (this.#closing) {
      response.end();
      return;
    }
    const unwatch = this.#state.watch(line);
    let cancelBeat = (): void => {};
    const beat = (): void => {
      cancelBeat = this.#clock.after(HEARTBEAT_MS, () => {
        line(this.#state.current());
        beat();
      });
    };
    beat();
    const end = (): void => void response.end();
    this.#streams.add(end);
    response.once('close', () => {
      unwatch();
      cancelBeat();
      this.#streams.delete(end);
    });
  }

  async #readGrace(request: IncomingMessage): Promise<number | undefined> {
    let text = '';
    for await (const chunk of request) {
      text += String(chunk);
      if (text.length > MAX_BODY) return undefined;
    }
    if (text.trim() === '') return this.#defaultGraceMs;
    try {
      const { graceMs } = JSON.parse(text) as { graceMs?: unknown };
      if (graceMs === undefined) return this.#defaultGraceMs;
      return typeof graceMs === 'number' && graceMs >= 0 && graceMs <= MAX_GRACE_MS ? graceMs : undefined;
    } catch {
      return undefined;
    }
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(`${JSON.stringify(body)}\n`);
}
