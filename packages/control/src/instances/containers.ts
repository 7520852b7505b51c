import type { ActionCall, Answer } from '../api/action.js';
import { rfc3339 } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
import { findService } from '../services/find-service.js';
import { findInstances } from './find-instance.js';
import { lastRun } from './last-run.js';

/** The name under which the one process of an instance is known to clients that think in containers. */
export const CONTAINER = 'worker0';

/** One process an instance: shown as its only container. */
export async function listServiceContainers(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services, instances, versions, events } = context.store.read;
  const service = await findService(call, context, services);
  const [instance] = await findInstances(service, [call.path.InstanceName ?? ''], instances);
  if (instance === undefined) return { ServiceName: service.name, Containers: [] };
  const { phase, reason, restartCount } = instance;
  const ready = phase === 'Ready';
  const ended = await lastRun(instance, events);
  const version = await versions.get(service.uid, instance.version);
  return {
    ServiceName: service.name,
    Containers: [
      {
        // Spelled so by the contract (7.8).
        CurrentReaon: ready ? '' : reason,
        CurrentStatus: ready ? 'Running' : phase === 'Failed' ? 'Terminated' : 'Waiting',
        CurrentTimestamp: rfc3339(instance.startedAt),
        Image: version?.image ?? '',
        LastReason: ended?.reason ?? '',
        LastStatus: restartCount === 0 ? '' : 'Terminated',
        LastTimestamp: ended === undefined ? '' : rfc3339(ended.time),
        Name: CONTAINER,
        Port: instance.port,
        Ready: ready,
        RestartCount: restartCount,
      },
    ],
  };
}
