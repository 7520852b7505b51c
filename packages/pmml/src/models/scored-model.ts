import { adjustedKernel } from '../blocks/adjusted-kernel.js';
import type { BlockCompiler } from '../blocks/contract.js';
import { registerDerived } from '../blocks/derived.js';
import { registerSource } from '../blocks/input.js';
import { withOutputs } from '../blocks/output-kernel.js';
import { roundedKernel } from '../blocks/rounded-kernel.js';
import { RecordError } from '../errors.js';
import { castDerivation } from '../expressions/cast.js';
import type { Field } from '../fields/field.js';
import { plainField } from '../fields/field.js';
import type { Frame } from '../fields/frame.js';
import { Scope } from '../fields/scope.js';
import { compileOutput, outputOpType } from '../output/compile.js';
import { parseOutputField } from '../output/parse.js';
import type { OutputSpec } from '../output/spec.js';
import { compileTargets } from '../output/targets.js';
import { isNumeric } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import type { Adjustment } from './adjust-result.js';
import { adjustment, TO_FLOAT } from './adjust-result.js';
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
  const adjust = adjustment(targets, model, rules);
  const segmented = isSegmented(model) ? model : undefined;
  const scope = new Scope(context.scope.layout, segmented?.outputScope ?? context.scope);
  const categories = model.categories ?? [...(rules[0]?.priors.keys() ?? [])];
  const writers: { slot: number; read: FeatureReader }[] = [];
  const own: OutputSlot[] = [];
  // What an embedded model calls its results; they are fields for other models, and no part of the answer.
  const results = element.all('ResultField');
  for (const child of [...results, ...(element.child('Output')?.all('OutputField') ?? [])]) {
    const isResult = child.name === 'ResultField';
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
    if (own.some((o) => o.field.name === spec.name))
      child.refuse(`field ${JSON.stringify(spec.name)} is declared twice`);
    const slot = scope.layout.slot();
    const field = plainField(
      spec.name,
      dataType,
      outputOpType(spec, dataType),
      (frame) => frame.values[slot],
    );
    scope.declare(spec.name, spec.expression === undefined && !isResult ? required(field) : field);
    writers.push({ slot, read });
    own.push({
      field,
      slot,
      isFinal: spec.isFinal && !isResult,
      computed: spec.expression !== undefined || isResult,
      request: computedOutput(spec, field) ?? request,
    });
  }
  return {
    element: element.name,
    functionName: context.functionName,
    model,
    target: targets[0],
    targets,
    outputs: [...(segmented?.surfacing ?? []), ...own],
    bare: own.length === 0 && adjust === undefined,
    block: withOutputs(blockOf(model, adjust, targets, own), own),
    score(frame: Frame): ModelResult {
      let result = model.evaluate(frame);
      if (adjust !== undefined) result = adjust.result(result);
      for (const { slot, read } of writers) frame.values[slot] = read(result, frame);
      return result;
    },
  };
}

/** The model's kernel with what stands between it and the result: Targets, and the precision of its numbers. */
function blockOf(
  { block }: CompiledModel,
  adjust: Adjustment | undefined,
  targets: readonly Field[],
  outputs: readonly OutputSlot[],
): BlockCompiler | undefined {
  if (block === undefined) return undefined;
  const rounds = outputs.some(({ request }) => request !== undefined && 'rounded' in request);
  if (adjust === undefined || adjust === TO_FLOAT) {
    if (adjust === undefined && !rounds) return block;
    return (columns) => {
      const kernel = block(columns);
      return kernel && roundedKernel(kernel, adjust !== undefined);
    };
  }
  if (targets.length > 1) return undefined;
  return (columns) => {
    const kernel = block(columns);
    const adjusted = kernel && adjustedKernel(kernel, adjust.value);
    return adjusted && rounds ? roundedKernel(adjusted, false) : adjusted;
  };
}

/** Tells blocks how a number that an output computes comes about. */
function computedOutput({ expression, segmentId }: OutputSpec, { name, dataType, read }: Field) {
  if (expression === undefined || segmentId !== undefined || !isNumeric(dataType)) return undefined;
  registerDerived(read, castDerivation(expression, dataType, name));
  return { of: 'output', read } as const;
}

/** An output as other outputs read it: there is nothing to say where it has no value. */
function required(field: Field): Field {
  const read = (frame: Frame): Value => {
    const value = field.read(frame);
    if (value === undefined) throw new RecordError(field.name, undefined, 'a prediction', 'missing');
    return value;
  };
  registerSource(read, field.read);
  return { ...field, read };
}
