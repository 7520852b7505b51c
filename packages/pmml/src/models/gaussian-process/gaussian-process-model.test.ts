import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

function process(kernel: string, rows: readonly (readonly [number, number, number])[]): string {
  const cells = rows.map(([x1, x2, y]) => `<row><x1>${x1}</x1><x2>${x2}</x2><y>${y}</y></row>`);
  return document(
    'x1 double continuous\nx2 double continuous\ny double continuous',
    `<GaussianProcessModel functionName="regression">${schema('x1', 'x2', 'y:target')}
      <Output><OutputField name="mean" feature="predictedValue"/>
        <OutputField name="sd" feature="standardDeviation" dataType="double" optype="continuous"/></Output>
      ${kernel}
      <TrainingInstances><InstanceFields>
        <InstanceField field="x1"/><InstanceField field="x2"/><InstanceField field="y"/>
      </InstanceFields><InlineTable>${cells.join('')}</InlineTable></TrainingInstances>
    </GaussianProcessModel>`,
  );
}

const predict = (
  kernel: string,
  rows: readonly (readonly [number, number, number])[],
  x1: number,
  x2: number,
) => loadPmmlSync(process(kernel, rows)).predict({ x1, x2 });

describe('Gaussian processes', () => {
  test.each([
    ['<RadialBasisKernel gamma="3" noiseVariance="1" lambda="2"/>', Math.exp(-0.5 * (1 + 4))],
    [
      '<ARDSquaredExponentialKernel gamma="3"><Lambda><Array type="real">2 4</Array></Lambda></ARDSquaredExponentialKernel>',
      Math.exp(-0.5 * (1 + 1)),
    ],
    [
      '<AbsoluteExponentialKernel gamma="3"><Lambda><Array type="real">2 4</Array></Lambda></AbsoluteExponentialKernel>',
      Math.exp(-2),
    ],
    [
      '<GeneralizedExponentialKernel gamma="3" degree="3"><Lambda><Array type="real">1 4</Array></Lambda></GeneralizedExponentialKernel>',
      Math.exp(-(8 + 1)),
    ],
  ])('one instance: %s', (kernel, correlation) => {
    const answer = predict(kernel, [[0, 0, 8]], 2, 4);
    expect(answer.mean).toBeCloseTo((3 * correlation * 8) / 4, 12);
    expect(answer.sd).toBeCloseTo(Math.sqrt(3 - (3 * correlation) ** 2 / 4), 12);
  });

  test('several instances: the mean goes through them where there is no noise', () => {
    const kernel = '<RadialBasisKernel noiseVariance="1e-10"/>';
    const rows = [
      [0, 0, 1],
      [1, 0, -2],
      [0, 1, 5],
    ] as const;
    for (const [x1, x2, y] of rows) expect(predict(kernel, rows, x1, x2).mean).toBeCloseTo(y, 6);
    expect(predict(kernel, rows, 1, 0).sd).toBeLessThan(1e-4);
    expect(predict(kernel, rows, 50, 50)).toEqual({ mean: 0, sd: 1 });
  });

  test('a missing input has no answer; equal instances without noise are refused', () => {
    const kernel = '<RadialBasisKernel noiseVariance="0"/>';
    expect(loadPmmlSync(process(kernel, [[0, 0, 1]])).predict({ x1: 1 })).toEqual({ mean: null, sd: null });
    const twice = process(kernel, [
      [0, 0, 1],
      [0, 0, 2],
    ]);
    expect(() => loadPmmlSync(twice)).toThrow(/not positive definite/);
  });
});
