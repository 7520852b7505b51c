import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KNOWN_PROCESSORS } from './known-processors.js';
import { parseServiceDescription } from './parse.js';
import { problemsOf } from './problems.js';
import { normaliseServiceConfig } from './service-config.js';

const FOLDER = new URL('../../fixtures/service/', import.meta.url);

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

function problems(raw: unknown, processors: readonly string[] = ['pmml']): string[] {
  try {
    parseServiceDescription(raw, { processors, region: 'local' });
    return [];
  } catch (error) {
    return problemsOf(error).map(({ path, message }) => `${path}: ${message}`);
  }
}

const CUSTOM =
  'is refused: custom processors are not offered yet by this version; use processor with a built-in code';
const NAME_RULE = 'expected 1 to 63 characters of lower-case letters, digits, _ and -, the first a letter';
const PATH_RULE = 'expected an http(s) URL, oss://bucket/key or an absolute path';
const GPU = 'is refused: this machine has no GPU the processors could use; set it to 0';
const INSTANCE = 'expected a whole number from 0 to 1000';

/** Every rule with the whole list of messages that breaking it must give. */
const BAD: Readonly<Record<string, readonly string[]>> = {
  'name-missing': [`name: is missing; ${NAME_RULE}`],
  'name-first-letter': [`name: "1demo" is not valid; ${NAME_RULE}`],
  'name-upper-case': [`name: "Demo" is not valid; ${NAME_RULE}`],
  'name-too-long': [`name: "${'a'.repeat(64)}" is not valid; ${NAME_RULE}`],
  'instance-missing': [`metadata.instance: is missing; ${INSTANCE}`],
  'instance-range': [`metadata.instance: 1001 is not valid; ${INSTANCE}`],
  'instance-fraction': [`metadata.instance: 1.5 is not valid; ${INSTANCE}`],
  'instance-text': [`metadata.instance: "many" is not valid; ${INSTANCE}`],
  'boolean-word': ['generate_token: "yes" is not valid; expected true or false'],
  'number-word': ['metadata.cpu: "two" is not valid; expected a number from 0 to 4096 (cores)'],
  'section-not-object': ['networking: 5 is not valid; expected an object'],
  'unknown-key': ['procesor: is not a known key (value "pmml"); the nearest known key is processor'],
  'unknown-key-nested': [
    'metadata.rpc.keepalife: is not a known key (value 5000); the nearest known key is metadata.rpc.keepalive',
  ],
  'unknown-key-misplaced': [
    'instance: is not a known key (value 2); the nearest known key is metadata.instance',
  ],
  'unknown-key-strange': ['zzzzzzzzqqqq: is not a known key (value 1); no known key is near it'],
  'unknown-feature': [
    'features.eas.aliyun.com/enable-fused: "true" is not valid; ' +
      'expected a known feature; the nearest is eas.aliyun.com/enable-fuse',
  ],
  'alias-conflict': [
    'metadata.rpc.worker_threads: means the same key as metadata.workers but has another value (4 and 5); give only one',
  ],
  'nested-and-dotted-conflict': [
    'metadata.rpc.keepalive: is given twice with different values (1000 and 2000); give only one',
  ],
  'token-characters': ['token: the value is not valid; expected text without control characters'],
  'processor-missing': ['processor: is missing; expected the code of a built-in processor, one of pmml'],
  'processor-unknown': ['processor: "pmll" is unknown; expected one of pmml'],
  'processor-not-offered': [
    'processor: "caffe_cpu" is not offered by this installation; expected one of pmml',
  ],
  'processor-and-custom': [
    'processor_path: is for custom processors, but processor names a built-in one; give only one',
    'processor_type: is missing; expected one of cpp, java, python',
  ],
  'processor-custom': [`processor_type: "python" ${CUSTOM}`],
  'processor-type-missing': ['processor_type: is missing; expected one of cpp, java, python'],
  'processor-path-missing': [
    `processor_type: "cpp" ${CUSTOM}`,
    'processor_path: is missing; expected where the custom processor lies',
  ],
  'processor-entry-missing': [
    `processor_type: "cpp" ${CUSTOM}`,
    'processor_entry: is missing; a cpp processor needs it',
  ],
  'processor-mainclass-missing': [
    `processor_type: "java" ${CUSTOM}`,
    'processor_mainclass: is missing; a java processor needs it',
  ],
  'model-path-missing': ['model_path: is missing; expected where the model of the processor lies'],
  'model-path-relative': [`model_path: "model.tar.gz" is not valid; ${PATH_RULE}`],
  'model-path-scheme': [`model_path: "ftp://example.com/lr.pmml" is not valid; ${PATH_RULE}`],
  'model-path-bucket': [`model_path: "oss://Bad_Bucket/lr.pmml" is not valid; ${PATH_RULE}`],
  'model-entry-outside': [
    'model_entry: "a/../../b" is not valid; expected a relative path inside the package, without .. and \\',
  ],
  'model-config-type': ['model_config: 5 is not valid; expected text or an object'],
  containers: [
    'containers: [{"image":"nginx","port":8000}] is refused: this installation has no container engine; use a built-in processor',
  ],
  storage: [
    'storage: [{"mount_path":"/mnt","oss":{"path":"oss://bucket/"}}] is refused: ' +
      'this installation mounts no storage; put the files into the model package',
  ],
  gpu: [`metadata.gpu: 1 ${GPU}`],
  'resource-group': [
    'metadata.resource: "eas-r-6dbzve8ip0xnzte5rp" is refused: ' +
      'this installation has only the public resource group; remove the key',
  ],
  region: [
    'metadata.region: "cn-shanghai" is not the region of this installation; expected local, or remove the key',
  ],
  'service-type': [
    'metadata.type: "Async" is refused: only Standard services are offered by this version; remove the key or set it to Standard',
  ],
  'service-type-unknown': [
    'metadata.type: "Fast" is not valid; expected one of Standard, Async, SDCluster, LLMGatewayService, Queue, ' +
      'serverless, graph, simple, LLM, RAG',
  ],
  autoscaler: [
    'autoscaler: {"min":1,"max":5,"strategies":{"qps":10}} is refused: ' +
      'autoscaling is not offered yet by this version; use metadata.instance',
  ],
  decompressor: [
    'rpc.decompressor: "brotli" is not valid; expected one of gzip, zlib, deflate, snappy, lz4, lz4frame, zstd',
  ],
  'queue-size': ['metadata.rpc.max_queue_size: 0 is not valid; expected a whole number from 1 to 1000000'],
  'keepalive-range': [
    'metadata.rpc.keepalive: 86400001 is not valid; expected a whole number from 1 to 86400000 (milliseconds)',
  ],
  'rolling-strategy-share': [
    'metadata.rolling_strategy.max_surge: "120%" is not valid; ' +
      'expected a whole number from 0 to 1000, or a share of "0%" to "100%"',
  ],
  'rolling-strategy-stuck': [
    'metadata.rolling_strategy.max_surge: and max_unavailable are both 0, so no update could begin; ' +
      'expected at least one above 0',
  ],
  'limit-without-number': [
    'networking.gateway_policy.rate_limit.limit: is missing; expected the number that the enabled limit allows',
  ],
  'label-value': ['labels.team: ["a","b"] is not valid; expected text'],
  'header-name': ['rpc.http.default_headers.x y: is not a header name'],
  'header-value': ['rpc.http.default_headers.x-y: "café" is not a header value; expected printable ASCII'],
  'header-reserved': ['rpc.http.default_headers.Content-Length: is set by the server itself; remove it'],
  'header-twice': ['rpc.http.default_headers.x-a: is the same header as X-A; give only one'],
  cloud: [
    'cloud.networking.vpc_id: "vpc-1" is refused: this installation is not part of a cloud account; remove the key',
  ],
  'text-too-long': [`source: "${'s'.repeat(79)}… is not valid; expected at most 256 characters`],
  'text-control-characters': ['source: "a\\u0007b" is not valid; expected text without control characters'],
  'list-expected': ['metrics: {} is not valid; expected a list'],
  'not-an-object': [': [] is not a service description; expected a JSON object'],
  'proto-key': ['__proto__: is not a known key (value {"polluted":true}); no known key is near it'],
  'nested-too-deeply': [
    `model_config: ${'{"a":'.repeat(16)}… is not valid; expected at most 32 levels of nesting`,
  ],
};

describe('the fixtures of broken rules', () => {
  it('are all listed here, and only they', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.bad.json'));
    expect(files.map((name) => name.replace('.bad.json', '')).sort()).toEqual(Object.keys(BAD).sort());
  });

  it.each(Object.entries(BAD))('%s is refused with exactly its messages', (name, expected) => {
    expect(problems(fixture(`${name}.bad`))).toEqual(expected);
  });
});

const RESOURCE =
  'metadata.resource: "your_resource_name" is refused: this installation has only the public resource group; remove the key';

/** Examples of the manual and the contract: what this installation says to each, all processors offered. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'manual-mnist-tensorflow': [],
  'manual-pmml': [],
  'manual-tensorflow-1.12': [],
  'manual-tensorflow-1.15': [],
  'manual-pytorch-gpu': [`metadata.gpu: 1 ${GPU}`],
  'manual-caffe': [],
  'manual-easynlp-gpu': [`metadata.gpu: 1 ${GPU}`, RESOURCE],
  'manual-easynlp-cpu': [RESOURCE],
  'manual-easyvision-gpu': [`metadata.gpu: 1 ${GPU}`, RESOURCE],
  'manual-easyvision-cpu': [RESOURCE],
  'manual-mediaflow-video': [
    'generate token: is not a known key (value "true"); the nearest known key is generate_token',
    `metadata.gpu: 1 ${GPU}`,
    RESOURCE,
  ],
  'manual-mediaflow-asr': [`metadata.gpu: 1 ${GPU}`, RESOURCE],
  'manual-custom-java': [
    `model_path: "model.tar.gz" is not valid; ${PATH_RULE}`,
    `processor_path: "diy_predictor_gpu.tar.gz" is not valid; ${PATH_RULE}`,
    `metadata.instance: is missing; ${INSTANCE}`,
    `processor_type: "java" ${CUSTOM}`,
    'processor_mainclass: is missing; a java processor needs it',
  ],
  'manual-custom-python': [`processor_type: "python" ${CUSTOM}`],
  'manual-custom-python-image': [
    `processor_type: "python" ${CUSTOM}`,
    'data_image: "registry.cn-shanghai.aliyuncs.com/eas-service/develop:latest" is refused: ' +
      'this installation has no container engine; use a built-in processor',
  ],
  'manual-custom-python-gpu': [
    `processor_path: "[oss://eas-model-shenzhen/xxxxxxxx/codes.tar.gz]" is not valid; ${PATH_RULE}`,
    `processor_type: "python" ${CUSTOM}`,
    'data_image: "[your-public-docker-image-repo]" is refused: this installation has no container engine; use a built-in processor',
    `metadata.gpu: 1 ${GPU}`,
    RESOURCE.replace('your_resource_name', 'resource-name'),
    'metadata.region: "cn-shenzhen" is not the region of this installation; expected local, or remove the key',
  ],
  'manual-update-template': [
    `name: "yourModelName" is not valid; ${NAME_RULE}`,
    `model_path: "yourModelAdress" is not valid; ${PATH_RULE}`,
    `processor: "yourProcessorType" is unknown; expected one of ${KNOWN_PROCESSORS.join(', ')}`,
  ],
  'tutorial-python': [
    `processor_type: "python" ${CUSTOM}`,
    'metadata.region: "cn-beijing" is not the region of this installation; expected local, or remove the key',
  ],
  'sdk-options': [
    'cloud.computing.instance_type: "ecs.c6.xlarge" is refused: ' +
      'this installation is one machine without resource groups or quotas; remove the key',
  ],
  'sdk-split-features': [
    'features: {"eas.aliyun.com/extra-ephemeral-storage":"100Gi"} is refused: ' +
      'the features of the cloud platform do not exist here; remove them',
  ],
  'batching-flag-and-prefix': [],
};

describe('the examples of the manual', () => {
  it('are all listed here, and only they', () => {
    const files = readdirSync(FOLDER).filter((name) => !name.endsWith('.bad.json'));
    expect(files.map((name) => name.replace('.json', '')).sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  it.each(Object.entries(EXAMPLES))('%s gives exactly what is documented', (name, expected) => {
    expect(problems(fixture(name), KNOWN_PROCESSORS).sort()).toEqual([...expected].sort());
  });

  it('re-joins feature names that were split at their dots', () => {
    const { features } = normaliseServiceConfig(fixture('sdk-split-features'));
    expect(features).toEqual({ 'eas.aliyun.com/extra-ephemeral-storage': '100Gi' });
  });

  it('reads rpc.batching as a value and as a prefix at once', () => {
    const { description } = parseServiceDescription(fixture('batching-flag-and-prefix'));
    expect(description.rpc).toMatchObject({ batching: true, maxBatchSize: 8, maxBatchTimeout: 20 });
  });

  it('compiles the PMML example with every default of the manual', () => {
    const { description } = parseServiceDescription(fixture('manual-pmml'), { processors: ['pmml'] });
    expect(description).toEqual({
      name: 'eas_lr_example',
      token: undefined,
      processor: { kind: 'builtin', code: 'pmml' },
      model: {
        path: 'http://xxxxx/lr.pmml',
        entry: undefined,
        config: undefined,
        ossEndpoint: undefined,
        uncompress: true,
      },
      warmUpDataPath: undefined,
      labels: {},
      instance: 1,
      resources: { cpu: 1, memory: 0 },
      rpc: {
        workerThreads: 5,
        ioThreads: 4,
        maxQueueSize: 64,
        keepalive: 5000,
        batching: false,
        maxBatchSize: 16,
        maxBatchTimeout: 50,
        rateLimit: 0,
        decompressor: undefined,
        defaultHeaders: {},
        notes: [],
      },
      rollingStrategy: { maxSurge: { share: 0.02 }, maxUnavailable: { count: 0 } },
      terminationGracePeriod: 30,
      gatewayPolicy: { rateLimit: undefined, concurrencyLimit: undefined },
      workspaceId: undefined,
      group: '',
      trafficState: 'standalone',
      serviceType: 'Standard',
      source: undefined,
    });
  });
});
