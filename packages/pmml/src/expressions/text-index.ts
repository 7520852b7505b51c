import type { Scope } from '../fields/scope.js';
import { EXPRESSIONS } from '../fields/transformations.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { Expression } from './contract.js';
import { isOfRecord } from './of-field.js';
import { compileNormalization } from './text-normalization.js';
import type { TokenRules } from './text-tokens.js';
import { countHits, tokenizer } from './text-tokens.js';

const WEIGHTS = ['termFrequency', 'binary', 'logarithmic', 'augmentedNormalizedTermFrequency'] as const;

interface Document {
  readonly text: string;
  readonly tokens: readonly string[];
  /** Frequency of the most frequent token. */
  readonly peak: number;
}

/** What the calls of one `TextIndex` element share: the last text they have cut into tokens. */
const READERS = new WeakMap<
  XmlElement,
  { rules: TokenRules; read: (text: string) => Document; term: (t: string) => readonly string[] }
>();

/** `TextIndex`: how often a term occurs in a text. */
export function compileTextIndex(
  element: XmlElement,
  scope: Scope,
  compile: (e: XmlElement, s: Scope) => Expression,
): Expression {
  const field = scope.field(element.need('textField'), element);
  const body = element.oneOf(EXPRESSIONS);
  const term = compile(body ?? element.refuse('it has no term'), scope);
  const weight = element.choice('localTermWeights', WEIGHTS, 'termFrequency');
  let reader = READERS.get(element);
  if (reader === undefined) {
    reader = documentReader(element);
    READERS.set(element, reader);
  }
  const { rules, read, term: cut } = reader;
  const fixed = term.constant === undefined ? undefined : cut(String(term.constant));
  return {
    dataType: weight === 'termFrequency' || weight === 'binary' ? 'integer' : 'double',
    ofRecord: isOfRecord(field) && term.ofRecord,
    read: (frame) => {
      const text: Value = field.read(frame);
      const wanted = fixed ?? term.read(frame);
      if (text === undefined || wanted === undefined) return undefined;
      const document = read(String(text));
      const words = fixed ?? cut(String(wanted));
      return weigh(weight, countHits(document.tokens, words, rules), document);
    },
  };
}

function weigh(weight: (typeof WEIGHTS)[number], hits: number, { peak }: Document): number {
  switch (weight) {
    case 'termFrequency':
      return hits;
    case 'binary':
      return hits > 0 ? 1 : 0;
    case 'logarithmic':
      return Math.log10(1 + hits);
    case 'augmentedNormalizedTermFrequency':
      return hits > 0 ? 0.5 * (1 + (peak > 0 ? hits / peak : 0)) : 0;
  }
}

function documentReader(element: XmlElement) {
  const rules: TokenRules = {
    caseSensitive: element.boolean('isCaseSensitive', false),
    distance: element.integer('maxLevenshteinDistance', 0),
    best: element.choice('countHits', ['allHits', 'bestHits'] as const, 'allHits') === 'bestHits',
    tokenize: tokenizer(element),
  };
  const fold = (text: string): string => (rules.caseSensitive ? text : text.toLowerCase());
  const steps = element.all('TextIndexNormalization').map((step) => compileNormalization(step, rules));
  const normalize = (text: string): string => steps.reduce((t, step) => step(t), fold(text));
  let last: Document | undefined;
  return {
    rules,
    read: (text: string): Document => {
      if (last?.text === text) return last;
      const tokens = rules.tokenize(normalize(text));
      last = { text, tokens, peak: peakOf(tokens) };
      return last;
    },
    // Normalizations bring texts to the vocabulary of the terms, which are in it already.
    term: (text: string): readonly string[] => rules.tokenize(fold(text)),
  };
}

function peakOf(tokens: readonly string[]): number {
  const counts = new Map<string, number>();
  let peak = 0;
  for (const token of tokens) {
    const count = (counts.get(token) ?? 0) + 1;
    counts.set(token, count);
    if (count > peak) peak = count;
  }
  return peak;
}
