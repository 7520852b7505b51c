import type { ActionName } from '@openeas/contracts';
import { releaseService } from '../blue-green/release-service.js';
import { listServiceContainers } from '../instances/containers.js';
import { deleteServiceInstances } from '../instances/delete-instances.js';
import { updateServiceInstance } from '../instances/update-instance.js';
import { describeServiceLog } from '../logs/describe-log.js';
import {
  createServiceMirror,
  deleteServiceMirror,
  describeServiceMirror,
  updateServiceMirror,
} from '../mirror/mirror-actions.js';
import { describeServiceRollout } from '../rollout/describe-rollout.js';
import {
  createServiceRollout,
  deleteServiceRollout,
  updateServiceRollout,
} from '../rollout/rollout-actions.js';
import { createGroup, deleteGroup, updateGroup } from '../service-groups/group-actions.js';
import { describeGroup, describeGroupEndpoints, listGroups } from '../service-groups/group-views.js';
import { deleteService, restartService, startService, stopService } from '../services/change-state.js';
import { createService } from '../services/create-service.js';
import { describeServiceDiagnosis } from '../services/describe-diagnosis.js';
import { describeServiceEvent } from '../services/describe-events.js';
import { describeRegions, describeService, describeServiceEndpoints } from '../services/describe-service.js';
import {
  deleteServiceLabel,
  updateServiceLabel,
  updateServiceSafetyLock,
} from '../services/labels-and-lock.js';
import { listServiceInstances } from '../services/list-instances.js';
import { listServices } from '../services/list-services.js';
import { scaleService } from '../services/scale-service.js';
import { listServiceVersions, updateServiceVersion } from '../services/service-versions.js';
import { updateService } from '../services/update-service.js';
import { ABSENT_ACTIONS } from './absent-actions.js';
import type { BoundAction, ChangeAction, ReadAction } from './action.js';

function read(
  permission: ActionName,
  run: ReadAction['run'],
  resource: ReadAction['resource'] = 'service',
): ReadAction {
  return { kind: 'read', permission: `eas:${permission}`, resource, run };
}

function change(
  permission: ActionName,
  run: ChangeAction['run'],
  resource: ChangeAction['resource'] = 'service',
): ChangeAction {
  return { kind: 'change', permission: `eas:${permission}`, resource, run };
}

/** Every action of the API (contract 7.6): who answers it, under which permission, or why nobody does. */
export const ACTION_TABLE: Readonly<Record<ActionName, BoundAction>> = {
  CreateService: change('CreateService', createService),
  DescribeService: read('DescribeService', describeService),
  ListServices: read('ListServices', listServices),
  UpdateService: change('UpdateService', updateService),
  DeleteService: change('DeleteService', deleteService),
  StartService: change('StartService', startService),
  StopService: change('StopService', stopService),
  RestartService: change('RestartService', restartService),
  ScaleService: change('ScaleService', scaleService),
  ReleaseService: change('ReleaseService', releaseService),
  ListServiceVersions: read('ListServiceVersions', listServiceVersions),
  UpdateServiceVersion: change('UpdateServiceVersion', updateServiceVersion),
  CreateServiceRollout: change('CreateServiceRollout', createServiceRollout),
  DescribeServiceRollout: read('DescribeServiceRollout', describeServiceRollout),
  UpdateServiceRollout: change('UpdateServiceRollout', updateServiceRollout),
  DeleteServiceRollout: change('DeleteServiceRollout', deleteServiceRollout),
  CreateServiceMirror: change('CreateServiceMirror', createServiceMirror),
  DescribeServiceMirror: read('DescribeServiceMirror', describeServiceMirror),
  UpdateServiceMirror: change('UpdateServiceMirror', updateServiceMirror),
  DeleteServiceMirror: change('DeleteServiceMirror', deleteServiceMirror),
  CreateGroup: change('CreateGroup', createGroup, 'group'),
  DescribeGroup: read('DescribeGroup', describeGroup, 'group'),
  ListGroups: read('ListGroups', listGroups, 'group'),
  UpdateGroup: change('UpdateGroup', updateGroup, 'group'),
  DeleteGroup: change('DeleteGroup', deleteGroup, 'group'),
  DescribeGroupEndpoints: read('DescribeGroupEndpoints', describeGroupEndpoints, 'group'),
  ListServiceInstances: read('ListServiceInstances', listServiceInstances),
  DeleteServiceInstances: change('DeleteServiceInstances', deleteServiceInstances),
  UpdateServiceInstance: change('UpdateServiceInstance', updateServiceInstance),
  ListServiceContainers: read('ListServiceContainers', listServiceContainers),
  DescribeServiceLog: read('DescribeServiceLog', describeServiceLog),
  DescribeServiceEvent: read('DescribeServiceEvent', describeServiceEvent),
  DescribeServiceEndpoints: read('DescribeServiceEndpoints', describeServiceEndpoints),
  DescribeServiceDiagnosis: read('DescribeServiceDiagnosis', describeServiceDiagnosis),
  UpdateServiceLabel: change('UpdateServiceLabel', updateServiceLabel),
  DeleteServiceLabel: change('DeleteServiceLabel', deleteServiceLabel),
  UpdateServiceSafetyLock: change('UpdateServiceSafetyLock', updateServiceSafetyLock),
  DescribeRegions: read('DescribeRegions', describeRegions, 'region'),
  ...ABSENT_ACTIONS,
};
