import {
  exportServiceConfig,
  OpenEasError,
  parseServiceDescription,
  type ServiceConfig,
  type ServiceVersionView,
} from '@openeas/contracts';
import { withInstanceCount, withServiceGroup } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction, VersionRecord } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { pageRequest } from '../api/page.js';
import { rfc3339 } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
import { openReceipt } from '../receipts/open-receipt.js';
import { endRolloutOnAbort } from '../rollout/rollout-actions.js';
import { want } from './change-state.js';
import { findService, findServiceFor } from './find-service.js';

export async function listServiceVersions(call: ActionCall, context: ControlContext): Promise<Answer> {
  const service = await findService(call, context, context.store.read.services);
  const page = pageRequest(call.query, 'PageNumber', 100, 1000);
  const { instances, versions } = context.store.read;
  const ready = (await instances.listByService(service.uid)).filter(
    ({ phase, desired }) => phase === 'Ready' && desired === 'Running',
  );
  const runs = new Set(ready.map(({ version }) => version));
  const { rows, total } = await versions.list(service.uid, {
    offset: page.offset,
    limit: page.size,
  });
  return {
    PageNumber: page.number,
    PageSize: page.size,
    TotalCount: total,
    Versions: rows.map((version) => versionView(version, runs.has(version.version))),
  };
}

/** `runs`: an instance of it is ready, also one of before during an update. */
function versionView(version: VersionRecord, runs: boolean): ServiceVersionView {
  return {
    BuildTime: rfc3339(version.createdAt),
    // The packages take the place of an image here; `unknown` until they were fetched once.
    ImageAvailable: version.modelDigest !== null || version.processorDigest !== null ? 'true' : 'unknown',
    ImageId: version.version,
    Message: version.message,
    ServiceConfig: JSON.stringify(exportServiceConfig(JSON.parse(version.config) as ServiceConfig)),
    ServiceRunnable: runs ? 'true' : 'unknown',
  };
}

/** Goes to any kept version. The number of instances, the service group and the token stay: they belong to the service's callers. */
export async function updateServiceVersion(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('switchVersion', call, context, tx.services);
  const wanted = call.body.integer('Version', { min: 1, max: Number.MAX_SAFE_INTEGER });
  const version = await tx.versions.get(service.uid, wanted);
  if (version === undefined) {
    const kept = (await tx.versions.list(service.uid)).rows.map((row) => row.version);
    throw new OpenEasError('VersionNotFound', {
      name: service.name,
      version: wanted,
      versions: kept.join(', '),
    });
  }
  let receipt = {};
  if (wanted !== service.currentVersion) {
    await endRolloutOnAbort(call, tx, service, wanted);
    const config = adopted(JSON.parse(version.config) as ServiceConfig, service);
    // A processor may have left the installation since: better refused now than Failed later.
    parseServiceDescription(config, { processors: context.processors, region: context.region });
    await tx.versions.update(service.uid, wanted, { config: JSON.stringify(config) });
    const message = `Version ${wanted} is being rolled out in place of version ${service.currentVersion}`;
    await want(tx, service, 'switchVersion', { currentVersion: wanted }, message, call.now);
    receipt = await openReceipt(call, tx, service, 'version');
  }
  return { Message: `Service [${service.name}] in region [${context.region}] is starting`, ...receipt };
}

function adopted(config: ServiceConfig, service: ServiceRecord): ServiceConfig {
  const scaled = withInstanceCount(config, service.instanceCount);
  const state = service.released ? 'grouping' : 'standalone';
  const placed = withServiceGroup(scaled, service.serviceGroup, state);
  return placed.token === undefined ? placed : { ...placed, token: service.token };
}
