import {
  type ActionName,
  type ActionSpec,
  API_ACTIONS,
  OpenEasError,
  type ParameterKind,
} from '@openeas/contracts';
import { percentEncode } from './percent-encoding.js';

export type QueryValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, unknown>>
  | undefined;

export interface CallParameters {
  /** Values of the `{Name}` parts of the path. `ClusterId` is filled in by the client. */
  readonly path?: Readonly<Record<string, string>>;
  /** `undefined` values are left out. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** For raw-body actions text is sent as it is; everything else is serialised as JSON. */
  readonly body?: unknown;
}

/** What goes on the wire, before dates and signatures. */
export interface ActionRequest {
  readonly action: ActionName;
  readonly method: ActionSpec['method'];
  /** Percent-encoded. */
  readonly path: string;
  /** Decoded; `encodeQuery` writes it. */
  readonly query: readonly (readonly [string, string])[];
  /** '' = no body. */
  readonly body: string;
}

/** Builds the request of an action from the table of contract 7.6; refuses parameters that the action lacks. */
export function actionRequest(action: ActionName, parameters: CallParameters = {}): ActionRequest {
  const spec: ActionSpec = API_ACTIONS[action];
  return {
    action,
    method: spec.method,
    path: expandPath(action, spec.path, parameters.path ?? {}),
    query: queryPairs(action, spec.query, parameters.query ?? {}),
    body: bodyText(action, spec.body, parameters.body),
  };
}

export function encodeQuery(query: ActionRequest['query']): string {
  return query.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}

function expandPath(action: ActionName, template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === '') {
      throw new OpenEasError('MissingParameter', {
        field: name,
        expected: `the ${name} that ${action} is for`,
      });
    }
    // `.` and `..` survive percent-encoding and would be taken for steps in the path.
    if (value === '.' || value === '..') {
      throw new OpenEasError('InvalidParameter', { field: name, value, expected: `a ${name}` });
    }
    return percentEncode(value);
  });
}

function queryPairs(
  action: ActionName,
  kinds: ActionSpec['query'],
  values: Readonly<Record<string, QueryValue>>,
): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(values)) {
    const kind = kinds[name];
    if (kind === undefined) {
      const expected = Object.keys(kinds).join(', ') || 'no query parameter at all';
      throw new OpenEasError('InvalidParameter', { field: `${action} query`, value: name, expected });
    }
    if (value !== undefined) pairs.push([name, queryText(kind, value)]);
  }
  return pairs;
}

function queryText(kind: ParameterKind, value: Exclude<QueryValue, undefined>): string {
  if (kind === 'json') return typeof value === 'string' ? value : JSON.stringify(value);
  if (kind === 'list' && Array.isArray(value)) return value.join(',');
  return String(value);
}

function bodyText(action: ActionName, allowed: ActionSpec['body'], body: unknown): string {
  if (body === undefined) return '';
  if (allowed === 'raw') return typeof body === 'string' ? body : JSON.stringify(body);
  const fields = body as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(fields)) {
    if (allowed.includes(name)) continue;
    const expected = allowed.join(', ') || 'no body at all';
    throw new OpenEasError('InvalidParameter', { field: `${action} body`, value: name, expected });
  }
  return JSON.stringify(fields);
}
