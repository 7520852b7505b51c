import { compileExpression } from '../../expressions/compile.js';
import type { Frame } from '../../fields/frame.js';
import { compileDerivedField } from '../../fields/transformations.js';
import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import { checkCount } from '../../xml/arrays.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import { indexOfMax } from '../regression/normalization.js';
import { ACTIVATIONS, normalizationOf } from './activation.js';
import { compileLayer } from './layer.js';
import { roundedInputs } from './layer-float.js';
import type { Layer } from './layer-shape.js';
import { networkBlock } from './network-block.js';
import type { NeuralOutput } from './outputs.js';
import { categoriesOf, readOutputs } from './outputs.js';

const MISSING: ModelResult = { value: undefined };

/** NeuralNetwork: feed-forward networks (PMML 4.4, "Neural Network Models"). */
export function compileNeuralNetwork(context: ModelContext): CompiledModel {
  const { element, scope, functionName } = context;
  if (functionName !== 'classification' && functionName !== 'regression')
    element.refuse(`functionName="${functionName}"`);
  const index = new Map<string, number>();
  const inputs = element
    .needChild('NeuralInputs')
    .all('NeuralInput')
    .map((input) => {
      const id = input.need('id');
      if (index.has(id)) input.refuse(`the id ${JSON.stringify(id)} is used twice`);
      index.set(id, index.size);
      return compileDerivedField(input.needChild('DerivedField'), scope, compileExpression).read;
    });
  checkCount(element.needChild('NeuralInputs'), 'numberOfInputs', inputs.length, 'inputs');
  const elements = element.all('NeuralLayer');
  if (elements.length === 0) element.refuse('it has no NeuralLayer');
  checkCount(element, 'numberOfLayers', elements.length, 'layers');
  const defaults = {
    activation: element.choice('activationFunction', ACTIVATIONS),
    threshold: element.number('threshold', 0),
    width: element.number('width'),
    altitude: element.number('altitude', 1),
    leakage: element.number('x-leakage', 0),
  };
  // The model's normalization is for its last layer.
  const layers: Layer[] = elements.map((layer, i) => {
    const normalization = i === elements.length - 1 ? normalizationOf(element, 'none') : 'none';
    return compileLayer(layer, defaults, normalization, index, context.math).layer;
  });
  if (context.math === 'float') layers.unshift(roundedInputs(inputs.length));
  const outputs = readOutputs(element, context, index);
  if (outputs.length === 0) element.refuse('it has no outputs');
  const activations = new Float64Array(index.size);
  const run = (frame: Frame): boolean => {
    for (let i = 0; i < inputs.length; i++) {
      const x = numberOf(inputs[i]?.(frame));
      if (x === undefined) return false;
      activations[i] = x;
    }
    for (const layer of layers) layer(activations, activations.length, 1);
    return true;
  };
  const classifies = functionName === 'classification';
  const shown = classifies ? outputs.filter((o) => o.category !== undefined) : outputs;
  return {
    ...(classifies
      ? classification(context, shown, run, activations)
      : regression(outputs, run, activations)),
    block: (columns) => networkBlock(inputs, layers, activations.length, shown, classifies, columns),
  };
}

function regression(
  outputs: readonly NeuralOutput[],
  run: (frame: Frame) => boolean,
  activations: Float64Array,
): CompiledModel {
  const [first] = outputs as [NeuralOutput];
  const original = ({ neuron, value }: NeuralOutput): number => value(activations[neuron] as number);
  return {
    evaluate: (frame) => {
      if (!run(frame)) return MISSING;
      const result = { value: original(first), entityId: first.id };
      if (outputs.length === 1) return result;
      return { ...result, targets: new Map(outputs.map((o): [string, Value] => [o.target, original(o)])) };
    },
  };
}

function classification(
  context: ModelContext,
  named: readonly NeuralOutput[],
  run: (frame: Frame) => boolean,
  activations: Float64Array,
): CompiledModel {
  if (named.length === 0) context.element.refuse('its outputs name no categories');
  const names = new Set(named.map((o) => o.target));
  if (names.size > 1) context.element.refuse('classification of several targets is not supported');
  const categories = categoriesOf(named);
  refuseTwice(categories, (i) => (named[i] as NeuralOutput).element);
  return {
    categories,
    evaluate: (frame) => {
      if (!run(frame)) return MISSING;
      const probabilities: number[] = [];
      for (const { neuron } of named) probabilities.push(activations[neuron] as number);
      const best = named[indexOfMax(probabilities)];
      return { value: best?.category, probabilities, entityId: best?.id };
    },
  };
}
