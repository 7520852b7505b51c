import {
  anything,
  choice,
  flag,
  HONOURED,
  integer,
  type KeySpec,
  type KeyType,
  key,
  map,
  noted,
  refused,
  type Support,
  text,
} from './key-spec.js';
import { NOT_YET } from './reasons.js';

const DAY_MS = 86_400_000;
const ENGINE = 'it is a run-time property of the PAI engine, which OpenEAS does not have; remove the key';

type Extras = NonNullable<Parameters<typeof key>[4]>;

/** Every `metadata.rpc.x` is also written `rpc.x`. */
function rpc(
  name: string,
  type: KeyType,
  meaning: string,
  support: Support,
  aliases: readonly string[] = [],
  extras: Extras = {},
): KeySpec {
  return key(`metadata.rpc.${name}`, type, meaning, support, {
    ...extras,
    aliases: [`rpc.${name}`, ...aliases],
  });
}

/** Contract 8.3: how an instance takes and works off requests. */
export const RPC_KEYS: readonly KeySpec[] = [
  rpc(
    'worker_threads',
    integer(1, 1024),
    'Requests processed at once per instance.',
    HONOURED,
    ['metadata.workers', 'metadata.worker_threads'],
    { default: 5, source: 'manual' },
  ),
  rpc('io_threads', integer(1, 256), 'Network threads per instance.', HONOURED, ['metadata.io_threads'], {
    default: 4,
    source: 'manual',
  }),
  rpc(
    'max_queue_size',
    integer(1, 1_000_000),
    'Requests that may wait per instance; full = 450 and close.',
    HONOURED,
    ['metadata.max_queue_size'],
    { default: 64, source: 'manual' },
  ),
  rpc(
    'keepalive',
    integer(1, DAY_MS, 'milliseconds'),
    'Longest time from the first byte of a request to its answer, ms; over = 408 and close.',
    HONOURED,
    [],
    { default: 5000, source: 'manual' },
  ),
  rpc('batching', flag, 'Process several requests as one batch.', HONOURED, [], {
    default: false,
    source: 'manual',
  }),
  rpc(
    'max_batch_size',
    integer(1, 65_536),
    'Largest batch; only with batching.',
    HONOURED,
    [
      'rpc.batching.max_batch_size',
      'metadata.rpc.batching.max_batch_size',
      'metadata.batching.max_batch_size',
    ],
    { default: 16, source: 'manual' },
  ),
  rpc(
    'max_batch_timeout',
    integer(0, 60_000, 'milliseconds'),
    'Longest wait for a batch to fill, ms; only with batching.',
    HONOURED,
    [
      'rpc.batching.max_batch_timeout',
      'metadata.rpc.batching.max_batch_timeout',
      'metadata.batching.max_batch_timeout',
    ],
    { default: 50, source: 'manual' },
  ),
  rpc(
    'rate_limit',
    integer(0, 1_000_000_000, 'requests per second'),
    'Requests per second and instance; 0 = no limit; over = 429.',
    HONOURED,
    [],
    { default: 0 },
  ),
  rpc(
    'decompressor',
    choice('gzip', 'zlib', 'deflate', 'snappy', 'lz4', 'lz4frame', 'zstd'),
    'Compression of the request bodies.',
    HONOURED,
  ),
  rpc('http.default_headers', map, 'Headers added to every answer that does not set them.', HONOURED),
  rpc(
    'enable_sigterm',
    flag,
    'Send SIGTERM to the user process when an instance stops.',
    noted(
      'a built-in processor has no process of its own to signal; instances always drain before they stop',
    ),
  ),
  rpc(
    'enable_jemalloc',
    flag,
    'Allocator of the engine.',
    noted('the engine of OpenEAS does not choose its allocator'),
    [],
    { source: 'manual' },
  ),
  rpc(
    'proxy_path',
    text(1024),
    'Path prefix passed to the container.',
    refused('this installation has no container engine; remove the key', ['/']),
  ),
  rpc(
    'mirror',
    anything,
    'Copy of the traffic to another service.',
    refused(
      'mirroring is a setting of the running service: `eascmd mirror NAME` (CreateServiceMirror); remove the key',
    ),
  ),
  rpc(
    'retries',
    integer(0, 100),
    'Retries by the gateway.',
    refused('the gateway sends on only requests that were never started; set it to 0'),
  ),
  rpc(
    'health_check_path',
    text(1024),
    'Health check of a container.',
    refused('instances report their own health; remove the key'),
  ),
  rpc(
    'health_check_port',
    integer(0, 65_535),
    'Health check of a container.',
    refused('instances report their own health; remove the key'),
  ),
  rpc(
    'enable_service_hang_detect',
    flag,
    'Replace an instance that hangs.',
    refused(`hang detection is ${NOT_YET}; set it to false`),
  ),
  rpc(
    'service_hang_detect_period',
    integer(0, 86_400, 'seconds'),
    'Time until an instance counts as hanging.',
    refused(`hang detection is ${NOT_YET}; remove the key`),
  ),
  rpc(
    'disable_auto_queue_watch',
    flag,
    'Do not subscribe to the queue.',
    refused('queue services are not offered yet by this version; set it to false'),
  ),
  rpc(
    'disable_subscribe',
    flag,
    'Do not subscribe to the queue.',
    refused('queue services are not offered yet by this version; set it to false'),
  ),
  rpc('keep_alive', anything, 'Engine property.', refused('use rpc.keepalive')),
  rpc('metric._print_', anything, 'Engine property.', refused(ENGINE)),
  rpc('proxy_url', anything, 'Engine property.', refused(ENGINE)),
  rpc('enable_proxy', anything, 'Engine property.', refused(ENGINE)),
  rpc('token', anything, 'Engine property.', refused('use token'), [], { secret: true }),
  rpc('endpoint', anything, 'Engine property.', refused('addresses are chosen by OpenEAS; remove the key')),
  key('model_status', anything, 'Engine property.', refused(ENGINE)),
];
