import type { BlockCompiler } from '../blocks/contract.js';
import { roundedKernel } from '../blocks/rounded-kernel.js';
import { RecordError } from '../errors.js';
import type { Field } from '../fields/field.js';
import { plainField } from '../fields/field.js';
import type { Frame } from '../fields/frame.js';
import { Scope } from '../fields/scope.js';
import { compileOutput, outputOpType } from '../output/compile.js';
import { parseOutputField } from '../output/parse.js';
import type { TargetRule } from '../output/targets.js';
import { compileTargets } from '../output/targets.js';
import type { Value } from '../types/value.js';
import type {
  CompiledModel,
  FeatureReader,
  ModelContext,
  ModelResult,
  OutputSlot,
  ScoredModel,
} from './contract.js';
import { isSegmented } from './scored-contract.js';

/** Wraps a compiled model with its Targets and Output. */
export function scoredModel(context: ModelContext, model: CompiledModel): ScoredModel {
  const { element, targets, functionName, math } = context;
  const rules = compileTargets(element, targets, math);
  const adjust = adjuster(context, model, rules);
  const segmented = isSegmented(model) ? model : undefined;
  const scope = new Scope(context.scope.layout, segmented?.outputScope ?? context.scope);
  const categories = model.categories ?? [...(rules[0]?.priors.keys() ?? [])];
  const writers: { slot: number; read: FeatureReader }[] = [];
  const own: OutputSlot[] = [];
  for (const child of element.child('Output')?.all('OutputField') ?? []) {
    const spec = parseOutputField(child, (e) => context.expression(e, scope));
    const { dataType, read, request } = compileOutput(spec, {
      model,
      categories,
      scope,
      targets,
      functionName,
      rules,
      segment: (id) => segmented?.segment(id),
    });
    const slot = scope.layout.slot();
    const field = plainField(
      spec.name,
      dataType,
      outputOpType(spec, dataType),
      (frame) => frame.values[slot],
    );
    scope.declare(spec.name, spec.expression === undefined ? required(field) : field);
    writers.push({ slot, read });
    own.push({ field, slot, isFinal: spec.isFinal, computed: spec.expression !== undefined, request });
  }
  return {
    element: element.name,
    functionName: context.functionName,
    model,
    target: targets[0],
    targets,
    outputs: [...(segmented?.surfacing ?? []), ...own],
    bare: own.length === 0 && adjust === undefined,
    block: blockOf(model, adjust, own),
    score(frame: Frame): ModelResult {
      let result = model.evaluate(frame);
      if (adjust !== undefined) result = adjust(result);
      for (const { slot, read } of writers) frame.values[slot] = read(result, frame);
      return result;
    },
  };
}

/** The model's kernel, where nothing but the precision of its numbers stands between it and the result. */
function blockOf(
  model: CompiledModel,
  adjust: ((result: ModelResult) => ModelResult) | undefined,
  outputs: readonly OutputSlot[],
): BlockCompiler | undefined {
  const { block } = model;
  if (block === undefined || (adjust !== undefined && adjust !== toFloat)) return undefined;
  const rounds = outputs.some(({ request }) => request !== undefined && 'rounded' in request);
  if (adjust === undefined && !rounds) return block;
  return (columns) => {
    const kernel = block(columns);
    return kernel && roundedKernel(kernel, adjust !== undefined);
  };
}

/** Predictions are in the precision of their field. */
function toFloat(result: ModelResult): ModelResult {
  const { value } = result;
  if (typeof value !== 'number') return result;
  const rounded = Math.fround(value);
  return rounded === value ? result : { ...result, value: rounded };
}

/** An output as other outputs read it: there is nothing to say where it has no value. */
function required(field: Field): Field {
  const read = (frame: Frame): Value => {
    const value = field.read(frame);
    if (value === undefined) throw new RecordError(field.name, undefined, 'a prediction', 'missing');
    return value;
  };
  return { ...field, read };
}

function adjuster(
  { targets }: ModelContext,
  model: CompiledModel,
  rules: readonly TargetRule[],
): ((result: ModelResult) => ModelResult) | undefined {
  if (rules.length === 0) return targets[0]?.dataType === 'float' ? toFloat : undefined;
  const first = rules.find((r) => r.field === undefined || r.field === targets[0]?.name);
  const { priors } = first ?? { priors: new Map<string, number>() };
  const categories = model.categories ?? [...priors.keys()];
  const float = targets[0]?.dataType === 'float';
  const table = priors.size === 0 ? undefined : categories.map((c) => priors.get(c) ?? Number.NaN);
  return (result) => {
    let value = first === undefined ? result.value : first.apply(result.value);
    if (float && typeof value === 'number') value = Math.fround(value);
    let { targets: others } = result;
    if (others !== undefined) {
      const adjusted = new Map<string, Value>(others);
      for (const rule of rules) {
        if (rule.field !== undefined) adjusted.set(rule.field, rule.apply(others.get(rule.field)));
      }
      others = adjusted;
    }
    const probabilities = result.value === undefined && table !== undefined ? table : result.probabilities;
    if (value === result.value && probabilities === result.probabilities && others === result.targets)
      return result;
    return { ...result, value, probabilities, targets: others };
  };
}
