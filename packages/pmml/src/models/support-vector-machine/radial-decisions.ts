import { EXP } from '../../math/exp.js';
import { type BlockDecisions, decisionsByValues, ROWS } from './block-decisions.js';
import type { KernelValues } from './kernel-values.js';
import type { Machine } from './machine.js';
import { QUAD, radialModule } from './radial-module.js';

const DOUBLE = 8;
const INTEGER = 4;

/**
 * Decisions of machines with a radial kernel by vector instructions, the same to the last bit as `decisionsByValues`.
 * Undefined where there are none or no room for them, or the kernel is another.
 */
export function radialDecisions(
  kernels: KernelValues,
  machines: readonly Machine[],
): BlockDecisions | undefined {
  const { size, stride, matrix: vectors, distances, kernel } = kernels;
  const { gamma = 0 } = kernel;
  const instantiate = gamma > 0 && distances !== undefined ? radialModule() : undefined;
  if (instantiate === undefined || distances === undefined || vectors.length === 0) return undefined;
  let bytes = 0;
  const reserve = (length: number): number => {
    const at = bytes;
    bytes += Math.ceil(length / QUAD) * QUAD;
    return at;
  };
  const x = reserve(size * QUAD);
  const norms4 = reserve(QUAD);
  const matrix = reserve(vectors.length * DOUBLE);
  const norms = reserve(stride * DOUBLE);
  const fractions = reserve(EXP.steps * DOUBLE);
  const values = reserve(stride * QUAD);
  const out = reserve(QUAD);
  const parts = machines.map(({ support }) => ({
    support: reserve(support.length * INTEGER),
    weights: reserve(support.length * DOUBLE),
  }));
  const instance = instantiate(bytes);
  if (instance === undefined) return undefined;
  const { memory, exports } = instance;
  const { values: findValues, decide } = exports as Record<'values' | 'decide', (...args: number[]) => void>;
  const doubles = new Float64Array(memory);
  const integers = new Int32Array(memory);
  doubles.set(vectors, matrix / DOUBLE);
  doubles.set(distances.norms, norms / DOUBLE);
  doubles.set(EXP.fractions, fractions / DOUBLE);
  machines.forEach(({ support, coefficients }, m) => {
    const part = parts[m] as (typeof parts)[number];
    integers.set(
      support.map((v) => v * QUAD),
      part.support / INTEGER,
    );
    doubles.set(coefficients, part.weights / DOUBLE);
  });
  const rows = doubles.subarray(x / DOUBLE, x / DOUBLE + size * ROWS);
  const squares = doubles.subarray(norms4 / DOUBLE, norms4 / DOUBLE + ROWS);
  const four = doubles.subarray(out / DOUBLE, out / DOUBLE + ROWS);
  const general = decisionsByValues(kernels, machines);

  /** False where a row's norm would drown its distances: those are found directly. */
  const load = (columns: readonly Float64Array[], first: number): boolean => {
    squares.fill(0);
    for (let i = 0; i < size; i++) {
      const column = columns[i] as Float64Array;
      for (let r = 0; r < ROWS; r++) {
        const value = column[first + r] as number;
        rows[i * ROWS + r] = value;
        squares[r] = (squares[r] as number) + value * value;
      }
    }
    // Not a number is as good as small: what comes of it is no number either.
    return squares.every((norm) => !(norm + distances.largest >= distances.bound));
  };
  return {
    run: (columns, count, decisions) => {
      // A few rows gain nothing from lanes, and the rest of the columns is of earlier blocks.
      const whole = count - (count % ROWS);
      for (let first = 0; first < whole; first += ROWS) {
        if (!load(columns, first)) return general.run(columns, count, decisions);
        findValues(
          x,
          x + size * QUAD,
          norms4,
          matrix,
          matrix + vectors.length * DOUBLE,
          norms,
          fractions,
          -gamma,
          values,
        );
        for (let m = 0; m < machines.length; m++) {
          const { support, bias } = machines[m] as Machine;
          const part = parts[m] as (typeof parts)[number];
          const end = part.weights + support.length * DOUBLE;
          if (support.length === 0) four.fill(bias);
          else decide(part.support, part.weights, end, values, bias, out);
          (decisions[m] as Float64Array).set(four, first);
        }
      }
      if (whole === count) return;
      const tail = columns.map((column) => column.subarray(whole, count));
      general.run(
        tail,
        count - whole,
        decisions.map((each) => each.subarray(whole)),
      );
    },
  };
}
