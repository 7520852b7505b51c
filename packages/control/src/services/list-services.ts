import { type JsonValue, SERVICE_STATES } from '@openeas/contracts';
import type { ServiceQuery } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { pageRequest } from '../api/page.js';
import { invalid, type QueryParameters } from '../api/parameters.js';
import type { ControlContext } from '../control-context.js';
import { currentVersion } from './find-service.js';
import { SERVICE_FACTS, serviceView } from './service-view.js';
import { shownTraffic } from './shown-traffic.js';

/**
 * Filters on what is the same for every service here: they match all of them or none. Saying so is an
 * honest answer to "which services are in quota X"; refusing would break consoles that always send them.
 */
const SAME_FOR_ALL: Readonly<Record<string, string | boolean>> = {
  Accessibility: 'PUBLIC',
  AutoscalerEnabled: SERVICE_FACTS.AutoscalerEnabled,
  CronscalerEnabled: SERVICE_FACTS.CronscalerEnabled,
  Gateway: SERVICE_FACTS.Gateway,
  ParentServiceUid: '',
  QuotaId: SERVICE_FACTS.QuotaId,
  ResourceAliasName: SERVICE_FACTS.ResourceAlias,
  ResourceBurstable: SERVICE_FACTS.ResourceBurstable,
  ResourceId: SERVICE_FACTS.Resource,
  ResourceName: '',
  ResourceType: 'PublicResource',
  Role: SERVICE_FACTS.Role,
  ServiceType: 'Standard',
};

export async function listServices(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services, versions, instances } = context.store.read;
  const page = pageRequest(call.query, 'PageNumber', 100, 1000);
  const query = { ...serviceQuery(call), offset: page.offset, limit: page.size };
  const { rows, total } = matchesNothing(call.query) ? { rows: [], total: 0 } : await services.list(query);
  const views: object[] = [];
  for (const service of rows) {
    views.push(
      serviceView(
        context,
        service,
        await currentVersion(versions, service),
        await instances.listByService(service.uid),
        await shownTraffic(service, context.store.read),
      ),
    );
  }
  return { PageNumber: page.number, PageSize: page.size, Services: views, TotalCount: total };
}

function serviceQuery({ caller, query }: ActionCall): ServiceQuery {
  const given = {
    callerUid: query.text('CallerUid'),
    filter: query.text('Filter'),
    serviceGroup: query.text('GroupName'),
    name: query.text('ServiceName'),
    uid: query.text('ServiceUid'),
    labels: query.labels('Label'),
    workspaceId: query.text('WorkspaceId'),
  };
  const states = query.text('ServiceStatus')?.split(',');
  for (const state of states ?? []) {
    if (!(SERVICE_STATES as readonly string[]).includes(state)) {
      throw invalid(
        'ServiceStatus',
        state,
        `one of ${SERVICE_STATES.join(', ')}, or several joined by commas`,
      );
    }
  }
  const trafficState = query.choice('TrafficState', ['standalone', 'grouping']);
  return {
    ...(trafficState !== undefined && { released: trafficState === 'grouping' }),
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ServiceQuery),
    ...(states !== undefined && { states: states as NonNullable<ServiceQuery['states']> }),
    accountUid: caller.accountUid,
    includeNoWorkspace: query.flag('IncludeNoWorkspace') ?? true,
    sort: query.choice('Sort', ['CreateTime', 'UpdateTime', 'ServiceName', 'Status']) ?? 'CreateTime',
    order: query.choice('Order', ['asc', 'desc']) ?? 'desc',
  };
}

function matchesNothing(query: QueryParameters): boolean {
  return Object.entries(SAME_FOR_ALL).some(([name, fact]) => {
    const wanted: JsonValue | readonly string[] | undefined = query.value(name);
    return wanted !== undefined && wanted !== fact;
  });
}
