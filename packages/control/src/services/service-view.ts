import {
  exportServiceConfig,
  type LabelView,
  type ServiceDescription,
  type ServiceView,
} from '@openeas/contracts';
import { takesRequests } from '@openeas/domain';
import type { InstanceRecord, ServiceRecord, VersionRecord } from '@openeas/store';
import { rfc3339 } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
import type { ShownTraffic } from './shown-traffic.js';

/** What holds for every service of an installation without quotas, autoscaler or own gateways. */
export const SERVICE_FACTS = {
  AutoscalerEnabled: false,
  CronscalerEnabled: false,
  Gateway: '',
  QuotaId: '',
  Resource: '',
  ResourceAlias: '',
  ResourceBurstable: false,
  Role: '',
} as const;

/** The addresses a service is called at; there is one gateway, so both are the same. */
export function endpointsOf(
  context: Pick<ControlContext, 'publicAddress'>,
  name: string,
): { InternetEndpoint: string; IntranetEndpoint: string } {
  const endpoint = `${context.publicAddress()}/api/predict/${name}`;
  return { InternetEndpoint: endpoint, IntranetEndpoint: endpoint };
}

/** One of the `Endpoints` of DescribeServiceEndpoints and DescribeGroupEndpoints. */
export function endpointList(
  context: Pick<ControlContext, 'publicAddress'>,
  name: string,
  pathType: 'Service' | 'Group',
): object {
  const { InternetEndpoint, IntranetEndpoint } = endpointsOf(context, name);
  const url = new URL(InternetEndpoint);
  return {
    BackendId: 'default',
    EndpointType: 'DefaultGateway',
    InternetEndpoints: [InternetEndpoint],
    IntranetEndpoints: [IntranetEndpoint],
    PathType: pathType,
    Port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
  };
}

/** Contract 7.7 `Service`. Resources are those of one instance, as the manual's `desc` shows them. */
export function serviceView(
  context: ControlContext,
  service: ServiceRecord,
  version: VersionRecord,
  instances: readonly InstanceRecord[],
  traffic: ShownTraffic,
): ServiceView & typeof SERVICE_FACTS {
  const { config, description } = context.descriptions.of(version);
  const running = instances.filter(takesRequests).length;
  return {
    ...SERVICE_FACTS,
    ...signedAccess(context, service, description, traffic.address),
    TrafficState: service.released ? 'grouping' : 'standalone',
    AccessToken: service.token,
    CallerUid: service.callerUid,
    Cpu: description.resources.cpu,
    CreateTime: rfc3339(service.createdAt),
    CurrentVersion: service.currentVersion,
    ExtraData: JSON.stringify(
      traffic.blueGreen.length === 0 ? {} : { blue_green_services: traffic.blueGreen },
    ),
    Gpu: 0,
    Image: version.image,
    ...endpointsOf(context, traffic.address),
    Labels: labelViews(service.labels),
    LatestVersion: service.latestVersion,
    Memory: description.resources.memory,
    Message: service.message,
    Namespace: service.name,
    ParentUid: service.accountUid,
    PendingInstance: service.desired === 'Running' ? Math.max(0, service.instanceCount - running) : 0,
    Reason: service.reason,
    Region: context.region,
    RunningInstance: running,
    SafetyLock: service.safetyLock,
    ServiceConfig: JSON.stringify(exportServiceConfig(config)),
    ServiceGroup: service.serviceGroup,
    ServiceId: service.uid,
    ServiceName: service.name,
    ServiceUid: service.uid,
    Source: description.source ?? '',
    Status: service.state,
    TotalInstance: service.instanceCount,
    UpdateTime: rfc3339(service.updatedAt),
    Weight: traffic.weight,
    WorkspaceId: service.workspaceId,
  };
}

type SignedAccess = Partial<
  Pick<
    ServiceView,
    'APIGatewayUrl' | 'APIGatewayAppKey' | 'APIGatewayAppSecret' | 'AccessKeyId' | 'AccessKeySecret'
  >
>;

/** What a caller needs to sign; nothing where no signature is enabled. */
function signedAccess(
  { publicAddress, serviceKeys }: ControlContext,
  service: ServiceRecord,
  description: ServiceDescription,
  name: string,
): SignedAccess {
  const { apiGateway, accessKeys } = serviceKeys.accessOf(service, description, name);
  const app = apiGateway?.keys[0];
  const access = accessKeys?.[0];
  return {
    ...(apiGateway === undefined || app === undefined
      ? {}
      : {
          APIGatewayUrl: `${publicAddress()}/${apiGateway.alias}`,
          APIGatewayAppKey: app.id,
          APIGatewayAppSecret: app.secret,
        }),
    ...(access === undefined ? {} : { AccessKeyId: access.id, AccessKeySecret: access.secret }),
  };
}

export function labelViews(labels: Readonly<Record<string, string>>): LabelView[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([LabelKey, LabelValue]) => ({ LabelKey, LabelValue }));
}
