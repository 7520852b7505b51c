import { OpenEasError } from '@openeas/contracts';
import type { ActionCall, ChangeAction, ReadAction } from '../api/action.js';
import type { ControlContext } from '../control-context.js';

/**
 * Every action's permission comes from the action table and is asked for here, nowhere else. An account may do
 * everything with its own resources; whose a service is, `findService` sees to, for names of others must not
 * be told apart from names that do not exist. Fails with NoPermission.
 */
export function authorise(
  call: ActionCall,
  { permission, resource }: ReadAction | ChangeAction,
  context: ControlContext,
): void {
  if (mayDo(call.caller.accountUid, permission)) return;
  const named = resource === 'group' ? call.path.GroupName : call.path.ServiceName;
  const name = resource === 'region' ? context.region : (named ?? '*');
  throw new OpenEasError('NoPermission', {
    action: call.action,
    resource: `${resource}/${name}`,
    permission,
  });
}

function mayDo(accountUid: string, permission: string): boolean {
  return accountUid !== '' && permission.startsWith('eas:');
}
