import {
  anything,
  choice,
  flag,
  HONOURED,
  integer,
  type KeySpec,
  type KeyType,
  key,
  list,
  number,
  refused,
  text,
} from './key-spec.js';
import { NO_CLOUD, NO_CONTAINERS, NOT_PUBLIC, NOT_YET, ONE_GATEWAY, ONE_MACHINE } from './reasons.js';

const EAS = 'eas.aliyun.com/';
const ALIBABA = 'alibabacloud.com/';

/** Contract 8.4. */
export const FEATURE_NAMES: readonly string[] = [
  `${EAS}extra-ephemeral-storage`,
  `${EAS}capacity-reservation`,
  `${EAS}gpu-driver-version`,
  `${EAS}enable-nvidia-ibgda`,
  `${EAS}enable-nvidia-gdrcopy`,
  `${EAS}enable-tre-spot-instance`,
  `${EAS}enable-fault-injection`,
  `${EAS}enable-gpu-fault-injection`,
  `${EAS}enable-fuse`,
  `${EAS}auto-binding-vip`,
  `${EAS}vm-max-map-count`,
  `${EAS}restart-pod-with-gpu-errors`,
  `${EAS}gateway-scheduler-uch-value`,
  `${EAS}enable-application-template`,
  `${EAS}prefer-to-scale-down-older-replicas`,
  `${EAS}enable-managed-service`,
  `${EAS}enable-service-sharding`,
  `${ALIBABA}gpu-card-driver`,
  `${ALIBABA}gpu-card-cuda`,
];

const TLS = 'protocols are set for the whole installation, not per service; set it to false';
const MONITORING = `custom metrics and alerts are ${NOT_YET}`;

function cloud(name: string, type: KeyType, meaning: string, reason = NO_CLOUD): KeySpec {
  return key(`cloud.${name}`, type, meaning, refused(reason));
}

function limit(name: string, meaning: string): KeySpec[] {
  return [
    key(
      `networking.gateway_policy.${name}.enable`,
      flag,
      `Switches the limit; a limit that is given is on unless this is false.`,
      HONOURED,
    ),
    key(`networking.gateway_policy.${name}.limit`, integer(1, 1_000_000_000), meaning, HONOURED),
  ];
}

/** Contract 8.2, second part: network, cloud, monitoring, options. */
export const PLATFORM_KEYS: readonly KeySpec[] = [
  ...limit('rate_limit', 'Requests per second over all instances; over = 429.'),
  ...limit('concurrency_limit', 'Requests in flight over all instances; over = 429.'),
  key(
    'networking.api_gateway.enable',
    flag,
    'API-gateway address and `x-ca-*` signatures; `eascmd desc` shows address, AppKey and AppSecret.',
    HONOURED,
    { default: false },
  ),
  key(
    'networking.api_gateway.daily_limit',
    integer(0, 1_000_000_000),
    'Calls a day (UTC) at the API-gateway address; 0 = no limit; over = 429.',
    HONOURED,
    { default: 1000 },
  ),
  key(
    'networking.access_key.enable',
    flag,
    'AKSK HMAC-SHA256 signatures; `eascmd desc` shows the key pair.',
    HONOURED,
    { default: false },
  ),
  key('networking.gateway', text(256), 'Dedicated gateway.', refused(ONE_GATEWAY), {
    aliases: ['metadata.gateway'],
  }),
  key(
    'networking.path',
    text(1024),
    'Path prefix of the service.',
    refused('services are reached at /api/predict/NAME; remove the key'),
    { aliases: ['metadata.path'] },
  ),
  key(
    'networking.traffic_state',
    choice('', 'standalone', 'grouping'),
    'Whether the service takes part in the traffic of its service group; standalone unless told.',
    HONOURED,
    { aliases: ['metadata.traffic_state'] },
  ),
  key(
    'networking.disable_internet_endpoint',
    flag,
    'No public address.',
    refused('all services share one address, which --listen sets; set it to false'),
    { aliases: ['metadata.disable_internet_endpoint'] },
  ),
  ...['enable_https', 'enable_http2', 'enable_grpc'].map((name) =>
    key(`networking.${name}`, flag, 'Protocol at the gateway.', refused(TLS), {
      aliases: [`metadata.${name}`],
    }),
  ),
  key('networking.port_exposure', anything, 'Further ports.', refused(ONE_GATEWAY)),
  key('networking.dns.nameservers', list, 'Name servers.', refused(NO_CONTAINERS)),
  key('networking.restriction_model', anything, 'Access restrictions.', refused(NOT_PUBLIC)),
  key('networking.restriction_rules', anything, 'Access restrictions.', refused(NOT_PUBLIC)),
  key('networking.nlb', anything, 'Load balancer of the cloud.', refused(NO_CLOUD)),
  key('networking.nacos', anything, 'Service registry.', refused(NO_CLOUD)),
  key(
    'networking.use_host_network',
    flag,
    'Use the network of the machine.',
    refused('instances listen on loopback behind the gateway; set it to false'),
  ),
  cloud('computing.instance_type', text(256), 'Machine type.', ONE_MACHINE),
  cloud(
    'computing.instances',
    list,
    'Machine types in order, [{type, spot_price_limit, capacity}].',
    ONE_MACHINE,
  ),
  cloud('computing.disable_spot_protection_period', flag, 'Spot machines.', ONE_MACHINE),
  ...['vpc_id', 'vswitch_id', 'security_group_id', 'destination_cidrs', 'default_route', 'vswitch_owner'].map(
    (name) => cloud(`networking.${name}`, anything, 'Cloud network.'),
  ),
  cloud('logging.paths', list, 'Logs to the cloud.'),
  cloud('logging.logtail_uid', anything, 'Logs to the cloud.'),
  cloud('monitoring.enable_tracing', flag, 'Traces to the cloud.'),
  cloud('container_registry.instance_id', anything, 'Image registry.', NO_CONTAINERS),
  cloud('role_chain', anything, 'Cloud roles.'),
  key('metrics', list, 'Custom metrics, [{name, …}].', refused(MONITORING)),
  key('metrics_config.fetch_urls', list, 'Custom metrics.', refused(MONITORING)),
  key('metrics_config.fetch_duration_ms', number(0, 86_400_000), 'Custom metrics.', refused(MONITORING)),
  key('metrics_config.llm_metrics_urls', list, 'Custom metrics.', refused(MONITORING)),
  key('alerts', list, 'Alerts.', refused(MONITORING)),
  key(
    'features',
    { kind: 'switches', names: FEATURE_NAMES },
    'Feature switches of the cloud.',
    refused('the features of the cloud platform do not exist here; remove them'),
  ),
  ...[
    'enable_ram_role',
    'enable_cache',
    'enable_writable_cache',
    'enable_aigc',
    'enable_vineyard',
    'enable_ignore_oss_readdir',
  ].map((name) => key(`options.${name}`, flag, 'Platform option.', refused(NO_CLOUD))),
  key(
    'options.quota_oversold',
    choice('AcceptQuotaOverSold', 'ForbiddenQuotaOverSold', 'ForceQuotaOverSold'),
    'Use of quota beyond what is free.',
    refused(ONE_MACHINE, ['ForbiddenQuotaOverSold']),
  ),
  key('options.priority', anything, 'Priority in a quota.', refused(ONE_MACHINE)),
  ...['base_image', 'worker_image'].map((name) =>
    key(`runtime.${name}`, text(), 'Image of the instance.', refused(NO_CONTAINERS)),
  ),
  key('runtime.core_pattern', text(), 'Where core dumps go.', refused(NO_CONTAINERS)),
  key(
    'runtime.enable_crash_block',
    flag,
    'Keep a crashed instance instead of restarting it.',
    refused(`keeping crashed instances is ${NOT_YET}; set it to false`),
  ),
  ...['disable_image_accelerate', 'disable_image_cache'].map((name) =>
    key(`runtime.${name}`, flag, 'Image download.', refused(NO_CONTAINERS)),
  ),
  key(
    'sinker',
    anything,
    'Stores requests and answers: {type, config}.',
    refused(`storing requests and answers is ${NOT_YET}`),
  ),
  key(
    'confidential.trustee_endpoint',
    text(),
    'Encrypted models.',
    refused(`encrypted models are ${NOT_YET}`),
  ),
  key(
    'confidential.decryption_key',
    text(),
    'Encrypted models.',
    refused(`encrypted models are ${NOT_YET}`),
    {
      secret: true,
    },
  ),
];
