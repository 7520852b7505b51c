import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const f = Math.fround;
const e = (x: number): number => f(2.7182817 ** x);
const X = 1.37;
const Z = -0.45;

/** Networks of the inputs x and z marked for single precision; layers name them "x" and "z". */
function network(attributes: string, layers: string, outputs: string, functionName = 'regression') {
  const target = functionName === 'regression' ? 'y' : 'k';
  const input = (id: string): string =>
    `<NeuralInput id="${id}"><DerivedField optype="continuous" dataType="double"><FieldRef field="${id}"/></DerivedField></NeuralInput>`;
  const output =
    target === 'k'
      ? '<Output><OutputField name="A" feature="probability" value="A"/><OutputField name="B" feature="probability" value="B"/></Output>'
      : '';
  return loadPmmlSync(
    document(
      'x double continuous\nz double continuous\ny double continuous\nk string categorical A B',
      `<NeuralNetwork functionName="${functionName}" x-mathContext="float" ${attributes}>${schema('x', 'z', `${target}:target`)}${output}
      <NeuralInputs>${input('x')}${input('z')}</NeuralInputs>${layers}<NeuralOutputs>${outputs}</NeuralOutputs></NeuralNetwork>`,
    ),
  );
}

const NEURON = '<Neuron id="n" bias="0.1"><Con from="x" weight="0.7"/><Con from="z" weight="-1.3"/></Neuron>';
/** The weighted sum of that neuron: connections in their order, then the bias, each step rounded. */
const SUM = f(f(f(f(0.7) * f(X)) + f(f(-1.3) * f(Z))) + f(0.1));
const as = (neuron: string, expression: string, type = 'continuous" dataType="double'): string =>
  `<NeuralOutput outputNeuron="${neuron}"><DerivedField optype="${type}">${expression}</DerivedField></NeuralOutput>`;
const PLAIN = as('n', '<FieldRef field="y"/>');

test.each([
  ['threshold', f(SUM) > f(0.3) ? 1 : 0],
  ['logistic', f(1 / f(1 + e(-SUM)))],
  ['tanh', f(Math.tanh(SUM))],
  ['identity', SUM],
  ['exponential', e(SUM)],
  ['reciprocal', f(1 / SUM)],
  ['square', f(SUM * SUM)],
  ['Gauss', e(-f(SUM * SUM))],
  ['sine', f(Math.sin(SUM))],
  ['cosine', f(Math.cos(SUM))],
  ['Elliott', f(SUM / f(1 + SUM))],
  ['arctan', f(f(2 * f(Math.atan(SUM))) / f(Math.PI))],
  ['rectifier', SUM],
])('in single precision a neuron adds its bias last and rounds each step of %s', (activation, expected) => {
  const model = network(
    `activationFunction="${activation}" threshold="0.3"`,
    `<NeuralLayer>${NEURON}</NeuralLayer>`,
    PLAIN,
  );
  expect(model.predict({ x: X, z: Z })).toEqual({ y: expected });
  // A block of rows takes the same steps.
  const answers = model.predictBatch(Array.from({ length: 70 }, () => ({ x: X, z: Z })));
  expect(answers).toEqual(answers.map(() => ({ ok: true, value: { y: expected } })));
});

test('in single precision a leaky rectifier rounds what it lets through', () => {
  const model = network(
    'activationFunction="rectifier" x-leakage="0.01"',
    `<NeuralLayer>${NEURON}</NeuralLayer>`,
    PLAIN,
  );
  const sum = f(f(f(f(0.7) * f(-X)) + f(f(-1.3) * f(-Z))) + f(0.1));
  expect(sum).toBeLessThan(0);
  expect(model.predict({ x: -X, z: -Z })).toEqual({ y: f(f(0.01) * sum) });
});

test('in single precision radial neurons take the spread off the logarithm of their height', () => {
  const model = network(
    'activationFunction="radialBasis" width="1.3" altitude="1.7"',
    `<NeuralLayer>${NEURON}</NeuralLayer>`,
    PLAIN,
  );
  const [dx, dz] = [f(f(X) - f(0.7)), f(f(Z) - f(-1.3))];
  const distance = f(f(dx * dx) + f(dz * dz));
  const spread = f(2 * f(f(1.3) * f(1.3)));
  const height = f(2 * f(Math.log(f(1.7))));
  expect(model.predict({ x: X, z: Z })).toEqual({ y: e(f(height - f(distance / spread))) });
});

test('in single precision the shares of a layer are rounded, softmax with the e of floats', () => {
  const layer =
    '<NeuralLayer><Neuron id="a" bias="2.1"><Con from="x" weight="0.7"/></Neuron><Neuron id="b" bias="0.3"><Con from="x" weight="-0.2"/></Neuron></NeuralLayer>';
  const outputs = ['A', 'B']
    .map((c) =>
      as(c.toLowerCase(), `<NormDiscrete field="k" value="${c}"/>`, 'categorical" dataType="string'),
    )
    .join('');
  const predict = (method: string) =>
    network(
      `activationFunction="identity" normalizationMethod="${method}"`,
      layer,
      outputs,
      'classification',
    ).predict({ x: X, z: Z });
  const a = f(f(f(0.7) * f(X)) + f(2.1));
  const b = f(f(f(-0.2) * f(X)) + f(0.3));
  expect(predict('none')).toEqual({ A: a, B: b });
  expect(predict('simplemax')).toEqual({ A: f(a / f(a + b)), B: f(b / f(a + b)) });
  const small = e(f(b - a));
  expect(predict('softmax')).toEqual({ A: f(1 / f(1 + small)), B: f(small / f(1 + small)) });
});

test('in single precision an output is denormalised along a line of rounded points', () => {
  const points = '<LinearNorm orig="-2.3" norm="-0.7"/><LinearNorm orig="6.1" norm="3.3"/>';
  const model = network(
    'activationFunction="identity"',
    `<NeuralLayer>${NEURON}</NeuralLayer>`,
    as('n', `<NormContinuous field="y">${points}</NormContinuous>`),
  );
  const share = f(f(SUM - f(-0.7)) / f(f(3.3) - f(-0.7)));
  expect(model.predict({ x: X, z: Z })).toEqual({ y: f(f(share * f(f(6.1) - f(-2.3))) + f(-2.3)) });
});
