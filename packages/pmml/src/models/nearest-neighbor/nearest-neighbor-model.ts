import { RecordError } from '../../errors.js';
import type { Field } from '../../fields/field.js';
import type { Value } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { ComparedField } from '../comparison/compared-field.js';
import { compileComparedField, defaultCompareFunction } from '../comparison/compared-field.js';
import { compileMeasure } from '../comparison/measure.js';
import type { RankedResult } from '../comparison/ranking.js';
import { nearestOf, rankedOutput } from '../comparison/ranking.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import { readInstances } from './instances.js';
import type { Ballot, Neighbours } from './voting.js';
import { categoricalMethod, continuousMethod } from './voting.js';
import { continuousFloat } from './voting-float.js';

/** NearestNeighborModel (PMML 4.4, "k-Nearest Neighbors"). */
export function compileNearestNeighborModel(context: ModelContext): CompiledModel<RankedResult> {
  const { element, functionName, scope, targets, math } = context;
  if (functionName === 'associationRules' || functionName === 'sequences' || functionName === 'timeSeries') {
    element.refuse(`functionName="${functionName}"`);
  }
  const k = element.needNumber('numberOfNeighbors');
  if (!(Number.isInteger(k) && k > 0)) element.refuse(`numberOfNeighbors="${k}" is no count`);
  const threshold = element.number('threshold', 0.001);
  const measureElement = element.needChild('ComparisonMeasure');
  const weightOf = weighting(threshold, math);
  const fallback = defaultCompareFunction(measureElement);
  const inputs = element.needChild('KNNInputs').all('KNNInput');
  if (inputs.length === 0) element.refuse('it has no KNNInput');
  refuseTwice(
    inputs.map((input) => input.need('field')),
    (i) => inputs[i] as XmlElement,
  );
  const fields = inputs.map((input) =>
    compileComparedField({
      element: input,
      field: scope.field(input.need('field'), input),
      weight: input.number('fieldWeight', 1),
      fallback,
      math,
    }),
  );
  const measure = compileMeasure(measureElement, fields, undefined, math);
  const { ids, references, targets: columns } = readInstances(context, fields);
  const width = fields.length;
  const scorers = targets.map((target, i) => compileTarget(context, target, columns[i] as Value[]));
  const ballot = scorers[0]?.ballot;
  const names = targets.map((t) => t.name);
  const first = fields[0] as ComparedField;
  return {
    ...(ballot === undefined ? {} : { categories: ballot.categories }),
    evaluate: (frame) => {
      const row = measure.row(frame);
      if (row === undefined)
        throw new RecordError(first.field.name, undefined, 'a value in at least one KNNInput', 'missing');
      const affinities = new Float64Array(ids.length);
      for (let i = 0, at = 0; i < affinities.length; i++, at += width) {
        affinities[i] = measure.compare(row, references, at);
      }
      const nearest = nearestOf(affinities, k, measure.isSimilarity);
      const near: Neighbours = {
        at: nearest,
        weight: (position) => {
          const affinity = affinities[nearest[position] as number] as number;
          return measure.isSimilarity ? affinity : weightOf(affinity);
        },
      };
      const entityId = ids[nearest[0] ?? -1];
      const scored = scorers.map((s) => s.score(near));
      const head = scored[0];
      if (head === undefined) return { value: entityId, entityId, affinities, nearest };
      const result = { value: head.value, probabilities: head.shares, entityId, affinities, nearest };
      if (scored.length === 1) return result;
      return { ...result, targets: new Map(scored.map((s, i) => [names[i] as string, s.value])) };
    },
    output: (spec) => rankedOutput(spec, ids, undefined),
  };
}

/** The weight of a neighbour by its distance. */
function weighting(threshold: number, math: ModelContext['math']): (distance: number) => number {
  const round = Math.fround;
  if (math === 'double') return (distance) => 1 / (distance + threshold);
  const limit = round(threshold);
  return (distance) => round(1 / round(distance + limit));
}

interface TargetScorer {
  readonly ballot: Ballot | undefined;
  score(near: Neighbours): { value: Value; shares: Float64Array | undefined };
}

function compileTarget(
  { element, functionName, math }: ModelContext,
  target: Field,
  column: readonly Value[],
): TargetScorer {
  const isNumber =
    functionName === 'regression' || (functionName !== 'classification' && target.opType === 'continuous');
  if (isNumber) {
    const method = (math === 'float' ? continuousFloat : continuousMethod)(element, column);
    return { ballot: undefined, score: (near) => ({ value: method(near), shares: undefined }) };
  }
  const ballot = categoricalMethod(element, column, math);
  return {
    ballot,
    score: (near) => {
      const { winner, shares } = ballot.count(near);
      return { value: ballot.values[winner], shares };
    },
  };
}
