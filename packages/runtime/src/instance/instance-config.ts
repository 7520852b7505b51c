import { readFileSync } from 'node:fs';
import type { InstanceConfig } from '@openeas/contracts';

/**
 * Reads `instance.json`. Its writer is the driver, which wrote a compiled description; so this checks that
 * the file is whole and of the expected shape, not each rule of service.json again.
 * @throws Error naming the file and the field
 */
export function readInstanceConfig(path: string): InstanceConfig {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}`, { cause });
  }
  const config = object(value, path, '');
  for (const field of [
    'instanceId',
    'instanceName',
    'secret',
    'gatewayKey',
    'serviceName',
    'token',
  ] as const) {
    if (typeof config[field] !== 'string') throw wrong(path, field, config[field], 'text');
  }
  for (const field of ['instanceId', 'secret'] as const) {
    if (config[field] === '') throw wrong(path, field, '', 'text that is not empty');
  }
  for (const field of ['attempt', 'maxBodyBytes'] as const) {
    const number = config[field];
    if (!Number.isSafeInteger(number) || (number as number) < 0) {
      throw wrong(path, field, number, 'a whole number of at least 0');
    }
  }
  const listen = object(config.listen, path, 'listen');
  if (typeof listen.host !== 'string') throw wrong(path, 'listen.host', listen.host, 'an address');
  const port = listen.port;
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65535) {
    throw wrong(path, 'listen.port', port, 'a port, or 0 for any');
  }
  if (!Array.isArray(config.warmUpFiles))
    throw wrong(path, 'warmUpFiles', config.warmUpFiles, 'a list of paths');
  checkDescription(object(config.description, path, 'description'), path);
  return value as InstanceConfig;
}

/** Settings that would do strange things, rather than fail, when they are not numbers. */
const RPC_NUMBERS = [
  'workerThreads',
  'maxQueueSize',
  'keepalive',
  'maxBatchSize',
  'maxBatchTimeout',
  'rateLimit',
];

function checkDescription(description: Record<string, unknown>, path: string): void {
  object(description.processor, path, 'description.processor');
  const rpc = object(description.rpc, path, 'description.rpc');
  const resources = object(description.resources, path, 'description.resources');
  const numbers: [string, unknown][] = [
    ...RPC_NUMBERS.map((name): [string, unknown] => [`rpc.${name}`, rpc[name]]),
    ['resources.cpu', resources.cpu],
    ['resources.memory', resources.memory],
    ['terminationGracePeriod', description.terminationGracePeriod],
  ];
  for (const [name, number] of numbers) {
    if (typeof number === 'number' && number >= 0) continue;
    throw wrong(path, `description.${name}`, number, 'a number of at least 0');
  }
  object(rpc.defaultHeaders, path, 'description.rpc.defaultHeaders');
  if (!Array.isArray(rpc.notes)) throw wrong(path, 'description.rpc.notes', rpc.notes, 'a list of texts');
}

function object(value: unknown, path: string, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(path, field, value, 'an object');
  }
  return value as Record<string, unknown>;
}

function wrong(path: string, field: string, value: unknown, expected: string): Error {
  return new Error(
    `${path}: ${field === '' ? 'content' : field} is ${JSON.stringify(value)}; expected ${expected}`,
  );
}
