import { hostname } from 'node:os';
import type { InstanceView } from '@openeas/contracts';
import type { InstanceRecord, ServiceRecord, VersionRecord } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { pageOf, pageRequest } from '../api/page.js';
import { invalid, type QueryParameters } from '../api/parameters.js';
import { rfc3339 } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
import { lastRun } from '../instances/last-run.js';
import { currentVersion, findService } from './find-service.js';

/** Contract 7.7 `Instance`, with what does not apply to one machine left truthfully empty. */
export interface FullInstanceView extends InstanceView {
  readonly IsSpot: boolean;
  readonly IsReplica: boolean;
  readonly ReplicaName: string;
  /** Not of the contract: the version this instance runs and what it last said about itself. */
  readonly Version: number;
  readonly Message: string;
}

export async function listServiceInstances(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services, versions, instances, events } = context.store.read;
  const service = await findService(call, context, services);
  const version = await currentVersion(versions, service);
  const page = pageRequest(call.query, 'PageNumber', 100, 1000);
  const matches = instanceFilter(call.query);
  const found = sorted(
    (await instances.listByService(service.uid))
      .map((record) => ({ record, view: instanceView(service, version, record) }))
      .filter(({ view }) => matches(view)),
    call.query,
  );
  const rows = pageOf(found, page);
  const Instances = await Promise.all(
    rows.map(async ({ record, view }): Promise<FullInstanceView> => {
      const ended = await lastRun(record, events);
      return ended === undefined
        ? view
        : {
            ...view,
            LastState: [{ Reason: ended.reason, Message: ended.message }],
          };
    }),
  );
  return {
    Instances,
    PageNumber: page.number,
    PageSize: page.size,
    TotalCount: found.length,
  };
}

/** `Running` for an instance that serves, as consoles expect; else the phase it is in. */
export function instanceStatus(instance: InstanceRecord): string {
  if (instance.desired === 'Stopped') return instance.drainingAt > 0 ? 'Draining' : 'Stopping';
  return instance.phase === 'Ready' ? 'Running' : instance.phase;
}

export function instanceView(
  service: ServiceRecord,
  current: VersionRecord,
  instance: InstanceRecord,
): FullInstanceView {
  const ready = instance.phase === 'Ready' && instance.desired === 'Running';
  return {
    CreateTime: rfc3339(instance.createdAt),
    Detached: instance.detached,
    HostIP: instance.host,
    HostName: hostname(),
    InnerIP: instance.host,
    InstanceName: instance.name,
    InstancePort: instance.port,
    InstanceType: '',
    IsLatest: instance.version === current.version && instance.revision === current.revision,
    IsReplica: false,
    IsSpot: false,
    Isolated: instance.isolated,
    LastState: [],
    Message: instance.message,
    Namespace: service.name,
    ReadyProcesses: ready ? 1 : 0,
    Reason: instance.reason,
    ReplicaName: '',
    ResourceType: 'PublicResource',
    RestartCount: instance.restartCount,
    Role: 'Standard',
    StartAt: rfc3339(instance.startedAt),
    StartTime: rfc3339(instance.startedAt),
    Status: instanceStatus(instance),
    TotalProcesses: 1,
    Version: instance.version,
    Zone: '',
  };
}

/** Each parameter compares with a field; those of a cluster compare with what is the same for all here. */
function instanceFilter(query: QueryParameters): (view: FullInstanceView) => boolean {
  const part = query.text('Filter')?.toLowerCase();
  const expectations: readonly [name: string, (view: FullInstanceView) => unknown][] = [
    ['HostIP', (view) => view.HostIP],
    ['InstanceIP', (view) => view.InnerIP],
    ['InstanceName', (view) => view.InstanceName],
    ['InstanceStatus', (view) => view.Status],
    ['InstanceType', (view) => view.InstanceType],
    ['IsSpot', (view) => view.IsSpot],
    ['ListReplica', (view) => view.IsReplica],
    ['MemberType', () => ''],
    ['QuotaId', () => ''],
    ['ReplicaName', (view) => view.ReplicaName],
    ['Resource', () => ''],
    ['ResourceType', (view) => view.ResourceType],
    ['Role', (view) => view.Role],
  ];
  const wanted = expectations.filter(([name]) => query.has(name));
  return (view) =>
    (part === undefined || view.InstanceName.toLowerCase().includes(part)) &&
    wanted.every(([name, field]) => field(view) === query.value(name));
}

const SORTS = ['CreateTime', 'StartTime', 'InstanceName', 'Status'] as const;

function sorted<T extends { readonly view: FullInstanceView }>(found: T[], query: QueryParameters): T[] {
  const field = query.choice('Sort', SORTS) ?? 'StartTime';
  const order = query.text('Order')?.toLowerCase() ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw invalid('Order', order, 'asc or desc');
  const sign = order === 'asc' ? 1 : -1;
  return found.sort(({ view: a }, { view: b }) => {
    const [x, y] = a[field] === b[field] ? [a.InstanceName, b.InstanceName] : [a[field], b[field]];
    return x < y ? -sign : x > y ? sign : 0;
  });
}
