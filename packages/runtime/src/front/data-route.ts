/** What a path of the data port asks for. */
export type DataRoute =
  | {
      readonly kind: 'predict';
      readonly service: string /** With leading slash, '' = none. */;
      readonly rest: string;
    }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'unknown' };

const PREDICT = '/api/predict/';
const BUILTIN = '/api/builtin/';

export function routeOf(path: string): DataRoute {
  if (path.startsWith(PREDICT)) {
    const slash = path.indexOf('/', PREDICT.length);
    const service = slash < 0 ? path.slice(PREDICT.length) : path.slice(PREDICT.length, slash);
    if (service === '') return { kind: 'unknown' };
    const rest = slash < 0 || slash === path.length - 1 ? '' : path.slice(slash);
    return { kind: 'predict', service, rest };
  }
  if (path.startsWith(BUILTIN)) return { kind: 'builtin', name: path.slice(BUILTIN.length) };
  if (path === '/metrics') return { kind: 'metrics' };
  return { kind: 'unknown' };
}
