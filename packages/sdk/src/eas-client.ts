import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type ActionName, API_VERSION, RECEIPT_HEADER } from '@openeas/contracts';
import { type Clock, type Ids, randomIds, systemClock } from '@openeas/kernel';
import { acs3Authorization, sha256Hex } from './acs3-signature.js';
import { type ActionRequest, actionRequest, type CallParameters, encodeQuery } from './action-request.js';
import { type Endpoint, type Protocol, parseEndpoint } from './endpoint.js';
import { EasApiError, EasConnectionError } from './errors.js';
import { type Answer, addressOf, exchange } from './http-exchange.js';
import { DEFAULT_RETRY, type RetryPolicy, withRetries } from './retry.js';

export interface EasClientOptions {
  /** `127.0.0.1:7300`, `http://…` or `https://…`. */
  readonly endpoint: string;
  /** For an endpoint without a scheme. */
  readonly protocol?: Protocol | undefined;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** The `{ClusterId}` of every path. */
  readonly regionId: string;
  readonly clock?: Clock | undefined;
  readonly ids?: Ids | undefined;
  /** Longest silence of the server within one try, milliseconds; 30,000 unless given. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly userAgent?: string | undefined;
}

export interface CallOptions extends CallParameters {
  readonly signal?: AbortSignal | undefined;
}

export interface EasClient {
  readonly endpoint: Endpoint;
  readonly regionId: string;
  /**
   * Calls an action; resolves with the body of the answer, and `ReceiptId` when OpenEAS counts the traffic during
   * the change.
   * Rejects with EasApiError (the server said no), EasConnectionError (no answer), or the signal's reason.
   */
  call<T = Record<string, unknown>>(action: ActionName, options?: CallOptions): Promise<T>;
  /** Closes idle connections; calls in flight end as they would. May be called twice. */
  close(): void;
}

export function createEasClient(options: EasClientOptions): EasClient {
  const endpoint = parseEndpoint(options.endpoint, options.protocol);
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? randomIds;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const policy = options.retry ?? DEFAULT_RETRY;
  const key = { accessKeyId: options.accessKeyId, accessKeySecret: options.accessKeySecret };
  const agent =
    endpoint.protocol === 'https'
      ? new HttpsAgent({ keepAlive: true, maxSockets: 16 })
      : new HttpAgent({ keepAlive: true, maxSockets: 16 });

  async function once(
    request: ActionRequest,
    reading: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    // Each try is signed anew: a server refuses a nonce that it has seen.
    const headers = signedHeaders(request, { endpoint, key, clock, ids, userAgent: options.userAgent });
    const query = encodeQuery(request.query);
    const answer = await exchange({
      endpoint,
      method: request.method,
      target: query === '' ? request.path : `${request.path}?${query}`,
      headers,
      body: request.body,
      // A kept connection may close just as it is used; only a read may then be sent again.
      agent: reading ? agent : undefined,
      clock,
      timeoutMs,
      signal,
    });
    if (answer.status >= 400) throw apiError(answer, endpoint);
    return answer;
  }

  return {
    endpoint,
    regionId: options.regionId,
    async call<T>(action: ActionName, callOptions: CallOptions = {}): Promise<T> {
      const path = { ClusterId: options.regionId, ...callOptions.path };
      const request = actionRequest(action, { ...callOptions, path });
      const { signal } = callOptions;
      const reading = request.method === 'GET';
      const retries = { reading, policy, clock, ids, signal };
      const answer = await withRetries(() => once(request, reading, signal), retries);
      const receipt = answer.headers[RECEIPT_HEADER];
      const body = parseAnswer<T>(answer, endpoint);
      return receipt === undefined ? body : { ...body, ReceiptId: String(receipt) };
    },
    close: () => agent.destroy(),
  };
}

function signedHeaders(
  request: ActionRequest,
  context: {
    endpoint: Endpoint;
    key: { accessKeyId: string; accessKeySecret: string };
    clock: Clock;
    ids: Ids;
    userAgent: string | undefined;
  },
): Record<string, string> {
  const headers: Record<string, string> = {
    host: context.endpoint.host,
    accept: 'application/json',
    'user-agent': context.userAgent ?? 'openeas-sdk',
    'x-acs-action': request.action,
    'x-acs-content-sha256': sha256Hex(request.body),
    'x-acs-credentials-provider': 'static_ak',
    'x-acs-date': new Date(context.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'x-acs-signature-nonce': context.ids.requestId(),
    'x-acs-version': API_VERSION,
  };
  if (request.body !== '') headers['content-type'] = 'application/json; charset=utf-8';
  headers.authorization = acs3Authorization({ ...request, headers }, context.key);
  // Not signed, so that no proxy on the way can spoil the signature by changing it.
  if (request.method !== 'GET') headers['content-length'] = String(Buffer.byteLength(request.body));
  return headers;
}

function parseAnswer<T>(answer: Answer, endpoint: Endpoint): T {
  if (answer.body === '') return {} as T;
  try {
    const body: unknown = JSON.parse(answer.body);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as T;
  } catch {
    // Falls through: whatever it is, it is not an answer of this API.
  }
  throw notAnApi(answer, endpoint);
}

/** Both spellings of the keys are in use (contract 7.5). */
function apiError(answer: Answer, endpoint: Endpoint): Error {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(answer.body) as Record<string, unknown>;
  } catch {
    return notAnApi(answer, endpoint);
  }
  const text = (name: string): string | undefined => {
    const value = body?.[name] ?? body?.[`${name[0]?.toLowerCase()}${name.slice(1)}`];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return new EasApiError({
    status: answer.status,
    code: text('Code') ?? `Http${answer.status}`,
    message: text('Message') ?? `the server answered ${answer.status} without a message`,
    requestId: text('RequestId') ?? '',
  });
}

function notAnApi(answer: Answer, endpoint: Endpoint): EasConnectionError {
  const type = answer.headers['content-type'] ?? 'no content type';
  return new EasConnectionError('not-an-api', addressOf(endpoint), `status ${answer.status}, ${type}`);
}
