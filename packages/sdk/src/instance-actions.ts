import type { EasClient } from './eas-client.js';
import type { MessageAnswer } from './service-actions.js';

type Signal = AbortSignal | undefined;

/** Puts new instances in the place of these; `soft` restarts them in place. */
export function deleteServiceInstances(
  client: EasClient,
  name: string,
  instances: readonly string[],
  options: { readonly soft: boolean },
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('DeleteServiceInstances', {
    path: { ServiceName: name },
    query: { InstanceList: instances.join(','), SoftRestart: options.soft },
    signal,
  });
}

export type InstanceChange = { readonly Isolate: boolean } | { readonly Detach: true };

export function updateServiceInstance(
  client: EasClient,
  name: string,
  instance: string,
  change: InstanceChange,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('UpdateServiceInstance', {
    path: { ServiceName: name, InstanceName: instance },
    body: change,
    signal,
  });
}
