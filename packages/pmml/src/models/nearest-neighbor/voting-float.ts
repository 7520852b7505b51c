import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { Neighbours } from './voting.js';
import { CONTINUOUS, continuousMethod } from './voting.js';

const round = Math.fround;

/** Attribute `continuousScoringMethod` in single precision, every step rounded. */
export function continuousFloat(model: XmlElement, values: readonly Value[]): (near: Neighbours) => Value {
  const numbers = values.map((v) => round(numberOf(v) ?? Number.NaN));
  switch (model.choice('continuousScoringMethod', CONTINUOUS, 'average')) {
    case 'median': {
      const median = continuousMethod(model, numbers);
      return (near) => round(median(near) as number);
    }
    case 'weightedAverage':
      return ({ at, weight }) => {
        let [sum, total] = [0, 0];
        for (let i = 0; i < at.length; i++) {
          const w = weight(i);
          sum = round(sum + round(w * (numbers[at[i] as number] as number)));
          total = round(total + w);
        }
        return round(sum / total);
      };
    default:
      return ({ at }) => {
        let sum = 0;
        for (let i = 0; i < at.length; i++) sum = round(sum + (numbers[at[i] as number] as number));
        return round(sum / at.length);
      };
  }
}
