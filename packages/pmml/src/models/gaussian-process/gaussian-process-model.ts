import { cholesky, solveLower, solveUpper } from '../../math/cholesky.js';
import { numberOf } from '../../types/value.js';
import { fieldEncoder } from '../comparison/encode.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { readInstances } from '../nearest-neighbor/instances.js';
import { compileKernel } from './kernels.js';

/** Instances beyond which the factorisation at load takes too long. */
const MAX_INSTANCES = 3000;

interface GaussianResult extends ModelResult {
  /** Standard deviation of the function at the row, noise left out. */
  readonly deviation: number;
}

/** GaussianProcessModel (PMML 4.4): regression by the posterior mean, and its standard deviation. */
export function compileGaussianProcessModel(context: ModelContext): CompiledModel<GaussianResult> {
  const { element, functionName, targets, scope } = context;
  if (functionName !== 'regression') element.refuse(`functionName="${functionName}"`);
  const training = element.needChild('TrainingInstances');
  const target = targets[0];
  if (target === undefined || targets.length > 1) return element.refuse('it needs exactly one target field');
  const columns = training.needChild('InstanceFields').all('InstanceField');
  const fields = columns
    .filter((c) => c.need('field') !== target.name)
    .map((c) => {
      const field = scope.field(c.need('field'), c);
      if (field.dataType === 'string') c.refuse('kernels compare numbers, the field is text');
      if (field.cyclic === true) c.refuse('distances of cyclic fields are not supported');
      const compare = (a: number, b: number): number => Math.abs(a - b);
      return { field, weight: 1, encoder: fieldEncoder(field), isDifference: true, compare };
    });
  if (fields.length === 0) training.refuse('it has no inputs');
  const kernel = compileKernel(element, fields.length);
  const { references, targets: columnsOfTargets, ids } = readInstances(context, fields);
  const n = ids.length;
  const width = fields.length;
  if (n > MAX_INSTANCES) training.refuse(`${n} instances are more than the limit of ${MAX_INSTANCES}`);
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      k[i * n + j] = kernel.covariance(references, i * width, references, j * width);
    }
    k[i * n + i] = (k[i * n + i] as number) + kernel.noiseVariance;
  }
  const lower = cholesky(k, n) ?? training.refuse('the covariance of the instances is not positive definite');
  const weights = Float64Array.from(
    columnsOfTargets[0] ?? [],
    (v) => numberOf(v) ?? training.refuse('a target is missing'),
  );
  solveLower(lower, n, weights);
  solveUpper(lower, n, weights);
  return {
    evaluate: (frame) => {
      const x = new Float64Array(width);
      for (let i = 0; i < width; i++) {
        const value = numberOf((fields[i] as (typeof fields)[number]).field.read(frame));
        if (value === undefined) return { value: undefined, deviation: Number.NaN };
        x[i] = value;
      }
      const near = new Float64Array(n);
      let mean = 0;
      for (let i = 0; i < n; i++) {
        near[i] = kernel.covariance(x, 0, references, i * width);
        mean += (near[i] as number) * (weights[i] as number);
      }
      solveLower(lower, n, near);
      let explained = 0;
      for (const v of near) explained += v * v;
      return { value: mean, deviation: Math.sqrt(Math.max(0, kernel.atZero - explained)) };
    },
    output: ({ feature }) =>
      feature === 'standardDeviation' || feature === 'standardError'
        ? ({ deviation }) => (Number.isNaN(deviation) ? undefined : deviation)
        : undefined,
  };
}
