export { DoubleWorld, type JournalLine } from './double-world.js';
export { driverConformance } from './driver-conformance.js';
export type { Behaviour, DriverWorld } from './driver-harness.js';
