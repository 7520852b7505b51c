import type { DesiredState, ServiceState } from '@openeas/contracts';

/**
 * The storage port. Everything inside one `transaction` is applied together or not at all, and is on the
 * disk when the returned promise resolves; after commit the listeners of `subscribe` learn which services
 * were touched. There is one writer process. Times are milliseconds since the epoch.
 */
export interface Store {
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Reads outside a transaction; the writing methods of the same tables are absent on purpose. */
  readonly read: StoreReader;
  /** `listener` hears the uids of services whose row, versions or instances a commit changed. */
  subscribe(listener: (serviceUids: ReadonlySet<string>) => void): () => void;
  close(): Promise<void>;
}

export interface StoreReader {
  readonly services: ServiceReader;
  readonly versions: VersionReader;
  readonly instances: InstanceReader;
  readonly events: EventReader;
  readonly audit: AuditReader;
  readonly receipts: ReceiptReader;
  readonly rollouts: RolloutReader;
  readonly serviceGroups: ServiceGroupReader;
  readonly accounts: AccountReader;
}

export interface StoreTransaction {
  readonly services: ServiceReader & ServiceWriter;
  readonly versions: VersionReader & VersionWriter;
  readonly instances: InstanceReader & InstanceWriter;
  readonly events: EventReader & EventWriter;
  readonly audit: AuditReader & AuditWriter;
  readonly receipts: ReceiptReader & ReceiptWriter;
  readonly rollouts: RolloutReader & RolloutWriter;
  readonly serviceGroups: ServiceGroupReader & ServiceGroupWriter;
  readonly accounts: AccountReader & AccountWriter;
  readonly nonces: NonceWriter;
}

// --- services

export interface ServiceRecord {
  /** `eas-m-…`. */
  readonly uid: string;
  readonly name: string;
  readonly accountUid: string;
  /** The access key's owner at creation. */
  readonly callerUid: string;
  readonly workspaceId: string;
  readonly state: ServiceState;
  readonly message: string;
  readonly reason: string;
  readonly desired: DesiredState;
  /** Grows with every change of what is wanted; the reconciler reports the one it has fulfilled. */
  readonly generation: number;
  readonly observedGeneration: number;
  readonly currentVersion: number;
  readonly latestVersion: number;
  /** Wanted number of instances. */
  readonly instanceCount: number;
  readonly token: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly safetyLock: 'none' | 'dangerous' | 'all';
  /**
   * Share of the address that it shares: percent of a blue-green entry, a relative weight (0-1000) in a service
   * group. Of a service on its own 100.
   */
  readonly weight: number;
  /** Name of the address that its blue-green group shares, that of the very first service; '' = in no group. */
  readonly entry: string;
  /** Takes part in the split of the address it shares; the own address of a blue-green side is closed then. */
  readonly released: boolean;
  /** Service group; '' = in none. A service is in a blue-green group or in a service group, not in both. */
  readonly serviceGroup: string;
  /** Copies of its requests to other services; null = none. */
  readonly mirror: MirrorSettings | null;
  /** Token of the first service once that is deleted: the entry goes on to accept it. '' = open, null = none. */
  readonly entryToken: string | null;
  /** Tokens of released sides after the first one that are deleted: the entry goes on to accept these too. */
  readonly goneTokens: readonly string[];
  /** Set by a restart request: instances created before it are replaced. 0 = never. */
  readonly restartedAt: number;
  /** Instances named by ScaleService.InstancesToDelete, removed first when scaling in. */
  readonly instancesToDelete: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface MirrorSettings {
  /** Percent of the requests, 0-100. */
  readonly ratio: number;
  /** Uids of the services that get the copies; one that was deleted gets none. */
  readonly targets: readonly string[];
}

export interface ServiceQuery {
  readonly accountUid?: string;
  readonly callerUid?: string;
  readonly name?: string;
  readonly uid?: string;
  /** Fuzzy match on the name. */
  readonly filter?: string;
  readonly states?: readonly ServiceState[];
  /** Members of the blue-green group with this entry. */
  readonly entry?: string;
  readonly serviceGroup?: string;
  readonly released?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly workspaceId?: string;
  /** With `workspaceId`: also the services that are in no workspace. */
  readonly includeNoWorkspace?: boolean;
  readonly sort?: 'CreateTime' | 'UpdateTime' | 'ServiceName' | 'Status';
  readonly order?: 'asc' | 'desc';
  /** Rows to skip and to return; without them all rows. */
  readonly offset?: number;
  readonly limit?: number;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

export interface ServiceReader {
  get(uid: string): Promise<ServiceRecord | undefined>;
  getByName(name: string): Promise<ServiceRecord | undefined>;
  list(query?: ServiceQuery): Promise<Page<ServiceRecord>>;
}

export interface ServiceWriter {
  /** Fails with ServiceAlreadyExists when the name is taken. */
  insert(record: ServiceRecord): Promise<void>;
  /** Changes everything but the state; `setState` is the one setter of that. */
  update(
    uid: string,
    patch: Partial<Omit<ServiceRecord, 'uid' | 'state' | 'message' | 'reason'>>,
  ): Promise<void>;
  /**
   * Sets state, reason and message and appends the event that tells of it, in this transaction. Saying the
   * same again changes nothing and tells nothing.
   */
  setState(uid: string, change: StateChange): Promise<void>;
  /** Removes the row with its versions and instances; events and audit stay. */
  remove(uid: string): Promise<void>;
}

export interface StateChange {
  readonly to: ServiceState;
  /** CamelCase word, e.g. `InsufficientCpu`. */
  readonly reason: string;
  readonly message: string;
  readonly now: number;
}

// --- versions

export interface VersionRecord {
  readonly serviceUid: string;
  /** 1, 2, 3 … */
  readonly version: number;
  /** Grows when the configuration of this version changes in place; instances carry the one they run. */
  readonly revision: number;
  /** Canonical service.json (nested keys, nothing hidden), JSON text. */
  readonly config: string;
  readonly image: string;
  /** Content hash of the model and processor packages once fetched: a restart uses the same bytes. */
  readonly modelDigest: string | null;
  readonly processorDigest: string | null;
  readonly message: string;
  readonly createdAt: number;
}

export interface VersionReader {
  get(serviceUid: string, version: number): Promise<VersionRecord | undefined>;
  /** Newest first. */
  list(serviceUid: string, page?: { offset: number; limit: number }): Promise<Page<VersionRecord>>;
  /** Every digest that a kept version refers to. */
  digests(): Promise<ReadonlySet<string>>;
}

export interface VersionWriter {
  insert(record: VersionRecord): Promise<void>;
  update(
    serviceUid: string,
    version: number,
    patch: Partial<Omit<VersionRecord, 'serviceUid' | 'version'>>,
  ): Promise<void>;
  remove(serviceUid: string, version: number): Promise<void>;
}

// --- instances

export interface InstanceRecord {
  readonly id: string;
  readonly serviceUid: string;
  /** Shown to people. */
  readonly name: string;
  readonly version: number;
  readonly revision: number;
  /** Written before the process is started: a crash in between is seen and finished. */
  readonly attempt: number;
  readonly secret: string;
  readonly gatewayKey: string;
  /** What the reconciler wants of this instance. */
  readonly desired: 'Running' | 'Stopped';
  /** Reserved from the machine's capacity while the row exists. */
  readonly cpu: number;
  readonly memory: number;
  readonly phase: string;
  readonly host: string;
  readonly port: number;
  readonly restartCount: number;
  /** Failures in a row, for the backoff; 0 after it was ready. */
  readonly failures: number;
  readonly nextStartAt: number;
  readonly reason: string;
  readonly message: string;
  readonly isolated: boolean;
  readonly detached: boolean;
  /** What a user asked of it: a restart in place, or a new one in its place. */
  readonly wish: 'none' | 'restart' | 'replace';
  readonly createdAt: number;
  /** Of the current attempt; 0 before. */
  readonly startedAt: number;
  readonly readyAt: number;
  /** When draining began; 0 before. */
  readonly drainingAt: number;
}

export interface InstanceReader {
  get(id: string): Promise<InstanceRecord | undefined>;
  listByService(serviceUid: string): Promise<readonly InstanceRecord[]>;
  listAll(): Promise<readonly InstanceRecord[]>;
  /** Sum of what all rows reserve. */
  reserved(): Promise<{ cpu: number; memory: number }>;
}

export interface InstanceWriter {
  insert(record: InstanceRecord): Promise<void>;
  /** Rejects when there is no such row: a change must not vanish in silence. */
  update(id: string, patch: Partial<Omit<InstanceRecord, 'id' | 'serviceUid'>>): Promise<void>;
  remove(id: string): Promise<void>;
}

// --- events and audit

export interface EventRecord {
  readonly serviceUid: string;
  readonly serviceName: string;
  /** '' = the service itself. */
  readonly instanceName: string;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase word. */
  readonly reason: string;
  readonly message: string;
  readonly versionId: number;
  readonly availableInstance: number;
  readonly unavailableInstance: number;
  readonly time: number;
}

export interface EventQuery {
  readonly serviceUid: string;
  readonly instanceName?: string;
  readonly type?: 'Normal' | 'Warning';
  readonly from?: number;
  readonly to?: number;
  readonly offset: number;
  readonly limit: number;
}

export interface EventReader {
  /** Newest first. */
  list(query: EventQuery): Promise<Page<EventRecord>>;
}

export interface EventWriter {
  /** Keeps the newest events of a service up to a cap. */
  append(event: EventRecord): Promise<void>;
}

/** A change whose traffic is being counted; the numbers themselves are not kept here. */
export interface ReceiptRecord {
  readonly id: string;
  readonly serviceUid: string;
  /** What was asked: `modify`, `scale`, `version`, `restart`, `release`. */
  readonly change: string;
  /** The generation that fulfils it; 0 = it needs none, it holds with the routes. */
  readonly generation: number;
  readonly openedAt: number;
}

export interface ReceiptReader {
  /** The open one of a service. */
  of(serviceUid: string): Promise<ReceiptRecord | undefined>;
  list(): Promise<readonly ReceiptRecord[]>;
}

export interface ReceiptWriter {
  /** At most one is open for a service: a newer one takes its place. */
  put(record: ReceiptRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Rollout control of one service (contract 7.6.2): what users want of its updates, and how far batches are. */
export interface RolloutRecord {
  readonly serviceUid: string;
  /** Instances that stay on what they run; 0 = none. */
  readonly partition: number;
  /** Instances a batch; 0 = no batches. */
  readonly batchSize: number;
  readonly intervalMs: number;
  readonly paused: boolean;
  /** What is being rolled out under it; '' = nothing yet. */
  readonly target: string;
  /** Batches: instances that may run the target by now. */
  readonly allowed: number;
  /** When the next batch begins; 0 = not by time. */
  readonly nextBatchAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface RolloutReader {
  get(serviceUid: string): Promise<RolloutRecord | undefined>;
}

export interface RolloutWriter {
  /** Takes the place of the one there is. */
  put(record: RolloutRecord): Promise<void>;
  remove(serviceUid: string): Promise<void>;
}

// --- service groups

/** Services that share an address besides their own (contract 7.6.6). */
export interface ServiceGroupRecord {
  /** Also the name of its address; no service bears it. */
  readonly name: string;
  readonly accountUid: string;
  readonly callerUid: string;
  readonly workspaceId: string;
  /** Opens the group's address and those of its services. */
  readonly token: string;
  /** How its traffic is split: by the number of ready instances, or by the services' weights. */
  readonly trafficMode: 'auto' | 'customized';
  readonly labels: Readonly<Record<string, string>>;
  /** Made by CreateGroup: it outlives its last service. */
  readonly kept: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ServiceGroupQuery {
  readonly accountUid?: string;
  /** Fuzzy match on the name. */
  readonly filter?: string;
  readonly trafficMode?: ServiceGroupRecord['trafficMode'];
  readonly workspaceId?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly sort?: 'CreateTime' | 'UpdateTime' | 'Name';
  readonly order?: 'asc' | 'desc';
  readonly offset?: number;
  readonly limit?: number;
}

export interface ServiceGroupReader {
  get(name: string): Promise<ServiceGroupRecord | undefined>;
  list(query?: ServiceGroupQuery): Promise<Page<ServiceGroupRecord>>;
}

/** Listeners hear the uids of the group's services. */
export interface ServiceGroupWriter {
  insert(record: ServiceGroupRecord): Promise<void>;
  update(name: string, patch: Partial<Omit<ServiceGroupRecord, 'name'>>): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface AuditRecord {
  readonly time: number;
  readonly requestId: string;
  readonly accountUid: string;
  readonly accessKeyId: string;
  readonly action: string;
  /** `service/demo`. */
  readonly resource: string;
  readonly sourceAddress: string;
  /** `Success` or the error code. */
  readonly outcome: string;
  /** JSON text of the parameters, secrets removed. */
  readonly detail: string;
}

export interface AuditReader {
  /** Newest first. */
  list(query: {
    accountUid?: string;
    resource?: string;
    offset: number;
    limit: number;
  }): Promise<Page<AuditRecord>>;
}

export interface AuditWriter {
  append(record: AuditRecord): Promise<void>;
}

// --- accounts

export interface AccountRecord {
  /** 16 digits, as Alibaba Cloud uids. */
  readonly uid: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface AccessKeyRecord {
  readonly id: string;
  /** Kept as text: verifying an HMAC needs it. The database file is 0600. */
  readonly secret: string;
  readonly accountUid: string;
  readonly active: boolean;
  readonly createdAt: number;
}

export interface AccountReader {
  get(uid: string): Promise<AccountRecord | undefined>;
  list(): Promise<readonly AccountRecord[]>;
  accessKey(id: string): Promise<AccessKeyRecord | undefined>;
  accessKeysOf(accountUid: string): Promise<readonly AccessKeyRecord[]>;
}

export interface AccountWriter {
  insert(record: AccountRecord): Promise<void>;
  insertAccessKey(record: AccessKeyRecord): Promise<void>;
}

export interface NonceWriter {
  /** False when the nonce was seen before and has not expired: the request is a replay. */
  remember(nonce: string, expiresAt: number, now: number): Promise<boolean>;
}
