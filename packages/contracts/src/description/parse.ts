import type { ServiceDescription } from '../service-description.js';
import { compile } from './compile.js';
import { type FlatConfig, type FlatEntry, flatten } from './flatten.js';
import { isJsonObject } from './json.js';
import { specAt } from './key-index.js';
import { Problems } from './problems.js';
import { checkRules, type Offer } from './rules.js';
import { nest, type ServiceConfig } from './service-config.js';

export interface ParsedService {
  readonly description: ServiceDescription;
  readonly config: ServiceConfig;
}

/**
 * Reads a service.json: `config` is its canonical form without defaults, `description` the compiled one with
 * all of them. Fails with InvalidServiceDescription that lists every problem; `problemsOf` gives them apart.
 * Throws nothing else, whatever JSON comes in.
 */
export function parseServiceDescription(raw: unknown, options: Offer = {}): ParsedService {
  const problems = new Problems();
  const flat = withoutNulls(flatten(raw, problems));
  // Missing keys of something that is no object would only repeat the first message.
  if (isJsonObject(raw)) checkRules(flat, options, problems);
  problems.throwIfAny();
  return { description: compile(flat), config: nest(flat) };
}

/** In a whole description null says the same as leaving the key out. */
function withoutNulls(flat: FlatConfig): FlatConfig {
  const kept = new Map<string, FlatEntry>();
  for (const [path, entry] of flat) {
    if (entry.value === null) continue;
    const kind = specAt(path)?.type.kind;
    if ((kind === 'map' || kind === 'switches') && isJsonObject(entry.value)) {
      const entries = Object.entries(entry.value).filter(([, value]) => value !== null);
      kept.set(path, { ...entry, value: Object.fromEntries(entries) });
    } else kept.set(path, entry);
  }
  return kept;
}
