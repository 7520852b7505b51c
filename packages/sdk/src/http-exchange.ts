import {
  type Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import type { Clock } from '@openeas/kernel';
import type { Endpoint } from './endpoint.js';
import { type ConnectionFailure, EasConnectionError } from './errors.js';

/** Answers of the API are small; a page of 500 log lines is the largest. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

export interface Exchange {
  readonly endpoint: Endpoint;
  readonly method: string;
  /** Path and query, encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
  /** `undefined` = a connection of its own, closed afterwards. */
  readonly agent: Agent | undefined;
  readonly clock: Clock;
  /** Milliseconds without any progress before the exchange fails. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function addressOf(endpoint: Endpoint): string {
  return `${endpoint.protocol}://${endpoint.host}`;
}

/** One request and its whole answer. Rejects with EasConnectionError, or with the signal's reason. */
export function exchange(options: Exchange): Promise<Answer> {
  const { endpoint, clock, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const send = endpoint.protocol === 'https' ? httpsRequest : httpRequest;
    const request = send({
      host: endpoint.hostname,
      port: endpoint.port,
      method: options.method,
      path: options.target,
      headers: options.headers,
      // `false` makes a one-off agent: its connection is new, so it cannot be a kept one that just closed.
      agent: options.agent ?? false,
    });
    let cancelTimer = arm();
    let answered = false;
    let settled = false;

    function arm(): () => void {
      return clock.after(options.timeoutMs, () => {
        fail(
          new EasConnectionError('timeout', addressOf(endpoint), `no progress for ${options.timeoutMs} ms`),
        );
      });
    }
    function progress(): void {
      // A late piece must not start a timer that nobody cancels.
      if (settled) return;
      cancelTimer();
      cancelTimer = arm();
    }
    function settle(): void {
      settled = true;
      cancelTimer();
      signal?.removeEventListener('abort', onAbort);
    }
    function fail(error: unknown): void {
      settle();
      reject(error);
      request.destroy();
      if (typeof options.body !== 'string') options.body.destroy();
    }
    function onAbort(): void {
      fail(signal?.reason);
    }
    signal?.addEventListener('abort', onAbort, { once: true });

    request.on('response', (response) => {
      answered = true;
      progress();
      response.on('data', progress);
      readText(response).then(
        (body) => {
          settle();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          // An early refusal leaves the rest of an upload unsent; nobody waits for it.
          if (typeof options.body !== 'string') options.body.destroy();
        },
        (error: Error) => fail(new EasConnectionError('lost', addressOf(endpoint), error.message)),
      );
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may refuse an upload half-way: its answer counts, not the broken pipe that follows it.
      if (!answered) fail(connectionError(error, endpoint));
    });

    if (typeof options.body === 'string') {
      request.end(options.body);
    } else {
      options.body.on('data', progress);
      pipeline(options.body, request, (error) => {
        // The socket's own failures arrive at `request`; this hears of a file that cannot be read.
        if (error !== undefined && error !== null && !answered && isReadFailure(error)) fail(error);
      });
    }
  });
}

function isReadFailure(error: NodeJS.ErrnoException): boolean {
  return error.syscall === 'open' || error.syscall === 'read';
}

function readText(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES)
        response.destroy(new Error(`the answer exceeds ${MAX_ANSWER_BYTES} bytes`));
      chunks.push(chunk);
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', reject);
    response.on('close', () => reject(new Error('closed half-way')));
  });
}

function connectionError(error: NodeJS.ErrnoException, endpoint: Endpoint): EasConnectionError {
  const detail = error.code ?? error.message;
  return new EasConnectionError(failureOf(error), addressOf(endpoint), detail, { cause: error });
}

function failureOf(error: NodeJS.ErrnoException): ConnectionFailure {
  // A name with several addresses fails as an AggregateError that carries the code of the first.
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'unknown-host';
    case 'ETIMEDOUT':
      return 'timeout';
    default:
      return error.code?.startsWith('HPE_') || error.code === 'EPROTO' ? 'not-an-api' : 'lost';
  }
}
