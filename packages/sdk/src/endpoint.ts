import { OpenEasError } from '@openeas/contracts';

export type Protocol = 'http' | 'https';

/** Where an API is served; the compiled form of what a user writes after `-e`. */
export interface Endpoint {
  readonly protocol: Protocol;
  /** Without brackets, as `net.connect` takes it. */
  readonly hostname: string;
  readonly port: number;
  /** The `host` header, which is signed: the port is left out when it is the protocol's own. */
  readonly host: string;
}

const DEFAULT_PORT: Readonly<Record<Protocol, number>> = { http: 80, https: 443 };

/**
 * Reads `host:port`, `host`, a port alone, or a URL without path. Without a scheme or `protocol` it is http, as an OpenEAS
 * installation serves; the hosts of Alibaba Cloud itself are https.
 * Throws InvalidParameter for anything else.
 */
export function parseEndpoint(text: string, protocol?: Protocol): Endpoint {
  // A port alone means this machine, as for OPENEAS_LISTEN; a URL would read it as an address in one number.
  const trimmed = text.trim().replace(/^(\d{1,5})$/, '127.0.0.1:$1');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') throw invalid(text);
  let url: URL;
  try {
    url = new URL(scheme === undefined ? `http://${trimmed}` : trimmed);
  } catch {
    throw invalid(text);
  }
  const decorated = url.username !== '' || url.search !== '' || url.hash !== '' || url.pathname !== '/';
  if (url.hostname === '' || decorated || /\s/.test(trimmed)) throw invalid(text);
  const chosen = scheme ?? protocol ?? (isAlibabaHost(url.hostname) ? 'https' : 'http');
  // The URL drops a port equal to its own scheme's default, so an explicit `:80` is looked up in the text.
  const written = /:(\d+)\/?$/.exec(trimmed)?.[1];
  const port = written === undefined ? DEFAULT_PORT[chosen] : Number(written);
  if (port === 0) throw invalid(text);
  const host = port === DEFAULT_PORT[chosen] ? url.hostname : `${url.hostname}:${port}`;
  return { protocol: chosen, hostname: url.hostname.replace(/^\[|\]$/g, ''), port, host };
}

export function isAlibabaHost(hostname: string): boolean {
  return hostname.endsWith('.aliyuncs.com');
}

/** The region that an Alibaba Cloud endpoint names (`pai-eas.cn-beijing.aliyuncs.com`), else undefined. */
export function regionOfEndpoint(endpoint: Endpoint): string | undefined {
  return /^pai-eas(?:-[a-z]+)*\.([a-z0-9-]+)\.aliyuncs\.com$/.exec(endpoint.hostname)?.[1];
}

/** True when the endpoint is this very machine. */
export function isLoopbackEndpoint(endpoint: Endpoint): boolean {
  const { hostname } = endpoint;
  return hostname === 'localhost' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function invalid(text: string): OpenEasError {
  return new OpenEasError('InvalidParameter', {
    field: 'endpoint',
    value: JSON.stringify(text),
    expected: 'HOST:PORT or http(s)://HOST:PORT without a path, for example 127.0.0.1:7300',
  });
}
