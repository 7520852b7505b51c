import { describe, expect, test } from 'vitest';
import { BLOCK } from '../../blocks/contract.js';
import { randomSource } from '../../testing/random-model.js';
import { XmlElement } from '../../xml/element.js';
import { decisionsByValues } from './block-decisions.js';
import { compileKernel, readKernel } from './kernel.js';
import { type KernelValues, kernelValues } from './kernel-values.js';
import type { Machine } from './machine.js';
import { radialDecisions } from './radial-decisions.js';

function kernel(name: string, gamma: number) {
  const model = new XmlElement('SupportVectorMachineModel', 'SupportVectorMachineModel', [], 1);
  model.children.push(new XmlElement(name, name, ['gamma', String(gamma)], 1));
  return compileKernel(readKernel(model));
}

/** Some machines over some vectors; the first of them has no support at all. */
function machines(random: () => number, vectors: number): Machine[] {
  const some = (): number[] => Array.from({ length: vectors }, (_, v) => v).filter(() => random() < 0.7);
  return [[], some(), some()].map((support) => ({
    element: new XmlElement('SupportVectorMachine', 'SupportVectorMachine', [], 1),
    targetCategory: undefined,
    alternateTargetCategory: undefined,
    threshold: 0,
    support: Int32Array.from(support),
    coefficients: Float64Array.from(support, () => random() * 4 - 2),
    bias: random(),
  }));
}

function both(kernels: KernelValues, list: readonly Machine[], columns: Float64Array[], count: number) {
  const decisions = [radialDecisions(kernels, list)!, decisionsByValues(kernels, list)].map((way) => {
    const out = list.map(() => new Float64Array(BLOCK));
    way.run(columns, count, out);
    return out.flatMap((each) => [...each.subarray(0, count)]);
  });
  return { lanes: decisions[0]!, general: decisions[1]! };
}

describe('decisions by vector instructions', () => {
  test('are the general ones to the last bit, whatever the sizes and values', () => {
    let compared = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomSource(seed);
      const size = 1 + Math.floor(random() * 9);
      const spread = [1, 30, 3000][seed % 3] as number;
      const vectors = Array.from({ length: 1 + Math.floor(random() * 30) }, () =>
        Float64Array.from({ length: size }, () => (random() - 0.5) * spread),
      );
      const kernels = kernelValues(vectors, size, kernel('RadialBasisKernelType', random() * 2 + 1e-3));
      const columns = Array.from({ length: size }, () =>
        Float64Array.from({ length: BLOCK }, () => (random() - 0.5) * spread),
      );
      // Rows that are vectors themselves, and values that are none. Large ones leave their whole block to the general
      // way, so that only some blocks may have them.
      columns.forEach((column, i) => {
        column[1] = (vectors[0] as Float64Array)[i] as number;
        if (i === 0) column.set([Number.NaN], 2);
        if (i === 0 && seed % 4 === 0) column.set([Number.POSITIVE_INFINITY, 1e200, 1e7], 5);
      });
      const list = machines(random, vectors.length);
      for (const count of [1, 3, 4, 7, 12, BLOCK]) {
        const { lanes, general } = both(kernels, list, columns, count);
        lanes.forEach((value, i) => {
          expect(Object.is(value, general[i]), `seed ${seed}, ${value} beside ${general[i]}`).toBe(true);
          compared++;
        });
      }
    }
    expect(compared).toBeGreaterThan(10_000);
  });

  test('are left to the general way where another kernel, or no positive gamma, is asked for', () => {
    const vectors = [Float64Array.of(1, 2), Float64Array.of(0, 1)];
    const list = machines(randomSource(1), 2);
    for (const [name, gamma, there] of [
      ['RadialBasisKernelType', 1, true],
      ['RadialBasisKernelType', -1, false],
      ['PolynomialKernelType', 1, false],
    ] as const) {
      const kernels = kernelValues(vectors, 2, kernel(name, gamma));
      expect(radialDecisions(kernels, list) !== undefined, `${name} ${gamma}`).toBe(there);
    }
  });
});
