import type { Frame } from '../../fields/frame.js';
import { keyOf } from '../../types/value.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { indexOfMax } from '../regression/normalization.js';
import { compileKernel } from './kernel.js';
import { kernelValues } from './kernel-values.js';
import type { Machine } from './machine.js';
import { compileMachine, decide } from './machine.js';
import { compileVectorFields, readInstances } from './vectors.js';

/** SupportVectorMachineModel (PMML 4.4, "Support Vector Machine"). */
export function compileSupportVectorMachine(context: ModelContext): CompiledModel {
  const { element, functionName } = context;
  const dictionary = element.needChild('VectorDictionary');
  const { size, read } = compileVectorFields(dictionary.needChild('VectorFields'), context);
  const representation = element.choice(
    'svmRepresentation',
    ['SupportVectors', 'Coefficients'] as const,
    'SupportVectors',
  );
  const byVectors = representation === 'SupportVectors';
  const kernel = compileKernel(element);
  const instances = byVectors ? readInstances(dictionary, size) : new Map<string, Float64Array>();
  const index = new Map([...instances.keys()].map((id, i) => [id, i]));
  const threshold = element.number('threshold', 0);
  const machines = element
    .all('SupportVectorMachine')
    .map((m) => compileMachine(m, threshold, byVectors ? index : undefined, size));
  if (machines.length === 0) element.refuse('it has no SupportVectorMachine');
  const vector = new Float64Array(size);
  const kernels = byVectors ? kernelValues([...instances.values()], size, kernel) : undefined;
  const values = (frame: Frame): Float64Array => {
    read(frame, vector);
    return kernels === undefined ? vector : kernels(vector);
  };
  const run = (machine: Machine, kernelsOfRow: Float64Array): number =>
    decide(machine, kernelsOfRow, byVectors);
  if (functionName === 'regression') {
    const machine = machines[0] as Machine;
    return { evaluate: (frame) => ({ value: run(machine, values(frame)) }) };
  }
  return classification(context, machines, values, run);
}

function classification(
  context: ModelContext,
  machines: readonly Machine[],
  values: (frame: Frame) => Float64Array,
  run: (machine: Machine, values: Float64Array) => number,
): CompiledModel {
  const { element } = context;
  const method = element.choice(
    'classificationMethod',
    ['OneAgainstAll', 'OneAgainstOne'] as const,
    'OneAgainstAll',
  );
  const alternate = element.attr('alternateBinaryTargetCategory');
  const seconds = machines.map((m) => m.alternateTargetCategory ?? alternate);
  const firsts = machines.map((m) => m.targetCategory ?? m.element.refuse('it has no targetCategory'));
  const labels = [...new Set([...firsts, ...seconds.filter((s) => s !== undefined)])].map((c) =>
    context.category(c),
  );
  const categories = labels.map(keyOf);
  const place = (text: string): number => categories.indexOf(keyOf(context.category(text)));
  if (method === 'OneAgainstOne' || (machines.length === 1 && alternate !== undefined)) {
    const pairs = machines.map((machine, i) => {
      const second = seconds[i] ?? machine.element.refuse('it has no alternateTargetCategory');
      return { machine, low: place(firsts[i] as string), high: place(second) };
    });
    // A value below the threshold is a vote for the target category, else for the alternate one.
    return {
      categories,
      evaluate: (frame) => {
        const row = values(frame);
        const votes = new Float64Array(categories.length);
        for (const { machine, low, high } of pairs) {
          const winner = run(machine, row) < machine.threshold ? low : high;
          votes[winner] = (votes[winner] as number) + 1;
        }
        const probabilities = votes.map((v) => v / pairs.length);
        return { value: labels[indexOfMax(votes)], probabilities };
      },
    };
  }
  const places = firsts.map(place);
  // The specification's default: the smallest value is the nearest category.
  const sign = element.boolean('maxWins', false) ? 1 : -1;
  return {
    categories,
    evaluate: (frame) => {
      const row = values(frame);
      const scores = new Float64Array(categories.length).fill(Number.NaN);
      machines.forEach((machine, i) => {
        scores[places[i] as number] = run(machine, row);
      });
      const best = indexOfMax(scores.map((s) => sign * s));
      return { value: labels[best], probabilities: scores };
    },
  };
}
