import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock } from '@openeas/kernel';
import { deferFailure } from './defer-failure.js';
import type { ArtifactLimits } from './limits.js';
import { checkHost, type FetchPolicy, ForbiddenHostError, guardedLookup } from './policy.js';

export interface FetchContext {
  readonly policy: FetchPolicy;
  readonly limits: ArtifactLimits;
  readonly clock: Clock;
  /** How names are resolved; the operating system's way unless given. */
  readonly resolve?: LookupFunction;
}

export class TooManyRedirectsError extends Error {}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * GETs a URL and follows redirects by hand, so that every hop passes the policy. The answer's body is not
 * read; whoever gets the answer reads or destroys it. Credentials of the URL go to its own origin only.
 */
export async function fetchHead(
  start: URL,
  headers: Readonly<Record<string, string>>,
  context: FetchContext,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let url = start;
  for (let hop = 0; ; hop++) {
    const response = await send(url, headers, context, signal);
    const location = response.headers.location;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    if (hop === context.limits.redirects) {
      throw new TooManyRedirectsError(`more than ${context.limits.redirects} redirects`);
    }
    url = nextHop(url, location);
  }
}

/** Where a redirect leads, when it may be followed. The user and password go along to the same origin only. */
export function nextHop(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new ForbiddenHostError('it redirects to an address that is no URL');
  const to = new URL(location, from);
  if (to.protocol !== 'http:' && to.protocol !== 'https:') {
    throw new ForbiddenHostError(`it redirects to ${to.protocol}, which is not http or https`);
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new ForbiddenHostError('it redirects from https to http');
  }
  if (to.username === '' && to.origin === from.origin) {
    to.username = from.username;
    to.password = from.password;
  }
  return to;
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { policy, limits, clock, resolve }: FetchContext,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  checkHost(policy, url);
  const options: RequestOptions = {
    agent: false,
    headers: { 'accept-encoding': 'identity', 'user-agent': 'openeas', ...headers },
    lookup: guardedLookup(policy, resolve),
    signal,
  };
  return new Promise((resolvePromise, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    const cancel = clock.after(limits.connectMs, () =>
      request.destroy(new Error(`no answer within ${limits.connectMs} ms`)),
    );
    request.once('response', (response) => {
      cancel();
      resolvePromise(deferFailure(response));
    });
    request.on('error', (error) => {
      cancel();
      reject(signal.aborted ? signal.reason : error);
    });
    request.end();
  });
}
