import { RecordError } from '../../errors.js';
import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import { keyOf, numberOf } from '../../types/value.js';
import { checkCount, readStrings } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import { readMatrix } from '../../xml/matrix.js';
import type { RankedResult } from '../comparison/ranking.js';
import { nearestOf, rankedOutput } from '../comparison/ranking.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import { countTerms } from './count-terms.js';
import { compileWeights } from './term-weights.js';

/**
 * TextModel (PMML 4.4): the document of the corpus that is most like the row's text. The text is the one active
 * field that is text; otherwise each active field is the count of the term it is named after.
 */
export function compileTextModel(context: ModelContext): CompiledModel<RankedResult> {
  const { element } = context;
  const dictionary = element.needChild('TextDictionary');
  dictionary.child('Taxonomy')?.refuse('taxonomies of terms are not supported');
  const terms = readStrings(dictionary.needChild('Array'));
  const documents = element.needChild('TextCorpus').all('TextDocument');
  const matrixElement = element.needChild('DocumentTermMatrix').needChild('Matrix');
  const matrix = readMatrix(matrixElement);
  if (terms.length === 0) dictionary.refuse('it has no terms');
  if (matrix.length !== documents.length || matrix.some((row) => row.length !== terms.length)) {
    matrixElement.refuse(`it is not ${documents.length} documents by ${terms.length} terms`);
  }
  checkCount(element, 'numberOfTerms', terms.length, 'terms');
  checkCount(element, 'numberOfDocuments', documents.length, 'documents');
  const weigh = compileWeights(element.child('TextModelNormalization'), matrix, terms.length);
  // The schema itself spells the element like this.
  const similarity = element.child('TextModelSimiliarity') ?? element.child('TextModelSimilarity');
  const isCosine =
    similarity?.choice('similarityType', ['euclidean', 'cosine'] as const, 'cosine') !== 'euclidean';
  const corpus = matrix.map(weigh);
  const compare = isCosine ? cosine : euclidean;
  const ids = documents.map((d) => d.need('id'));
  refuseTwice(ids, (i) => documents[i] as XmlElement);
  const names = documents.map((d) => d.attr('name') ?? d.need('id'));
  const values = ids.map((id) => context.category(id));
  const count = termCounter(context, terms, element);
  return {
    categories: values.map(keyOf),
    evaluate: (frame) => {
      const query = weigh(count(frame));
      const affinities = Float64Array.from(corpus, (row) => compare(query, row));
      const nearest = nearestOf(affinities, 1, isCosine);
      const at = nearest[0] ?? -1;
      return { value: values[at], entityId: ids[at], affinities, nearest };
    },
    output: (spec) => {
      if (spec.feature === 'predictedDisplayValue') return ({ nearest }) => names[nearest[0] ?? -1];
      return rankedOutput(spec, ids, ({ affinities }) => nearestOf(affinities, ids.length, isCosine));
    },
  };
}

function cosine(a: Float64Array, b: Float64Array): number {
  let [product, x, y] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += (a[i] as number) * (b[i] as number);
    x += (a[i] as number) ** 2;
    y += (b[i] as number) ** 2;
  }
  return x === 0 || y === 0 ? 0 : product / Math.sqrt(x * y);
}

function euclidean(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}

function termCounter(
  { scope, activeFields }: ModelContext,
  terms: readonly string[],
  element: XmlElement,
): (frame: Frame) => ArrayLike<number> {
  const fields = activeFields.map((name): Field => scope.field(name, element));
  const text = fields[0];
  if (fields.length === 1 && text?.dataType === 'string') {
    const counts = countTerms(terms);
    return (frame) => {
      const value = text.read(frame);
      if (value === undefined) throw new RecordError(text.name, undefined, 'a text', 'missing');
      return counts(keyOf(value));
    };
  }
  const byTerm = terms.map((term) => fields.find((f) => f.name === term));
  if (byTerm.every((f) => f === undefined)) element.refuse('no active field is a text or named after a term');
  return (frame) => Float64Array.from(byTerm, (f) => (f === undefined ? 0 : (numberOf(f.read(frame)) ?? 0)));
}
