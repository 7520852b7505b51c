import type { Backend, Endpoint, Route, RoutingUpdate } from '@openeas/contracts';

/**
 * Reads one line of the routing stream, or the kept file. Control is trusted, but a damaged line or a file of
 * another version must not become a route that sends traffic astray: throws TypeError naming the field.
 */
export function parseUpdate(text: string): RoutingUpdate {
  const value = record(JSON.parse(text), 'update');
  const epoch = string(value.epoch, 'epoch');
  const revision = whole(value.revision, 'revision');
  if (value.kind === 'full') {
    return { kind: 'full', epoch, revision, routes: list(value.routes, 'routes').map(route) };
  }
  if (value.kind !== 'delta') throw new TypeError('kind: expected full or delta');
  return {
    kind: 'delta',
    epoch,
    revision,
    previous: whole(value.previous, 'previous'),
    upsert: list(value.upsert, 'upsert').map(route),
    remove: list(value.remove, 'remove').map((name) => string(name, 'remove[]')),
  };
}

/** Fields that this version does not know are kept: another part may. */
function route(value: unknown): Route {
  const fields = record(value, 'route');
  const name = string(fields.name, 'name');
  string(fields.serviceUid, `${name}: serviceUid`);
  for (const token of list(fields.tokens, `${name}: tokens`)) string(token, `${name}: tokens[]`);
  for (const alias of list(fields.aliases ?? [], `${name}: aliases`)) string(alias, `${name}: aliases[]`);
  for (const entry of list(fields.backends, `${name}: backends`)) backend(entry, name);
  for (const key of ['timeoutMs', 'maxBodyBytes']) whole(fields[key], `${name}: ${key}`);
  for (const key of ['rateLimit', 'concurrencyLimit']) {
    const limit = fields[key];
    if (limit !== null && !(typeof limit === 'number' && limit >= 0)) {
      throw new TypeError(`${name}: ${key}: expected a number or null`);
    }
  }
  if (fields.notReady !== null) string(fields.notReady, `${name}: notReady`);
  return fields as unknown as Route;
}

function backend(value: unknown, name: string): Backend {
  const fields = record(value, `${name}: backend`);
  whole(fields.weight, `${name}: weight`);
  string(fields.serviceName, `${name}: serviceName`);
  for (const entry of list(fields.endpoints, `${name}: endpoints`)) endpoint(entry, name);
  if (fields.mirror !== undefined) mirror(fields.mirror, name);
  return fields as unknown as Backend;
}

function mirror(value: unknown, name: string): void {
  const fields = record(value, `${name}: mirror`);
  whole(fields.ratio, `${name}: mirror ratio`);
  for (const target of list(fields.targets, `${name}: mirror targets`)) backend(target, name);
}

function endpoint(value: unknown, name: string): Endpoint {
  const fields = record(value, `${name}: endpoint`);
  for (const key of ['instanceId', 'host', 'gatewayKey']) string(fields[key], `${name}: endpoint ${key}`);
  const port = whole(fields.port, `${name}: endpoint port`);
  if (port < 1 || port > 65535) throw new TypeError(`${name}: endpoint port: expected 1-65535, got ${port}`);
  return fields as unknown as Endpoint;
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${field}: expected an object`);
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${field}: expected a list`);
  return value;
}

function string(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new TypeError(`${field}: expected a text`);
  return value;
}

function whole(value: unknown, field: string): number {
  if (!Number.isInteger(value) || (value as number) < 0) {
    throw new TypeError(`${field}: expected a whole number of at least 0`);
  }
  return value as number;
}
