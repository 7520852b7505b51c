/** States of a service, as the control API and eascmd show them. */
export const SERVICE_STATES = [
  'Creating', // accepted; its first instances are not ready yet
  'Waiting', // resources are short; Message says of what and by how much
  'Running', // at least as many instances are ready as asked for
  'Scaling', // only the number of instances is changing
  'Updating', // a new version or configuration is being rolled in
  'Starting', // asked to run again after a stop
  'Stopping', // asked to stop; instances drain
  'Stopped', // keeps its configuration and address, holds no process
  'Deleting', // asked to go; instances drain
  'Failed', // cannot run without a change; Message names the cause
  'DeleteFailed', // deletion met something it could not remove
] as const;
export type ServiceState = (typeof SERVICE_STATES)[number];

/** What the user last asked for; the reconciler works towards it. */
export type DesiredState = 'Running' | 'Stopped' | 'Deleted';
