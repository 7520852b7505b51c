import type { EasClient } from './eas-client.js';
import { EasApiError } from './errors.js';
import type { MessageAnswer } from './service-actions.js';

type Signal = AbortSignal | undefined;

/** Contract 7.6.2: the share of a service, and whether it takes part in the traffic of the address it shares. */
export interface ReleaseRequest {
  /** Percent in a blue-green group, 0-1000 in a service group. */
  readonly Weight?: number;
  readonly TrafficState?: 'standalone' | 'grouping';
}

export function releaseService(
  client: EasClient,
  name: string,
  request: ReleaseRequest,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('ReleaseService', { path: { ServiceName: name }, body: request, signal });
}

/** Contract 7.6.2: copies of `Ratio` percent of the requests go to the services `Target`. */
export interface MirrorRequest {
  readonly Ratio?: number;
  readonly Target?: readonly string[];
}

export interface MirrorAnswer {
  readonly RequestId: string;
  readonly ServiceName: string;
  /** Percent. */
  readonly Ratio: string;
  /** Names, comma-joined. */
  readonly Target: string;
}

/** Undefined when the service has no traffic mirroring. */
export async function findServiceMirror(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<MirrorAnswer | undefined> {
  try {
    return await client.call('DescribeServiceMirror', { path: { ServiceName: name }, signal });
  } catch (error) {
    if (error instanceof EasApiError && error.code === 'MirrorNotFound') return undefined;
    throw error;
  }
}

export function createServiceMirror(
  client: EasClient,
  name: string,
  request: MirrorRequest,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('CreateServiceMirror', { path: { ServiceName: name }, body: request, signal });
}

export function updateServiceMirror(
  client: EasClient,
  name: string,
  request: MirrorRequest,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('UpdateServiceMirror', { path: { ServiceName: name }, body: request, signal });
}

export function deleteServiceMirror(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('DeleteServiceMirror', { path: { ServiceName: name }, signal });
}
