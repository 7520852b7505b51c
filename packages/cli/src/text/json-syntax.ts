/** Where and why a text is not JSON; `line` and `column` count from 1. */
export interface JsonProblem {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: JsonProblem };

/**
 * Parses like JSON.parse, but a failure names the place: what the engine reports differs between versions
 * and often holds no position. A byte order mark is skipped: Windows editors write one.
 */
export function parseJson(source: string): JsonResult {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    const { offset, reason } = findProblem(text);
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    return { ok: false, problem: { line, column: offset - before.lastIndexOf('\n'), reason } };
  }
}

class Problem {
  constructor(
    readonly offset: number,
    readonly reason: string,
  ) {}
}

function findProblem(text: string): Problem {
  try {
    const end = skipSpace(text, value(text, skipSpace(text, 0), 0));
    return new Problem(end, `expected the end of the text, found ${describe(text, end)}`);
  } catch (problem) {
    if (problem instanceof Problem) return problem;
    throw problem;
  }
}

const MAX_DEPTH = 1_000;

/** Each reader takes the offset of its first character and returns the offset after its last. */
function value(text: string, at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new Problem(at, `more than ${MAX_DEPTH} levels of nesting`);
  const character = text[at];
  if (character === '{') return sequence(text, at, '}', (start) => member(text, start, depth + 1));
  if (character === '[') return sequence(text, at, ']', (start) => value(text, start, depth + 1));
  if (character === '"') return string(text, at);
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, at)) return at + word.length;
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  number.lastIndex = at;
  if (number.test(text)) return number.lastIndex;
  throw new Problem(at, `expected a value, found ${describe(text, at)}`);
}

function sequence(text: string, open: number, close: '}' | ']', item: (start: number) => number): number {
  let at = skipSpace(text, open + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = skipSpace(text, item(at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') throw new Problem(at, `expected "," or "${close}", found ${describe(text, at)}`);
    const comma = at;
    at = skipSpace(text, at + 1);
    if (text[at] === close) throw new Problem(comma, `a comma before "${close}" is one too many`);
  }
}

function member(text: string, at: number, depth: number): number {
  if (text[at] !== '"') throw new Problem(at, `expected a key in double quotes, found ${describe(text, at)}`);
  const colon = skipSpace(text, string(text, at));
  if (text[colon] !== ':')
    throw new Problem(colon, `expected ":" after the key, found ${describe(text, colon)}`);
  return value(text, skipSpace(text, colon + 1), depth);
}

function string(text: string, open: number): number {
  for (let at = open + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (Number.isNaN(code)) throw new Problem(open, 'this text has no closing quote');
    if (text[at] === '"') return at + 1;
    if (code < 0x20)
      throw new Problem(at, `${describe(text, at)} inside a text; its closing quote may be missing`);
    if (text[at] !== '\\') continue;
    const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
    escaped.lastIndex = at;
    if (!escaped.test(text))
      throw new Problem(at, 'a backslash that starts no known escape; write \\\\ for one');
    at = escaped.lastIndex - 1;
  }
}

function skipSpace(text: string, at: number): number {
  const space = /[ \t\r\n]*/y;
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

function describe(text: string, at: number): string {
  const character = text.slice(at, at + 2);
  if (character === '') return 'the end of the text';
  if (character.startsWith('#') || character === '//' || character === '/*')
    return 'a comment, which JSON does not have';
  if (character.startsWith("'")) return 'a single quote (JSON uses double quotes)';
  if (character.startsWith('\n') || character.startsWith('\r')) return 'the end of the line';
  return JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));
}
