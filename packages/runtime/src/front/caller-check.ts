import { equalSecrets, matchToken, type ServerExchange } from '@openeas/http1';

export interface Credentials {
  /** '' = open to everyone. */
  readonly token: string;
  readonly gatewayKey: string;
}

/** True when the gateway sent this and so has checked the caller. */
export function isFromGateway(exchange: ServerExchange, { gatewayKey }: Credentials): boolean {
  const key = exchange.header('x-openeas-gateway');
  return key !== undefined && gatewayKey !== '' && equalSecrets(key, gatewayKey);
}

/** True when the caller itself proved that it knows the token (contract 3.2). */
export function hasToken(exchange: ServerExchange, { token }: Credentials): boolean {
  return matchToken(exchange.header('authorization'), token, () => ({
    method: exchange.method,
    contentMd5: exchange.header('content-md5') ?? '',
    contentType: exchange.header('content-type') ?? '',
    date: exchange.header('date') ?? '',
    target: exchange.target,
  }));
}

/** True for a peer on the same machine. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
