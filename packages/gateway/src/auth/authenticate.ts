import { OpenEasError, type Route } from '@openeas/contracts';
import type { AuthenticationInput, Authenticator } from './authenticator.js';
import { easAuthenticator } from './eas-authenticator.js';
import { tokenAuthenticator } from './token-authenticator.js';

export interface AuthenticationSettings {
  /** Window of the EAS signature, seconds. */
  readonly signatureSkewS: number;
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
  if (authenticators.length === 0) return () => null;
  return (input, now) => {
    for (const authenticator of authenticators) {
      const verdict = authenticator.check(input, now);
      if (verdict !== undefined) return verdict;
    }
    return new OpenEasError('Unauthorized', { name: route.name });
  };
}
