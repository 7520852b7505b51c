import type { AuthenticationInput } from './authenticator.js';

/** The text that an API-gateway client signs (contract 9.1). `signed`: header names as the client lists them. */
export function caStringToSign(input: AuthenticationInput, signed: readonly string[]): string {
  const line = (name: string): string => `${input.header(name) ?? ''}\n`;
  const headers = signed.map((name) => `${name}:${input.header(name.toLowerCase()) ?? ''}\n`);
  return [
    `${input.method}\n`,
    line('accept'),
    line('content-md5'),
    line('content-type'),
    line('date'),
    ...headers,
    pathAndParameters(input),
  ].join('');
}

/** Path, then the parameters of query and form, by name, not encoded; an empty one is its name alone. */
function pathAndParameters(input: AuthenticationInput): string {
  const mark = input.target.indexOf('?');
  const path = mark < 0 ? input.target : input.target.slice(0, mark);
  const parameters = new Map<string, string>();
  const add = (text: string): void => {
    // The first of several values counts, and what the query says goes before the form.
    for (const [name, value] of new URLSearchParams(text))
      if (!parameters.has(name)) parameters.set(name, value);
  };
  if (mark >= 0) add(input.target.slice(mark + 1));
  const type = input.header('content-type')?.toLowerCase() ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) add(input.completeBody?.toString('utf8') ?? '');
  if (parameters.size === 0) return path;
  const names = [...parameters.keys()].sort();
  return `${path}?${names.map((name) => (parameters.get(name) === '' ? name : `${name}=${parameters.get(name)}`)).join('&')}`;
}
