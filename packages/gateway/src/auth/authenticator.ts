import type { OpenEasError } from '@openeas/contracts';

/** What an authenticator may look at. */
export interface AuthenticationInput {
  readonly method: string;
  /** Path and query exactly as received. */
  readonly target: string;
  readonly headers: readonly string[];
  /** First value of a header, name in lower case. */
  header(name: string): string | undefined;
  /** The body if it is here already; forms are part of what x-ca-* signs. */
  readonly completeBody: Buffer | undefined;
}

/** undefined = the request does not use this scheme; null = it is let in; otherwise why it is not. */
export type Verdict = OpenEasError | null | undefined;

/** One way to prove that a caller may use a route, with the route's secrets compiled in. */
export interface Authenticator {
  /** `now`: wall clock, milliseconds. */
  check(input: AuthenticationInput, now: number): Verdict;
}
