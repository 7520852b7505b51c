export { ensureRootAccount } from './accounts/root-account.js';
export type { InstanceLogs } from './control-context.js';
export { type ControlServer, createControlServer } from './control-server.js';
export type { ControlServerOptions } from './control-server-options.js';
export { bucketName } from './objects/object-requests.js';
