/** Where a text stops being JSON: 1-based line and column, 0-based offset in UTF-16 units. */
export interface JsonErrorPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** What stands there and what could stand there instead. */
  readonly reason: string;
}

class Stop extends Error {
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const MAX_DEPTH = 512;

/**
 * Finds the first error of a text that JSON.parse refused (its own messages name no position in every
 * version). Runs only after a failure, so it is written for clear words, not for speed.
 */
export function locateJsonError(text: string): JsonErrorPlace | undefined {
  try {
    const end = value(text, blank(text, 0), 0);
    const rest = blank(text, end);
    if (rest < text.length) throw new Stop(rest, `${shown(text, rest)} after the end of the value`);
    return undefined;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const before = text.slice(0, error.offset);
    const line = before.split('\n').length;
    const column = error.offset - (before.lastIndexOf('\n') + 1) + 1;
    return { offset: error.offset, line, column, reason: error.message };
  }
}

function value(text: string, at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new Stop(at, `more than ${MAX_DEPTH} levels of nesting`);
  const c = text[at];
  if (c === '{') return members(text, at, depth);
  if (c === '[') return elements(text, at, depth);
  if (c === '"') return string(text, at);
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, at)) return at + word.length;
  NUMBER.lastIndex = at;
  if (c !== undefined && NUMBER.test(text)) return NUMBER.lastIndex;
  throw new Stop(at, `${shown(text, at)} where a value was expected`);
}

function elements(text: string, start: number, depth: number): number {
  let at = blank(text, start + 1);
  if (text[at] === ']') return at + 1;
  for (;;) {
    at = blank(text, value(text, at, depth + 1));
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') throw new Stop(at, `${shown(text, at)} where "," or "]" was expected`);
    at = blank(text, at + 1);
  }
}

function members(text: string, start: number, depth: number): number {
  let at = blank(text, start + 1);
  if (text[at] === '}') return at + 1;
  for (;;) {
    if (text[at] !== '"') throw new Stop(at, `${shown(text, at)} where a name in double quotes was expected`);
    at = blank(text, string(text, at));
    if (text[at] !== ':') throw new Stop(at, `${shown(text, at)} where ":" was expected`);
    at = blank(text, value(text, blank(text, at + 1), depth + 1));
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') throw new Stop(at, `${shown(text, at)} where "," or "}" was expected`);
    at = blank(text, at + 1);
  }
}

function string(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x22) return at + 1;
    if (c < 0x20)
      throw new Stop(at, `the control character U+${c.toString(16).padStart(4, '0')} inside a string`);
    if (c !== 0x5c) continue;
    at++;
    if (text[at] === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) throw new Stop(at - 1, 'a broken \\u escape');
      at += 4;
    } else if (at < text.length && !'"\\/bfnrt'.includes(text[at]!)) {
      throw new Stop(at - 1, `the unknown escape \\${text[at]}`);
    }
  }
  throw new Stop(text.length, 'the end of the body inside a string');
}

function blank(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\n\r'.includes(text[at]!)) at++;
  return at;
}

function shown(text: string, at: number): string {
  return at < text.length ? JSON.stringify(text[at]) : 'the end of the body';
}
