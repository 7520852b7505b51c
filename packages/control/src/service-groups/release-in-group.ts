import { OpenEasError, type ServiceConfig, type TrafficState } from '@openeas/contracts';
import { withServiceGroup } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import type { ControlContext } from '../control-context.js';
import { openReceipt } from '../receipts/open-receipt.js';
import { currentVersion } from '../services/find-service.js';
import { tellService } from '../services/service-event.js';

const STATES: readonly TrafficState[] = ['standalone', 'grouping'];
/** ReleaseService.Weight that changes none (contract 7.8: -1 to 1000). */
const AS_IT_IS = -1;

/**
 * ReleaseService of a service in a service group (contract 7.6.2): whether it takes part in the group's traffic,
 * and with which weight. Its own address stays open either way.
 */
export async function releaseInGroup(
  service: ServiceRecord,
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const { serviceGroup: group, name } = service;
  if (call.body.value('TrafficState') === undefined && call.body.value('Weight') === undefined) {
    const expected = 'TrafficState, Weight or both';
    throw new OpenEasError('MissingParameter', { field: 'TrafficState', expected });
  }
  const state =
    call.body.value('TrafficState') === undefined ? 'grouping' : call.body.choice('TrafficState', STATES);
  const given =
    call.body.value('Weight') === undefined
      ? AS_IT_IS
      : call.body.integer('Weight', { min: AS_IT_IS, max: 1000 });
  const { trafficMode } = (await tx.serviceGroups.get(group)) ?? { trafficMode: 'auto' };
  if (given !== AS_IT_IS && trafficMode === 'auto') {
    const reason = `its group [${group}] splits by the number of instances (TrafficMode auto), where weights count for nothing. \`eascmd group modify ${group} --mode customized\` makes them count.`;
    throw new OpenEasError('ReleaseRefused', { name, reason });
  }
  const weight = given === AS_IT_IS ? service.weight : given;
  const released = state === 'grouping';
  if (released !== service.released || weight !== service.weight) {
    await tx.services.update(service.uid, { released, weight, updatedAt: call.now });
    await keepInStep(service, state, tx);
    await tellService(tx, service, {
      reason: released ? 'TrafficReleased' : 'TrafficStandalone',
      message: released
        ? `The service takes part in the traffic of group [${group}]${trafficMode === 'customized' ? ` with weight ${weight}` : ''}`
        : `The service takes no part in the traffic of group [${group}] any more; its own address goes on`,
      now: call.now,
    });
  }
  return {
    Message: `Releasing service [${name}] in region [${context.region}] with weight [${weight}], service status: [${service.state}]`,
    ...(await openReceipt(call, tx, service, 'release', 0)),
  };
}

/** The description says the same as the row, so that a later merge starts from what is there. */
async function keepInStep(service: ServiceRecord, state: TrafficState, tx: StoreTransaction): Promise<void> {
  const { version, config } = await currentVersion(tx.versions, service);
  const changed = withServiceGroup(JSON.parse(config) as ServiceConfig, service.serviceGroup, state);
  await tx.versions.update(service.uid, version, { config: JSON.stringify(changed) });
}
