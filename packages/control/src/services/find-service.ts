import { OpenEasError } from '@openeas/contracts';
import { judgeChange, type ServiceChange } from '@openeas/domain';
import type { ServiceReader, ServiceRecord, VersionReader, VersionRecord } from '@openeas/store';
import type { ActionCall } from '../api/action.js';
import type { ControlContext } from '../control-context.js';

/** Fails with RegionNotFound when the path names another region. */
export function checkRegion(call: ActionCall, context: ControlContext): void {
  const { ClusterId } = call.path;
  if (ClusterId !== undefined && ClusterId !== context.region) {
    throw new OpenEasError('RegionNotFound', { region: ClusterId, here: context.region });
  }
}

/** The service of the path. Another account's is as if it were not there. Fails with ServiceNotFound. */
export async function findService(
  call: ActionCall,
  context: ControlContext,
  services: ServiceReader,
): Promise<ServiceRecord> {
  const name = call.path.ServiceName ?? '';
  const service = await serviceNamed(name, services);
  if (service === undefined || service.accountUid !== call.caller.accountUid) {
    throw new OpenEasError('ServiceNotFound', { name, region: context.region });
  }
  return service;
}

/** By its name, or by `{group}.{service}`; names have no dot. */
export async function serviceNamed(
  name: string,
  services: ServiceReader,
): Promise<ServiceRecord | undefined> {
  const dot = name.indexOf('.');
  const service = await services.getByName(name.slice(dot + 1));
  return dot < 0 || service?.serviceGroup === name.slice(0, dot) ? service : undefined;
}

/**
 * The service of the path, which may be changed so, in the state it counts as (domain: effectiveState).
 * Fails also with ServiceLocked or ServiceStateConflict.
 */
export async function findServiceFor(
  change: ServiceChange,
  call: ActionCall,
  context: ControlContext,
  services: ServiceReader,
): Promise<ServiceRecord> {
  const service = await findService(call, context, services);
  const verdict = judgeChange(change, service);
  const { name } = service;
  switch (verdict.kind) {
    case 'allowed':
      return { ...service, state: verdict.state };
    case 'locked':
      throw new OpenEasError('ServiceLocked', { name, lock: verdict.lock, action: call.action });
    case 'conflict':
      throw new OpenEasError('ServiceStateConflict', {
        name,
        state: verdict.state,
        action: call.action,
        allowed: verdict.allowed.join(', '),
      });
  }
}

export async function currentVersion(
  versions: VersionReader,
  service: ServiceRecord,
): Promise<VersionRecord> {
  const version = await versions.get(service.uid, service.currentVersion);
  if (version === undefined) {
    throw new Error(`service ${service.uid} has no row of its current version ${service.currentVersion}`);
  }
  return version;
}
