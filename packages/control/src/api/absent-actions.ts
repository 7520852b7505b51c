import type { ActionName } from '@openeas/contracts';
import type { AbsentAction } from './action.js';

function absent<const A extends ActionName>(reason: string, ...actions: A[]): Record<A, AbsentAction> {
  return Object.fromEntries(actions.map((action) => [action, { kind: 'absent', reason } as const])) as Record<
    A,
    AbsentAction
  >;
}

const LATER = 'this version does not have';
const NO_CLOUD = 'it is not part of a cloud account, so there are no';

/** Actions that are known and answered 501 with this reason. */
export const ABSENT_ACTIONS = {
  ...absent(`${LATER} copies of services yet; use CreateService.`, 'CloneService'),
  ...absent(
    `${LATER} a development mode yet; change the service with UpdateService.`,
    'CommitService',
    'DevelopService',
  ),
  ...absent(
    `${LATER} application templates; use CreateService.`,
    'CreateAppService',
    'UpdateAppService',
    'DescribeArtifact',
  ),
  ...absent(
    `${LATER} signed pages of a service; call its endpoint with its token.`,
    'DescribeServiceSignedUrl',
  ),
  ...absent(
    `${LATER} this for single instances yet; DescribeServiceDiagnosis speaks of all of them.`,
    'CreateServiceInstanceToken',
    'DescribeServiceInstanceDiagnosis',
  ),
  ...absent(
    `${LATER} fault injection.`,
    'CreateFaultInjection',
    'DeleteFaultInjection',
    'ListServiceInstanceFaultInjectionInfo',
  ),
  ...absent(
    `${LATER} automatic scaling yet; use ScaleService.`,
    'CreateServiceAutoScaler',
    'UpdateServiceAutoScaler',
    'DescribeServiceAutoScaler',
    'DeleteServiceAutoScaler',
    'CreateServiceCronScaler',
    'UpdateServiceCronScaler',
    'DescribeServiceCronScaler',
    'DeleteServiceCronScaler',
  ),
  ...absent(
    'it is one machine, so there are no resource groups; OPENEAS_CPU and OPENEAS_MEMORY_MB set what services may reserve.',
    'CreateResource',
    'DescribeResource',
    'ListResources',
    'UpdateResource',
    'DeleteResource',
    'CreateResourceInstances',
    'ListResourceInstances',
    'UpdateResourceInstance',
    'DeleteResourceInstances',
    'MigrateResourceInstance',
    'UpdateResourceInstanceLabel',
    'DeleteResourceInstanceLabel',
    'ListResourceInstanceWorker',
    'ListResourceServices',
    'CreateVirtualResource',
    'DescribeVirtualResource',
    'ListVirtualResource',
    'UpdateVirtualResource',
    'DeleteVirtualResource',
    'DescribeMachineSpec',
  ),
  ...absent(
    `${NO_CLOUD} private networks and log stores.`,
    'UpdateResourceDLink',
    'DescribeResourceDLink',
    'DeleteResourceDLink',
    'CreateResourceLog',
    'DescribeResourceLog',
    'DeleteResourceLog',
  ),
  ...absent(
    'it has one gateway for all services, which needs no management.',
    'CreateGateway',
    'DescribeGateway',
    'ListGateway',
    'UpdateGateway',
    'DeleteGateway',
    'UpdateGatewayLabel',
    'DeleteGatewayLabel',
    'AttachGatewayDomain',
    'DetachGatewayDomain',
    'ListGatewayDomains',
    'CreateAclPolicy',
    'ListAclPolicy',
    'DeleteAclPolicy',
    'CreateGatewayIntranetLinkedVpc',
    'ListGatewayIntranetLinkedVpc',
    'DeleteGatewayIntranetLinkedVpc',
    'CreateGatewayIntranetLinkedVpcPeer',
    'ListGatewayIntranetLinkedVpcPeer',
    'DeleteGatewayIntranetLinkedVpcPeer',
    'ListGatewayIntranetSupportedZone',
  ),
  ...absent(
    `${LATER} load tests by the API yet; bench/ in the source has them.`,
    'CreateBenchmarkTask',
    'DescribeBenchmarkTask',
    'ListBenchmarkTask',
    'UpdateBenchmarkTask',
    'StartBenchmarkTask',
    'StopBenchmarkTask',
    'DeleteBenchmarkTask',
    'DescribeBenchmarkTaskReport',
  ),
  ...absent(`${LATER} dynamic configs yet.`, 'CreateConfig', 'ListConfigs', 'UpdateConfig', 'DeleteConfig'),
  ...absent(
    `${NO_CLOUD} spot prices and addons.`,
    'DescribeSpotDiscountHistory',
    'ListTenantAddons',
    'ReinstallTenantAddon',
  ),
} as const;
