import { RecordError } from '../../errors.js';
import { erf, normalCdf, normalQuantile } from '../../math/special.js';
import { numberOf } from '../../types/value.js';
import type { FunctionCompiler } from './contract.js';
import { strict, unary } from './contract.js';

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

function ofThree(run: (x: number, mean: number, deviation: number) => number): FunctionCompiler {
  return strict(3, 3, 'double', (values, element) => {
    const [x, mean, deviation] = values.map((v) => numberOf(v)) as [number, number, number];
    if (!(deviation > 0))
      throw new RecordError(element.need('function'), deviation, 'a deviation above 0', 'computation');
    return run(x, mean, deviation);
  });
}

export const STATISTICS: Readonly<Record<string, FunctionCompiler>> = {
  normalCDF: ofThree((x, mean, deviation) => normalCdf((x - mean) / deviation)),
  normalPDF: ofThree((x, mean, deviation) => density((x - mean) / deviation) / deviation),
  normalIDF: ofThree((p, mean, deviation) => mean + deviation * normalQuantile(p)),
  stdNormalCDF: unary(normalCdf),
  stdNormalPDF: unary(density),
  stdNormalIDF: unary(normalQuantile),
  erf: unary(erf),
};
