import type { ActionCall, Answer } from '../api/action.js';
import { shownGroup } from '../blue-green/service-group.js';
import type { ControlContext } from '../control-context.js';
import { currentVersion, findService } from './find-service.js';
import { endpointsOf, serviceView } from './service-view.js';

export async function describeService(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services, versions, instances } = context.store.read;
  const service = await findService(call, context, services);
  return serviceView(
    context,
    service,
    await currentVersion(versions, service),
    await instances.listByService(service.uid),
    await shownGroup(service, services),
  );
}

export async function describeServiceEndpoints(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services } = context.store.read;
  const service = await findService(call, context, services);
  const { address } = await shownGroup(service, services);
  const { InternetEndpoint, IntranetEndpoint } = endpointsOf(context, address);
  const url = new URL(InternetEndpoint);
  return {
    AccessToken: service.token,
    Endpoints: [
      {
        BackendId: 'default',
        EndpointType: 'DefaultGateway',
        InternetEndpoints: [InternetEndpoint],
        IntranetEndpoints: [IntranetEndpoint],
        PathType: 'Service',
        Port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      },
    ],
    Message: 'Execution succeeded.',
  };
}

export async function describeRegions(_: ActionCall, context: ControlContext): Promise<Answer> {
  return { Regions: [{ RegionId: context.region, RegionName: context.region }] };
}
