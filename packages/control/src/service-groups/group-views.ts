import type { GroupView } from '@openeas/contracts';
import type { ServiceGroupQuery, ServiceGroupRecord } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { pageRequest } from '../api/page.js';
import { rfc3339 } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
import { endpointList, endpointsOf, labelViews } from '../services/service-view.js';
import { findGroup } from './find-group.js';

export async function describeGroup(call: ActionCall, context: ControlContext): Promise<Answer> {
  return groupView(context, await findGroup(call, context, context.store.read.serviceGroups));
}

export async function listGroups(call: ActionCall, context: ControlContext): Promise<Answer> {
  const page = pageRequest(call.query, 'PageNumber', 100, 1000);
  const { rows, total } = await context.store.read.serviceGroups.list({
    ...groupQuery(call),
    offset: page.offset,
    limit: page.size,
  });
  return {
    Groups: rows.map((group) => groupView(context, group)),
    PageNumber: page.number,
    PageSize: page.size,
    TotalCount: total,
  };
}

export async function describeGroupEndpoints(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { name, token } = await findGroup(call, context, context.store.read.serviceGroups);
  return {
    AccessToken: token,
    Endpoints: [endpointList(context, name, 'Group')],
    Message: 'Execution succeeded.',
  };
}

function groupQuery({ caller, query }: ActionCall): ServiceGroupQuery {
  const given = {
    filter: query.text('Filter'),
    labels: query.labels('Labels'),
    trafficMode: query.choice('TrafficMode', ['auto', 'customized']),
    workspaceId: query.text('WorkspaceId'),
  };
  return {
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as ServiceGroupQuery),
    accountUid: caller.accountUid,
    sort: query.choice('Sort', ['CreateTime', 'UpdateTime', 'Name']) ?? 'CreateTime',
    order: query.choice('Order', ['asc', 'desc']) ?? 'desc',
  };
}

function groupView(context: ControlContext, group: ServiceGroupRecord): GroupView {
  return {
    AccessToken: group.token,
    CallerUid: group.callerUid,
    ClusterId: context.region,
    CreateTime: rfc3339(group.createdAt),
    ...endpointsOf(context, group.name),
    Labels: labelViews(group.labels),
    Name: group.name,
    Network: { GatewayId: '', SecurityGroupId: '', VSwitchId: '', VpcId: '' },
    ParentUid: group.accountUid,
    QueueService: '',
    TrafficMode: group.trafficMode,
    UpdateTime: rfc3339(group.updatedAt),
  };
}
