export type { InstanceDefaults } from './instance-start.js';
export { createReconciler, type Reconciler, type ReconcilerOptions } from './reconciler.js';
export { WorkQueue, type WorkQueueOptions } from './work-queue.js';
