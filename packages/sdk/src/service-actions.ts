import type {
  ChangePlanView,
  EventView,
  InstanceView,
  ServiceVersionView,
  ServiceView,
  TrafficReceipt,
} from '@openeas/contracts';
import type { EasClient } from './eas-client.js';
import { allPages, type Listing } from './paging.js';

/** Typed forms of the actions that eascmd and the tests use; the answers are those of contract 7.6. */
export interface MessageAnswer {
  readonly RequestId: string;
  readonly Message: string;
  /** By it the event with the traffic during this change is found (`findReceipt`); OpenEAS only. */
  readonly ReceiptId?: string;
}

export interface CreateServiceAnswer {
  readonly RequestId: string;
  readonly ServiceName: string;
  readonly ServiceId: string;
  readonly Region: string;
  readonly Status: string;
  readonly IntranetEndpoint: string;
  readonly InternetEndpoint: string;
}

export interface LogPage {
  readonly RequestId: string;
  readonly Logs: readonly string[];
  readonly PageNum: number;
  readonly TotalCount: number;
  readonly TotalPageNum: number;
}

export interface Diagnosis {
  readonly Error: string;
  readonly Causes: readonly string[];
  readonly Advices: readonly string[];
}

export interface LogQuery {
  readonly InstanceName?: string | undefined;
  readonly Keyword?: string | undefined;
  readonly Previous?: boolean | undefined;
  /** `2006-01-02 15:04:05`, UTC. */
  readonly StartTime?: string | undefined;
  readonly EndTime?: string | undefined;
  readonly PageNum?: number | undefined;
  readonly PageSize?: number | undefined;
}

type Signal = AbortSignal | undefined;

/** `config`: text is sent as it is, an object as JSON. */
export function createService(
  client: EasClient,
  config: string | object,
  signal?: Signal,
): Promise<CreateServiceAnswer> {
  return client.call('CreateService', { body: config, signal });
}

export function describeService(client: EasClient, name: string, signal?: Signal): Promise<ServiceView> {
  return client.call('DescribeService', { path: { ServiceName: name }, signal });
}

export function updateService(
  client: EasClient,
  name: string,
  config: string | object,
  updateType: 'merge' | 'replace',
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('UpdateService', {
    path: { ServiceName: name },
    query: { UpdateType: updateType },
    body: config,
    signal,
  });
}

export type PlainServiceAction = 'DeleteService' | 'StartService' | 'StopService' | 'RestartService';

export function changeService(
  client: EasClient,
  action: PlainServiceAction,
  name: string,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call(action, { path: { ServiceName: name }, signal });
}

export function scaleService(
  client: EasClient,
  name: string,
  instances: number,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('ScaleService', { path: { ServiceName: name }, body: { Instance: instances }, signal });
}

export function switchServiceVersion(
  client: EasClient,
  name: string,
  version: number,
  signal?: Signal,
): Promise<MessageAnswer> {
  return client.call('UpdateServiceVersion', {
    path: { ServiceName: name },
    body: { Version: version },
    signal,
  });
}

export function listServiceLogs(
  client: EasClient,
  name: string,
  query: LogQuery,
  signal?: Signal,
): Promise<LogPage> {
  return client.call('DescribeServiceLog', { path: { ServiceName: name }, query: { ...query }, signal });
}

export async function diagnoseService(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<{ readonly RequestId: string; readonly DiagnosisList: readonly Diagnosis[] }> {
  return client.call('DescribeServiceDiagnosis', { path: { ServiceName: name }, signal });
}

export async function listRegions(client: EasClient, signal?: Signal): Promise<readonly string[]> {
  const answer = await client.call<{ Regions?: { RegionId: string }[] }>('DescribeRegions', { signal });
  return (answer.Regions ?? []).map((region) => region.RegionId);
}

/** All pages, in the server's order. `filter` is a fuzzy match on the name. */
export function listServices(
  client: EasClient,
  filter: {
    readonly Filter?: string | undefined;
    readonly ServiceStatus?: string | undefined;
    readonly GroupName?: string | undefined;
  } = {},
  signal?: Signal,
): Promise<{ requestId: string; items: ServiceView[] }> {
  return allPages(async (page) => {
    const query = { ...filter, ...page };
    const answer = await client.call<Listing & { Services: ServiceView[] }>('ListServices', {
      query,
      signal,
    });
    return { listing: answer, items: answer.Services };
  });
}

export function listServiceInstances(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<{ requestId: string; items: InstanceView[] }> {
  return allPages(async (page) => {
    const answer = await client.call<Listing & { Instances: InstanceView[] }>('ListServiceInstances', {
      path: { ServiceName: name },
      query: { ...page },
      signal,
    });
    return { listing: answer, items: answer.Instances };
  });
}

export function listServiceVersions(
  client: EasClient,
  name: string,
  signal?: Signal,
): Promise<{ requestId: string; items: ServiceVersionView[] }> {
  return allPages(async (page) => {
    const answer = await client.call<Listing & { Versions: ServiceVersionView[] }>('ListServiceVersions', {
      path: { ServiceName: name },
      query: { ...page },
      signal,
    });
    return { listing: answer, items: answer.Versions };
  });
}

/** The newest `limit` events, newest first. */
export async function listServiceEvents(
  client: EasClient,
  name: string,
  limit: number,
  signal?: Signal,
): Promise<{
  readonly RequestId: string;
  readonly Events: readonly EventView[];
  readonly TotalCount: number;
}> {
  return client.call('DescribeServiceEvent', {
    path: { ServiceName: name },
    query: { PageNum: '1', PageSize: String(limit) },
    signal,
  });
}

/** The receipt of a change once it is closed; undefined before, and when the events told of it are gone. */
export async function findReceipt(
  client: EasClient,
  name: string,
  receiptId: string,
  signal?: Signal,
): Promise<TrafficReceipt | undefined> {
  const { Events } = await listServiceEvents(client, name, RECEIPT_EVENTS, signal);
  for (const event of Events ?? []) {
    if (event.Reason !== 'TrafficReceipt') continue;
    const { receipt } = JSON.parse(event.Message) as { receipt?: TrafficReceipt };
    if (receipt?.id === receiptId) return receipt;
  }
  return undefined;
}

/** A receipt is among the newest events of its service. */
const RECEIPT_EVENTS = 50;

export interface PlanAnswer extends MessageAnswer {
  readonly Plan: ChangePlanView;
}

/** What a change would do, played to its end by the server, which changes nothing (`DryRun`, OpenEAS only). */
export function planChange(
  client: EasClient,
  name: string,
  change:
    | {
        readonly action: 'UpdateService';
        readonly body: string | object;
        readonly updateType: 'merge' | 'replace';
      }
    | { readonly action: 'ScaleService'; readonly body: { readonly Instance: number } }
    | { readonly action: 'UpdateServiceVersion'; readonly body: { readonly Version: number } },
  signal?: Signal,
): Promise<PlanAnswer> {
  return client.call(change.action, {
    path: { ServiceName: name },
    query: { DryRun: true, ...('updateType' in change && { UpdateType: change.updateType }) },
    body: change.body,
    signal,
  });
}
