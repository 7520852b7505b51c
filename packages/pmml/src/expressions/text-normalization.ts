import type { XmlElement } from '../xml/element.js';
import { checkColumn, inlineTable, readTable } from '../xml/inline-table.js';
import { regularExpression } from './regular-expression.js';
import type { TokenRules } from './text-tokens.js';
import { distanceAt, tokenizer } from './text-tokens.js';

/** Rounds of a recursive normalization before it counts as endless. */
const MAX_ROUNDS = 100;

/** `TextIndexNormalization`: replaces words and patterns of the text, row by row of its table. */
export function compileNormalization(element: XmlElement, outer: TokenRules): (text: string) => string {
  const caseSensitive = element.boolean('isCaseSensitive', outer.caseSensitive);
  const distance = element.integer('maxLevenshteinDistance', outer.distance);
  const tokenize = tokenizer(element, outer.tokenize);
  const [from, to] = [element.attr('inField') ?? 'string', element.attr('outField') ?? 'stem'];
  const regex = element.attr('regexField') ?? 'regex';
  const table = inlineTable(element);
  const rows = readTable(table);
  if (element.attr('regexField') !== undefined) checkColumn(rows, regex, element);
  const steps = rows.map((row): ((text: string) => string) => {
    const [pattern, result] = [row(from), row(to)];
    if (pattern === undefined || result === undefined) return table.refuse(`a row has no ${from} or ${to}`);
    if (row(regex)?.trim() === 'true') {
      const expression =
        regularExpression(pattern, caseSensitive ? 'g' : 'gi') ??
        table.refuse(`${JSON.stringify(pattern)} is not a supported regular expression`);
      return (text) => text.replace(expression, () => result);
    }
    const fold = (text: string): string => (caseSensitive ? text : text.toLowerCase());
    const words = tokenize(fold(pattern));
    return (text) => replaceWords(tokenize(text), words, tokenize(result), distance, fold);
  });
  const once = (text: string): string => steps.reduce((t, step) => step(t), text);
  if (!element.boolean('recursive', false)) return once;
  return (text) => {
    let current = text;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const next = once(current);
      if (next === current) break;
      current = next;
    }
    return current;
  };
}

function replaceWords(
  tokens: readonly string[],
  words: readonly string[],
  result: readonly string[],
  distance: number,
  fold: (text: string) => string,
): string {
  const folded = tokens.map(fold);
  const out: string[] = [];
  for (let at = 0; at < tokens.length; ) {
    const fits = words.length > 0 && at + words.length <= tokens.length;
    if (fits && distanceAt(folded, at, words, distance) <= distance) {
      out.push(...result);
      at += words.length;
    } else {
      out.push(tokens[at] as string);
      at++;
    }
  }
  return out.join(' ');
}
