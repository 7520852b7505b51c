import type { Field } from '../../fields/field.js';
import type { XmlElement } from '../../xml/element.js';
import { readMatrix } from '../../xml/matrix.js';
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
}

export function defaultCompareFunction(measure: XmlElement): CompareFunction {
  return measure.choice('compareFunction', FUNCTIONS, 'absDiff');
}

export function compileComparedField({ field, weight, element, fallback }: FieldSettings): ComparedField {
  const name = element.choice('compareFunction', FUNCTIONS, fallback);
  const base = { field, weight, isDifference: name === 'absDiff' };
  if (field.cyclic === true)
    element.refuse(
      `field ${JSON.stringify(field.name)} is cyclic: distances round the circle are not supported`,
    );
  if (name === 'table') return { ...base, encoder: positionEncoder(field), compare: tableOf(element, field) };
  if ((name === 'absDiff' || name === 'gaussSim') && field.dataType === 'string') {
    element.refuse(`compareFunction="${name}" compares numbers, field ${JSON.stringify(field.name)} is text`);
  }
  return { ...base, encoder: fieldEncoder(field), compare: functionOf(name, element) };
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

/** Rows and columns are the field's categories, or its intervals. */
function tableOf(element: XmlElement, { categories, intervals }: Field): (a: number, b: number) => number {
  const matrixElement = element.needChild('Comparisons').needChild('Matrix');
  const matrix = readMatrix(matrixElement);
  const size = categories.length || intervals.length;
  if (matrix.length !== size || matrix.some((row) => row.length !== size))
    matrixElement.refuse(`it is not ${size} by ${size}, as the field has values`);
  return (a, b) => matrix[a]?.[b] ?? Number.NaN;
}
