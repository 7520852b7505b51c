export type { InstanceDriver, InstanceIdentity, InstanceObservation } from './port.js';
