import { type Clock, systemClock } from '@openeas/kernel';
import { DeadlineSet } from './deadline-set.js';
import { UpstreamConnection, type UpstreamConnectionHost } from './upstream-connection.js';
import {
  type Upstream,
  type UpstreamCall,
  UpstreamFailure,
  type UpstreamRequest,
  type UpstreamSink,
} from './upstream-port.js';

export interface UpstreamPoolOptions {
  /** Milliseconds to establish a connection. Default 2 s. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds an idle connection is kept; keep it below the servers' own. Default 30 s. */
  readonly idleTimeoutMs?: number;
  /** Connections to one address, busy ones included. Default 4096. */
  readonly maxConnections?: number;
  /** Idle connections kept for one address. Default 256. */
  readonly maxIdle?: number;
  /** Bytes of an answer's head. Default 64 KiB. */
  readonly maxHeaderBytes?: number;
  readonly clock?: Clock;
}

/** Kept connections to any number of addresses. */
export interface UpstreamPool {
  /** A new upstream; the caller keeps it and retires it when the address is no longer in use. */
  upstream(host: string, port: number): Upstream;
  /** Cuts every connection. */
  destroy(): void;
  readonly connections: number;
}

export function createUpstreamPool(raw: UpstreamPoolOptions = {}): UpstreamPool {
  const options = {
    connectTimeoutMs: raw.connectTimeoutMs ?? 2_000,
    idleTimeoutMs: raw.idleTimeoutMs ?? 30_000,
    maxConnections: raw.maxConnections ?? 4096,
    maxIdle: raw.maxIdle ?? 256,
    maxHeaderBytes: raw.maxHeaderBytes ?? 64 * 1024,
  };
  const tick = Math.max(10, Math.min(250, options.connectTimeoutMs / 8, options.idleTimeoutMs / 8));
  const deadlines = new DeadlineSet(raw.clock ?? systemClock, tick);
  const connections = new Set<UpstreamConnection>();

  class PooledUpstream implements Upstream, UpstreamConnectionHost {
    readonly host: string;
    readonly port: number;
    readonly maxHeaderBytes = options.maxHeaderBytes;
    /** Last in, first out: the warmest is taken, the coldest time out. */
    readonly #idle: UpstreamConnection[] = [];
    #open = 0;
    #retired = false;

    constructor(host: string, port: number) {
      this.host = host;
      this.port = port;
    }

    get outstanding(): number {
      return this.#open - this.#idle.length;
    }

    get idle(): number {
      return this.#idle.length;
    }

    send(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
      for (;;) {
        const kept = this.#idle.pop();
        if (kept === undefined) break;
        if (!kept.free) continue;
        kept.start(request, sink);
        return new Call(kept);
      }
      if (this.#open >= options.maxConnections) return refuse(sink, this);
      const connection = new UpstreamConnection(this);
      connection.deadlineAt = deadlines.now + options.connectTimeoutMs;
      this.#open++;
      connections.add(connection);
      deadlines.add(connection);
      connection.start(request, sink);
      return new Call(connection);
    }

    retire(): void {
      this.#retired = true;
      for (const connection of this.#idle.splice(0)) connection.destroy();
    }

    released(connection: UpstreamConnection): void {
      if (this.#retired || this.#idle.length >= options.maxIdle) {
        connection.destroy();
        return;
      }
      connection.deadlineAt = deadlines.now + options.idleTimeoutMs;
      this.#idle.push(connection);
    }

    removed(connection: UpstreamConnection): void {
      if (!connections.delete(connection)) return;
      this.#open--;
      deadlines.remove(connection);
      const slot = this.#idle.indexOf(connection);
      if (slot >= 0) this.#idle.splice(slot, 1);
    }
  }

  return {
    upstream: (host, port) => new PooledUpstream(host, port),
    destroy() {
      for (const connection of [...connections]) connection.destroy();
    },
    get connections() {
      return connections.size;
    },
  };
}

function refuse(sink: UpstreamSink, where: { host: string; port: number }): UpstreamCall {
  const call = new Call(undefined);
  process.nextTick(() => {
    if (call.over) return;
    sink.onFailure(
      new UpstreamFailure('exhausted', `every connection to ${where.host}:${where.port} is busy`),
    );
  });
  return call;
}

/** The handle of one call. A connection serves many, so an old handle must not reach into a newer call. */
class Call implements UpstreamCall {
  over = false;
  readonly #connection: UpstreamConnection | undefined;
  readonly #turn: number;

  constructor(connection: UpstreamConnection | undefined) {
    this.#connection = connection;
    this.#turn = connection?.turn ?? 0;
  }

  write(chunk: Buffer): boolean {
    return this.#live()?.write(chunk) ?? true;
  }

  end(): void {
    this.#live()?.end();
  }

  pause(): void {
    this.#live()?.pause();
  }

  resume(): void {
    this.#live()?.resume();
  }

  abort(): void {
    this.over = true;
    this.#live()?.abort();
  }

  #live(): UpstreamConnection | undefined {
    return this.#connection?.turn === this.#turn ? this.#connection : undefined;
  }
}
