import { type Clock, type Ids, randomIds, systemClock } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';

/** Where control listens for the gateway, and what proves that we may ask. */
export interface ControlAddress {
  readonly host: string;
  readonly port: number;
  readonly key: string;
}

export interface GatewayOptions {
  readonly listen: {
    readonly host: string;
    /** 0 = any free port. */
    readonly port: number;
    readonly reusePort?: boolean;
    /** A listening socket opened elsewhere; host and port are then ignored. */
    readonly handle?: object;
  };
  /** Where control is now; asked again after every failure. Undefined = not known to run. */
  readonly control: () => ControlAddress | undefined;
  /** Absolute path of the kept routing table. */
  readonly snapshotFile: string;
  readonly log: Logger;
  /** Named in errors. */
  readonly region: string;
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** 0-1. Default Math.random. */
  readonly random?: () => number;
  /** Share of successful requests in the access log, 0-1. Default 0.01. Failed ones are always in it, up to 100 a second. */
  readonly accessLogSample?: number;
  /** How far the Date of a signed request may be from our clock, seconds. Default 24 h (contract 2). */
  readonly signatureSkewS?: number;
  /** The same for x-ca-* signatures, by x-ca-timestamp. Default 15 min. */
  readonly caSkewS?: number;
  /** The same for the AKSK scheme. Default 15 min. */
  readonly akskSkewS?: number;
  /** Bodies up to this many bytes are kept until the answer begins, so they can go to another instance. Default 256 KiB. */
  readonly bufferBytes?: number;
  /** Instances tried for one request, the first included. Default 3. */
  readonly maxAttempts?: number;
  /** Milliseconds to establish a connection to an instance. Default 1 s. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds idle client connections stay open during `close`, so that requests on their way are answered. Default 500. */
  readonly drainLingerMs?: number;
  readonly maxHeaderBytes?: number;
  readonly headerTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
  readonly bodyStallMs?: number;
  /** Largest body forwarded to control, bytes (model uploads). Default 64 GiB. */
  readonly maxControlBodyBytes?: number;
}

/** Options with every default filled in. */
export type CompiledGatewayOptions = Required<GatewayOptions>;

export function compileGatewayOptions(raw: GatewayOptions): CompiledGatewayOptions {
  return {
    listen: raw.listen,
    control: raw.control,
    snapshotFile: raw.snapshotFile,
    log: raw.log,
    region: raw.region,
    clock: raw.clock ?? systemClock,
    ids: raw.ids ?? randomIds,
    random: raw.random ?? Math.random,
    accessLogSample: raw.accessLogSample ?? 0.01,
    signatureSkewS: raw.signatureSkewS ?? 24 * 3600,
    caSkewS: raw.caSkewS ?? 900,
    akskSkewS: raw.akskSkewS ?? 900,
    bufferBytes: raw.bufferBytes ?? 256 * 1024,
    maxAttempts: raw.maxAttempts ?? 3,
    connectTimeoutMs: raw.connectTimeoutMs ?? 1_000,
    drainLingerMs: raw.drainLingerMs ?? 500,
    maxHeaderBytes: raw.maxHeaderBytes ?? 16 * 1024,
    headerTimeoutMs: raw.headerTimeoutMs ?? 10_000,
    idleTimeoutMs: raw.idleTimeoutMs ?? 75_000,
    bodyStallMs: raw.bodyStallMs ?? 30_000,
    maxControlBodyBytes: raw.maxControlBodyBytes ?? 64 * 1024 ** 3,
  };
}
