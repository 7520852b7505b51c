import type { ActionCall, Answer } from '../api/action.js';
import type { ControlContext } from '../control-context.js';
import { diagnose } from './diagnosis.js';
import { currentVersion, findService } from './find-service.js';

export async function describeServiceDiagnosis(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services, instances, rollouts, versions } = context.store.read;
  const service = await findService(call, context, services);
  const { description } = context.descriptions.of(await currentVersion(versions, service));
  const DiagnosisList = diagnose({
    service,
    instances: await instances.listByService(service.uid),
    rollout: await rollouts.get(service.uid),
    wants: description.resources,
    capacity: context.capacity,
    reserved: await instances.reserved(),
  });
  return { DiagnosisList };
}
