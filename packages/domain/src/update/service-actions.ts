import { type DesiredState, SERVICE_STATES, type ServiceState } from '@openeas/contracts';

/** What can be asked of a service that exists. */
export type ServiceChange =
  | 'start'
  | 'stop'
  | 'restart'
  | 'scale'
  | 'update'
  | 'switchVersion'
  | 'release'
  | 'mirror'
  | 'relabel'
  | 'lock'
  | 'delete';

const ALIVE: readonly ServiceState[] = [
  'Creating',
  'Waiting',
  'Running',
  'Scaling',
  'Updating',
  'Starting',
  'Failed',
];
/** A stopped service is changed too: the change holds when it is started. */
const EXISTING: readonly ServiceState[] = [...ALIVE, 'Stopping', 'Stopped'];

/** In which states each change is taken. Asking again for what is under way is no conflict: answers get lost. */
const ALLOWED: Readonly<Record<ServiceChange, readonly ServiceState[]>> = {
  start: ['Stopped', 'Stopping', 'Starting', 'Failed'],
  stop: [...ALIVE, 'Stopping'],
  restart: ALIVE,
  scale: EXISTING,
  update: EXISTING,
  switchVersion: EXISTING,
  release: EXISTING,
  mirror: EXISTING,
  relabel: EXISTING,
  lock: EXISTING,
  delete: SERVICE_STATES,
};

export type SafetyLock = 'none' | 'dangerous' | 'all';
export const SAFETY_LOCKS: readonly SafetyLock[] = ['none', 'dangerous', 'all'];

const DANGEROUS: ReadonlySet<ServiceChange> = new Set(['delete', 'stop']);

export type ChangeVerdict =
  /** `state` is what the service counts as, see `effectiveState`. */
  | { readonly kind: 'allowed'; readonly state: ServiceState }
  | { readonly kind: 'locked'; readonly lock: SafetyLock }
  | { readonly kind: 'conflict'; readonly state: ServiceState; readonly allowed: readonly ServiceState[] };

interface JudgedService {
  readonly state: ServiceState;
  readonly desired: DesiredState;
  readonly safetyLock: SafetyLock;
}

/**
 * The state is what was last observed; what was last asked for weighs more. A service that is to be deleted
 * counts as Deleting even while its row still says Running, or a late word would let a stop undo the deletion.
 */
export function effectiveState({ state, desired }: Pick<JudgedService, 'state' | 'desired'>): ServiceState {
  switch (desired) {
    case 'Deleted':
      return state === 'DeleteFailed' ? state : 'Deleting';
    case 'Stopped':
      return state === 'Stopped' ? state : 'Stopping';
    case 'Running':
      return AT_REST.has(state) ? 'Starting' : state;
  }
}

const AT_REST: ReadonlySet<ServiceState> = new Set(['Stopping', 'Stopped', 'Deleting', 'DeleteFailed']);

/** Contract 7.8: the lock `all` refuses every change but that of the lock, `dangerous` refuses delete and stop. */
export function judgeChange(change: ServiceChange, service: JudgedService): ChangeVerdict {
  const { safetyLock: lock } = service;
  if (change !== 'lock' && (lock === 'all' || (lock === 'dangerous' && DANGEROUS.has(change)))) {
    return { kind: 'locked', lock };
  }
  const state = effectiveState(service);
  const allowed = ALLOWED[change];
  return allowed.includes(state) ? { kind: 'allowed', state } : { kind: 'conflict', state, allowed };
}

/** The state that a change leads to at once; what follows is the reconciler's to say. */
export function stateAfter(
  change: Exclude<ServiceChange, 'release' | 'mirror' | 'relabel' | 'lock'>,
  service: { readonly state: ServiceState; readonly desired: DesiredState },
): ServiceState {
  switch (change) {
    case 'start':
      return 'Starting';
    case 'stop':
      return 'Stopping';
    case 'delete':
      return 'Deleting';
    case 'scale':
      return onItsWay(service) ?? 'Scaling';
    case 'restart':
    case 'update':
    case 'switchVersion':
      return onItsWay(service) ?? 'Updating';
  }
}

/** A service that is not there yet is no less so after a change, and a stopped one stays stopped. */
function onItsWay(service: {
  readonly state: ServiceState;
  readonly desired: DesiredState;
}): ServiceState | undefined {
  if (service.desired !== 'Running') return service.state;
  return service.state === 'Creating' || service.state === 'Starting' ? service.state : undefined;
}
