import { RecordError } from '../../errors.js';
import type { Field } from '../../fields/field.js';
import { expFloat } from '../../math/exp.js';
import { keyOf, numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import type { Predictors } from './predictors.js';

/** Cumulative baseline hazard of one stratum: steps at `times`. */
interface Baseline {
  readonly times: Float64Array;
  readonly hazards: Float64Array;
  readonly maxTime: number;
}

/** CoxRegression: the cumulative hazard at the end time of the row. */
export function compileCox(context: ModelContext, predictors: Predictors): CompiledModel {
  const { element, scope, math } = context;
  const time = scope.field(element.need('endTimeVariable'), element);
  const tables = element.needChild('BaseCumHazardTables');
  const strataName = element.attr('baselineStrataVariable');
  const stratum = strataName === undefined ? undefined : scope.field(strataName, element);
  const baselines = new Map<string, Baseline>();
  if (stratum === undefined)
    tables.all('BaselineStratum')[0]?.refuse('it needs the attribute baselineStrataVariable of its model');
  if (stratum === undefined) baselines.set('', compileBaseline(tables, tables.needNumber('maxTime')));
  else {
    for (const child of tables.all('BaselineStratum')) {
      const key = categoryKey(stratum.dataType, child.need('value'));
      if (baselines.has(key)) child.refuse(`value ${JSON.stringify(key)} is there twice`);
      baselines.set(key, compileBaseline(child, child.needNumber('maxTime')));
    }
    if (baselines.size === 0) tables.refuse('it has no BaselineStratum for baselineStrataVariable');
  }
  const reference = referencePoint(element, predictors);
  const cumulate = math === 'float' ? cumulateFloat : cumulateDouble;
  return {
    evaluate: (frame) => {
      const at = required(stratum, frame);
      const baseline = baselines.get(at === undefined ? '' : keyOf(at));
      const t = numberOf(required(time, frame)) as number;
      if (baseline === undefined || t > baseline.maxTime) return { value: undefined };
      const hazard = hazardAt(baseline, t);
      if (hazard === undefined) return { value: 0 };
      const y = predictors.evaluate(frame)?.[0];
      return { value: y === undefined ? undefined : cumulate(hazard, y - reference) };
    },
  };
}

function cumulateDouble(hazard: number, y: number): number {
  return hazard * Math.exp(y);
}

function cumulateFloat(hazard: number, y: number): number {
  return Math.fround(Math.fround(hazard) * expFloat(Math.fround(y)));
}

function required(field: Field | undefined, frame: Parameters<Field['read']>[0]): ReturnType<Field['read']> {
  if (field === undefined) return undefined;
  const value = field.read(frame);
  if (value === undefined)
    throw new RecordError(field.name, undefined, 'a value (Cox regression)', 'missing');
  return value;
}

function compileBaseline(parent: XmlElement, maxTime: number): Baseline {
  const cells = parent
    .all('BaselineCell')
    .map((c) => [c.needNumber('time'), c.needNumber('cumHazard')] as const);
  if (cells.length === 0) parent.refuse('it has no BaselineCell');
  cells.sort((a, b) => a[0] - b[0]);
  for (const [i, [time]] of cells.entries()) {
    if (time === cells[i - 1]?.[0]) parent.refuse(`it has two cells at time ${time}`);
  }
  return {
    times: Float64Array.from(cells, (c) => c[0]),
    hazards: Float64Array.from(cells, (c) => c[1]),
    maxTime,
  };
}

/** The hazard at the last step not after `t`; undefined before the first one. */
function hazardAt({ times, hazards }: Baseline, t: number): number | undefined {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= t) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : hazards[low - 1];
}

/** The linear predictor at the parameters' reference points. */
function referencePoint(model: XmlElement, predictors: Predictors): number {
  const points = new Map(
    model
      .needChild('ParameterList')
      .all('Parameter')
      .map((p) => [p.need('name'), p.number('referencePoint', 0)]),
  );
  return predictors.at((name) => points.get(name) ?? 0)[0] as number;
}
