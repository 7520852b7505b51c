/** Response objects of the control API (contract 7.6, 7.7): the fields OpenEAS fills, in their exact spelling. */
export interface LabelView {
  LabelKey: string;
  LabelValue: string;
}

/** Contract 7.7 `Service`. Times are RFC 3339 UTC. */
export interface ServiceView {
  /** Key pair of the AKSK scheme; only where it is enabled. */
  AccessKeyId?: string;
  AccessKeySecret?: string;
  AccessToken: string;
  /** As `eascmd desc` shows them (contract 8.8); only where the API-gateway address is enabled. */
  APIGatewayAppKey?: string;
  APIGatewayAppSecret?: string;
  APIGatewayUrl?: string;
  CallerUid: string;
  Cpu: number;
  CreateTime: string;
  CurrentVersion: number;
  /** JSON text, e.g. `{"blue_green_services":["a","b"]}`. */
  ExtraData: string;
  Gpu: number;
  Image: string;
  InternetEndpoint: string;
  IntranetEndpoint: string;
  Labels: LabelView[];
  LatestVersion: number;
  /** MB. */
  Memory: number;
  Message: string;
  Namespace: string;
  ParentUid: string;
  PendingInstance: number;
  Reason: string;
  Region: string;
  RequestId?: string;
  Resource: string;
  Role: string;
  RunningInstance: number;
  SafetyLock: string;
  /** JSON text. */
  ServiceConfig: string;
  ServiceGroup: string;
  ServiceId: string;
  ServiceName: string;
  ServiceUid: string;
  Source: string;
  Status: string;
  TotalInstance: number;
  TrafficState: string;
  UpdateTime: string;
  Weight: number;
  WorkspaceId: string;
}

/** Contract 7.7 `Group`: services that share an address. */
export interface GroupView {
  AccessToken: string;
  CallerUid: string;
  ClusterId: string;
  CreateTime: string;
  InternetEndpoint: string;
  IntranetEndpoint: string;
  Labels: LabelView[];
  Name: string;
  /** Of private networks, which there are none of here: empty texts. */
  Network: { GatewayId: string; SecurityGroupId: string; VSwitchId: string; VpcId: string };
  ParentUid: string;
  QueueService: string;
  /** `auto`: by the number of instances; `customized`: by the weights of ReleaseService. */
  TrafficMode: string;
  UpdateTime: string;
}

/** Contract 7.7 `Instance`. */
export interface InstanceView {
  CreateTime: string;
  HostIP: string;
  HostName: string;
  InnerIP: string;
  InstanceName: string;
  InstancePort: number;
  InstanceType: string;
  IsLatest: boolean;
  Isolated: boolean;
  Detached: boolean;
  LastState: Record<string, unknown>[];
  Namespace: string;
  ReadyProcesses: number;
  Reason: string;
  ResourceType: string;
  RestartCount: number;
  Role: string;
  StartAt: string;
  StartTime: string;
  Status: string;
  TotalProcesses: number;
  Zone: string;
}

export interface ServiceVersionView {
  BuildTime: string;
  ImageAvailable: string;
  ImageId: number;
  Message: string;
  ServiceConfig: string;
  ServiceRunnable: string;
}

export interface EventView {
  /** JSON text, e.g. `{"versionId":1,"message":"…","availableInstance":1,"unavailableInstance":0}`. */
  Message: string;
  Reason: string;
  Resource: string;
  /** `2006-01-02 15:04:05` UTC. */
  Time: string;
  Type: string;
}

/** `Plan` of UpdateService, ScaleService and UpdateServiceVersion with `DryRun=true` (our extension). */
export interface ChangePlanView {
  Kind: 'unchanged' | 'settings' | 'scale' | 'revise' | 'newVersion' | 'switchVersion';
  /** The version and revision that would serve. */
  Version: number;
  Revision: number;
  /** Instances wanted afterwards. */
  Wanted: number;
  ServingBefore: number;
  /** The least at any moment on the way. */
  LowestServing: number;
  ServingAfter: number;
  /** Fewer serve on the way than before and than wanted. */
  CapacityDrops: boolean;
  Possible: boolean;
  /** Why it would not come to an end; '' = it would. */
  Problem: string;
  Steps: ChangeStepView[];
}

export interface ChangeStepView {
  Action: 'fetch' | 'start' | 'ready' | 'drain' | 'stop';
  /** `new 1` is the first one to be made; '' = the whole version. */
  Instance: string;
  Version: number;
  Reason: string;
  /** Instances that take requests after this step. */
  Serving: number;
}
