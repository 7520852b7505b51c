/**
 * The compiled form of a service.json (contract 8.1-8.3): dotted and nested keys joined, aliases resolved,
 * every default filled. Whoever holds one never asks whether something is set to its default.
 */
export interface ServiceDescription {
  /** 1-63 characters: lower-case letters, digits, `_` and `-`, starting with a letter. */
  readonly name: string;
  /** As given; `undefined` = generate one; `''` = the service answers without a token. */
  readonly token: string | undefined;
  readonly processor: BuiltinProcessorRef | CustomProcessorRef;
  readonly model: ModelRef | undefined;
  /** Recorded requests replayed before an instance counts as ready. */
  readonly warmUpDataPath: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Wanted number of instances, 0-1000. */
  readonly instance: number;
  readonly resources: ResourceRequest;
  readonly rpc: RpcSettings;
  readonly rollingStrategy: RollingStrategy;
  /** Longest drain, seconds. */
  readonly terminationGracePeriod: number;
  readonly gatewayPolicy: GatewayPolicy;
  readonly workspaceId: string | undefined;
  /** Service group (contract 7.6.6); '' = in none. */
  readonly group: string;
  /** Whether it takes part in the traffic of its group's address. */
  readonly trafficState: TrafficState;
  /** `metadata.type`; `Standard` unless given. */
  readonly serviceType: string;
  /** Free text shown as Service.Source. */
  readonly source: string | undefined;
}

/** Contract 7.8: an address of its own only, or a share of its group's address too. */
export type TrafficState = 'standalone' | 'grouping';

/** `processor`: a code from the list of contract 8.6. */
export interface BuiltinProcessorRef {
  readonly kind: 'builtin';
  readonly code: string;
}

/** `processor_path`, `processor_entry`, `processor_mainclass`, `processor_type`. */
export interface CustomProcessorRef {
  readonly kind: 'custom';
  readonly type: 'cpp' | 'java' | 'python';
  readonly path: string;
  readonly entry: string | undefined;
  readonly mainClass: string | undefined;
}

export interface ModelRef {
  /** http(s) URL, `oss://bucket/key`, or a local path. */
  readonly path: string;
  readonly entry: string | undefined;
  /** Text handed to the processor; an object in service.json arrives here as its JSON text. */
  readonly config: string | undefined;
  readonly ossEndpoint: string | undefined;
  /** Unpack archives; true unless `uncompress` is false. */
  readonly uncompress: boolean;
}

export interface ResourceRequest {
  /** Cores per instance, fractions allowed; 0 = nothing is reserved. */
  readonly cpu: number;
  /** MB per instance; when absent and `cpu` is given, 4096 per core is NOT reserved locally: 0. */
  readonly memory: number;
}

export interface RpcSettings {
  /** Requests processed at once per instance. */
  readonly workerThreads: number;
  readonly ioThreads: number;
  /** Queued requests per instance; full = 450 and close. */
  readonly maxQueueSize: number;
  /** Milliseconds from the first byte of a request to its answer; over = 408 and close. */
  readonly keepalive: number;
  readonly batching: boolean;
  readonly maxBatchSize: number;
  /** Milliseconds. */
  readonly maxBatchTimeout: number;
  /** Requests per second and instance; 0 = off; over = 429. */
  readonly rateLimit: number;
  readonly decompressor: string | undefined;
  /** Added to every answer that does not set them itself. */
  readonly defaultHeaders: Readonly<Record<string, string>>;
  /** Notes on keys that are accepted without effect on this platform, shown in log and events. */
  readonly notes: readonly string[];
}

/** A count of instances, or a share of the wanted number (0-1, from `"20%"`). */
export type CountOrShare = { readonly count: number } | { readonly share: number };

export interface RollingStrategy {
  readonly maxSurge: CountOrShare;
  readonly maxUnavailable: CountOrShare;
}

export interface GatewayPolicy {
  /** Requests per second over all instances; undefined = no limit. */
  readonly rateLimit: number | undefined;
  /** Requests in flight over all instances; undefined = no limit. */
  readonly concurrencyLimit: number | undefined;
  /** `x-ca-*` signatures and their address (contract 9.1). Absent = off. */
  readonly apiGateway?: {
    /** Calls a day (UTC); null = no limit. */
    readonly dailyLimit: number | null;
  };
  /** The AKSK scheme (contract 9.2). Absent = off. */
  readonly accessKey?: boolean;
}
