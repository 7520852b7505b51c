import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../load/load.js';
import { document, schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
y double continuous
z string categorical a b`;

refusedChanges(
  'a network',
  FIELDS,
  `<NeuralNetwork functionName="classification" activationFunction="logistic" numberOfLayers="1">${schema('x', 'z:target')}
<NeuralInputs numberOfInputs="1"><NeuralInput id="0"><DerivedField optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs>
<NeuralLayer numberOfNeurons="2"><Neuron id="1" bias="0"><Con from="0" weight="1"/></Neuron><Neuron id="2" bias="0"><Con from="0" weight="-1"/></Neuron></NeuralLayer>
<NeuralOutputs numberOfOutputs="2">${['a', 'b'].map((c, i) => `<NeuralOutput outputNeuron="${i + 1}"><DerivedField optype="categorical" dataType="string"><NormDiscrete field="z" value="${c}"/></DerivedField></NeuralOutput>`).join('')}</NeuralOutputs></NeuralNetwork>`,
  [
    [
      'a function of others',
      'functionName="classification"',
      'functionName="clustering"',
      'NeuralNetwork',
      'functionName="clustering"',
    ],
    [
      'an unknown activation',
      'activationFunction="logistic"',
      'activationFunction="swish"',
      'NeuralNetwork',
      'activationFunction="swish"',
    ],
    ['no activation', ' activationFunction="logistic"', '', 'NeuralLayer', 'activationFunction'],
    [
      'an unknown normalization',
      'numberOfLayers="1"',
      'normalizationMethod="hardmax"',
      'NeuralNetwork',
      'normalizationMethod="hardmax"',
    ],
    [
      'fewer layers than it says',
      'numberOfLayers="1"',
      'numberOfLayers="2"',
      'NeuralNetwork',
      'numberOfLayers="2" but it has 1',
    ],
    [
      'fewer inputs than it says',
      'numberOfInputs="1"',
      'numberOfInputs="2"',
      'NeuralInputs',
      'numberOfInputs="2"',
    ],
    [
      'fewer neurons than it says',
      'numberOfNeurons="2"',
      'numberOfNeurons="3"',
      'NeuralLayer',
      'numberOfNeurons="3"',
    ],
    [
      'fewer outputs than it says',
      'numberOfOutputs="2"',
      'numberOfOutputs="3"',
      'NeuralOutputs',
      'numberOfOutputs="3"',
    ],
    ['a neuron twice', 'Neuron id="2"', 'Neuron id="1"', 'Neuron', '"1" is used twice'],
    [
      'a connection from nowhere',
      'from="0" weight="-1"',
      'from="7" weight="-1"',
      'Con',
      'neuron 7 is not known',
    ],
    ['a connection of no weight', ' weight="-1"', '', 'Con', '"weight" is missing'],
    [
      'an output of no neuron',
      'outputNeuron="2"',
      'outputNeuron="7"',
      'NeuralOutput',
      'neuron "7" is not known',
    ],
    ['a category twice', 'value="b"', 'value="a"', 'NeuralOutput', '"a" is there twice'],
  ],
);

test('a leaking rectifier lets a part of what is negative through', () => {
  const network = (leak: string) =>
    `<NeuralNetwork functionName="regression" activationFunction="rectifier"${leak}>${schema('x', 'y:target')}<NeuralInputs><NeuralInput id="0"><DerivedField optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs>
<NeuralLayer><Neuron id="1"><Con from="0" weight="1"/></Neuron></NeuralLayer><NeuralOutputs><NeuralOutput outputNeuron="1"><DerivedField optype="continuous" dataType="double"><FieldRef field="y"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>`;
  const ask = (leak: string, x: number) => loadPmmlSync(document(FIELDS, network(leak))).predict({ x }).y;
  expect([ask('', -4), ask(' x-leakage="0.25"', -4), ask(' x-leakage="0.25"', 4)]).toEqual([0, -1, 4]);
});
