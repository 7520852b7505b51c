import type { FlatConfig } from './flatten.js';
import { isJsonObject, type JsonValue } from './json.js';
import { SERVICE_KEY_TABLE, specAt } from './key-index.js';
import { describe } from './key-values.js';
import { KNOWN_PROCESSORS } from './known-processors.js';
import { type Problems, shown } from './problems.js';

/** What an installation offers; a rule whose fact is absent is not checked. */
export interface Offer {
  /** Codes of the built-in processors. */
  readonly processors?: readonly string[];
  readonly region?: string;
}

/** Checks what concerns a whole description: required keys, support, and keys that depend on each other. */
export function checkRules(flat: FlatConfig, offer: Offer, problems: Problems): void {
  checkRequired(flat, problems);
  checkSupport(flat, problems);
  checkProcessor(flat, offer, problems);
  checkCustomProcessor(flat, problems);
  checkRegion(flat, offer, problems);
  checkRollingStrategy(flat, problems);
  checkLimits(flat, problems);
  checkHeaders(flat, problems);
}

function checkRequired(flat: FlatConfig, problems: Problems): void {
  for (const spec of SERVICE_KEY_TABLE) {
    if (spec.required && isAbsent(spec.path, flat, problems)) {
      problems.add(spec.path, `is missing; expected ${describe(spec.type)}`);
    }
  }
}

function isAbsent(path: string, flat: FlatConfig, problems: Problems): boolean {
  return !flat.has(path) && !problems.isSpoiled(path);
}

function checkSupport(flat: FlatConfig, problems: Problems): void {
  for (const [path, { written, value }] of flat) {
    const spec = specAt(path);
    if (spec?.support.kind !== 'refused' || asksForNothing(value)) continue;
    if (spec.support.unless?.includes(value)) continue;
    const received = spec.secret ? 'the value' : shown(value);
    problems.add(written, `${received} is refused: ${spec.support.reason}`);
  }
}

/** False, zero and empty ask for what holds anyway, so that `"gpu": 0` is no reason to refuse. */
function asksForNothing(value: JsonValue): boolean {
  if (isJsonObject(value)) return Object.values(value).every(asksForNothing);
  if (Array.isArray(value)) return value.length === 0;
  return value === false || value === 0 || value === '' || value === null;
}

const CUSTOM_KEYS = ['processor_path', 'processor_type', 'processor_entry', 'processor_mainclass'];

function checkProcessor(flat: FlatConfig, offer: Offer, problems: Problems): void {
  const processor = flat.get('processor');
  const containers = flat.get('containers');
  const custom = CUSTOM_KEYS.map((path) => flat.get(path)).find((entry) => entry !== undefined);
  if (processor !== undefined && custom !== undefined) {
    problems.add(
      custom.written,
      'is for custom processors, but processor names a built-in one; give only one',
    );
  }
  if (processor === undefined) {
    const spoiled = ['processor', 'containers', ...CUSTOM_KEYS].some((path) => problems.isSpoiled(path));
    if (!spoiled && custom === undefined && (containers === undefined || asksForNothing(containers.value))) {
      const offered = offer.processors === undefined ? '' : `, one of ${offer.processors.join(', ')}`;
      problems.add('processor', `is missing; expected the code of a built-in processor${offered}`);
    }
    return;
  }
  if (isAbsent('model_path', flat, problems)) {
    problems.add('model_path', 'is missing; expected where the model of the processor lies');
  }
  if (offer.processors === undefined || offer.processors.includes(String(processor.value))) return;
  const known = KNOWN_PROCESSORS.includes(String(processor.value))
    ? 'not offered by this installation'
    : 'unknown';
  problems.add(
    processor.written,
    `${shown(processor.value)} is ${known}; expected one of ${offer.processors.join(', ')}`,
  );
}

function checkCustomProcessor(flat: FlatConfig, problems: Problems): void {
  const type = flat.get('processor_type')?.value;
  if (isAbsent('processor_type', flat, problems) && flat.has('processor_path')) {
    problems.add('processor_type', 'is missing; expected one of cpp, java, python');
  }
  if (type === undefined) return;
  if (isAbsent('processor_path', flat, problems)) {
    problems.add('processor_path', 'is missing; expected where the custom processor lies');
  }
  const main = type === 'java' ? 'processor_mainclass' : 'processor_entry';
  if (isAbsent(main, flat, problems)) problems.add(main, `is missing; a ${String(type)} processor needs it`);
}

function checkRegion(flat: FlatConfig, offer: Offer, problems: Problems): void {
  const region = flat.get('metadata.region');
  if (offer.region === undefined || region === undefined || region.value === '') return;
  if (region.value === offer.region) return;
  problems.add(
    region.written,
    `${shown(region.value)} is not the region of this installation; expected ${offer.region}, or remove the key`,
  );
}

function checkRollingStrategy(flat: FlatConfig, problems: Problems): void {
  const nothing = (path: string): boolean => {
    if (problems.isSpoiled(path)) return false;
    const value = flat.get(path)?.value ?? specAt(path)?.default;
    return value === 0 || value === '0%';
  };
  const surge = 'metadata.rolling_strategy.max_surge';
  if (nothing(surge) && nothing('metadata.rolling_strategy.max_unavailable')) {
    problems.add(
      surge,
      'and max_unavailable are both 0, so no update could begin; expected at least one above 0',
    );
  }
}

function checkLimits(flat: FlatConfig, problems: Problems): void {
  for (const name of ['rate_limit', 'concurrency_limit']) {
    const path = `networking.gateway_policy.${name}`;
    if (flat.get(`${path}.enable`)?.value === true && isAbsent(`${path}.limit`, flat, problems)) {
      problems.add(`${path}.limit`, 'is missing; expected the number that the enabled limit allows');
    }
  }
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const HEADER_VALUE = /^[\x20-\x7e]{0,4096}$/;
/** Headers that frame the message or name the connection: the server's own. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const MAX_HEADERS = 64;

function checkHeaders(flat: FlatConfig, problems: Problems): void {
  const entry = flat.get('metadata.rpc.http.default_headers');
  if (entry === undefined || !isJsonObject(entry.value)) return;
  const names = Object.keys(entry.value);
  if (names.length > MAX_HEADERS) {
    problems.add(entry.written, `holds ${names.length} headers; expected at most ${MAX_HEADERS}`);
    return;
  }
  const seen = new Map<string, string>();
  for (const name of names) {
    const where = `${entry.written}.${name}`;
    const twin = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (!HEADER_NAME.test(name)) problems.add(where, 'is not a header name');
    else if (RESERVED_HEADERS.has(name.toLowerCase()))
      problems.add(where, 'is set by the server itself; remove it');
    else if (twin !== undefined) problems.add(where, `is the same header as ${twin}; give only one`);
    if (!HEADER_VALUE.test(String(entry.value[name]))) {
      problems.add(where, `${shown(entry.value[name])} is not a header value; expected printable ASCII`);
    }
  }
}
