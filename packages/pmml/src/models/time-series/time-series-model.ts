import { RecordError } from '../../errors.js';
import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { compileArima } from './arima.js';
import { compileExponentialSmoothing } from './exponential-smoothing.js';
import type { Forecaster } from './forecast.js';
import { remembering } from './forecast.js';
import { compileGarch } from './garch.js';
import { intervalReader } from './intervals.js';
import { compileStateSpace } from './state-space.js';

const ALGORITHMS = [
  'ARIMA',
  'ExponentialSmoothing',
  'SeasonalTrendDecomposition',
  'SpectralAnalysis',
  'StateSpaceModel',
  'GARCH',
] as const;

/** Longest horizon a record may ask for. */
const MAX_HORIZON = 10_000;

interface TimeSeriesResult extends ModelResult {
  readonly forecast: readonly number[];
  /** Whether a horizon was asked for. */
  readonly isList: boolean;
}

/**
 * TimeSeriesModel (PMML 4.4). A record says how far to look: the model's active field, or `horizon` (or `h`) where
 * it has none. The answer is the list of forecasts up to there; without a horizon it is the next value alone.
 */
export function compileTimeSeriesModel(context: ModelContext): CompiledModel<TimeSeriesResult> {
  const { element, functionName } = context;
  if (functionName !== 'timeSeries') element.refuse(`functionName="${functionName}"`);
  element.need('bestFit');
  const algorithm = element.choice('bestFit', ALGORITHMS) as (typeof ALGORITHMS)[number];
  const forecaster = compileAlgorithm(element.needChild(algorithm), element);
  const forecasts = remembering((steps) => forecaster.forecast(steps));
  const horizon = horizonReader(context);
  return {
    evaluate: (frame) => {
      const steps = horizon(frame);
      const forecast = forecasts(steps ?? 1);
      const isList = steps !== undefined;
      return { value: isList ? forecast : forecast[0], forecast, isList };
    },
    output: (spec) => {
      const read = intervalReader(spec);
      if (read === undefined) return undefined;
      const tell = forecaster.errors?.bind(forecaster);
      if (tell === undefined)
        return spec.element.refuse(`feature="${spec.feature}": the model tells no standard errors`);
      const errors = remembering(tell);
      return ({ forecast, isList }): Value => {
        const spread = errors(forecast.length);
        const values = forecast.map((value, i) => read(value, spread[i] as number));
        return isList ? values : values[0];
      };
    },
  };
}

function compileAlgorithm(element: XmlElement, model: XmlElement): Forecaster {
  switch (element.name) {
    case 'ARIMA':
      return compileArima(element, model);
    case 'ExponentialSmoothing':
      return compileExponentialSmoothing(element);
    case 'GARCH':
      return compileGarch(element, model);
    case 'StateSpaceModel':
      return compileStateSpace(element);
    default:
      return element.refuse('the specification leaves its content open: it is not supported');
  }
}

function horizonReader({ activeFields, scope, element }: ModelContext): (frame: Frame) => number | undefined {
  const fields = activeFields.map((name): Field => scope.field(name, element));
  if (fields.length > 1) element.refuse('it has more than one active field: only the horizon may be one');
  const field = fields[0];
  const name = field?.name ?? 'horizon';
  return (frame) => {
    const { horizon, h } = frame.record;
    const raw = field === undefined ? (horizon ?? h) : field.read(frame);
    if (raw === undefined || raw === null) return undefined;
    const steps = numberOf(raw as Value);
    if (steps === undefined || !Number.isInteger(steps) || steps < 1 || steps > MAX_HORIZON) {
      throw new RecordError(name, raw, `a whole number of steps from 1 to ${MAX_HORIZON}`, 'invalid');
    }
    return steps;
  };
}
