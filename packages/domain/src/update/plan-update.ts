import { isDeepStrictEqual } from 'node:util';
import {
  type JsonObject,
  type JsonValue,
  mergeServiceConfig,
  type ServiceConfig,
  type TrafficState,
} from '@openeas/contracts';

/** How a description is applied to the one in force (contract 7.8 UpdateType). */
export type UpdateMode = 'merge' | 'replace';

/** What an update comes to; `config` is the canonical description that results. */
export type UpdatePlan =
  /** It asks for what is there already. */
  | { readonly kind: 'unchanged'; readonly config: ServiceConfig }
  /** Only the number of instances differs: no instance is replaced (manual, "modify"). */
  | { readonly kind: 'scale'; readonly config: ServiceConfig }
  /** Only what no instance runs with differs: it holds at once, for the instances that are there. */
  | { readonly kind: 'settings'; readonly config: ServiceConfig }
  /** The current version changes in place: its revision grows and instances are replaced one by one. */
  | { readonly kind: 'revise'; readonly config: ServiceConfig }
  /** Model or processor are named: a version is added, and its packages are fetched anew. */
  | { readonly kind: 'newVersion'; readonly config: ServiceConfig };

const INSTANCE_COUNT = ['metadata', 'instance'] as const;

/** Read by control, the reconciler or the gateway; an instance that runs has no use for them. */
const NOT_OF_INSTANCES: readonly (readonly string[])[] = [
  INSTANCE_COUNT,
  ['labels'],
  ['source'],
  ['metadata', 'workspace_id'],
  ['metadata', 'rolling_strategy'],
  ['networking', 'gateway_policy'],
  ['networking', 'api_gateway'],
  ['networking', 'access_key'],
  ['metadata', 'group'],
  ['networking', 'traffic_state'],
];

/** Keys beside `model*` and `processor*` that say what is served rather than how. */
const SUBJECT_KEYS: ReadonlySet<string> = new Set([
  'multi_models',
  'containers',
  'data_image',
  'requirements',
  'oss_endpoint',
  'uncompress',
]);

/**
 * `current` and `patch` are canonical (normaliseServiceConfig); in a merge `null` removes a key. A patch that
 * names the model or the processor adds a version even if their addresses are the same, because what lies
 * there may be new; only a sheer change of the number of instances goes before that.
 */
export function planUpdate(current: ServiceConfig, patch: ServiceConfig, mode: UpdateMode): UpdatePlan {
  const config = mode === 'merge' ? mergeServiceConfig(current, patch) : replaced(current, patch);
  const equal = isDeepStrictEqual(current, config);
  if (!equal && sameWithout(current, config, [INSTANCE_COUNT])) return { kind: 'scale', config };
  if (namesSubject(patch)) return { kind: 'newVersion', config };
  if (equal) return { kind: 'unchanged', config };
  if (sameWithout(current, config, NOT_OF_INSTANCES)) return { kind: 'settings', config };
  return { kind: 'revise', config };
}

/** True when `patch` names a key of the model or the processor. */
export function namesSubject(patch: ServiceConfig): boolean {
  return Object.entries(patch).some(
    ([name, value]) =>
      value !== null && (name.startsWith('model') || name.startsWith('processor') || SUBJECT_KEYS.has(name)),
  );
}

/** The same description for another number of instances. */
export function withInstanceCount(config: ServiceConfig, instance: number): ServiceConfig {
  return mergeServiceConfig(config, { metadata: { instance } });
}

/** The same description in another service group, or with another part in its traffic; '' = in none. */
export function withServiceGroup(config: ServiceConfig, group: string, state: TrafficState): ServiceConfig {
  const grouped = group !== '' && state === 'grouping';
  return mergeServiceConfig(config, {
    metadata: { group: group === '' ? null : group },
    networking: { traffic_state: grouped ? state : null },
  });
}

/** The name cannot change, and the token is not shown on export: a description without them keeps them. */
function replaced(current: ServiceConfig, patch: ServiceConfig): ServiceConfig {
  const kept: Record<string, JsonValue> = {};
  for (const key of ['name', 'token']) if (current[key] !== undefined) kept[key] = current[key];
  return mergeServiceConfig(kept, patch);
}

function sameWithout(a: ServiceConfig, b: ServiceConfig, paths: readonly (readonly string[])[]): boolean {
  const cut = (config: ServiceConfig): JsonValue =>
    paths.reduce<JsonObject>((rest, path) => without(rest, path), config);
  return isDeepStrictEqual(cut(a), cut(b));
}

/** Objects emptied on the way go too: never having had a key and having lost it are one thing. */
function without(object: JsonObject, [first, ...rest]: readonly string[]): JsonObject {
  if (first === undefined || !Object.hasOwn(object, first)) return object;
  const { [first]: inner, ...others } = object;
  if (rest.length === 0) return others;
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return object;
  const kept = without(inner as JsonObject, rest);
  return Object.keys(kept).length === 0 ? others : { ...others, [first]: kept };
}
