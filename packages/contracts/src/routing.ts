/**
 * What the gateway knows (control → gateway). A stream starts with one full snapshot and continues with
 * deltas; each carries a revision, and a delta names the revision it builds on, so a gap is noticed and
 * the gateway reconnects for a full one. Kept on disk by the gateway; applied in one step.
 */
export type RoutingUpdate = RoutingSnapshot | RoutingDelta;

export interface RoutingSnapshot {
  readonly kind: 'full';
  /** Grows by one with every change; starts again only with a new `epoch`. */
  readonly revision: number;
  /** Changes with every start of control. */
  readonly epoch: string;
  readonly routes: readonly Route[];
}

export interface RoutingDelta {
  readonly kind: 'delta';
  readonly revision: number;
  readonly epoch: string;
  /** The revision this one builds on. */
  readonly previous: number;
  readonly upsert: readonly Route[];
  /** Names of routes that are gone. */
  readonly remove: readonly string[];
}

/** One prediction address: `/api/predict/{name}`. */
export interface Route {
  readonly name: string;
  /** Further names of the same address: `{group}.{service}` for a service of a group (contract 2). */
  readonly aliases?: readonly string[];
  /** Whose address it is; of a service group's `group:{name}`. */
  readonly serviceUid: string;
  /** Any of these opens the route; none = open to everyone. The EAS signature needs the text itself. */
  readonly tokens: readonly string[];
  /** Traffic is split over backends by weight; weights are whole numbers ≥ 0. Where all are 0, `notReady` says why. */
  readonly backends: readonly Backend[];
  /** Longest wait for an answer, milliseconds; the instance enforces `rpc.keepalive` itself. */
  readonly timeoutMs: number;
  readonly rateLimit: number | null;
  readonly concurrencyLimit: number | null;
  /** Largest request body, bytes. */
  readonly maxBodyBytes: number;
  /** Why there is no ready instance, for the body of a 503; null while there is one. */
  readonly notReady: string | null;
  /** API-gateway signatures (`x-ca-*`, contract 9.1): who may sign, and the address that comes with it. */
  readonly apiGateway?: ApiGatewayAccess;
  /** Key pairs of the AKSK HMAC-SHA256 scheme (contract 9.2); the secrets are Base64 text. */
  readonly accessKeys?: readonly KeyPair[];
  /** The service may be asked twice for the same thing: a lost request is given to another instance. */
  readonly idempotent?: boolean;
}

export interface KeyPair {
  readonly id: string;
  readonly secret: string;
}

export interface ApiGatewayAccess {
  /** First part of the path, e.g. `EAPI_1234_demo` for `/EAPI_1234_demo`; leads to the route as `/api/predict/{name}` does. */
  readonly alias: string;
  readonly keys: readonly KeyPair[];
  /** Calls a day (UTC) at that address; null = no limit. The manual's limit without an own domain is 1000. */
  readonly dailyLimit: number | null;
}

/** The instances of one service behind a route. */
export interface Backend {
  readonly serviceUid: string;
  readonly serviceName: string;
  readonly weight: number;
  readonly endpoints: readonly Endpoint[];
  /** Copies of the requests that go to this service (contract 7.6.2). */
  readonly mirror?: Mirror;
}

/** A share of a service's requests is sent to other services too; what those answer reaches nobody. */
export interface Mirror {
  /** Percent of the requests, 0-100. */
  readonly ratio: number;
  /** Each of them gets every copy; the weight says nothing. */
  readonly targets: readonly Backend[];
}

export interface Endpoint {
  readonly instanceId: string;
  readonly version: number;
  readonly host: string;
  readonly port: number;
  /** Proves to the instance that the gateway has checked the caller; sent as `x-openeas-gateway`. */
  readonly gatewayKey: string;
}
