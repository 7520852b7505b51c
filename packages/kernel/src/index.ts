export { sleep, withDeadline } from './abort.js';
export { writeFileAtomic } from './atomic-file.js';
export { type BackoffOptions, backoffDelay } from './backoff.js';
export { BoundedQueue } from './bounded-queue.js';
export { type Clock, ManualClock, systemClock } from './clock.js';
export { type Ids, randomIds } from './ids.js';

export { isAlive, type ProcessIdentity, processIdentity, signalProcess } from './process-identity.js';
export type { Runnable } from './runnable.js';
