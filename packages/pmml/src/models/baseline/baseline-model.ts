import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import { DISTRIBUTIONS, logDensity, moments } from '../../math/densities.js';
import { numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { independenceStatistic } from './contingency.js';
import { compileCountTable, observations, observe, windowed } from './counts.js';

const STATISTICS = [
  'zValue',
  // As some producers write it.
  'zScore',
  'chiSquareIndependence',
  'chiSquareDistribution',
  'scalarProduct',
  'CUSUM',
] as const;

type Statistic = (frame: Frame) => number | undefined;

interface Test {
  readonly element: XmlElement;
  readonly baseline: XmlElement;
  readonly field: Field;
  readonly weight: Field | undefined;
  /** How many of the last observations count; 0 = all. */
  readonly size: number;
}

/**
 * BaselineModel (PMML 4.4): a test statistic of the observations of a row against a baseline. A row's field holds
 * one observation, or a list of them in order of time: no state is kept from row to row.
 */
export function compileBaselineModel(context: ModelContext): CompiledModel {
  if (context.functionName !== 'regression') context.element.refuse(`functionName="${context.functionName}"`);
  const element = context.element.needChild('TestDistributions');
  const weightName = element.attr('weightField');
  const size = element.number('windowSize', 0);
  if (!(Number.isInteger(size) && size >= 0)) element.refuse(`windowSize="${size}" is no count`);
  const scheme = element.attr('normalizationScheme');
  if (scheme !== undefined) element.refuse(`normalizationScheme=${JSON.stringify(scheme)} is not supported`);
  const statistic = compileStatistic(context, {
    element,
    baseline: element.needChild('Baseline'),
    field: context.scope.field(element.need('field'), element),
    weight: weightName === undefined ? undefined : context.scope.field(weightName, element),
    size,
  });
  return { evaluate: (frame) => ({ value: statistic(frame) }) };
}

function compileStatistic(context: ModelContext, test: Test): Statistic {
  test.element.need('testStatistic');
  switch (test.element.choice('testStatistic', STATISTICS)) {
    case 'CUSUM':
      return cusum(test);
    case 'chiSquareDistribution':
      return compared(context, test, goodnessOfFit);
    case 'scalarProduct':
      return compared(context, test, cosine);
    case 'chiSquareIndependence':
      return independence(context, test);
    default:
      return zValue(test);
  }
}

function numbers({ field, size }: Test, frame: Frame): number[] {
  const values = windowed(observations(field, frame), size);
  return values.flatMap((v) => numberOf(v) ?? []);
}

/** How many standard errors the mean of the window lies from the baseline's mean. */
function zValue(test: Test): Statistic {
  const { mean, variance } = moments(test.baseline);
  if (!(variance > 0)) test.baseline.refuse('its variance is not positive');
  return (frame) => {
    const values = numbers(test, frame);
    if (values.length === 0) return undefined;
    const average = values.reduce((a, b) => a + b, 0) / values.length;
    return (average - mean) / Math.sqrt(variance / values.length);
  };
}

/** Cumulated log odds of alternate against baseline, never below the reset value. */
function cusum(test: Test): Statistic {
  const reset = test.element.number('resetValue', 0);
  const usual = logDensity(test.baseline);
  const alternate = logDensity(test.element.needChild('Alternate'));
  return (frame) => {
    const values = numbers(test, frame);
    if (values.length === 0) return undefined;
    let sum = 0;
    for (const x of values) sum = Math.max(reset, sum + alternate(x) - usual(x));
    return sum;
  };
}

type Comparison = (observed: Float64Array, others: number, expected: Float64Array) => number;

function compared(context: ModelContext, { baseline, weight, size }: Test, compare: Comparison): Statistic {
  const element = baseline.child('CountTable') ?? baseline.child('NormalizedCountTable');
  if (element === undefined) {
    const other = baseline.oneOf(DISTRIBUTIONS);
    return (other ?? baseline).refuse('a CountTable is expected for this statistic');
  }
  const table = compileCountTable(element, context);
  const read = observe(table, weight, size);
  return (frame) => {
    const { counts, others } = read(frame);
    const seen = counts.reduce((a, b) => a + b, others);
    return seen > 0 ? compare(counts, others, table.counts) : undefined;
  };
}

/** Pearson's χ²; what the baseline does not know at all makes it infinite. */
function goodnessOfFit(observed: Float64Array, others: number, expected: Float64Array): number {
  if (others > 0) return Infinity;
  const total = observed.reduce((a, b) => a + b, 0);
  const scale = total / expected.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (let i = 0; i < observed.length; i++) {
    const e = (expected[i] as number) * scale;
    const difference = (observed[i] as number) - e;
    if (difference !== 0) sum += (difference * difference) / e;
  }
  return sum;
}

/** Scalar product of the two count vectors, each brought to length 1. */
function cosine(observed: Float64Array, others: number, expected: Float64Array): number {
  let [product, a, b] = [0, others * others, 0];
  for (let i = 0; i < observed.length; i++) {
    const [x, y] = [observed[i] as number, expected[i] as number];
    product += x * y;
    a += x * x;
    b += y * y;
  }
  return product / Math.sqrt(a * b);
}

function independence({ scope }: ModelContext, { baseline, field, weight, size }: Test): Statistic {
  const refs = baseline.all('FieldRef').map((ref) => scope.field(ref.need('field'), ref));
  const fields = refs.some((f) => f.name === field.name) ? refs : [field, ...refs];
  if (fields.length < 2) baseline.refuse('it needs FieldRefs of at least two variables');
  return (frame) => {
    const columns = fields.map((f) => windowed(observations(f, frame), size));
    const weights = weight === undefined ? undefined : windowed(observations(weight, frame), size);
    return independenceStatistic(columns, (row) =>
      weights === undefined ? 1 : (numberOf(weights[row]) ?? 0),
    );
  };
}
