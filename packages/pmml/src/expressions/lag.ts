import type { Frame } from '../fields/frame.js';
import type { Scope } from '../fields/scope.js';
import type { Value } from '../types/value.js';
import { numberOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { Expression } from './contract.js';

const AGGREGATES = ['none', 'avg', 'max', 'median', 'min', 'product', 'stddev', 'sum'] as const;
const MAX_LAG = 10_000;

/**
 * `Lag`: the value of a field some records ago, or an aggregate of the last ones. The records of one batch follow
 * each other; a `BlockIndicator` field starts anew where its value changes. Before the first record everything is
 * missing, so a record that is scored alone has no past.
 */
export function compileLag(element: XmlElement, scope: Scope): Expression {
  const n = element.integer('n', 1);
  if (n < 1 || n > MAX_LAG) element.refuse(`n="${n}" is not between 1 and ${MAX_LAG}`);
  const name = element.choice('aggregate', AGGREGATES, 'none');
  const { read, dataType, opType } = scope.field(element.need('field'), element);
  const blocks = element.all('BlockIndicator').map((b) => scope.field(b.need('field'), b).read);
  const history = scope.layout.history(read, blocks, n);
  if (name === 'none') return { dataType, opType, read: (frame) => history(frame).at(-n) };
  return {
    dataType: name === 'sum' || name === 'min' || name === 'max' || name === 'product' ? dataType : 'double',
    read: (frame: Frame) => {
      const numbers = history(frame)
        .map((v) => numberOf(v))
        .filter((v) => v !== undefined);
      return numbers.length === 0 ? undefined : aggregate(name, numbers);
    },
  };
}

function aggregate(name: (typeof AGGREGATES)[number], values: readonly number[]): Value {
  const sum = values.reduce((a, b) => a + b, 0);
  const mean = sum / values.length;
  switch (name) {
    case 'avg':
      return mean;
    case 'max':
      return values.reduce((a, b) => Math.max(a, b));
    case 'min':
      return values.reduce((a, b) => Math.min(a, b));
    case 'product':
      return values.reduce((a, b) => a * b, 1);
    case 'stddev': {
      if (values.length < 2) return undefined;
      const squares = values.reduce((a, b) => a + (b - mean) ** 2, 0);
      return Math.sqrt(squares / (values.length - 1));
    }
    case 'median': {
      const sorted = [...values].sort((a, b) => a - b);
      const middle = sorted.length >> 1;
      const upper = sorted[middle] as number;
      return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
    }
    default:
      return sum;
  }
}
