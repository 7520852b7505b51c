import { OpenEasError } from '@openeas/contracts';
import type { ServiceGroupReader, ServiceGroupRecord } from '@openeas/store';
import type { ActionCall } from '../api/action.js';
import type { ControlContext } from '../control-context.js';

/** The service group of the path. Another account's is as if it were not there. Fails with GroupNotFound. */
export async function findGroup(
  call: ActionCall,
  context: Pick<ControlContext, 'region'>,
  groups: ServiceGroupReader,
): Promise<ServiceGroupRecord> {
  const name = call.path.GroupName ?? '';
  const group = await groups.get(name);
  if (group === undefined || group.accountUid !== call.caller.accountUid) {
    throw new OpenEasError('GroupNotFound', { name, region: context.region });
  }
  return group;
}
