import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const f = Math.fround;
const X = 1.37;
const Z = -0.45;
const VECTORS = [
  [0.7, -1.3],
  [-0.2, 0.9],
] as const;

/** A machine of two support vectors over x and z, marked for single precision. */
function machine(kernel: string) {
  const instances = VECTORS.map(
    (v, i) => `<VectorInstance id="v${i}"><Array type="real" n="2">${v.join(' ')}</Array></VectorInstance>`,
  );
  return loadPmmlSync(
    document(
      'x double continuous\nz double continuous\ny double continuous',
      `<SupportVectorMachineModel functionName="regression" x-mathContext="float">${schema('x', 'z', 'y:target')}${kernel}
      <VectorDictionary><VectorFields><FieldRef field="x"/><FieldRef field="z"/></VectorFields>${instances.join('')}</VectorDictionary>
      <SupportVectorMachine><SupportVectors><SupportVector vectorId="v0"/><SupportVector vectorId="v1"/></SupportVectors>
      <Coefficients absoluteValue="0.1"><Coefficient value="0.63"/><Coefficient value="-1.27"/></Coefficients></SupportVectorMachine>
      </SupportVectorMachineModel>`,
    ),
  );
}

const product = ([a, b]: readonly [number, number]): number => f(f(f(X) * f(a)) + f(f(Z) * f(b)));
const distance = ([a, b]: readonly [number, number]): number => {
  const [dx, dz] = [f(f(X) - f(a)), f(f(Z) - f(b))];
  return f(f(dx * dx) + f(dz * dz));
};
/** What kernel values come to: the constant of the machine is added last. */
const decision = (kernel: (v: readonly [number, number]) => number): number =>
  f(f(f(f(0.63) * kernel(VECTORS[0])) + f(f(-1.27) * kernel(VECTORS[1]))) + f(0.1));

test.each([
  ['LinearKernelType', product],
  [
    'PolynomialKernelType gamma="0.7" coef0="0.33" degree="3"',
    (v) => f(f(f(f(0.7) * product(v)) + f(0.33)) ** 3),
  ],
  ['RadialBasisKernelType gamma="0.37"', (v) => f(2.7182817 ** f(-f(0.37) * distance(v)))],
  ['SigmoidKernelType gamma="0.21" coef0="0.17"', (v) => f(Math.tanh(f(f(f(0.21) * product(v)) + f(0.17))))],
] satisfies [string, (v: readonly [number, number]) => number][])(
  'in single precision each step of a %s is rounded and the constant comes last',
  (kernel, value) => {
    const model = machine(`<${kernel}/>`);
    expect(model.predict({ x: X, z: Z })).toEqual({ y: decision(value) });
    // A batch gives what single records give.
    const answers = model.predictBatch(Array.from({ length: 70 }, () => ({ x: X, z: Z })));
    expect(answers).toEqual(answers.map(() => ({ ok: true, value: { y: decision(value) } })));
  },
);

test('in single precision shares of votes are rounded, and what decisions are compared with', () => {
  const machines = ['AB', 'AC', 'BC'].map(
    ([target, alternate]) =>
      `<SupportVectorMachine targetCategory="${target}" alternateTargetCategory="${alternate}"><SupportVectors><SupportVector vectorId="v"/></SupportVectors><Coefficients><Coefficient value="1"/></Coefficients></SupportVectorMachine>`,
  );
  const outputs = ['A', 'B'].map((c) => `<OutputField name="${c}" feature="probability" value="${c}"/>`);
  const model = loadPmmlSync(
    document(
      'x double continuous\nk string categorical A B C',
      `<SupportVectorMachineModel functionName="classification" classificationMethod="OneAgainstOne" threshold="0.7" x-mathContext="float">${schema('x', 'k:target')}
      <Output>${outputs.join('')}</Output><LinearKernelType/><VectorDictionary><VectorFields><FieldRef field="x"/></VectorFields>
      <VectorInstance id="v"><Array type="real" n="1">1</Array></VectorInstance></VectorDictionary>${machines.join('')}</SupportVectorMachineModel>`,
    ),
  );
  expect(model.predict({ x: -1 })).toEqual({ A: f(2 / 3), B: f(1 / 3) });
  // The float next to 0.7 is below it, and yet not below the threshold.
  expect(f(0.7)).toBeLessThan(0.7);
  expect(model.predict({ x: f(0.7) })).toEqual({ A: 0, B: f(1 / 3) });
});
