export { acs3Authorization, canonicalRequest, type SignableRequest } from './acs3-signature.js';
export { type ActionRequest, actionRequest, type CallParameters, type QueryValue } from './action-request.js';
export { type CallOptions, createEasClient, type EasClient, type EasClientOptions } from './eas-client.js';
export {
  type Endpoint,
  isLoopbackEndpoint,
  type Protocol,
  parseEndpoint,
  regionOfEndpoint,
} from './endpoint.js';
export { CONNECTION_FAILURES, type ConnectionFailure, EasApiError, EasConnectionError } from './errors.js';
export {
  createGroup,
  deleteGroup,
  describeGroup,
  listGroups,
  type TrafficModeWord,
  updateGroup,
} from './group-actions.js';
export { deleteServiceInstances, type InstanceChange, updateServiceInstance } from './instance-actions.js';
export {
  createOssClient,
  type OssBuckets,
  type OssClient,
  type OssClientOptions,
  type OssObjectFacts,
  type PutObject,
} from './oss-client.js';
export { ossAuthorization } from './oss-signature.js';
export { DEFAULT_RETRY, NO_RETRY, type RetryPolicy } from './retry.js';
export {
  createServiceRollout,
  deleteServiceRollout,
  describeServiceRollout,
  findServiceRollout,
  type RolloutAnswer,
  type RolloutRequest,
  type RolloutView,
  updateServiceRollout,
} from './rollout-actions.js';
export {
  type CreateServiceAnswer,
  changeService,
  createService,
  type Diagnosis,
  describeService,
  diagnoseService,
  findReceipt,
  type LogPage,
  type LogQuery,
  listRegions,
  listServiceEvents,
  listServiceInstances,
  listServiceLogs,
  listServices,
  listServiceVersions,
  type MessageAnswer,
  type PlainServiceAction,
  type PlanAnswer,
  planChange,
  scaleService,
  switchServiceVersion,
  updateService,
} from './service-actions.js';
export {
  createServiceMirror,
  deleteServiceMirror,
  findServiceMirror,
  type MirrorAnswer,
  type MirrorRequest,
  type ReleaseRequest,
  releaseService,
  updateServiceMirror,
} from './traffic-actions.js';
