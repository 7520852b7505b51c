/**
 * Every action of the EAS OpenAPI 2021-07-01 (contract 7.6): one table for the server's routes and for clients.
 * Parameters are written as in the contract: `Name`, `Name:kind`, with kinds
 * `string` (left out), `number`, `boolean`, `json` (JSON text in the query) and `list` (comma-joined in the query).
 */
export type ParameterKind = 'string' | 'number' | 'boolean' | 'json' | 'list';

export interface ActionSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{Name}` marks a path parameter. */
  readonly path: string;
  readonly query: Readonly<Record<string, ParameterKind>>;
  /** `raw` = the body argument is the body itself; otherwise the keys of a JSON object, exact case. */
  readonly body: 'raw' | readonly string[];
}

function action(
  method: ActionSpec['method'],
  path: string,
  query: ActionSpec['query'] = {},
  body: ActionSpec['body'] = [],
): ActionSpec {
  return { method, path, query, body };
}

export const API_VERSION = '2021-07-01';

export const API_ACTIONS = {
  // Services
  CreateService: action(
    'POST',
    '/api/v2/services',
    { Develop: 'string', Labels: 'json', WorkspaceId: 'string' },
    'raw',
  ),
  DescribeService: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}'),
  ListServices: action('GET', '/api/v2/services', {
    Accessibility: 'string',
    AutoscalerEnabled: 'boolean',
    CallerUid: 'string',
    CronscalerEnabled: 'boolean',
    Filter: 'string',
    Gateway: 'string',
    GroupName: 'string',
    IncludeNoWorkspace: 'boolean',
    Label: 'json',
    Order: 'string',
    PageNumber: 'number',
    PageSize: 'number',
    ParentServiceUid: 'string',
    QuotaId: 'string',
    ResourceAliasName: 'string',
    ResourceBurstable: 'boolean',
    ResourceId: 'string',
    ResourceName: 'string',
    ResourceType: 'string',
    Role: 'string',
    ServiceName: 'string',
    ServiceStatus: 'string',
    ServiceType: 'string',
    ServiceUid: 'string',
    Sort: 'string',
    TrafficState: 'string',
    WorkspaceId: 'string',
  }),
  UpdateService: action(
    'PUT',
    '/api/v2/services/{ClusterId}/{ServiceName}',
    // DryRun, here and in the two others, is our extension: the plan of the change instead of the change.
    { DryRun: 'boolean', MemberToUpdate: 'string', UpdateType: 'string' },
    'raw',
  ),
  DeleteService: action('DELETE', '/api/v2/services/{ClusterId}/{ServiceName}'),
  StartService: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/start'),
  StopService: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/stop'),
  RestartService: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/restart'),
  ScaleService: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/scale', { DryRun: 'boolean' }, [
    'Instance',
    'InstancesToDelete',
  ]),
  CloneService: action('POST', '/api/v2/services/{ClusterId}/{ServiceName}/clone', { Labels: 'json' }, 'raw'),
  CommitService: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/commit'),
  DevelopService: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/develop', { Exit: 'string' }),
  UpdateServiceSafetyLock: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/lock', {}, ['Lock']),
  CreateAppService: action('POST', '/api/v2/app_services', { QuotaId: 'string', WorkspaceId: 'string' }, [
    'AppType',
    'AppVersion',
    'Config',
    'Replicas',
    'ServiceName',
    'ServiceSpec',
  ]),
  UpdateAppService: action(
    'PUT',
    '/api/v2/app_services/{ClusterId}/{ServiceName}',
    { QuotaId: 'string', WorkspaceId: 'string' },
    ['AppType', 'AppVersion', 'Config', 'Replicas', 'ServiceSpec'],
  ),
  UpdateServiceLabel: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/label', {}, ['Labels']),
  DeleteServiceLabel: action('DELETE', '/api/v2/services/{ClusterId}/{ServiceName}/label', {
    Keys: 'list',
    LabelKeys: 'json',
  }),
  DescribeServiceSignedUrl: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/signed_url', {
    Expire: 'number',
    Internal: 'boolean',
    Type: 'string',
  }),
  DescribeServiceEndpoints: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/endpoints'),
  DescribeArtifact: action('GET', '/api/v2/artifacts/{ClusterId}/{ArtifactName}'),
  // Versions, release (blue-green), rollout, traffic mirror
  ListServiceVersions: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/versions', {
    PageNumber: 'number',
    PageSize: 'number',
  }),
  UpdateServiceVersion: action(
    'PUT',
    '/api/v2/services/{ClusterId}/{ServiceName}/version',
    { DryRun: 'boolean' },
    ['Version'],
  ),
  ReleaseService: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/release', {}, [
    'TrafficState',
    'Weight',
  ]),
  CreateServiceRollout: action('POST', '/api/v2/services/{ClusterId}/{ServiceName}/rollout', {}, [
    'Batch',
    'Partition',
    'Paused',
  ]),
  DescribeServiceRollout: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/rollout'),
  UpdateServiceRollout: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/rollout', {}, [
    'Batch',
    'Partition',
    'Paused',
  ]),
  DeleteServiceRollout: action('DELETE', '/api/v2/services/{ClusterId}/{ServiceName}/rollout'),
  CreateServiceMirror: action('POST', '/api/v2/services/{ClusterId}/{ServiceName}/mirror', {}, [
    'Ratio',
    'Target',
  ]),
  DescribeServiceMirror: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/mirror'),
  UpdateServiceMirror: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/mirror', {}, [
    'Ratio',
    'Target',
  ]),
  DeleteServiceMirror: action('DELETE', '/api/v2/services/{ClusterId}/{ServiceName}/mirror'),
  // Instances, containers, faults
  ListServiceInstances: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/instances', {
    Filter: 'string',
    HostIP: 'string',
    InstanceIP: 'string',
    InstanceName: 'string',
    InstanceStatus: 'string',
    InstanceType: 'string',
    IsSpot: 'boolean',
    ListReplica: 'boolean',
    MemberType: 'string',
    Order: 'string',
    PageNumber: 'number',
    PageSize: 'number',
    QuotaId: 'string',
    ReplicaName: 'string',
    Resource: 'string',
    ResourceType: 'string',
    Role: 'string',
    Sort: 'string',
  }),
  DeleteServiceInstances: action('DELETE', '/api/v2/services/{ClusterId}/{ServiceName}/instances', {
    Container: 'string',
    InstanceList: 'string',
    IsReplica: 'boolean',
    SoftRestart: 'boolean',
  }),
  UpdateServiceInstance: action(
    'PUT',
    '/api/v2/services/{ClusterId}/{ServiceName}/instances/{InstanceName}',
    { IsReplica: 'boolean' },
    ['Detach', 'Hibernate', 'Isolate'],
  ),
  ListServiceContainers: action(
    'GET',
    '/api/v2/services/{ClusterId}/{ServiceName}/instances/{InstanceName}/containers',
  ),
  CreateServiceInstanceToken: action(
    'GET',
    '/api/v2/services/{ClusterId}/{ServiceName}/instances/{InstanceName}/token',
    { ActionType: 'string', WorkerName: 'string' },
  ),
  CreateFaultInjection: action(
    'POST',
    '/api/v2/services/{ClusterId}/{ServiceName}/instances/{InstanceName}/faults',
    {},
    ['FaultArgs', 'FaultType'],
  ),
  DeleteFaultInjection: action(
    'DELETE',
    '/api/v2/services/{ClusterId}/{ServiceName}/instances/{InstanceName}/faults/{FaultType}',
  ),
  ListServiceInstanceFaultInjectionInfo: action(
    'GET',
    '/api/v2/services/{ClusterId}/{ServiceName}/instances/{InstanceName}/faults',
  ),
  // Logs, events, diagnosis
  DescribeServiceLog: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/logs', {
    ContainerName: 'string',
    EndTime: 'string',
    InstanceName: 'string',
    Ip: 'string',
    Keyword: 'string',
    PageNum: 'number',
    PageSize: 'number',
    Previous: 'boolean',
    StartTime: 'string',
  }),
  DescribeServiceEvent: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/events', {
    EndTime: 'string',
    EventType: 'string',
    InstanceName: 'string',
    PageNum: 'string',
    PageSize: 'string',
    StartTime: 'string',
  }),
  DescribeServiceDiagnosis: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/diagnosis'),
  DescribeServiceInstanceDiagnosis: action(
    'GET',
    '/api/v2/services/{ClusterId}/{ServiceName}/instances/{InstanceName}/diagnosis',
  ),
  // Autoscaler and cron scaler
  CreateServiceAutoScaler: action('POST', '/api/v2/services/{ClusterId}/{ServiceName}/autoscaler', {}, [
    'behavior',
    'max',
    'min',
    'scaleStrategies',
  ]),
  UpdateServiceAutoScaler: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/autoscaler', {}, [
    'behavior',
    'max',
    'min',
    'scaleStrategies',
  ]),
  DescribeServiceAutoScaler: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/autoscaler'),
  DeleteServiceAutoScaler: action('DELETE', '/api/v2/services/{ClusterId}/{ServiceName}/autoscaler'),
  CreateServiceCronScaler: action('POST', '/api/v2/services/{ClusterId}/{ServiceName}/cronscaler', {}, [
    'ExcludeDates',
    'ScaleJobs',
  ]),
  UpdateServiceCronScaler: action('PUT', '/api/v2/services/{ClusterId}/{ServiceName}/cronscaler', {}, [
    'ExcludeDates',
    'ScaleJobs',
  ]),
  DescribeServiceCronScaler: action('GET', '/api/v2/services/{ClusterId}/{ServiceName}/cronscaler'),
  DeleteServiceCronScaler: action('DELETE', '/api/v2/services/{ClusterId}/{ServiceName}/cronscaler'),
  // Service groups
  CreateGroup: action('POST', '/api/v2/groups', {}, ['Labels', 'Name', 'Network', 'WorkSpaceId']),
  DescribeGroup: action('GET', '/api/v2/groups/{ClusterId}/{GroupName}'),
  ListGroups: action('GET', '/api/v2/groups', {
    Filter: 'string',
    Labels: 'json',
    Order: 'string',
    PageNumber: 'string',
    PageSize: 'string',
    Sort: 'string',
    TrafficMode: 'string',
    WorkspaceId: 'string',
  }),
  UpdateGroup: action('PUT', '/api/v2/groups/{ClusterId}/{GroupName}', {}, [
    'Labels',
    'Network',
    'TrafficMode',
  ]),
  DeleteGroup: action('DELETE', '/api/v2/groups/{ClusterId}/{GroupName}', { CascadeDelete: 'string' }),
  DescribeGroupEndpoints: action('GET', '/api/v2/groups/{ClusterId}/{GroupName}/endpoints'),
  // Resource groups
  CreateResource: action('POST', '/api/v2/resources', {}, [
    'AutoRenewal',
    'ChargeType',
    'EcsInstanceCount',
    'EcsInstanceType',
    'Labels',
    'ResourceName',
    'ResourceType',
    'SelfManagedResourceOptions',
    'SystemDiskSize',
    'UsageMode',
    'Zone',
  ]),
  DescribeResource: action('GET', '/api/v2/resources/{ClusterId}/{ResourceId}'),
  ListResources: action('GET', '/api/v2/resources', {
    Order: 'string',
    PageNumber: 'number',
    PageSize: 'number',
    ResourceId: 'string',
    ResourceName: 'string',
    ResourceStatus: 'string',
    ResourceType: 'string',
    Sort: 'string',
    UsageMode: 'string',
  }),
  UpdateResource: action('PUT', '/api/v2/resources/{ClusterId}/{ResourceId}', {}, [
    'ResourceName',
    'SelfManagedResourceOptions',
  ]),
  DeleteResource: action('DELETE', '/api/v2/resources/{ClusterId}/{ResourceId}'),
  CreateResourceInstances: action('POST', '/api/v2/resources/{ClusterId}/{ResourceId}/instances', {}, [
    'AutoRenewal',
    'ChargeType',
    'EcsInstanceCount',
    'EcsInstanceType',
    'Labels',
    'SystemDiskSize',
    'UserData',
    'Zone',
  ]),
  ListResourceInstances: action('GET', '/api/v2/resources/{ClusterId}/{ResourceId}/instances', {
    ChargeType: 'string',
    Filter: 'string',
    InstanceIP: 'string',
    InstanceId: 'string',
    InstanceName: 'string',
    InstanceStatus: 'string',
    Label: 'json',
    Order: 'string',
    PageNumber: 'number',
    PageSize: 'number',
    Sort: 'string',
    Zone: 'string',
  }),
  UpdateResourceInstance: action(
    'PUT',
    '/api/v2/resources/{ClusterId}/{ResourceId}/instances/{InstanceId}',
    {},
    ['Action', 'NewDiskSize', 'Reason'],
  ),
  DeleteResourceInstances: action('DELETE', '/api/v2/resources/{ClusterId}/{ResourceId}/instances', {
    AllFailed: 'boolean',
    InstanceList: 'string',
  }),
  MigrateResourceInstance: action(
    'POST',
    '/api/v2/resources/{ClusterId}/{ResourceId}/instances/migrate',
    {},
    ['DestResourceId', 'InstanceIds', 'MigrateToHybrid'],
  ),
  UpdateResourceInstanceLabel: action(
    'PUT',
    '/api/v2/resources/{ClusterId}/{ResourceId}/label',
    { AllInstances: 'boolean', InstanceIds: 'list' },
    ['Labels'],
  ),
  DeleteResourceInstanceLabel: action('DELETE', '/api/v2/resources/{ClusterId}/{ResourceId}/label', {
    AllInstances: 'boolean',
    InstanceIds: 'list',
    Keys: 'list',
    LabelKeys: 'json',
  }),
  ListResourceInstanceWorker: action(
    'GET',
    '/api/v2/resources/{ClusterId}/{ResourceId}/instance/{InstanceName}/workers',
    {
      Order: 'string',
      PageNumber: 'number',
      PageSize: 'number',
      Ready: 'boolean',
      ServiceName: 'string',
      Sort: 'string',
      Status: 'string',
      WorkerName: 'string',
    },
  ),
  ListResourceServices: action('GET', '/api/v2/resources/{ClusterId}/{ResourceId}/services', {
    PageNumber: 'number',
    PageSize: 'number',
  }),
  UpdateResourceDLink: action('PUT', '/api/v2/resources/{ClusterId}/{ResourceId}/dlink', {}, [
    'DestinationCIDRs',
    'SecurityGroupId',
    'VSwitchId',
    'VSwitchIdList',
  ]),
  DescribeResourceDLink: action('GET', '/api/v2/resources/{ClusterId}/{ResourceId}/dlink'),
  DeleteResourceDLink: action('DELETE', '/api/v2/resources/{ClusterId}/{ResourceId}/dlink'),
  // Resource logs
  CreateResourceLog: action('POST', '/api/v2/resources/{ClusterId}/{ResourceId}/log', {}, [
    'LogStore',
    'ProjectName',
  ]),
  DescribeResourceLog: action('GET', '/api/v2/resources/{ClusterId}/{ResourceId}/log'),
  DeleteResourceLog: action('DELETE', '/api/v2/resources/{ClusterId}/{ResourceId}/log'),
  // Virtual resource groups
  CreateVirtualResource: action('POST', '/api/v2/virtualresources', {}, [
    'DisableSpotProtectionPeriod',
    'Resources',
    'VirtualResourceName',
  ]),
  DescribeVirtualResource: action('GET', '/api/v2/virtualresources/{ClusterId}/{VirtualResourceId}'),
  ListVirtualResource: action('GET', '/api/v2/virtualresources', {
    Order: 'string',
    PageNumber: 'number',
    PageSize: 'number',
    Sort: 'string',
    VirtualResourceId: 'string',
    VirtualResourceName: 'string',
  }),
  UpdateVirtualResource: action('PUT', '/api/v2/virtualresources/{ClusterId}/{VirtualResourceId}', {}, [
    'DisableSpotProtectionPeriod',
    'Resources',
    'VirtualResourceName',
  ]),
  DeleteVirtualResource: action('DELETE', '/api/v2/virtualresources/{ClusterId}/{VirtualResourceId}'),
  // Gateways
  CreateGateway: action('POST', '/api/v2/gateways', { ResourceName: 'string' }, [
    'AutoRenewal',
    'ChargeType',
    'EnableInternet',
    'EnableIntranet',
    'GatewayType',
    'InstanceType',
    'Name',
    'Replicas',
  ]),
  DescribeGateway: action('GET', '/api/v2/gateways/{ClusterId}/{GatewayId}'),
  ListGateway: action('GET', '/api/v2/gateways', {
    ChargeType: 'string',
    GatewayId: 'string',
    GatewayName: 'string',
    GatewayType: 'string',
    InternetEnabled: 'boolean',
    Label: 'json',
    Order: 'string',
    PageNumber: 'number',
    PageSize: 'number',
    ResourceName: 'string',
    Sort: 'string',
    Status: 'string',
  }),
  UpdateGateway: action('PUT', '/api/v2/gateways/{ClusterId}/{GatewayId}', {}, [
    'EnableInternet',
    'EnableIntranet',
    'EnableSSLRedirection',
    'InstanceType',
    'IsDefault',
    'Name',
    'Replicas',
    'VSwitchIds',
    'VpcId',
  ]),
  DeleteGateway: action('DELETE', '/api/v2/gateways/{ClusterId}/{GatewayId}'),
  UpdateGatewayLabel: action('PUT', '/api/v2/gateways/{ClusterId}/{GatewayId}/label', {}, ['Labels']),
  DeleteGatewayLabel: action('DELETE', '/api/v2/gateways/{ClusterId}/{GatewayId}/label', {
    LabelKeys: 'json',
  }),
  AttachGatewayDomain: action('PUT', '/api/v2/gateways/{ClusterId}/{GatewayId}/domain/attach', {
    CustomDomain: 'json',
  }),
  DetachGatewayDomain: action('PUT', '/api/v2/gateways/{ClusterId}/{GatewayId}/domain/detach', {
    CustomDomain: 'json',
  }),
  ListGatewayDomains: action('GET', '/api/v2/gateways/{ClusterId}/{GatewayId}/domains'),
  CreateAclPolicy: action('POST', '/api/v2/gateways/{ClusterId}/{GatewayId}/acl_policy', {
    AclPolicyList: 'json',
    VpcId: 'string',
  }),
  ListAclPolicy: action('GET', '/api/v2/gateways/{ClusterId}/{GatewayId}/acl_policy', { VpcId: 'string' }),
  DeleteAclPolicy: action('DELETE', '/api/v2/gateways/{ClusterId}/{GatewayId}/acl_policy', {
    AclPolicyList: 'json',
    VpcId: 'string',
  }),
  CreateGatewayIntranetLinkedVpc: action(
    'POST',
    '/api/v2/gateways/{ClusterId}/{GatewayId}/intranet_endpoint_linked_vpc',
    { AccountId: 'string', EnableAuthoritativeDns: 'boolean', VSwitchId: 'string', VpcId: 'string' },
  ),
  ListGatewayIntranetLinkedVpc: action(
    'GET',
    '/api/v2/gateways/{ClusterId}/{GatewayId}/intranet_endpoint_linked_vpc',
  ),
  DeleteGatewayIntranetLinkedVpc: action(
    'DELETE',
    '/api/v2/gateways/{ClusterId}/{GatewayId}/intranet_endpoint_linked_vpc',
    { VSwitchId: 'string', VpcId: 'string' },
  ),
  CreateGatewayIntranetLinkedVpcPeer: action(
    'POST',
    '/api/v2/gateways/{ClusterId}/{GatewayId}/intranet_endpoint_linked_vpc_peer',
    { PeerVpcs: 'json', VpcId: 'string' },
  ),
  ListGatewayIntranetLinkedVpcPeer: action(
    'GET',
    '/api/v2/gateways/{ClusterId}/{GatewayId}/intranet_endpoint_linked_vpc_peer',
    { VpcId: 'string' },
  ),
  DeleteGatewayIntranetLinkedVpcPeer: action(
    'DELETE',
    '/api/v2/gateways/{ClusterId}/{GatewayId}/intranet_endpoint_linked_vpc_peer',
    { PeerVpcs: 'json', VpcId: 'string' },
  ),
  ListGatewayIntranetSupportedZone: action(
    'GET',
    '/api/v2/gateways/{ClusterId}/{GatewayId}/intranet_supported_zone',
  ),
  // Benchmark tasks
  CreateBenchmarkTask: action('POST', '/api/v2/benchmark-tasks', {}, 'raw'),
  DescribeBenchmarkTask: action('GET', '/api/v2/benchmark-tasks/{ClusterId}/{TaskName}'),
  ListBenchmarkTask: action('GET', '/api/v2/benchmark-tasks', {
    Filter: 'string',
    ModelId: 'string',
    Order: 'string',
    PageNumber: 'string',
    PageSize: 'string',
    RequestMethod: 'string',
    ServiceName: 'string',
    Sort: 'string',
    Status: 'string',
  }),
  UpdateBenchmarkTask: action('PUT', '/api/v2/benchmark-tasks/{ClusterId}/{TaskName}', {}, 'raw'),
  StartBenchmarkTask: action('PUT', '/api/v2/benchmark-tasks/{ClusterId}/{TaskName}/start'),
  StopBenchmarkTask: action('PUT', '/api/v2/benchmark-tasks/{ClusterId}/{TaskName}/stop'),
  DeleteBenchmarkTask: action('DELETE', '/api/v2/benchmark-tasks/{ClusterId}/{TaskName}'),
  DescribeBenchmarkTaskReport: action('GET', '/api/v2/benchmark-tasks/{ClusterId}/{TaskName}/report', {
    ReportType: 'string',
  }),
  // Dynamic configs
  CreateConfig: action('POST', '/api/v2/configs/{ClusterId}/{ConfigType}/{Name}/{ConfigKey}', {}, ['Value']),
  ListConfigs: action('GET', '/api/v2/configs/{ClusterId}/{ConfigType}/{Name}', {
    Page: 'number',
    PageSize: 'number',
  }),
  UpdateConfig: action('PUT', '/api/v2/configs/{ClusterId}/{ConfigType}/{Name}/{ConfigKey}', {}, ['Value']),
  DeleteConfig: action('DELETE', '/api/v2/configs/{ClusterId}/{ConfigType}/{Name}/{ConfigKey}'),
  // Public information, tenant addons
  DescribeMachineSpec: action('GET', '/api/v2/public/instance_types', {
    ChargeType: 'string',
    InstanceTypes: 'list',
    ResourceType: 'string',
  }),
  DescribeRegions: action('GET', '/api/v2/regions'),
  DescribeSpotDiscountHistory: action('GET', '/api/v2/public/spot_discount', {
    InstanceType: 'string',
    IsProtect: 'boolean',
  }),
  ListTenantAddons: action('GET', '/api/v2/tenantaddons'),
  ReinstallTenantAddon: action('PUT', '/api/v2/tenantaddons/{ClusterId}/{TenantAddonName}/reinstall'),
} as const satisfies Record<string, ActionSpec>;

export type ActionName = keyof typeof API_ACTIONS;
