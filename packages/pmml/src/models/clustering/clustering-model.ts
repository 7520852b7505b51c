import { RecordError } from '../../errors.js';
import { Scope } from '../../fields/scope.js';
import { keyOf } from '../../types/value.js';
import { checkCount, readDense, readNumbers, readStrings } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import type { ComparedField } from '../comparison/compared-field.js';
import { compileComparedField, defaultCompareFunction } from '../comparison/compared-field.js';
import { compileMeasure } from '../comparison/measure.js';
import type { RankedResult } from '../comparison/ranking.js';
import { nearestOf, rankedOutput } from '../comparison/ranking.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';

const ARRAYS: ReadonlySet<string> = new Set(['Array', 'REAL-SparseArray', 'INT-SparseArray']);

/** ClusteringModel (PMML 4.4, "Clustering Models"): the cluster whose centre is nearest. */
export function compileClusteringModel(context: ModelContext): CompiledModel<RankedResult> {
  const { element } = context;
  if (context.functionName !== 'clustering') element.refuse(`functionName="${context.functionName}"`);
  element.choice('modelClass', ['centerBased', 'distributionBased'] as const);
  const measureElement = element.needChild('ComparisonMeasure');
  const fields = comparedFields(context, measureElement);
  const clusters = element.all('Cluster');
  if (clusters.length === 0) element.refuse('it has no Cluster');
  checkCount(element, 'numberOfClusters', clusters.length, 'clusters');
  const measure = compileMeasure(
    measureElement,
    fields,
    missingWeights(element, fields.length),
    context.math,
  );
  const ids = clusters.map((c, i) => c.attr('id') ?? String(i + 1));
  refuseTwice(ids, (i) => clusters[i] as XmlElement);
  const names = clusters.map((c) => c.attr('name'));
  const values = ids.map((id) => context.category(id));
  const centres = new Float64Array(clusters.length * fields.length);
  for (const [i, cluster] of clusters.entries()) readCentre(cluster, fields, centres, i * fields.length);
  const rankAll = ({ affinities }: RankedResult): Int32Array =>
    nearestOf(affinities, ids.length, measure.isSimilarity);
  const first = fields[0] as ComparedField;
  return {
    // What ensembles vote for.
    categories: values.map(keyOf),
    evaluate: (frame) => {
      const row = measure.row(frame);
      if (row === undefined)
        throw new RecordError(
          first.field.name,
          undefined,
          'a value in at least one clustering field',
          'missing',
        );
      const affinities = new Float64Array(ids.length);
      for (let i = 0; i < affinities.length; i++)
        affinities[i] = measure.compare(row, centres, i * fields.length);
      const nearest = nearestOf(affinities, 1, measure.isSimilarity);
      const at = nearest[0] ?? -1;
      return { value: values[at], entityId: ids[at], affinities, nearest };
    },
    output: (spec) => {
      if (spec.feature === 'predictedDisplayValue') return ({ nearest }) => names[nearest[0] ?? -1];
      return rankedOutput(spec, ids, rankAll);
    },
  };
}

function comparedFields(context: ModelContext, measure: XmlElement): ComparedField[] {
  const { element } = context;
  const fallback = defaultCompareFunction(measure);
  const every = element.all('ClusteringField');
  refuseTwice(
    every.map((f) => f.need('field')),
    (i) => every[i] as XmlElement,
  );
  const listed = every.filter((f) => f.boolean('isCenterField', true));
  const centre = element.child('CenterFields');
  const settings =
    centre === undefined
      ? listed.map((f) => ({ element: f, name: f.need('field') }))
      : centreFields(centre, listed);
  // Centre fields of PMML 3 are derived in a place of their own.
  const scope = new Scope(context.scope.layout, context.scope);
  if (centre !== undefined) context.transformations(centre, scope);
  if (settings.length === 0) element.refuse('it has no ClusteringField');
  return settings.map(({ element: own, name }) =>
    compileComparedField({
      element: own,
      field: scope.field(name, own),
      weight: own.number('fieldWeight', 1),
      fallback,
      math: context.math,
    }),
  );
}

/** The order of `CenterFields` is that of the centre vectors; settings come from the ClusteringField of the name. */
function centreFields(
  centre: XmlElement,
  listed: readonly XmlElement[],
): { element: XmlElement; name: string }[] {
  return centre.all('DerivedField').map((derived) => {
    const name = derived.need('name');
    return { element: listed.find((f) => f.attr('field') === name) ?? derived, name };
  });
}

function missingWeights(model: XmlElement, count: number): Float64Array | undefined {
  const element = model.child('MissingValueWeights');
  if (element === undefined) return undefined;
  const array = element.needChild('Array');
  const weights = readNumbers(array);
  if (weights.length !== count) array.refuse(`it has ${weights.length} weights for ${count} fields`);
  return weights;
}

function readCentre(
  cluster: XmlElement,
  fields: readonly ComparedField[],
  into: Float64Array,
  at: number,
): void {
  const array = cluster.oneOf(ARRAYS) ?? cluster.refuse('it has no centre vector');
  if (array.attr('type') === 'string') {
    const texts = readStrings(array);
    if (texts.length !== fields.length)
      array.refuse(`it has ${texts.length} entries for ${fields.length} fields`);
    for (const [i, field] of fields.entries()) into[at + i] = field.encoder.text(texts[i] as string);
    return;
  }
  const centre = readDense(array, fields.length);
  if (centre.length !== fields.length)
    array.refuse(`it has ${centre.length} entries for ${fields.length} fields`);
  for (const [i, { isDifference, encoder }] of fields.entries()) {
    const coordinate = centre[i] as number;
    into[at + i] = isDifference ? coordinate : encoder.text(String(coordinate));
  }
}
