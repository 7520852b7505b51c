import type { Field } from '../../fields/field.js';
import { expFloat } from '../../math/exp.js';
import type { XmlElement } from '../../xml/element.js';
import { readMatrix } from '../../xml/matrix.js';
import type { ModelContext } from '../contract.js';
import type { Encoder } from './encode.js';
import { fieldEncoder, positionEncoder } from './encode.js';

const FUNCTIONS = ['absDiff', 'gaussSim', 'delta', 'equal', 'table'] as const;
export type CompareFunction = (typeof FUNCTIONS)[number];

/** A field of a ClusteringModel or NearestNeighborModel, with how its values are compared. */
export interface ComparedField {
  readonly field: Field;
  readonly weight: number;
  readonly encoder: Encoder;
  readonly isDifference: boolean;
  /** How alike, or how far apart, two encoded values are. */
  compare(a: number, b: number): number;
}

export interface FieldSettings {
  readonly field: Field;
  readonly weight: number;
  /** The `ClusteringField` or `KNNInput`. */
  readonly element: XmlElement;
  /** `compareFunction` of the `ComparisonMeasure`. */
  readonly fallback: CompareFunction;
  readonly math: ModelContext['math'];
}

export function defaultCompareFunction(measure: XmlElement): CompareFunction {
  return measure.choice('compareFunction', FUNCTIONS, 'absDiff');
}

export function compileComparedField(settings: FieldSettings): ComparedField {
  const { field, weight, element, fallback } = settings;
  const float = settings.math === 'float';
  const name = element.choice('compareFunction', FUNCTIONS, fallback);
  const base = { field, weight, isDifference: name === 'absDiff' };
  if (field.cyclic === true)
    element.refuse(
      `field ${JSON.stringify(field.name)} is cyclic: distances round the circle are not supported`,
    );
  if (name === 'table') {
    const compare = tableOf(element, field);
    return { ...base, encoder: positionEncoder(field), compare: float ? rounded(compare) : compare };
  }
  if ((name === 'absDiff' || name === 'gaussSim') && field.dataType === 'string') {
    element.refuse(`compareFunction="${name}" compares numbers, field ${JSON.stringify(field.name)} is text`);
  }
  const compare = functionOf(name, element);
  return { ...base, encoder: fieldEncoder(field), compare: (float && floatOf(name, element)) || compare };
}

function functionOf(
  name: Exclude<CompareFunction, 'table'>,
  element: XmlElement,
): (a: number, b: number) => number {
  switch (name) {
    case 'absDiff':
      return (a, b) => Math.abs(a - b);
    case 'delta':
      return (a, b) => (a === b ? 0 : 1);
    case 'equal':
      return (a, b) => (a === b ? 1 : 0);
    case 'gaussSim': {
      const scale = element.needNumber('similarityScale');
      if (!(scale > 0)) element.refuse(`similarityScale="${scale}" is not positive`);
      return (a, b) => Math.exp((-Math.LN2 * (a - b) ** 2) / (scale * scale));
    }
  }
}

function rounded(compare: (a: number, b: number) => number): (a: number, b: number) => number {
  return (a, b) => Math.fround(compare(a, b));
}

/** The functions that round in single precision, every step; the others answer 0 or 1. */
function floatOf(name: CompareFunction, element: XmlElement): ((a: number, b: number) => number) | undefined {
  const round = Math.fround;
  if (name === 'absDiff') return (a, b) => Math.abs(round(round(a) - round(b)));
  if (name !== 'gaussSim') return undefined;
  const scale = round(element.needNumber('similarityScale'));
  const [rate, square] = [round(-Math.LN2), round(scale * scale)];
  return (a, b) => {
    const d = round(round(a) - round(b));
    return expFloat(round(round(round(rate * d) * d) / square));
  };
}

/** Rows and columns are the field's categories, or its intervals. */
function tableOf(element: XmlElement, { categories, intervals }: Field): (a: number, b: number) => number {
  const matrixElement = element.needChild('Comparisons').needChild('Matrix');
  const matrix = readMatrix(matrixElement);
  const size = categories.length || intervals.length;
  if (matrix.length !== size || matrix.some((row) => row.length !== size))
    matrixElement.refuse(`it is not ${size} by ${size}, as the field has values`);
  return (a, b) => matrix[a]?.[b] ?? Number.NaN;
}
