import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_ACTIONS } from '@openeas/contracts';
import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { expectGolden } from '../testing/golden.js';
import { addInstance } from '../testing/instances.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const GROUP_FIELDS =
  'AccessToken CallerUid ClusterId CreateTime InternetEndpoint IntranetEndpoint Labels Name Network ParentUid QueueService TrafficMode UpdateTime';
/** Response fields as the contract lists them (7.6.1-7.6.4, 7.6.6, 7.7): spelling and completeness. */
const CONTRACT_FIELDS: Readonly<Record<string, string>> = {
  CreateService: 'InternetEndpoint IntranetEndpoint Region RequestId ServiceId ServiceName Status',
  DescribeService:
    'AccessToken AutoscalerEnabled CallerUid Cpu CreateTime CronscalerEnabled CurrentVersion ExtraData Gateway Gpu Image InternetEndpoint IntranetEndpoint Labels LatestVersion Memory Message Namespace ParentUid PendingInstance QuotaId Reason Region RequestId Resource ResourceAlias ResourceBurstable Role RunningInstance SafetyLock ServiceConfig ServiceGroup ServiceId ServiceName ServiceUid Source Status TotalInstance TrafficState UpdateTime Weight WorkspaceId',
  ListServices: 'PageNumber PageSize RequestId Services TotalCount',
  UpdateService: 'Message RequestId',
  DeleteService: 'Message RequestId',
  StartService: 'Message RequestId',
  StopService: 'Message RequestId',
  RestartService: 'Message RequestId',
  ScaleService: 'Message RequestId',
  UpdateServiceSafetyLock: 'Message RequestId',
  UpdateServiceLabel: 'Message RequestId',
  DeleteServiceLabel: 'Message RequestId',
  DescribeServiceEndpoints: 'AccessToken Endpoints Message RequestId',
  ListServiceVersions: 'PageNumber PageSize RequestId TotalCount Versions',
  UpdateServiceVersion: 'Message RequestId',
  CreateServiceRollout: 'Message RequestId',
  DescribeServiceRollout: 'RequestId Rollout',
  UpdateServiceRollout: 'Message RequestId',
  DeleteServiceRollout: 'Message RequestId',
  DeleteServiceInstances: 'Message RequestId',
  UpdateServiceInstance: 'Message RequestId',
  ListServiceContainers: 'Containers RequestId ServiceName',
  ListServiceInstances: 'Instances PageNumber PageSize RequestId TotalCount',
  DescribeServiceLog: 'Logs PageNum RequestId TotalCount TotalPageNum',
  DescribeServiceEvent: 'Events PageNum RequestId TotalCount TotalPageNum',
  DescribeServiceDiagnosis: 'DiagnosisList RequestId',
  DescribeRegions: 'Regions RequestId',
  CreateServiceMirror: 'Message RequestId',
  DescribeServiceMirror: 'Ratio RequestId ServiceName Target',
  UpdateServiceMirror: 'Message RequestId',
  DeleteServiceMirror: 'Message RequestId',
  CreateGroup: 'Message RequestId',
  DescribeGroup: `${GROUP_FIELDS} RequestId`.split(' ').sort().join(' '),
  ListGroups: 'Groups PageNumber PageSize RequestId TotalCount',
  UpdateGroup: 'Message RequestId',
  DeleteGroup: 'Message RequestId',
  DescribeGroupEndpoints: 'AccessToken Endpoints Message RequestId',
};
const ITEM_FIELDS: Readonly<Record<string, string>> = {
  Versions: 'BuildTime ImageAvailable ImageId Message ServiceConfig ServiceRunnable',
  Instances:
    'CreateTime Detached HostIP HostName InnerIP InstanceName InstancePort InstanceType IsLatest IsReplica IsSpot Isolated LastState Namespace ReadyProcesses Reason ReplicaName ResourceType RestartCount Role StartAt StartTime Status TotalProcesses Zone',
  Containers:
    'CurrentReaon CurrentStatus CurrentTimestamp Image LastReason LastStatus LastTimestamp Name Port Ready RestartCount',
  Events: 'Message Reason Resource Time Type',
  DiagnosisList: 'Advices Causes Error',
  Regions: 'RegionId RegionName',
  Groups: GROUP_FIELDS,
  Endpoints: 'BackendId EndpointType InternetEndpoints IntranetEndpoints PathType Port',
};
/** Beyond the contract, documented in docs/reference/control-api.md. */
const ADDED_FIELDS: Readonly<Record<string, readonly string[]>> = { Instances: ['Message', 'Version'] };

it('answers every action in exactly the form of the contract', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const seen = new Set<string>();

  async function step(
    action: keyof typeof CONTRACT_FIELDS & keyof typeof API_ACTIONS,
    options: { query?: Record<string, string>; body?: unknown } = {},
  ): Promise<void> {
    const spec = API_ACTIONS[action];
    const path = spec.path
      .replace('{ClusterId}', 'local')
      .replace('{ServiceName}', 'demo')
      .replace('{InstanceName}', 'demo-i1')
      .replace('{GroupName}', 'ranking');
    const answer = await harness.call(action, { method: spec.method, path, ...options });
    expect([action, answer.status, answer.text]).toEqual([action, 200, expect.any(String)]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body.RequestId).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    expect(answer.headers['x-acs-request-id']).toBe(answer.body.RequestId);
    expect(Object.keys(answer.body).sort()).toEqual(CONTRACT_FIELDS[action]?.split(' '));
    for (const [list, fields] of Object.entries(ITEM_FIELDS)) {
      for (const item of answer.body[list] ?? []) {
        const added = ADDED_FIELDS[list] ?? [];
        expect(Object.keys(item).sort()).toEqual([...fields.split(' '), ...added].sort());
      }
    }
    expectGolden(action, answer.body);
    seen.add(action);
  }

  await step('CreateService', {
    query: { Labels: '{"team":"a b"}', WorkspaceId: '12' },
    body: { ...DEMO, labels: { tier: '1' } },
  });
  await addInstance(harness, 'i1');
  await addInstance(harness, 'i2', {
    phase: 'Failed',
    failures: 3,
    restartCount: 2,
    reason: 'ModelInvalid',
    message: 'The model cannot be read',
  });
  const log = join(harness.folder, 'instance.log');
  writeFileSync(log, '2026-01-02T03:04:05.678Z INFO model loaded\n  continued\n');
  harness.logFiles.set('i1', [log]);
  await step('DescribeService');
  await step('ListServices');
  await step('ListServiceInstances');
  await step('DescribeServiceLog');
  await step('DescribeServiceEvent');
  await step('DescribeServiceDiagnosis');
  await step('DescribeServiceEndpoints');
  await step('ListServiceVersions');
  await step('DescribeRegions');
  await step('ListServiceContainers');
  await step('CreateServiceRollout', { body: { Batch: { BatchSize: '1', Interval: '5m' } } });
  await step('UpdateServiceRollout', { body: { Paused: true } });
  await step('DescribeServiceRollout');
  await step('DeleteServiceRollout');
  await harness.create({ ...DEMO, name: 'shadow' });
  await step('CreateServiceMirror', { body: { Ratio: 70, Target: ['shadow'] } });
  await step('DescribeServiceMirror');
  await step('UpdateServiceMirror', { body: { Ratio: 30 } });
  await step('DeleteServiceMirror');
  await step('CreateGroup', { body: { Name: 'ranking', Labels: { team: 'ads' } } });
  await step('DescribeGroup');
  await step('ListGroups');
  await step('UpdateGroup', { body: { TrafficMode: 'customized' } });
  await step('DescribeGroupEndpoints');
  await step('DeleteGroup', { query: { CascadeDelete: 'false' } });
  await step('UpdateServiceInstance', { body: { Isolate: true } });
  await step('DeleteServiceInstances', { query: { InstanceList: 'demo-i1,demo-i2' } });
  await step('ScaleService', { body: { Instance: 3 } });
  await step('UpdateService', { body: { metadata: { memory: 300 } } });
  await step('UpdateServiceVersion', { body: { Version: 1 } });
  await step('UpdateServiceLabel', { body: { Labels: { x: 'y' } } });
  await step('DeleteServiceLabel', { query: { Keys: 'x', LabelKeys: '["tier"]' } });

  await step('UpdateServiceSafetyLock', { body: { Lock: 'none' } });
  await step('RestartService');
  await step('StopService');
  await harness.reach('Stopped');
  await step('StartService');
  await step('DeleteService');
  expect([...seen].sort()).toEqual(Object.keys(CONTRACT_FIELDS).sort());
});

it('answers errors in the form of the contract', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const answer = await harness.call('DescribeService', { method: 'GET', path: servicePath('nobody') });
  expect(answer.status).toBe(404);
  expectGolden('error-ServiceNotFound', answer.body);
});
