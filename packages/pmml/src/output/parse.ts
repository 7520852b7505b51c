import { checkOutcomes } from '../expressions/cast.js';
import type { Expression } from '../expressions/contract.js';
import { EXPRESSIONS } from '../fields/transformations.js';
import { dataTypeOf, OP_TYPES } from '../types/data-type.js';
import type { XmlElement } from '../xml/element.js';
import type { OutputSpec } from './spec.js';

/** Features of 3.0–4.4; anything else is refused. */
const FEATURES = [
  'predictedValue',
  'predictedDisplayValue',
  'transformedValue',
  'decision',
  'probability',
  'affinity',
  'residual',
  'standardError',
  'standardDeviation',
  'clusterId',
  'clusterAffinity',
  'entityId',
  'entityAffinity',
  'warning',
  'ruleValue',
  'reasonCode',
  'antecedent',
  'consequent',
  'rule',
  'ruleId',
  'confidence',
  'support',
  'lift',
  'leverage',
  'confidenceIntervalLower',
  'confidenceIntervalUpper',
  'predictionIntervalLower',
  'predictionIntervalUpper',
  'x-report',
] as const;

const RULE_FEATURES = [
  'antecedent',
  'consequent',
  'rule',
  'ruleId',
  'confidence',
  'support',
  'lift',
  'leverage',
  'affinity',
] as const;

/** Reads one `OutputField`; `compile` makes its expression where it has one. */
export function parseOutputField(element: XmlElement, compile: (e: XmlElement) => Expression): OutputSpec {
  const decisions = element.child('Decisions');
  const body = element.oneOf(EXPRESSIONS) ?? decisions?.oneOf(EXPRESSIONS);
  const feature = element.choice(
    'feature',
    FEATURES,
    body === undefined ? 'predictedValue' : 'transformedValue',
  );
  // Below any other feature an expression says nothing.
  const computed = feature === 'transformedValue' || feature === 'decision';
  const expression = body !== undefined && computed ? compile(body) : undefined;
  const dataType = dataTypeOf(element);
  if (expression !== undefined && dataType !== undefined) checkOutcomes(expression, dataType, element);
  return {
    element,
    name: element.need('name'),
    feature,
    value: element.attr('value'),
    targetField: element.attr('targetField'),
    dataType,
    // A word that is no op type says nothing: some exporters write their language's keyword here.
    opType: OP_TYPES.find((t) => t === element.attr('optype')),
    rank: element.integer('rank', 1),
    rankBasis: element.choice(
      'rankBasis',
      ['confidence', 'support', 'lift', 'leverage', 'affinity'] as const,
      'confidence',
    ),
    rankOrder: element.choice('rankOrder', ['descending', 'ascending'] as const, 'descending'),
    isMultiValued: element.boolean('isMultiValued', false),
    algorithm: element.choice(
      'algorithm',
      ['recommendation', 'exclusiveRecommendation', 'ruleAssociation'] as const,
      'exclusiveRecommendation',
    ),
    ruleFeature: element.choice('ruleFeature', RULE_FEATURES, 'consequent'),
    segmentId: element.attr('segmentId'),
    isFinal: element.boolean('isFinalResult', true),
    expression,
  };
}
