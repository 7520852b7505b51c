import { OpenEasError } from '@openeas/contracts';
import { type MemberChange, planRelease, planStandalone } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import type { ControlContext } from '../control-context.js';
import { openReceipt } from '../receipts/open-receipt.js';
import { releaseInGroup } from '../service-groups/release-in-group.js';
import { findServiceFor } from '../services/find-service.js';
import { tellService } from '../services/service-event.js';
import { groupOf } from './blue-green-group.js';

/**
 * ReleaseService (contract 7.6.2): the share of the entry that this service takes. `TrafficState: standalone`
 * takes it out of the split again.
 */
export async function releaseService(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('release', call, context, tx.services);
  if (service.serviceGroup !== '') return releaseInGroup(service, call, context, tx);
  const given = call.body.value('TrafficState') ?? '';
  const state = given === '' ? 'grouping' : call.body.choice('TrafficState', ['standalone', 'grouping']);
  const weight = state === 'standalone' ? standaloneWeight(call) : weightOf(call);
  const group = await groupOf(service, tx);
  const plan =
    state === 'standalone'
      ? planStandalone(group.members, group.entry, service.uid)
      : planRelease(group.members, group.entry, service.uid, weight);
  if (plan.kind === 'refused') {
    throw new OpenEasError('ReleaseRefused', { name: service.name, reason: plan.reason });
  }
  await applyShares(tx, group.rows, group.entry, plan.changes, call);
  // Standalone already: nothing changes, and what it has is no 0.
  const shown = plan.changes.length === 0 ? service.weight : weight;
  return {
    Message: `Releasing service [${service.name}] in region [${context.region}] with weight [${shown}], service status: [${service.state}]`,
    ...(await openReceipt(call, tx, service, 'release', 0)),
  };
}

/** The model text allows -1 to 1000 (contract 7.8), the manual percent; what cannot sum to 100 is refused. */
function weightOf(call: ActionCall): number {
  const weight = call.body.integer('Weight', { min: -1, max: 1000 });
  if (weight >= 0 && weight <= 100) return weight;
  throw invalid(
    'Weight',
    weight,
    'percent from 0 to 100: the share of this service, the others of its group get the rest',
  );
}

function standaloneWeight(call: ActionCall): number {
  const weight = call.body.value('Weight') ?? 0;
  if (weight === 0) return 0;
  throw invalid('Weight', weight, '0 or nothing with TrafficState standalone, which leaves the split');
}

/** Writes shares and tells each service that has another one than before. */
export async function applyShares(
  tx: StoreTransaction,
  rows: readonly ServiceRecord[],
  entry: string,
  changes: readonly MemberChange[],
  call: Pick<ActionCall, 'action' | 'now'>,
): Promise<void> {
  for (const { uid, weight, released } of changes) {
    const row = rows.find((each) => each.uid === uid);
    if (row === undefined || (row.weight === weight && row.released === released)) continue;
    if (call.action === 'ReleaseService' && row.safetyLock === 'all') {
      throw new OpenEasError('ServiceLocked', { name: row.name, lock: 'all', action: call.action });
    }
    await tx.services.update(uid, { weight, released, updatedAt: call.now });
    await tellService(tx, row, {
      reason: released ? 'TrafficReleased' : 'TrafficStandalone',
      message: released
        ? `The service takes ${weight}% of the traffic of [${entry}], ${row.released ? `before ${row.weight}%` : 'it had an address of its own before'}`
        : `The service has left the split of [${entry}] and has its own address again`,
      now: call.now,
    });
  }
}
