import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel, ResultColumn } from '../../blocks/contract.js';
import { BLOCK, NEVER, ROW } from '../../blocks/contract.js';
import type { Reader } from '../../fields/frame.js';
import { indexOfMax } from '../regression/normalization.js';
import type { Layer } from './layer-shape.js';
import type { NeuralOutput } from './outputs.js';

/** A network over a block, where its inputs are inputs of the model as they are. */
export function networkBlock(
  inputs: readonly Reader[],
  layers: readonly Layer[],
  neurons: number,
  outputs: readonly NeuralOutput[],
  classification: boolean,
  columns: ColumnSet,
): BlockKernel | undefined {
  const places: number[] = [];
  for (const read of inputs) {
    const place = columns.number(read);
    if (place === undefined) return undefined;
    places.push(place);
  }
  if (!classification && outputs.length > 1) return undefined;
  const activations = new Float64Array(neurons * BLOCK);
  const numbers = outputs.map(() => new Float64Array(BLOCK));
  const index = new Int32Array(BLOCK);
  const row = new Array<number>(outputs.length).fill(0.5);
  const categories = outputs.map((o) => o.category);
  return {
    result: (request): ResultColumn | undefined => {
      if (request.of === 'value') {
        return classification ? { index, table: categories } : { numbers: numbers[0] as Float64Array };
      }
      if (classification && request.of === 'probability' && request.index < 0) return NEVER;
      const found = classification && request.of === 'probability' ? numbers[request.index] : undefined;
      return found === undefined ? undefined : { numbers: found };
    },
    run: (block, count, marks) => {
      for (let p = 0; p < places.length; p++) {
        const x = block[places[p] as number] as Float64Array;
        for (let i = 0, at = p; i < count; i++, at += neurons) activations[at] = x[i] as number;
      }
      for (const layer of layers) layer(activations, neurons, count);
      for (let i = 0; i < count; i++) {
        let known = 0;
        for (let o = 0; o < outputs.length; o++) {
          const { neuron, value } = outputs[o] as NeuralOutput;
          const activation = activations[i * neurons + neuron] as number;
          const shown = classification ? activation : value(activation);
          row[o] = shown;
          (numbers[o] as Float64Array)[i] = shown;
          known += shown;
        }
        if (Number.isNaN(known) || ((marks[i] as number) & ROW.hole) !== 0)
          marks[i] = (marks[i] as number) | ROW.odd;
        if (classification) index[i] = indexOfMax(row);
      }
    },
  };
}
