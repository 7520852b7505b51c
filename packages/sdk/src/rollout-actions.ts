import type { EasClient } from './eas-client.js';
import { EasApiError } from './errors.js';
import type { MessageAnswer } from './service-actions.js';

type Signal = AbortSignal | undefined;

/** Contract 7.6.2: Partition or Batch, and Paused. */
export interface RolloutRequest {
  readonly Partition?: { readonly Partition: string };
  readonly Batch?: { readonly BatchSize: string; readonly Interval?: string };
  readonly Paused?: boolean;
}

export interface RolloutView {
  readonly Status: {
    /** `version.revision` of what instances of before run. */
    readonly CurrentRevision: string;
    /** RFC 3339; '' = no batch is due by time. */
    readonly NextBatchStartTime: string;
    readonly Phase: string;
    readonly TotalReplicas: number;
    readonly UpdateRevision: string;
    readonly UpdatedReplicas: number;
  };
  readonly Strategy: Pick<RolloutRequest, 'Partition' | 'Batch'>;
}

export interface RolloutAnswer {
  readonly RequestId: string;
  readonly Rollout: RolloutView;
}

/** Undefined when the service has no rollout control. */
export async function findServiceRollout(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<RolloutAnswer | undefined> {
  try {
    return await describeServiceRollout(client, name, signal);
  } catch (error) {
    if (error instanceof EasApiError && error.code === 'RolloutNotFound') return undefined;
    throw error;
  }
}

export function describeServiceRollout(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<RolloutAnswer> {
  return client.call('DescribeServiceRollout', { path: { ServiceName: name }, signal });
}

export function createServiceRollout(
  client: EasClient,
  name: string,
  request: RolloutRequest,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('CreateServiceRollout', { path: { ServiceName: name }, body: request, signal });
}

export function updateServiceRollout(
  client: EasClient,
  name: string,
  request: RolloutRequest,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('UpdateServiceRollout', { path: { ServiceName: name }, body: request, signal });
}

export function deleteServiceRollout(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('DeleteServiceRollout', { path: { ServiceName: name }, signal });
}
