import type {
  Backend,
  DesiredState,
  Endpoint,
  Route,
  ServiceDescription,
  ServiceState,
} from '@openeas/contracts';

/** The part of a service's row that its route is made of; fields as in the store's ServiceRecord. */
export interface RoutedService {
  readonly uid: string;
  readonly name: string;
  readonly state: ServiceState;
  readonly message: string;
  readonly desired: DesiredState;
  /** '' = open to everyone. */
  readonly token: string;
  readonly instanceCount: number;
}

/** The part of an instance's row that says whether and where it takes requests. */
export interface RoutedInstance {
  readonly id: string;
  readonly version: number;
  readonly phase: string;
  readonly desired: 'Running' | 'Stopped';
  readonly host: string;
  readonly port: number;
  readonly gatewayKey: string;
  readonly isolated: boolean;
  readonly detached: boolean;
  readonly drainingAt: number;
}

export interface RouteLimits {
  /** Added to rpc.keepalive: the instance answers 408 itself, the gateway only guards against its silence. */
  readonly marginMs: number;
  /** Largest request body, bytes. */
  readonly maxBodyBytes: number;
}

const WEIGHT = 100;

/**
 * The prediction address of a service, or undefined when it has none (any more). `description` is that of the
 * current version. Endpoints come in the order of their ids, so that equal facts give equal routes.
 */
export function routeOf(
  service: RoutedService,
  description: Pick<ServiceDescription, 'rpc' | 'gatewayPolicy'>,
  instances: readonly RoutedInstance[],
  limits: RouteLimits,
): Route | undefined {
  if (service.desired === 'Deleted') return undefined;
  const backend = backendOf(service, instances);
  return {
    name: service.name,
    serviceUid: service.uid,
    tokens: service.token === '' ? [] : [service.token],
    backends: [backend],
    timeoutMs: description.rpc.keepalive + limits.marginMs,
    rateLimit: description.gatewayPolicy.rateLimit ?? null,
    concurrencyLimit: description.gatewayPolicy.concurrencyLimit ?? null,
    maxBodyBytes: limits.maxBodyBytes,
    notReady: backend.endpoints.length > 0 ? null : whyNotReady(service, instances),
  };
}

/** The instances of a service that take requests, in the order of their ids. */
export function backendOf(
  { uid, name, desired }: Pick<RoutedService, 'uid' | 'name' | 'desired'>,
  instances: readonly RoutedInstance[],
): Backend {
  const endpoints = desired === 'Running' ? instances.filter(takesRequests).map(endpointOf) : [];
  endpoints.sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  return { serviceUid: uid, serviceName: name, weight: WEIGHT, endpoints };
}

/** Ready, wanted, not taken out of traffic and not on its way out. */
export function takesRequests(instance: RoutedInstance): boolean {
  return (
    instance.phase === 'Ready' &&
    instance.desired === 'Running' &&
    !instance.isolated &&
    !instance.detached &&
    instance.drainingAt === 0 &&
    instance.port > 0
  );
}

function endpointOf(instance: RoutedInstance): Endpoint {
  return {
    instanceId: instance.id,
    version: instance.version,
    host: instance.host,
    port: instance.port,
    gatewayKey: instance.gatewayKey,
  };
}

/** Goes to callers who may not see the control API: states and counts, no paths and no log lines. */
function whyNotReady(service: RoutedService, instances: readonly RoutedInstance[]): string {
  if (service.desired === 'Stopped') {
    return `it is ${service.state === 'Stopped' ? 'stopped' : 'stopping'}; start it with \`eascmd start ${service.name}\``;
  }
  if (service.instanceCount === 0) {
    return `it is scaled to 0 instances; scale it with \`eascmd scale ${service.name} 1\``;
  }
  const ready = instances.filter(({ phase }) => phase === 'Ready');
  if (ready.length > 0 && ready.every(({ isolated, detached }) => isolated || detached)) {
    return 'all its ready instances are isolated or detached';
  }
  const count = `0 of ${service.instanceCount} instance${service.instanceCount === 1 ? '' : 's'} ready`;
  return `it is ${service.state}, ${count}; \`eascmd desc ${service.name}\` shows why`;
}
