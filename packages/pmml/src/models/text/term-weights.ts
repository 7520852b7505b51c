import type { XmlElement } from '../../xml/element.js';

/** Makes term counts of a document comparable: local weight, global weight, length. */
export type Weigh = (counts: ArrayLike<number>) => Float64Array;

/**
 * `TextModelNormalization`, over the documents of the model.
 * @param matrix term counts, a document after the other
 */
export function compileWeights(
  element: XmlElement | undefined,
  matrix: readonly ArrayLike<number>[],
  terms: number,
): Weigh {
  const local = localWeight(element);
  const global = globalWeights(element, matrix, terms);
  const cosine = element?.choice('documentNormalization', ['none', 'cosine'] as const, 'none') === 'cosine';
  return (counts) => {
    const out = local(counts);
    let length = 0;
    for (let i = 0; i < terms; i++) {
      out[i] = (out[i] as number) * (global[i] as number);
      length += (out[i] as number) ** 2;
    }
    if (cosine && length > 0) for (let i = 0; i < terms; i++) out[i] = (out[i] as number) / Math.sqrt(length);
    return out;
  };
}

const LOCAL = ['termFrequency', 'binary', 'logarithmic', 'augmentedNormalizedTermFrequency'] as const;

function localWeight(element: XmlElement | undefined): (counts: ArrayLike<number>) => Float64Array {
  switch (element?.choice('localTermWeights', LOCAL, 'termFrequency')) {
    case 'binary':
      return (counts) => Float64Array.from(counts, (f) => (f > 0 ? 1 : 0));
    case 'logarithmic':
      return (counts) => Float64Array.from(counts, (f) => Math.log(1 + f));
    case 'augmentedNormalizedTermFrequency':
      return (counts) => {
        let max = 0;
        for (let i = 0; i < counts.length; i++) max = Math.max(max, counts[i] as number);
        return Float64Array.from(counts, (f) => (f > 0 ? 0.5 + 0.5 * (f / max) : 0));
      };
    default:
      return (counts) => Float64Array.from(counts);
  }
}

const GLOBAL = ['inverseDocumentFrequency', 'none', 'GFIDF', 'normal', 'probabilisticInverse'] as const;

function globalWeights(
  element: XmlElement | undefined,
  matrix: readonly ArrayLike<number>[],
  terms: number,
): Float64Array {
  const kind = element?.choice('globalTermWeights', GLOBAL, 'inverseDocumentFrequency') ?? 'none';
  const n = matrix.length;
  return Float64Array.from({ length: terms }, (_, term) => {
    let [frequency, documents, squares] = [0, 0, 0];
    for (const row of matrix) {
      const f = row[term] as number;
      frequency += f;
      squares += f * f;
      if (f > 0) documents++;
    }
    // A term that no document has weighs nothing.
    if (documents === 0) return 0;
    switch (kind) {
      case 'inverseDocumentFrequency':
        return Math.log(n / documents);
      case 'GFIDF':
        return frequency / documents;
      case 'normal':
        return 1 / Math.sqrt(squares);
      case 'probabilisticInverse':
        return n === documents ? 0 : Math.log((n - documents) / documents);
      case 'none':
        return 1;
    }
  });
}
