import type {
  BuiltinProcessorRef,
  CountOrShare,
  CustomProcessorRef,
  ModelRef,
  ServiceDescription,
} from '../service-description.js';
import type { FlatConfig } from './flatten.js';
import type { JsonValue } from './json.js';
import { specAt } from './key-index.js';

/** Fills every default, once. `flat` has passed all checks, so the types of its values are certain. */
export function compile(flat: FlatConfig): ServiceDescription {
  const value = (path: string): JsonValue | undefined => flat.get(path)?.value ?? specAt(path)?.default;
  const textAt = (path: string): string | undefined => value(path) as string | undefined;
  const numberAt = (path: string): number => value(path) as number;
  const flagAt = (path: string): boolean => value(path) as boolean;
  const mapAt = (path: string): Readonly<Record<string, string>> =>
    (value(path) ?? {}) as Readonly<Record<string, string>>;
  const rpc = (name: string): string => `metadata.rpc.${name}`;

  return {
    name: textAt('name') ?? '',
    // generate_token does not open a service: the manual shows a token beside "false" (8.2, desc example).
    token: textAt('token'),
    processor: compileProcessor(textAt),
    model: compileModel(textAt, value('model_config'), flagAt('uncompress')),
    warmUpDataPath: textAt('warm_up_data_path'),
    labels: mapAt('labels'),
    instance: numberAt('metadata.instance'),
    resources: { cpu: numberAt('metadata.cpu'), memory: numberAt('metadata.memory') },
    rpc: {
      workerThreads: numberAt(rpc('worker_threads')),
      ioThreads: numberAt(rpc('io_threads')),
      maxQueueSize: numberAt(rpc('max_queue_size')),
      keepalive: numberAt(rpc('keepalive')),
      batching: flagAt(rpc('batching')),
      maxBatchSize: numberAt(rpc('max_batch_size')),
      maxBatchTimeout: numberAt(rpc('max_batch_timeout')),
      rateLimit: numberAt(rpc('rate_limit')),
      decompressor: textAt(rpc('decompressor')),
      defaultHeaders: mapAt(rpc('http.default_headers')),
      notes: compileNotes(flat, flagAt(rpc('batching'))),
    },
    rollingStrategy: {
      maxSurge: compileShare(value('metadata.rolling_strategy.max_surge')),
      maxUnavailable: compileShare(value('metadata.rolling_strategy.max_unavailable')),
    },
    terminationGracePeriod: numberAt('metadata.eas.termination_grace_period'),
    gatewayPolicy: {
      rateLimit: compileLimit(flat, 'rate_limit'),
      concurrencyLimit: compileLimit(flat, 'concurrency_limit'),
      ...(flagAt('networking.api_gateway.enable')
        ? { apiGateway: { dailyLimit: numberAt('networking.api_gateway.daily_limit') || null } }
        : {}),
      ...(flagAt('networking.access_key.enable') ? { accessKey: true } : {}),
    },
    workspaceId: textAt('metadata.workspace_id'),
    group: textAt('metadata.group') ?? '',
    trafficState: textAt('networking.traffic_state') === 'grouping' ? 'grouping' : 'standalone',
    serviceType: textAt('metadata.type') ?? 'Standard',
    source: textAt('source'),
  };
}

type TextAt = (path: string) => string | undefined;

function compileProcessor(textAt: TextAt): BuiltinProcessorRef | CustomProcessorRef {
  const type = textAt('processor_type') as CustomProcessorRef['type'] | undefined;
  if (type === undefined) return { kind: 'builtin', code: textAt('processor') ?? '' };
  return {
    kind: 'custom',
    type,
    path: textAt('processor_path') ?? '',
    entry: textAt('processor_entry'),
    mainClass: textAt('processor_mainclass'),
  };
}

function compileModel(
  textAt: TextAt,
  config: JsonValue | undefined,
  uncompress: boolean,
): ModelRef | undefined {
  const path = textAt('model_path');
  if (path === undefined) return undefined;
  return {
    path,
    entry: textAt('model_entry'),
    config: config === undefined || typeof config === 'string' ? config : JSON.stringify(config),
    ossEndpoint: textAt('oss_endpoint'),
    uncompress,
  };
}

function compileShare(value: JsonValue | undefined): CountOrShare {
  if (typeof value === 'string') return { share: Number(value.slice(0, -1)) / 100 };
  return { count: value as number };
}

/** A limit that is given holds unless it is switched off. */
function compileLimit(flat: FlatConfig, name: string): number | undefined {
  const path = `networking.gateway_policy.${name}`;
  if (flat.get(`${path}.enable`)?.value === false) return undefined;
  return flat.get(`${path}.limit`)?.value as number | undefined;
}

/** What is accepted without effect, in words for the log and the events of the service. */
function compileNotes(flat: FlatConfig, batching: boolean): readonly string[] {
  const notes: string[] = [];
  for (const [path, { written }] of flat) {
    const support = specAt(path)?.support;
    if (support?.kind === 'noted') notes.push(`${written} has no effect: ${support.note}`);
    if (!batching && path.startsWith('metadata.rpc.max_batch_')) {
      notes.push(`${written} has no effect: rpc.batching is false`);
    }
  }
  return notes;
}
