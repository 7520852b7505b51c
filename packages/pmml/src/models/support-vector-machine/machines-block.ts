import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel, ResultColumn } from '../../blocks/contract.js';
import { BLOCK, NEVER, ROW } from '../../blocks/contract.js';
import type { Field } from '../../fields/field.js';
import { decisionsByValues } from './block-decisions.js';
import type { KernelValues } from './kernel-values.js';
import type { Machine } from './machine.js';
import { radialDecisions } from './radial-decisions.js';
import type { Vote } from './vote.js';

/** Machines over a block; all of them share the kernel values of a row. */
export function machinesBlock(
  fields: readonly Field[],
  kernels: KernelValues,
  machines: readonly Machine[],
  vote: Vote | undefined,
  columns: ColumnSet,
): BlockKernel | undefined {
  const places: number[] = [];
  for (const { read } of fields) {
    const place = columns.number(read);
    if (place === undefined) return undefined;
    places.push(place);
  }
  const deciding = radialDecisions(kernels, machines) ?? decisionsByValues(kernels, machines);
  const components: Float64Array[] = [];
  const decisions = machines.map(() => new Float64Array(BLOCK));
  const own = new Float64Array(machines.length);
  const scores = new Float64Array(vote?.categories.length ?? 0);
  const probabilities = Array.from(scores, () => new Float64Array(BLOCK));
  const index = new Int32Array(BLOCK);
  return {
    result: (request): ResultColumn | undefined => {
      if (request.of === 'value')
        return vote === undefined ? { numbers: decisions[0] as Float64Array } : { index, table: vote.labels };
      if (vote !== undefined && request.of === 'probability' && request.index < 0) return NEVER;
      const numbers = request.of === 'probability' ? probabilities[request.index] : undefined;
      return numbers === undefined ? undefined : { numbers };
    },
    run: (inputs, count, marks) => {
      for (let i = 0; i < places.length; i++) components[i] = inputs[places[i] as number] as Float64Array;
      deciding.run(components, count, decisions);
      for (let i = 0; i < count; i++) {
        let known = 0;
        for (let m = 0; m < machines.length; m++) {
          own[m] = (decisions[m] as Float64Array)[i] as number;
          known += own[m] as number;
        }
        if (vote !== undefined) {
          index[i] = vote.decide(own, scores);
          for (let c = 0; c < scores.length; c++) {
            (probabilities[c] as Float64Array)[i] = scores[c] as number;
            known += scores[c] as number;
          }
        }
        if (Number.isNaN(known) || ((marks[i] as number) & ROW.hole) !== 0)
          marks[i] = (marks[i] as number) | ROW.odd;
      }
    },
  };
}
