import { invertNormContinuous, invertNormContinuousFloat } from '../../expressions/norm.js';
import { EXPRESSIONS } from '../../fields/transformations.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import { checkCount } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';

/** A `NeuralOutput`: what the activation of one neuron says of a target. */
export interface NeuralOutput {
  readonly element: XmlElement;
  readonly neuron: number;
  readonly id: string;
  readonly target: string;
  /** The category whose score it is, where it has one. */
  readonly category: Value;
  /** The value it stands for: denormalised. */
  readonly value: (activation: number) => number;
}

export function readOutputs(
  model: XmlElement,
  context: ModelContext,
  index: ReadonlyMap<string, number>,
): NeuralOutput[] {
  const parent = model.needChild('NeuralOutputs');
  const elements = parent.all('NeuralOutput');
  const invert = context.math === 'float' ? invertNormContinuousFloat : invertNormContinuous;
  checkCount(parent, 'numberOfOutputs', elements.length, 'outputs');
  return elements.map((element) => {
    const id = element.need('outputNeuron');
    const neuron = index.get(id) ?? element.refuse(`neuron ${JSON.stringify(id)} is not known`);
    const derived = element.needChild('DerivedField');
    const body = expressionOf(derived.oneOf(EXPRESSIONS) ?? derived.refuse('it has no expression'), model);
    const target = body.attr('field') ?? context.target?.name ?? '';
    const base = { element, neuron, id, target, category: undefined, value: (a: number): number => a };
    switch (body.name) {
      case 'NormDiscrete':
        return { ...base, category: context.category(body.need('value')) };
      case 'NormContinuous':
        return { ...base, value: invert(body) };
      case 'FieldRef':
        return base;
      default:
        return body.refuse('this expression is not supported for neural outputs');
    }
  });
}

/** An output may refer to a derived field that holds the normalisation. */
function expressionOf(body: XmlElement, model: XmlElement): XmlElement {
  if (body.name !== 'FieldRef') return body;
  const name = body.need('field');
  const local = model.child('LocalTransformations')?.all('DerivedField') ?? [];
  const derived = local.find((d) => d.attr('name') === name);
  const inner = derived?.oneOf(EXPRESSIONS);
  return inner === undefined ? body : expressionOf(inner, model);
}

export function categoriesOf(outputs: readonly NeuralOutput[]): string[] {
  return outputs.filter((o) => o.category !== undefined).map((o) => keyOf(o.category));
}
