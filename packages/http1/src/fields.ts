import type { HeadParser } from './head-parser.js';

/** Turns the marks of a parsed head into names in lower case and values, alternating. */
export function fieldPairs(parser: HeadParser, text: string): string[] {
  const marks = parser.marks;
  const count = parser.fields * 4;
  const pairs: string[] = new Array(parser.fields * 2);
  for (let mark = 0, i = 0; mark < count; mark += 4) {
    pairs[i++] = text.substring(marks[mark]!, marks[mark + 1]!).toLowerCase();
    pairs[i++] = text.substring(marks[mark + 2]!, marks[mark + 3]!);
  }
  return pairs;
}

/** First value of `name` (lower case) among flat pairs. */
export function findField(pairs: readonly string[], name: string): string | undefined {
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1];
  return undefined;
}
