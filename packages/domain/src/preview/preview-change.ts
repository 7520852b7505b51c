import { isServing } from '../plan/instance-groups.js';
import type { PlanSettings } from '../plan/settings.js';
import type { ServiceView } from '../plan/view.js';
import type { RolloutState } from '../rollout/control-rollout.js';
import { PreviewWorld } from './preview-world.js';

/** What an accepted change would do, step by step. */
export interface ChangePreview {
  readonly steps: readonly PreviewStep[];
  /** Instances wanted afterwards. */
  readonly wanted: number;
  readonly servingBefore: number;
  /** The least at any moment on the way. */
  readonly lowestServing: number;
  readonly servingAfter: number;
  /** On the way fewer serve than before and than wanted: requests meet less capacity, or none. */
  readonly capacityDrops: boolean;
  /** Why it does not come to an end, with the numbers; '' = it does. */
  readonly problem: string;
}

export interface PreviewStep {
  readonly action: 'fetch' | 'start' | 'ready' | 'drain' | 'stop';
  /** Its name, `new 1` for the first one to be made; '' for what concerns the whole version. */
  readonly instance: string;
  readonly version: number;
  /** Why it has to go, as events will say it. */
  readonly reason: string;
  /** Instances that take requests after this step. */
  readonly serving: number;
}

/** More passes than any service of 1000 instances needs. */
const MAX_PASSES = 100_000;

/**
 * Plays a change to its end with the planner that will carry it out, on values alone. It supposes that packages
 * can be fetched, that instances become ready, and that nothing else happens meanwhile. `after` is the view as
 * it would be right after the change was accepted; `rollout` the control of the service's updates, if there is one.
 */
export function previewChange(
  after: ServiceView,
  settings: PlanSettings,
  now: number,
  rollout?: RolloutState,
): ChangePreview {
  const world = new PreviewWorld(after, rollout, settings, now);
  const servingBefore = after.instances.filter(isServing).length;
  let passes = 0;
  while (passes < MAX_PASSES && world.pass()) passes++;
  const lowestServing = Math.min(servingBefore, ...world.steps.map(({ serving }) => serving));
  const wanted = after.service.desired === 'Running' ? after.service.instanceCount : 0;
  return {
    steps: world.steps,
    wanted,
    servingBefore,
    lowestServing,
    servingAfter: world.serving,
    capacityDrops: lowestServing < Math.min(servingBefore, wanted),
    problem: world.problem,
  };
}
