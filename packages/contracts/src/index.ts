export {
  type ActionName,
  type ActionSpec,
  API_ACTIONS,
  API_VERSION,
  type ParameterKind,
} from './api-actions.js';
export type {
  ChangePlanView,
  ChangeStepView,
  EventView,
  GroupView,
  InstanceView,
  LabelView,
  ServiceVersionView,
  ServiceView,
} from './api-resources.js';
export type { JsonObject, JsonValue } from './description/json.js';
export { SERVICE_KEY_TABLE } from './description/key-index.js';
export type { KeySpec, KeyType, Support } from './description/key-spec.js';
export { KNOWN_PROCESSORS } from './description/known-processors.js';
export { applyOverrides, parseOverrides } from './description/overrides.js';
export { type ParsedService, parseServiceDescription } from './description/parse.js';
export { problemsOf, type ServiceProblem } from './description/problems.js';
export type { Offer } from './description/rules.js';
export {
  exportServiceConfig,
  mergeServiceConfig,
  normaliseServiceConfig,
  type ServiceConfig,
} from './description/service-config.js';
export { ERROR_CATALOGUE, type ErrorCode, type ErrorSpec, type Fault } from './error-catalogue.js';
export { type ErrorBody, type ErrorFacts, errorBody, OpenEasError, toOpenEasError } from './errors.js';
export { type HomeLayout, homeLayout } from './home-layout.js';
export {
  claimFile,
  INSTANCE_FILES,
  INSTANCE_PHASES,
  type InstanceConfig,
  type InstanceFailure,
  type InstancePhase,
  type InstanceStatus,
} from './instance.js';
export type {
  ApiGatewayAccess,
  Backend,
  Endpoint,
  KeyPair,
  Mirror,
  Route,
  RoutingDelta,
  RoutingSnapshot,
  RoutingUpdate,
} from './routing.js';
export type {
  BuiltinProcessorRef,
  CountOrShare,
  CustomProcessorRef,
  GatewayPolicy,
  ModelRef,
  ResourceRequest,
  RollingStrategy,
  RpcSettings,
  ServiceDescription,
  TrafficState,
} from './service-description.js';
export { type DesiredState, SERVICE_STATES, type ServiceState } from './service-state.js';
export {
  RECEIPT_HEADER,
  TRAFFIC_FIELDS,
  type TrafficCounterReport,
  type TrafficCounts,
  type TrafficReceipt,
  type TrafficReport,
  trafficOpenEnds,
} from './traffic.js';
