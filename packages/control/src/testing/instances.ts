import type { InstanceRecord } from '@openeas/store';
import type { ControlHarness } from './control-harness.js';

/** Adds an instance row to a service, as the reconciler would. */
export async function addInstance(
  harness: ControlHarness,
  id: string,
  changes: Partial<InstanceRecord> = {},
  name = 'demo',
): Promise<void> {
  const service = await harness.service(name);
  await harness.store.transaction((tx) =>
    tx.instances.insert({
      id,
      serviceUid: service.uid,
      name: `${name}-${id}`,
      version: service.currentVersion,
      revision: 1,
      attempt: 1,
      secret: 'instance-secret',
      gatewayKey: `gateway-key-${id}`,
      desired: 'Running',
      cpu: 1,
      memory: 256,
      phase: 'Ready',
      host: '127.0.0.1',
      port: 41_000,
      restartCount: 0,
      failures: 0,
      nextStartAt: 0,
      reason: 'Ready',
      message: 'Serves',
      isolated: false,
      detached: false,
      wish: 'none',
      createdAt: 1_700_000_000_000,
      startedAt: 1_700_000_001_000,
      readyAt: 1_700_000_002_000,
      drainingAt: 0,
      ...changes,
    }),
  );
}
