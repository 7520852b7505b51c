import { randomIds, systemClock } from '@openeas/kernel';
import type { Http1ServerOptions } from './port.js';

/** Options with every default filled in. */
export type CompiledServerOptions = Required<Http1ServerOptions>;

export function compileServerOptions(raw: Http1ServerOptions): CompiledServerOptions {
  return {
    handler: raw.handler,
    maxHeaderBytes: raw.maxHeaderBytes ?? 16 * 1024,
    headerTimeoutMs: raw.headerTimeoutMs ?? 10_000,
    idleTimeoutMs: raw.idleTimeoutMs ?? 75_000,
    bodyStallMs: raw.bodyStallMs ?? 30_000,
    writeStallMs: raw.writeStallMs ?? 60_000,
    drainLingerMs: raw.drainLingerMs ?? 0,
    maxConnections: raw.maxConnections ?? Number.POSITIVE_INFINITY,
    clock: raw.clock ?? systemClock,
    newRequestId: raw.newRequestId ?? randomIds.requestId,
    onHandlerError: raw.onHandlerError ?? (() => {}),
    onRefusal: raw.onRefusal ?? (() => {}),
  };
}
