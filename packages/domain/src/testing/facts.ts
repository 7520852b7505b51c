import { DEFAULT_PLAN_SETTINGS } from '../plan/settings.js';
import type { InstanceFacts, ServiceView } from '../plan/view.js';

export const NOW = 10_000_000;
export const SETTINGS = DEFAULT_PLAN_SETTINGS;

/** A ready instance of version 1 that has long proven itself, with what a test changes. */
export function instance(id: string, change: Partial<InstanceFacts> = {}): InstanceFacts {
  return {
    id,
    name: `demo-${id}`,
    version: 1,
    revision: 1,
    attempt: 1,
    desired: 'Running',
    cpu: 1,
    memory: 0,
    phase: 'Ready',
    host: '127.0.0.1',
    port: 4000,
    restartCount: 0,
    failures: 0,
    nextStartAt: 0,
    reason: '',
    message: '',
    isolated: false,
    detached: false,
    wish: 'none',
    createdAt: NOW - 600_000,
    startedAt: NOW - 600_000,
    readyAt: NOW - 500_000,
    drainingAt: 0,
    seen: {
      kind: 'running',
      since: NOW - 500_000,
      phase: 'Ready',
      host: '127.0.0.1',
      port: 4000,
      message: '',
      failure: null,
    },
    ...change,
  };
}

/** A running service of version 1 on a machine of 8 cores. */
export function view(
  instances: readonly InstanceFacts[],
  change: Partial<ServiceView['service']> = {},
  rest: Partial<Omit<ServiceView, 'service' | 'instances'>> = {},
): ServiceView {
  return {
    service: {
      uid: 'u',
      state: 'Running',
      reason: 'Running',
      message: 'Service start successfully',
      desired: 'Running',
      generation: 3,
      observedGeneration: 3,
      currentVersion: 1,
      instanceCount: instances.length,
      restartedAt: 0,
      instancesToDelete: [],
      ...change,
    },
    versions: [{ version: 1, revision: 1, resources: { cpu: 1, memory: 0 }, packages: { kind: 'ready' } }],
    instances,
    machine: {
      capacity: { cpu: 8, memory: 8_000 },
      reserved: { cpu: instances.reduce((sum, each) => sum + each.cpu, 0), memory: 0 },
    },
    strategy: {
      rolling: { maxSurge: { count: 1 }, maxUnavailable: { count: 0 } },
      graceMs: 30_000,
      paused: false,
      keepOld: 0,
    },
    ...rest,
  };
}
