import type { Route } from '@openeas/contracts';

/** The answer that official clients expect of the discovery paths (contract 3.6). */
export interface DiscoveryAnswer {
  readonly correlative: readonly string[];
  readonly endpoints: { readonly items: readonly DiscoveryItem[] };
  /** Milliseconds until the Java client asks again. */
  readonly cacheMillis: number;
}

interface DiscoveryItem {
  readonly app: string;
  readonly ip: string;
  readonly name: string;
  readonly port: number;
  readonly service: string;
  readonly valid: true;
  /** Never 0: the Go client divides by it. */
  readonly weight: number;
}

const WEIGHT = 100;
const CACHE_MS = 3_000;

/** Name of the service that a discovery path asks for; undefined for every other path. */
export function discoveredService(path: string): string | undefined {
  for (const prefix of PREFIXES) if (path.startsWith(prefix)) return path.slice(prefix.length);
  return undefined;
}

const PREFIXES = [
  '/exported/apis/eas.alibaba-inc.k8s.io/v1/upstreams/',
  '/api/v1/servicediscovery/upstreams/',
] as const;

/**
 * The instances of the service itself: direct mode takes no part in blue-green splits (contract 3.6), so
 * other backends of the route are named in `correlative` only. `items` is empty while none is ready; the
 * caller then answers 503, since an empty list makes the Go client forget the good ones it had.
 * `reachedAt` = the address of this machine that the client used; it leads to an instance that listens on all of them.
 */
export function discoveryAnswer(route: Route, reachedAt: string): DiscoveryAnswer {
  const own = route.backends.filter((backend) => backend.serviceUid === route.serviceUid);
  const items = (own.length > 0 ? own : route.backends).flatMap((backend) =>
    backend.endpoints.map((endpoint) => ({
      app: backend.serviceName.replaceAll('_', '-'),
      ip: WILDCARDS.has(endpoint.host) ? plainAddress(reachedAt) : endpoint.host,
      name: endpoint.instanceId,
      port: endpoint.port,
      service: backend.serviceName,
      valid: true as const,
      weight: WEIGHT,
    })),
  );
  const correlative = new Set([route.name, ...route.backends.map((backend) => backend.serviceName)]);
  return { correlative: [...correlative], endpoints: { items }, cacheMillis: CACHE_MS };
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Clients write `http://{ip}:{port}`: an IPv4 address that came over an IPv6 socket is given as such. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return address.includes(':') ? `[${address}]` : address;
}
