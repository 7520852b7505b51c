export type { InstanceDriver, InstanceIdentity, InstanceObservation } from './port.js';
export {
  createProcessDriver,
  type ProcessDriver,
  type ProcessDriverOptions,
} from './process/process-driver.js';
export type { RuntimeCommand } from './process/spawn-instance.js';
