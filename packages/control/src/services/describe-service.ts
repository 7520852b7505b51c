import type { ActionCall, Answer } from '../api/action.js';
import type { ControlContext } from '../control-context.js';
import { currentVersion, findService } from './find-service.js';
import { endpointList, serviceView } from './service-view.js';
import { shownTraffic } from './shown-traffic.js';

export async function describeService(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services, versions, instances } = context.store.read;
  const service = await findService(call, context, services);
  return serviceView(
    context,
    service,
    await currentVersion(versions, service),
    await instances.listByService(service.uid),
    await shownTraffic(service, context.store.read),
  );
}

export async function describeServiceEndpoints(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services } = context.store.read;
  const service = await findService(call, context, services);
  const { address } = await shownTraffic(service, context.store.read);
  return {
    AccessToken: service.token,
    Endpoints: [
      endpointList(context, address, 'Service'),
      ...(service.serviceGroup === '' ? [] : [endpointList(context, service.serviceGroup, 'Group')]),
    ],
    Message: 'Execution succeeded.',
  };
}

export async function describeRegions(_: ActionCall, context: ControlContext): Promise<Answer> {
  return { Regions: [{ RegionId: context.region, RegionName: context.region }] };
}
