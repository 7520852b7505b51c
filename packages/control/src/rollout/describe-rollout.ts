import { OpenEasError } from '@openeas/contracts';
import { type InstanceFacts, reportRollout } from '@openeas/domain';
import type { ActionCall, Answer } from '../api/action.js';
import { rfc3339 } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
import { currentVersion, findService } from '../services/find-service.js';
import { formatInterval } from './interval.js';

/** Contract 7.6.2. A revision is shown as `version.revision`. */
export async function describeServiceRollout(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services, versions, instances, rollouts } = context.store.read;
  const service = await findService(call, context, services);
  const rollout = await rollouts.get(service.uid);
  if (rollout === undefined) throw new OpenEasError('RolloutNotFound', { name: service.name });
  const { version, revision } = await currentVersion(versions, service);
  const rows = await instances.listByService(service.uid);
  const report = reportRollout(rollout, {
    service,
    versions: [{ version, revision, resources: { cpu: 0, memory: 0 }, packages: { kind: 'missing' } }],
    // What runs is told from the rows alone.
    instances: rows.map((row) => ({ ...row, seen: { kind: 'unknown' } }) as InstanceFacts),
  });
  const { batchSize, intervalMs, partition } = rollout;
  const shown = (each: typeof report.current): string => `${each.version}.${each.revision}`;
  return {
    Rollout: {
      Status: {
        CurrentRevision: shown(report.current),
        NextBatchStartTime: rfc3339(report.nextBatchAt ?? 0),
        Phase: report.phase,
        TotalReplicas: report.total,
        UpdateRevision: shown(report.update),
        UpdatedReplicas: report.updated,
      },
      Strategy:
        batchSize > 0
          ? { Batch: { BatchSize: String(batchSize), Interval: formatInterval(intervalMs) } }
          : { Partition: { Partition: String(partition) } },
    },
  };
}
