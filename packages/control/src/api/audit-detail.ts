import type { JsonValue } from '@openeas/contracts';

const SECRET_NAME = /token|secret|password|passwd|auth|credential|private|access_?key/i;
const MAX_LENGTH = 16_384;
const HIDDEN = '***';

/** JSON text of what a caller asked for, without what only the caller should know. */
export function auditDetail(parameters: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(parameters, (name, value: unknown) =>
    name === '' ? value : cleaned(name, value),
  );
  return text.length <= MAX_LENGTH ? text : JSON.stringify({ truncated: text.slice(0, MAX_LENGTH) });
}

function cleaned(name: string, value: unknown): unknown {
  // `generate_token` is a switch and `true` is no secret; texts, numbers and whole branches are.
  if (SECRET_NAME.test(name) && value !== '' && typeof value !== 'boolean' && value !== null) return HIDDEN;
  if (/envs?$/i.test(name) && Array.isArray(value)) return value.map(withoutValue);
  return typeof value === 'string' ? withoutUrlSecrets(value) : value;
}

/** Environment variables often carry passwords: their names tell enough. */
function withoutValue(variable: JsonValue): JsonValue {
  return typeof variable === 'object' && variable !== null && 'value' in variable
    ? { ...variable, value: HIDDEN }
    : variable;
}

/** User, password and query of an address may hold credentials. */
function withoutUrlSecrets(text: string): string {
  return text.replace(
    /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#@]*@)?([^?#]*)(\?[^#]*)?/i,
    (_, scheme: string, rest: string, query: string | undefined) =>
      `${scheme}${rest}${query === undefined ? '' : `?${HIDDEN}`}`,
  );
}
