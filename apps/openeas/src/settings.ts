import { availableParallelism, homedir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { type HomeLayout, homeLayout, OpenEasError } from '@openeas/contracts';

/** What the command line and the environment leave open. */
export interface RawSettings {
  readonly listen?: string | undefined;
  readonly home?: string | undefined;
}

/** Everything the programs need to know about this installation; compiled once, at the edge. */
export interface Settings {
  readonly layout: HomeLayout;
  readonly listen: { readonly host: string; readonly port: number };
  /** Address that instances listen on; direct mode calls them there. */
  readonly instanceHost: string;
  /** What the endpoints of services begin with, e.g. `http://127.0.0.1:7300`. */
  readonly publicUrl: string;
  readonly region: string;
  /** What services may reserve together: cores and MB. */
  readonly capacity: { readonly cpu: number; readonly memory: number };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly maxBodyBytes: number;
  /** How long an instance may take from its start to its first readiness. */
  readonly startDeadlineMs: number;
  /** Processes that share the listen address, 1-64. */
  readonly gatewayWorkers: number;
  /**
   * Hosts that model_path may name by http(s). Undefined, the default on a loopback address, allows any,
   * private addresses and local paths too: its user could read all of that anyway.
   */
  readonly allowedHosts: readonly string[] | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function compileSettings(raw: RawSettings, env: Environment): Settings {
  const listen = parseListen(raw.listen ?? env.OPENEAS_LISTEN ?? '127.0.0.1:7300');
  const loopback = isLoopback(listen.host);
  const allowedHosts = env.OPENEAS_ALLOWED_HOSTS?.split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return {
    layout: homeLayout(resolve(raw.home ?? env.OPENEAS_HOME ?? join(homedir(), '.openeas'))),
    listen,
    instanceHost: env.OPENEAS_INSTANCE_HOST ?? (loopback ? '127.0.0.1' : listen.host),
    publicUrl: env.OPENEAS_PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${addressText(reachable(listen))}`,
    region: env.OPENEAS_REGION ?? 'local',
    capacity: {
      cpu: positiveNumber(env, 'OPENEAS_CPU', availableParallelism()),
      memory: positiveNumber(env, 'OPENEAS_MEMORY_MB', Math.floor((totalmem() / 2 ** 20) * 0.9)),
    },
    logLevel: oneOf(env, 'OPENEAS_LOG_LEVEL', ['info', 'debug', 'warn', 'error']),
    maxBodyBytes: positiveNumber(env, 'OPENEAS_MAX_BODY_BYTES', 64 * 2 ** 20),
    startDeadlineMs: positiveNumber(env, 'OPENEAS_START_SECONDS', 300) * 1_000,
    gatewayWorkers: Math.min(64, Math.ceil(positiveNumber(env, 'OPENEAS_GATEWAY_WORKERS', 1))),
    allowedHosts: allowedHosts ?? (loopback ? undefined : []),
  };
}

/** `host:port`, `[v6]:port`, or a port alone. */
export function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$|^(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3] ?? match?.[4]);
  if (match === null || port > 65_535) {
    throw new OpenEasError('InvalidParameter', {
      field: '--listen (OPENEAS_LISTEN)',
      value: JSON.stringify(text),
      expected: 'HOST:PORT, for example 127.0.0.1:7300',
    });
  }
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
}

/** How others write the address: what the endpoints of services begin with. */
export function addressText(listen: { host: string; port: number }): string {
  return listen.host.includes(':') ? `[${listen.host}]:${listen.port}` : `${listen.host}:${listen.port}`;
}

/** A wildcard address is for listening; callers on this machine reach it by loopback. */
function reachable(listen: { host: string; port: number }): { host: string; port: number } {
  if (listen.host === '0.0.0.0') return { host: '127.0.0.1', port: listen.port };
  if (listen.host === '::') return { host: '::1', port: listen.port };
  return listen;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function positiveNumber(env: Environment, name: string, fallback: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new OpenEasError('InvalidParameter', {
    field: name,
    value: JSON.stringify(text),
    expected: 'a number above 0',
  });
}

function oneOf<const T extends string>(env: Environment, name: string, allowed: readonly [T, ...T[]]): T {
  const text = env[name];
  if (text === undefined || text === '') return allowed[0];
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw new OpenEasError('InvalidParameter', {
    field: name,
    value: JSON.stringify(text),
    expected: allowed.join(', '),
  });
}
