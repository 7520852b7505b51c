import { openSpecAbove, specAt } from './key-index.js';
import type { KeySpec } from './key-spec.js';
import { Problems, shown } from './problems.js';
import { mergeServiceConfig, normaliseServiceConfig, type ServiceConfig } from './service-config.js';

/**
 * The patch that `-Dkey=value` arguments ask for (the part after `-D`). Text stays text where the key holds
 * text; lists, objects and maps are read as JSON. Fails with InvalidServiceDescription, all problems listed.
 */
export function parseOverrides(overrides: readonly string[]): ServiceConfig {
  const problems = new Problems();
  const raw: Record<string, unknown> = {};
  for (const override of overrides) {
    const equals = override.indexOf('=');
    if (equals < 1) {
      problems.add('-D', `${shown(override)} is not valid; expected KEY=VALUE, e.g. metadata.instance=2`);
      continue;
    }
    const path = override.slice(0, equals).trim();
    if (Object.hasOwn(raw, path)) problems.add(path, 'is given twice; give it once');
    const value = readValue(path, override.slice(equals + 1));
    Object.defineProperty(raw, path, { value, enumerable: true, configurable: true, writable: true });
  }
  problems.throwIfAny();
  return normaliseServiceConfig(raw);
}

/** `current` with the overrides laid over it. */
export function applyOverrides(current: ServiceConfig, overrides: readonly string[]): ServiceConfig {
  return mergeServiceConfig(current, parseOverrides(overrides));
}

function readValue(path: string, given: string): unknown {
  const spec = specAt(path);
  if (spec !== undefined) return readFor(spec, given);
  const open = openSpecAbove(path.split('.'));
  if (open === undefined) return given;
  return open.spec.type.kind === 'map' ? given : jsonOr(given);
}

/** Scalars are turned from text by the key's own type later; only structures need reading here. */
function readFor(spec: KeySpec, given: string): unknown {
  switch (spec.type.kind) {
    case 'map':
    case 'switches':
    case 'object':
    case 'list':
    case 'any':
      return jsonOr(given);
    case 'textOrObject':
      return given.trimStart().startsWith('{') ? jsonOr(given) : given;
    default:
      return given;
  }
}

function jsonOr(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}
