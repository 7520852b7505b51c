import { OpenEasError, type Route } from '@openeas/contracts';
import { akskAuthenticator } from './aksk-authenticator.js';
import type { AuthenticationInput, Authenticator } from './authenticator.js';
import { caAuthenticator } from './ca-authenticator.js';
import { easAuthenticator } from './eas-authenticator.js';
import { tokenAuthenticator } from './token-authenticator.js';

export interface AuthenticationSettings {
  /** Window of the EAS signature, seconds. */
  readonly signatureSkewS: number;
  /** Window of the x-ca-* signature, seconds. */
  readonly caSkewS: number;
  /** Window of the AKSK scheme, seconds. */
  readonly akskSkewS: number;
}

/** Decides on a request: null lets it in. */
export type Gatekeeper = (input: AuthenticationInput, now: number) => OpenEasError | null;

/** The authenticators that a route asks for. A route without any secret is open to everyone. */
export function gatekeeper(route: Route, settings: AuthenticationSettings): Gatekeeper {
  const tokens = route.tokens.filter((token) => token !== '');
  const authenticators: Authenticator[] = [];
  if (tokens.length > 0) {
    authenticators.push(
      tokenAuthenticator(route.name, tokens),
      easAuthenticator(route.name, tokens, settings.signatureSkewS),
    );
  }
  if (route.apiGateway !== undefined) {
    authenticators.push(caAuthenticator(route.apiGateway.keys, settings.caSkewS));
  }
  if (route.accessKeys !== undefined && route.accessKeys.length > 0) {
    authenticators.push(akskAuthenticator(route.name, route.accessKeys, settings.akskSkewS));
  }
  if (authenticators.length === 0) return () => null;
  return (input, now) => {
    let refusal: OpenEasError | undefined;
    for (const authenticator of authenticators) {
      const verdict = authenticator.check(input, now);
      if (verdict === null) return null;
      // A signature of another scheme may look like a wrong token: all are heard before anyone is turned away.
      if (verdict !== undefined && verdict.code !== 'Unauthorized') refusal ??= verdict;
    }
    if (refusal !== undefined) return refusal;
    return new OpenEasError('Unauthorized', { name: route.name });
  };
}
