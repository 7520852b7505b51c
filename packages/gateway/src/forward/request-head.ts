import type { ServerExchange } from '@openeas/http1';

/** How the body of a forwarded request ends. */
export type Framing = { readonly length: number } | 'chunked';

/** Request line and headers for the other side: `lines` from `forwardedLines`. */
export function forwardedHead(
  exchange: ServerExchange,
  target: string,
  lines: string,
  own: string,
  framing: Framing,
): string {
  let head = `${exchange.method} ${target} HTTP/1.1\r\n${lines}${own}`;
  if (framing === 'chunked') head += 'transfer-encoding: chunked\r\n';
  else if (framing.length > 0 || (exchange.method !== 'GET' && exchange.method !== 'HEAD')) {
    head += `content-length: ${framing.length}\r\n`;
  }
  if (exchange.upgradeRequested) {
    head += `connection: upgrade\r\nupgrade: ${exchange.header('upgrade') ?? ''}\r\n`;
  }
  // Only HTTP/1.0 comes without Host; HTTP/1.1 must not go out without one.
  if (exchange.header('host') === undefined) head += 'host: \r\n';
  return `${head}\r\n`;
}
