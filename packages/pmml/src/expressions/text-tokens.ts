import type { XmlElement } from '../xml/element.js';
import { regularExpression } from './regular-expression.js';

export interface TokenRules {
  readonly caseSensitive: boolean;
  /** Edits allowed in a whole term. */
  readonly distance: number;
  /** Count the closest hits only. */
  readonly best: boolean;
  tokenize(text: string): string[];
}

const PUNCTUATION = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;

/** How a text is cut: at separators, punctuation at the ends of words dropped, or into all that match `x-wordRE`. */
export function tokenizer(
  element: XmlElement,
  inherited?: (text: string) => string[],
): (text: string) => string[] {
  const words = element.attr('x-wordRE');
  if (words !== undefined) {
    const expression = regularExpression(words, 'g') ?? element.refuse('x-wordRE is no supported expression');
    return (text) => text.match(expression) ?? [];
  }
  const separator = element.attr('wordSeparatorCharacterRE');
  if (inherited !== undefined && separator === undefined) return inherited;
  const expression =
    regularExpression(separator ?? '\\s+', '') ?? element.refuse('wordSeparatorCharacterRE is not supported');
  if (!element.boolean('tokenize', true)) return (text) => (text === '' ? [] : [text]);
  return (text) =>
    text
      .split(expression)
      .map((word) => word.replace(PUNCTUATION, ''))
      .filter((word) => word !== '');
}

/** Occurrences of a term (a run of words) among tokens. */
export function countHits(tokens: readonly string[], term: readonly string[], rules: TokenRules): number {
  const size = term.length;
  if (size === 0) return 0;
  let hits = 0;
  let closest = rules.distance;
  for (let at = 0; at + size <= tokens.length; at++) {
    const distance = distanceAt(tokens, at, term, rules.distance);
    if (distance > rules.distance) continue;
    if (rules.best && distance < closest) {
      closest = distance;
      hits = 0;
    }
    if (!rules.best || distance === closest) hits++;
  }
  return hits;
}

/** Edits between the term and the tokens from `at` on; more than `limit` where there are more. */
export function distanceAt(
  tokens: readonly string[],
  at: number,
  term: readonly string[],
  limit: number,
): number {
  let total = 0;
  for (let i = 0; i < term.length; i++) {
    const [a, b] = [tokens[at + i] as string, term[i] as string];
    if (a === b) continue;
    if (limit === 0) return 1;
    total += levenshtein(a, b);
    if (total > limit) return total;
  }
  return total;
}

export function levenshtein(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}
