export {
  describeShortages,
  type Machine,
  type Reservation,
  type Resources,
  reserve,
  type Shortage,
} from './placement/reserve.js';
export { isProven, isServing } from './plan/instance-groups.js';
export {
  type InstanceChange,
  type InstanceEvent,
  type InstancePatch,
  observeInstance,
  READY_MESSAGE,
} from './plan/observe-instance.js';
export { planService } from './plan/plan-service.js';
export { type RolloutCounts, rolloutCounts } from './plan/rollout-counts.js';
export type { DrainReason, ServiceAction, ServicePlan } from './plan/service-plan.js';
export { DEFAULT_PLAN_SETTINGS, type PlanSettings } from './plan/settings.js';
export type {
  InstanceFacts,
  InstanceWish,
  PackageState,
  Seen,
  ServiceFacts,
  ServiceView,
  UpdateStrategy,
  VersionFacts,
} from './plan/view.js';
export { type ChangePreview, type PreviewStep, previewChange } from './preview/preview-change.js';
export {
  controlRollout,
  type RolloutDecision,
  type RolloutProgress,
  type RolloutState,
} from './rollout/control-rollout.js';
export { type RolloutReport, reportRollout } from './rollout/report-rollout.js';
export { blueGreenRoutes, groupMember, type RoutedMember } from './routes/blue-green-routes.js';
export {
  backendOf,
  type RoutedInstance,
  type RoutedService,
  type RouteLimits,
  routeOf,
  takesRequests,
} from './routes/route-of.js';
export { fullName, groupUid, type RoutedGroup, serviceGroupRoutes } from './routes/service-group-routes.js';
export { entrySplit, shownSplit } from './traffic/entry-split.js';
export { type GroupMember, type MemberChange, participants } from './traffic/group-member.js';
export { planDeparture, planRelease, planStandalone, type ReleasePlan } from './traffic/plan-release.js';
export { shownGroupSplit, type TrafficMode } from './traffic/service-group-split.js';
export {
  namesSubject,
  planUpdate,
  type UpdateMode,
  type UpdatePlan,
  withInstanceCount,
  withServiceGroup,
} from './update/plan-update.js';
export {
  type ChangeVerdict,
  effectiveState,
  judgeChange,
  SAFETY_LOCKS,
  type SafetyLock,
  type ServiceChange,
  stateAfter,
} from './update/service-actions.js';
export {
  DEFAULT_VERSION_RETENTION,
  type KeptVersion,
  type VersionRetention,
  versionsToRemove,
} from './update/version-retention.js';
