import { checkCount } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';

/** One `SupportVectorMachine`: its decision value from the kernel values (or the vector) of the row. */
export interface Machine {
  readonly element: XmlElement;
  readonly targetCategory: string | undefined;
  readonly alternateTargetCategory: string | undefined;
  readonly threshold: number;
  /** Indices of its support vectors, and their coefficients. */
  readonly support: Int32Array;
  readonly coefficients: Float64Array;
  readonly bias: number;
}

/** Machines by support vectors: `index` numbers the vectors of the dictionary. */
export function compileMachine(
  element: XmlElement,
  threshold: number,
  index: ReadonlyMap<string, number> | undefined,
  size: number,
): Machine {
  const list = element.needChild('Coefficients');
  const coefficients = Float64Array.from(list.all('Coefficient'), (c) => c.number('value', 0));
  checkCount(list, 'numberOfCoefficients', coefficients.length, 'coefficients');
  let support = new Int32Array(0);
  if (index !== undefined) {
    const listed = element.needChild('SupportVectors');
    const vectors = listed.all('SupportVector');
    checkCount(listed, 'numberOfSupportVectors', vectors.length, 'support vectors');
    checkCount(listed, 'numberOfAttributes', size, 'fields in its vectors');
    support = Int32Array.from(
      vectors,
      (v) => index.get(v.need('vectorId')) ?? v.refuse('its vector is not known'),
    );
    if (support.length !== coefficients.length)
      element.refuse('it has not as many coefficients as support vectors');
  } else if (coefficients.length !== size) {
    element.refuse(`it has ${coefficients.length} coefficients for ${size} fields`);
  }
  return {
    element,
    targetCategory: element.attr('targetCategory'),
    alternateTargetCategory: element.attr('alternateTargetCategory'),
    threshold: element.number('threshold', threshold),
    support,
    coefficients,
    bias: list.number('absoluteValue', 0),
  };
}

/** The decision value, where `values` holds the kernel of each vector, or the row's own vector, from `from` on. */
export function decide(
  { support, coefficients, bias }: Machine,
  values: Float64Array,
  from: number,
  byVectors: boolean,
): number {
  let sum = bias;
  if (byVectors) {
    for (let i = 0; i < support.length; i++) {
      sum += (coefficients[i] as number) * (values[from + (support[i] as number)] as number);
    }
  } else {
    for (let i = 0; i < coefficients.length; i++)
      sum += (coefficients[i] as number) * (values[from + i] as number);
  }
  return sum;
}

/** The decision values of four rows, whose additions overlap; rows lie `stride` apart. */
export function decideFour(
  { support, coefficients, bias }: Machine,
  values: Float64Array,
  from: number,
  stride: number,
  out: Float64Array,
): void {
  let [a, b, c, d] = [bias, bias, bias, bias];
  for (let i = 0; i < support.length; i++) {
    const weight = coefficients[i] as number;
    const at = from + (support[i] as number);
    a += weight * (values[at] as number);
    b += weight * (values[at + stride] as number);
    c += weight * (values[at + 2 * stride] as number);
    d += weight * (values[at + 3 * stride] as number);
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}
