import type { ResultRequest } from '../blocks/contract.js';
import { RecordError } from '../errors.js';
import { castTo } from '../expressions/cast.js';
import type { Field } from '../fields/field.js';
import type { Frame } from '../fields/frame.js';
import type { Scope } from '../fields/scope.js';
import { categoryKey } from '../models/category-key.js';
import type {
  CompiledModel,
  FeatureReader,
  MiningFunction,
  ModelResult,
  ScoredModel,
} from '../models/contract.js';
import type { DataType } from '../types/data-type.js';
import { defaultOpType } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import { keyOf, numberOf } from '../types/value.js';
import type { OutputSpec } from './spec.js';
import type { TargetRule } from './targets.js';

export interface OutputContext {
  readonly model: CompiledModel;
  /** What probabilities are indexed by: the model's categories, or those its Targets give priors for. */
  readonly categories: readonly string[];
  readonly scope: Scope;
  readonly targets: readonly Field[];
  readonly functionName: MiningFunction;
  readonly rules: readonly TargetRule[];
  /** Segments by id, for `segmentId`. */
  segment(
    id: string,
  ): { scored: ScoredModel; result(result: ModelResult, frame: Frame): ModelResult | undefined } | undefined;
}

/** How one OutputField is read off the result; refuses what this model cannot answer. */
export function compileOutput(
  spec: OutputSpec,
  context: OutputContext,
): { dataType: DataType; read: FeatureReader; request?: ResultRequest | undefined } {
  const read = feature(spec, context);
  const natural = naturalType(spec, context);
  const dataType = spec.dataType ?? natural ?? 'string';
  if (spec.dataType === undefined || spec.dataType === natural)
    return { dataType, read, request: requestOf(spec, context) };
  const cast = castTo(spec.dataType, natural, spec.name);
  const convert = (value: Value): Value =>
    value === undefined ? undefined : Array.isArray(value) ? value.map(convert) : cast(value);
  const decimal = dataType === 'float' || dataType === 'double';
  const request =
    decimal && (natural === 'float' || natural === 'double') ? requestOf(spec, context) : undefined;
  const asked = request?.of === 'value' || request?.of === 'probability' ? request : undefined;
  return {
    dataType,
    read: (result, frame) => convert(read(result, frame)),
    // Single precision as a double is what it was.
    request: asked && (dataType === 'float' ? { ...asked, rounded: true } : asked),
  };
}

/** The same for a block of rows; undefined where it takes the row's frame. */
function requestOf(spec: OutputSpec, context: OutputContext): ResultRequest | undefined {
  if (spec.segmentId !== undefined || spec.expression !== undefined) return undefined;
  if (context.model.output?.(spec) !== undefined) return { of: 'feature', spec };
  if (spec.feature === 'predictedValue') return context.targets.length < 2 ? { of: 'value' } : undefined;
  if (spec.feature !== 'probability' || spec.value === undefined) return undefined;
  return { of: 'probability', index: context.categories.indexOf(categoryOf(spec.value, context)) };
}

export function outputOpType(spec: OutputSpec, dataType: DataType): Field['opType'] {
  return spec.opType ?? defaultOpType(dataType);
}

function naturalType(spec: OutputSpec, { targets, functionName }: OutputContext): DataType | undefined {
  switch (spec.feature) {
    case 'predictedValue':
      if (targets.length === 0 && functionName === 'regression') return 'double';
      return targets.find((t) => spec.targetField === undefined || t.name === spec.targetField)?.dataType;
    case 'transformedValue':
    case 'decision':
      return spec.expression?.dataType;
    case 'probability':
    case 'confidence':
    case 'affinity':
    case 'entityAffinity':
    case 'clusterAffinity':
    case 'residual':
    case 'standardError':
    case 'standardDeviation':
    case 'support':
    case 'lift':
    case 'leverage':
      return 'double';
    default:
      return undefined;
  }
}

function feature(spec: OutputSpec, context: OutputContext): FeatureReader {
  const { targetField: wanted } = spec;
  if (wanted !== undefined && context.targets.length > 0 && context.targets.every((t) => t.name !== wanted))
    spec.element.refuse(`targetField ${JSON.stringify(wanted)} is no target of this model`);
  if (spec.segmentId !== undefined) return ofSegment(spec, context, spec.segmentId);
  if (spec.expression !== undefined) return expression(spec);
  const own = context.model.output?.(spec);
  if (own !== undefined) return own;
  switch (spec.feature) {
    case 'predictedValue':
      return predicted(spec, context);
    case 'predictedDisplayValue': {
      const value = predicted(spec, context);
      const texts = displayValues(spec, context);
      return (result, frame) => {
        const v = value(result, frame);
        return v === undefined ? undefined : (texts.get(keyOf(v)) ?? v);
      };
    }
    case 'probability':
      return byCategory(spec, context, (result) => result.probabilities);
    case 'confidence':
      return byCategory(spec, context, (result) => result.confidences ?? result.probabilities);
    case 'entityId':
    case 'clusterId':
      return (result) => result.entityId;
    case 'residual':
      return residual(spec, context);
    case 'warning':
      return () => NO_WARNINGS;
    case 'x-report':
      return report(spec, context);
    default:
      return spec.element.refuse(`feature="${spec.feature}" is not supported for this model`);
  }
}

const NO_WARNINGS: readonly Value[] = [];

function ofSegment(spec: OutputSpec, context: OutputContext, id: string): FeatureReader {
  const segment = context.segment(id) ?? spec.element.refuse(`there is no segment ${JSON.stringify(id)}`);
  const { scored, result } = segment;
  if (spec.feature === 'transformedValue' && spec.expression === undefined) {
    // PMML 4.1: `value` names an output field of the segment.
    const named = scored.outputs.find((o) => o.field.name === spec.value)?.field;
    if (named === undefined)
      spec.element.refuse(`segment ${id} has no output field ${JSON.stringify(spec.value)}`);
    const { read } = named as Field;
    return (_, frame) => read(frame);
  }
  const inner = feature(
    { ...spec, segmentId: undefined },
    {
      ...context,
      model: scored.model,
      categories: scored.model.categories ?? [],
      targets: scored.targets,
      functionName: scored.functionName,
    },
  );
  return (outer, frame) => {
    const own = result(outer, frame);
    return own === undefined ? undefined : inner(own, frame);
  };
}

function expression(spec: OutputSpec): FeatureReader {
  const { read } = spec.expression as NonNullable<OutputSpec['expression']>;
  return (_, frame) => read(frame);
}

/** JPMML's report of a value: the value is looked at, its report is left out. */
function report(spec: OutputSpec, { scope }: OutputContext): FeatureReader {
  const { read } = scope.field(spec.element.need('x-reportField'), spec.element);
  return (_, frame) => {
    read(frame);
    return undefined;
  };
}

function predicted(spec: OutputSpec, { targets }: OutputContext): FeatureReader {
  const name = spec.targetField;
  if (name === undefined || targets.length < 2 || name === targets[0]?.name) {
    return (result) =>
      name !== undefined && result.targets?.has(name) ? result.targets.get(name) : result.value;
  }
  return (result) => result.targets?.get(name);
}

function displayValues(spec: OutputSpec, { targets, rules }: OutputContext): ReadonlyMap<string, string> {
  const target = targets.find((t) => spec.targetField === undefined || t.name === spec.targetField);
  const rule = rules.find((r) => spec.targetField === undefined || r.field === spec.targetField);
  return new Map([...(target?.displayValues ?? []), ...(rule?.displayValues ?? [])]);
}

function byCategory(
  spec: OutputSpec,
  context: OutputContext,
  table: (result: ModelResult) => ArrayLike<number> | undefined,
): FeatureReader {
  const { categories } = context;
  const at = (result: ModelResult, index: number | undefined): Value => {
    const value = index === undefined ? undefined : table(result)?.[index];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  if (spec.value === undefined) {
    const index = new Map(categories.map((c, i) => [c, i]));
    return (result) => (result.value === undefined ? undefined : at(result, index.get(keyOf(result.value))));
  }
  const index = categories.indexOf(categoryOf(spec.value, context));
  // A category that the model never mentions has probability 0 once the model has any.
  if (index < 0) return (result) => (table(result) === undefined ? undefined : 0);
  return (result) => at(result, index);
}

/** The key of a category that an output names. */
function categoryOf(literal: string, { targets }: OutputContext): string {
  const type = targets[0]?.dataType;
  const numeric = type === 'integer' || type === 'double' || type === 'float';
  return numeric ? categoryKey(type, literal) : literal;
}

function residual(spec: OutputSpec, context: OutputContext): FeatureReader {
  const { targets } = context;
  const target = targets.find((t) => spec.targetField === undefined || t.name === spec.targetField);
  if (target === undefined) return spec.element.refuse('feature="residual" needs a target field');
  const value = predicted(spec, context);
  const { categories } = context;
  return (result, frame) => {
    if (result.value === undefined) return undefined;
    const actual = target.read(frame);
    if (actual === undefined && spec.value !== undefined) return undefined;
    if (actual === undefined) throw new RecordError(target.name, undefined, 'the actual value', 'missing');
    if (result.probabilities !== undefined) {
      // For categories: 1 or 0 for "is it the predicted one", less the probability of that.
      const winner = spec.value ?? (result.value === undefined ? undefined : keyOf(result.value));
      if (winner === undefined) return undefined;
      const p = result.probabilities[categories.indexOf(winner)] ?? 0;
      return (keyOf(actual) === winner ? 1 : 0) - p;
    }
    const [expected, got] = [numberOf(actual), numberOf(value(result, frame))];
    return expected === undefined || got === undefined ? undefined : expected - got;
  };
}
