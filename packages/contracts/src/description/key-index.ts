import { isOpen, type KeySpec } from './key-spec.js';
import { METADATA_KEYS } from './keys-metadata.js';
import { PLATFORM_KEYS } from './keys-platform.js';
import { RPC_KEYS } from './keys-rpc.js';
import { SERVICE_KEYS } from './keys-service.js';

/** Every key of service.json that is known, in the order in which a canonical configuration lists them. */
export const SERVICE_KEY_TABLE: readonly KeySpec[] = [
  ...SERVICE_KEYS,
  ...METADATA_KEYS,
  ...RPC_KEYS,
  ...PLATFORM_KEYS,
];

const byPath = new Map<string, KeySpec>();
const below = new Map<string, Set<KeySpec>>();

for (const spec of SERVICE_KEY_TABLE) {
  for (const path of [spec.path, ...spec.aliases]) {
    if (byPath.has(path)) throw new Error(`the key ${path} is declared twice`);
    byPath.set(path, spec);
    const segments = path.split('.');
    for (let length = 1; length < segments.length; length++) {
      const prefix = segments.slice(0, length).join('.');
      const specs = below.get(prefix) ?? new Set();
      below.set(prefix, specs.add(spec));
    }
  }
}

/** Every path under which a key is known, aliases included. */
export const KNOWN_PATHS: readonly string[] = [...byPath.keys()];

export function specAt(path: string): KeySpec | undefined {
  return byPath.get(path);
}

/** The keys below a path that is only a prefix; undefined when nothing lies below. */
export function specsBelow(path: string): ReadonlySet<KeySpec> | undefined {
  return below.get(path);
}

/** The open key that a path reaches into, and what is left of the path: `labels.a.b` → labels, [a, b]. */
export function openSpecAbove(
  segments: readonly string[],
): { spec: KeySpec; rest: readonly string[] } | undefined {
  for (let length = segments.length - 1; length > 0; length--) {
    const spec = byPath.get(segments.slice(0, length).join('.'));
    if (spec !== undefined && isOpen(spec.type)) return { spec, rest: segments.slice(length) };
  }
  return undefined;
}
