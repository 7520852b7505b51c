import type {
  EventRecord,
  InstanceRecord,
  ServiceGroupRecord,
  ServiceRecord,
  VersionRecord,
} from '../port.js';

/** Complete records for tests; say what matters, the rest is plausible. */
export function serviceOf(uid: string, changes: Partial<ServiceRecord> = {}): ServiceRecord {
  return {
    uid,
    name: `name-${uid}`,
    accountUid: '1000000000000001',
    callerUid: '1000000000000001',
    workspaceId: '',
    state: 'Creating',
    message: '',
    reason: 'Creating',
    desired: 'Running',
    generation: 1,
    observedGeneration: 0,
    currentVersion: 1,
    latestVersion: 1,
    instanceCount: 1,
    token: 'secret-token',
    labels: {},
    safetyLock: 'none',
    weight: 100,
    entry: '',
    released: false,
    entryToken: null,
    goneTokens: [],
    serviceGroup: '',
    mirror: null,
    restartedAt: 0,
    instancesToDelete: [],
    createdAt: 1000,
    updatedAt: 1000,
    ...changes,
  };
}

export function serviceGroupOf(name: string, changes: Partial<ServiceGroupRecord> = {}): ServiceGroupRecord {
  return {
    name,
    accountUid: '1000000000000001',
    callerUid: '1000000000000001',
    workspaceId: '',
    token: 'group-token',
    trafficMode: 'auto',
    labels: {},
    kept: false,
    createdAt: 1000,
    updatedAt: 1000,
    ...changes,
  };
}

export function versionOf(
  serviceUid: string,
  version: number,
  changes: Partial<VersionRecord> = {},
): VersionRecord {
  return {
    serviceUid,
    version,
    revision: 1,
    config: '{"name":"demo"}',
    image: '',
    modelDigest: null,
    processorDigest: null,
    message: '',
    createdAt: 1000 + version,
    ...changes,
  };
}

export function instanceOf(
  id: string,
  serviceUid: string,
  changes: Partial<InstanceRecord> = {},
): InstanceRecord {
  return {
    id,
    serviceUid,
    name: `instance-${id}`,
    version: 1,
    revision: 1,
    attempt: 1,
    secret: 's',
    gatewayKey: 'g',
    desired: 'Running',
    cpu: 0.5,
    memory: 128,
    phase: 'Ready',
    host: '127.0.0.1',
    port: 40_000,
    restartCount: 0,
    failures: 0,
    nextStartAt: 0,
    reason: '',
    message: '',
    isolated: false,
    detached: false,
    wish: 'none',
    createdAt: 1000,
    startedAt: 1000,
    readyAt: 1000,
    drainingAt: 0,
    ...changes,
  };
}

export function eventOf(serviceUid: string, changes: Partial<EventRecord> = {}): EventRecord {
  return {
    serviceUid,
    serviceName: `name-${serviceUid}`,
    instanceName: '',
    type: 'Normal',
    reason: 'Updating',
    message: 'going on',
    versionId: 1,
    availableInstance: 0,
    unavailableInstance: 1,
    time: 1000,
    ...changes,
  };
}
