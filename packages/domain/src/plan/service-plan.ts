import type { ServiceState } from '@openeas/contracts';

/** What to do now, in order, and when to look again without being told. */
export interface ServicePlan {
  readonly actions: readonly ServiceAction[];
  /** Milliseconds until something falls due by time alone; undefined = wait for a change. */
  readonly requeueAfterMs: number | undefined;
}

export type ServiceAction =
  /** Fetch the packages of a version, in the background. */
  | { readonly kind: 'ensurePackages'; readonly version: number }
  | { readonly kind: 'createInstance'; readonly version: number; readonly revision: number }
  /** Start this attempt: the recorded one when it was never begun, the next one after a failure. */
  | { readonly kind: 'startInstance'; readonly instanceId: string; readonly attempt: number }
  /** Take it out of the routes; the stop follows when gateways know. */
  | { readonly kind: 'drainInstance'; readonly instanceId: string; readonly reason: DrainReason }
  | { readonly kind: 'stopInstance'; readonly instanceId: string; readonly graceMs: number }
  | { readonly kind: 'killInstance'; readonly instanceId: string; readonly reason: string }
  | { readonly kind: 'removeInstance'; readonly instanceId: string }
  | {
      readonly kind: 'setState';
      readonly to: ServiceState;
      readonly reason: string;
      readonly message: string;
    }
  | { readonly kind: 'markObserved'; readonly generation: number }
  | { readonly kind: 'removeService' };

/** Why an instance has to go, as events show it. */
export type DrainReason =
  | 'Replaced'
  | 'ScaledIn'
  | 'ServiceStopped'
  | 'ServiceDeleted'
  | 'DeletedByUser'
  /** It stays wanted: its process ends and starts again. */
  | 'RestartedInPlace'
  | 'DetachedEnded';

/** Collects actions and the earliest time at which the plan has to be made again. */
export class PlanBuilder {
  readonly now: number;
  readonly #actions: ServiceAction[] = [];
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(now: number) {
    this.now = now;
  }

  add(action: ServiceAction): void {
    this.#actions.push(action);
  }

  /** Looks again at `time`; a time that has passed means at once. */
  wakeAt(time: number): void {
    this.#wakeAt = Math.min(this.#wakeAt, time);
  }

  build(): ServicePlan {
    const requeueAfterMs = Number.isFinite(this.#wakeAt) ? Math.max(0, this.#wakeAt - this.now) : undefined;
    return { actions: this.#actions, requeueAfterMs };
  }
}
