import type { GroupView } from '@openeas/contracts';
import type { EasClient } from './eas-client.js';
import { allPages, type Listing } from './paging.js';
import type { MessageAnswer } from './service-actions.js';

type Signal = AbortSignal | undefined;

/** Contract 7.8: `auto` splits by the number of instances, `customized` by the weights of ReleaseService. */
export type TrafficModeWord = 'auto' | 'customized';

export function createGroup(client: EasClient, name: string, signal?: Signal): Promise<MessageAnswer> {
  return client.call('CreateGroup', { body: { Name: name }, signal });
}

export function describeGroup(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<GroupView & { readonly RequestId: string }> {
  return client.call('DescribeGroup', { path: { GroupName: name }, signal });
}

/** All pages, newest first. */
export function listGroups(
  client: EasClient,
  signal?: Signal,
): Promise<{ requestId: string; items: GroupView[] }> {
  return allPages(async (page) => {
    // Text, as the contract has it for this action.
    const query = { PageNumber: String(page.PageNumber), PageSize: String(page.PageSize) };
    const answer = await client.call<Listing & { Groups: GroupView[] }>('ListGroups', { query, signal });
    return { listing: answer, items: answer.Groups };
  });
}

export function updateGroup(
  client: EasClient,
  name: string,
  trafficMode: TrafficModeWord,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('UpdateGroup', {
    path: { GroupName: name },
    body: { TrafficMode: trafficMode },
    signal,
  });
}

/** `cascade`: its services too. */
export function deleteGroup(
  client: EasClient,
  name: string,
  cascade: boolean,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('DeleteGroup', {
    path: { GroupName: name },
    query: { CascadeDelete: String(cascade) },
    signal,
  });
}
