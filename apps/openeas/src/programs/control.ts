import {
  allowListPolicy,
  createArtifactStore,
  createObjectStore,
  type FetchPolicy,
  OPEN_POLICY,
} from '@openeas/artifacts';
import { createControlServer, ensureRootAccount } from '@openeas/control';
import { randomIds, systemClock } from '@openeas/kernel';
import { processorCodes } from '@openeas/processors';
import { createReconciler } from '@openeas/reconciler';
import { openSqliteStore } from '@openeas/store';
import { createRegistry, registerProcessMetrics } from '@openeas/telemetry';
import { saveRootCredentials } from '../credentials.js';
import {
  internalKey,
  prepareHome,
  removeProgramRecord,
  serviceKeySecret,
  writeProgramRecord,
} from '../home.js';
import type { Settings } from '../settings.js';
import { VERSION } from '../version.js';
import { createInstanceDriver } from './instance-driver.js';
import { runProgram } from './program.js';

/** How long a hand-over waits for a gateway that does not say what it knows; a dead one must not block it. */
const ROUTES_APPLIED_MS = 3_000;

/** `openeas control`: API server and reconciler over one store. */
export function control(settings: Settings): Promise<number> {
  return runProgram('control', settings, async (log) => {
    const { layout } = settings;
    const clock = systemClock;
    const ids = randomIds;
    const metrics = createRegistry();
    registerProcessMetrics(metrics);
    prepareHome(layout);
    const store = await openSqliteStore({ path: layout.database, clock });
    const objects = createObjectStore({ root: layout.objects, clock });
    const artifacts = await createArtifactStore({
      root: layout.artifacts,
      objects,
      clock,
      log,
      policy: fetchPolicy(settings),
    });
    saveRootCredentials(layout, settings, await ensureRootAccount(store, ids, clock));
    const driver = createInstanceDriver({ root: layout.instances, clock, log });
    const server = createControlServer({
      store,
      artifacts,
      objects,
      driver,
      clock,
      ids,
      log,
      metrics,
      region: settings.region,
      publicAddress: () => settings.publicUrl,
      internalKey: internalKey(layout),
      serviceKeySecret: serviceKeySecret(layout),
      processors: processorCodes(),
      capacity: settings.capacity,
      maxBodyBytes: settings.maxBodyBytes,
      version: VERSION,
    });
    const reconciler = createReconciler({
      store,
      driver,
      artifacts,
      clock,
      ids,
      log,
      metrics,
      capacity: settings.capacity,
      region: settings.region,
      routesApplied: () => server.routesApplied(ROUTES_APPLIED_MS),
      settings: { startDeadlineMs: settings.startDeadlineMs },
      defaults: { maxBodyBytes: settings.maxBodyBytes, listenHost: settings.instanceHost },
    });
    // The API first: gateways connect meanwhile, and the reconciler's first hand-overs find them there.
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    await reconciler.start();
    writeProgramRecord(layout.controlAddress, address, VERSION);
    log.info(address, 'control serves');
    return {
      async close() {
        removeProgramRecord(layout.controlAddress);
        await server.close();
        await reconciler.close();
        await artifacts.close();
        await store.close();
      },
      destroy() {
        server.destroy();
        reconciler.destroy?.();
      },
    };
  });
}

/** A service must not read the installation's own secrets as its model, wherever else packages may come from. */
function fetchPolicy(settings: Settings): FetchPolicy {
  const policy = settings.allowedHosts === undefined ? OPEN_POLICY : allowListPolicy(settings.allowedHosts);
  return { ...policy, localForbidden: [settings.layout.home] };
}
