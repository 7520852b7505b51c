import type { Field } from '../../fields/field.js';
import { plainField } from '../../fields/field.js';
import { dataTypeOf, defaultOpType, opTypeOf } from '../../types/data-type.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext, OutputSlot, ScoredModel } from '../contract.js';
import type { SegmentedModel } from '../scored-contract.js';
import { surfacingOutputs } from '../surfacing-outputs.js';
import { segmentScope } from './segments.js';

/**
 * Models embedded in a MiningModel (PMML 4.4, "Model Composition"), in the order of the document: each sees the
 * results of those before it, which are missing where there are none, and the last one answers.
 */
export function compileSequence(context: ModelContext, elements: readonly XmlElement[]): SegmentedModel {
  context.element
    .child('Segmentation')
    ?.refuse('segments beside embedded models are not supported: nothing says which of them answer');
  const scope = segmentScope(context);
  const last = elements.at(-1);
  const steps = elements.map((element) => {
    const target = element === last ? context.target : resultTarget(element);
    const scored = context.embedded(element, scope, target);
    for (const { field } of scored.outputs) {
      if (scope.declares(field.name)) element.refuse(`field ${JSON.stringify(field.name)} is declared twice`);
      if (element !== last && field.name === context.target?.name)
        element.refuse(`it gives the target ${JSON.stringify(field.name)}, which the last model does`);
      scope.declare(field.name, field);
    }
    return { scored, element };
  });
  return { ...answering(context, steps), outputScope: scope, surfacing: surfacingOutputs(steps, 'all') };
}

/** What runs the steps; the last one's result is the answer, or the one among its results that is named as the target. */
function answering(
  context: ModelContext,
  steps: readonly { scored: ScoredModel; element: XmlElement }[],
): Pick<SegmentedModel, 'evaluate' | 'categories' | 'output' | 'segment'> {
  const before = steps.slice(0, -1).map((s) => s.scored);
  const { scored, element } = steps.at(-1) as { scored: ScoredModel; element: XmlElement };
  const named = resultNamed(context.target?.name, scored, element);
  const segment = (): undefined => undefined;
  if (named !== undefined) {
    const { read } = named.field;
    return {
      segment,
      evaluate: (frame) => {
        for (const step of before) step.score(frame);
        scored.score(frame);
        return { value: read(frame) };
      },
    };
  }
  if (scored.functionName !== context.functionName)
    element.refuse(`functionName="${scored.functionName}" is not that of its MiningModel`);
  const { categories, output } = scored.model;
  return {
    segment,
    ...(categories === undefined ? {} : { categories }),
    ...(output === undefined ? {} : { output: output.bind(scored.model) }),
    evaluate: (frame) => {
      for (const step of before) step.score(frame);
      return scored.score(frame);
    },
  };
}

/** A result of the last model that is the target without being its prediction, such as a probability. */
function resultNamed(
  name: string | undefined,
  { outputs }: ScoredModel,
  element: XmlElement,
): OutputSlot | undefined {
  const result = element.all('ResultField').find((r) => r.attr('name') === name);
  if (result === undefined || result.attr('feature') === 'predictedValue') return undefined;
  return result.attr('feature') === undefined ? undefined : outputs.find((o) => o.field.name === name);
}

/** What a step predicts: the field of its Targets or its ResultField, with the type that one says. */
function resultTarget(element: XmlElement): Field | undefined {
  const result = element
    .all('ResultField')
    .find((r) => (r.attr('feature') ?? 'predictedValue') === 'predictedValue');
  const name = element.child('Targets')?.child('Target')?.attr('field') ?? result?.attr('name');
  if (name === undefined) return undefined;
  const regression = element.attr('functionName') === 'regression';
  const given = result === undefined ? undefined : dataTypeOf(result);
  const dataType = given ?? (regression ? 'double' : 'string');
  const opType = (result === undefined ? undefined : opTypeOf(result)) ?? defaultOpType(dataType);
  return plainField(name, dataType, opType, () => undefined);
}
