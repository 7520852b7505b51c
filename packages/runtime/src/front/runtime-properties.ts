import type { InstanceConfig } from '@openeas/contracts';
import { RateLimiter } from './rate-limiter.js';

/** Properties by the names of contract 8.3, with how they are changed while the instance runs, if they can be. */
interface Property {
  readonly read: () => unknown;
  /** Throws a RangeError that says what was expected. */
  readonly write?: (value: unknown) => void;
}

/** The settings of this instance that count now: from service.json, changed by `/api/builtin/prop`. */
export class RuntimeProperties {
  readonly rate: RateLimiter;
  #keepaliveMs: number;
  #defaultHeaders: readonly string[];
  readonly #properties: ReadonlyMap<string, Property>;

  constructor(config: InstanceConfig, status: () => string, endpoint: () => string) {
    const { rpc } = config.description;
    this.rate = new RateLimiter(rpc.rateLimit);
    this.#keepaliveMs = rpc.keepalive;
    this.#defaultHeaders = headerPairs(rpc.defaultHeaders);
    const fixed = (value: unknown): Property => ({ read: () => value });
    this.#properties = new Map<string, Property>([
      ['service', fixed(config.serviceName)],
      ['version', fixed(config.version)],
      ['instance', fixed(config.instanceName)],
      ['model_status', { read: status }],
      ['rpc.endpoint', { read: endpoint }],
      ['rpc.worker_threads', fixed(rpc.workerThreads)],
      ['rpc.io_threads', fixed(rpc.ioThreads)],
      ['rpc.max_queue_size', fixed(rpc.maxQueueSize)],
      ['rpc.batching', fixed(rpc.batching)],
      ['rpc.max_batch_size', fixed(rpc.maxBatchSize)],
      ['rpc.max_batch_timeout', fixed(rpc.maxBatchTimeout)],
      ['rpc.decompressor', fixed(rpc.decompressor ?? null)],
      [
        'rpc.keepalive',
        {
          read: () => this.#keepaliveMs,
          write: (value) => {
            this.#keepaliveMs = number(value, 1, 86_400_000, 'milliseconds from 1 to 86400000');
          },
        },
      ],
      [
        'rpc.rate_limit',
        {
          read: () => this.rate.perSecond,
          write: (value) => this.rate.change(number(value, 0, 1e9, 'requests per second, 0 = off')),
        },
      ],
      [
        'rpc.http.default_headers',
        {
          read: () => headerRecord(this.#defaultHeaders),
          write: (value) => {
            this.#defaultHeaders = headerPairs(record(value));
          },
        },
      ],
    ]);
  }

  /** `rpc.keepalive`, milliseconds. */
  get keepaliveMs(): number {
    return this.#keepaliveMs;
  }

  /** Name and value alternate, names in lower case. */
  get defaultHeaders(): readonly string[] {
    return this.#defaultHeaders;
  }

  names(): readonly string[] {
    return [...this.#properties.keys()];
  }

  writable(): readonly string[] {
    return [...this.#properties].filter(([, property]) => property.write !== undefined).map(([name]) => name);
  }

  get(name: string): unknown {
    return this.#properties.get(name)?.read();
  }

  has(name: string): boolean {
    return this.#properties.has(name);
  }

  /** @throws RangeError where the property is fixed or the value is not one of its own */
  set(name: string, value: unknown): void {
    const write = this.#properties.get(name)?.write;
    if (write === undefined) throw new RangeError(`one of ${this.writable().join(', ')}`);
    write(value);
  }
}

function number(value: unknown, min: number, max: number, expected: string): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new RangeError(expected);
}

function record(value: unknown): Record<string, string> {
  const isRecord =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(
      ([name, text]) =>
        /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof text === 'string' && /^[\t\x20-\x7e]*$/.test(text),
    );
  if (!isRecord) throw new RangeError('an object of header names and values');
  return value as Record<string, string>;
}

function headerPairs(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value]);
}

function headerRecord(pairs: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (let i = 0; i < pairs.length; i += 2) result[pairs[i]!] = pairs[i + 1]!;
  return result;
}
