import type { BlockCompiler } from '../../blocks/contract.js';
import { RecordError } from '../../errors.js';
import type { Frame } from '../../fields/frame.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { compileKernel, readKernel } from './kernel.js';
import { kernelValues } from './kernel-values.js';
import type { Machine } from './machine.js';
import { compileMachine, decide } from './machine.js';
import { decisionsFloat } from './machine-float.js';
import { machinesBlock } from './machines-block.js';
import { compileVectorFields, readInstances } from './vectors.js';
import type { Vote } from './vote.js';
import { compileVote, voteFloat } from './vote.js';

/** SupportVectorMachineModel (PMML 4.4, "Support Vector Machine"). */
export function compileSupportVectorMachine(context: ModelContext): CompiledModel {
  const { element, functionName, math } = context;
  const dictionary = element.needChild('VectorDictionary');
  const { size, read, fields } = compileVectorFields(dictionary.needChild('VectorFields'), context);
  const representation = element.choice(
    'svmRepresentation',
    ['SupportVectors', 'Coefficients'] as const,
    'SupportVectors',
  );
  const byVectors = representation === 'SupportVectors';
  if (functionName !== 'classification' && functionName !== 'regression')
    element.refuse(`functionName="${functionName}"`);
  const kernel = readKernel(element);
  if (!byVectors && element.child('LinearKernelType') === undefined)
    element.refuse('svmRepresentation="Coefficients" is for linear kernels');
  const instances = byVectors ? readInstances(dictionary, size) : new Map<string, Float64Array>();
  const index = new Map([...instances.keys()].map((id, i) => [id, i]));
  const threshold = element.number('threshold', 0);
  const machines = element
    .all('SupportVectorMachine')
    .map((m) => compileMachine(m, threshold, byVectors ? index : undefined, size));
  if (machines.length === 0) element.refuse('it has no SupportVectorMachine');
  const float = math === 'float';
  const vectors = [...instances.values()];
  // In single precision there is no kernel for blocks: such models go row by row.
  const kernels = byVectors && !float ? kernelValues(vectors, size, compileKernel(kernel)) : undefined;
  const single = float ? decisionsFloat(machines, byVectors ? vectors : undefined, kernel) : undefined;
  const vector = new Float64Array(size);
  const values = new Float64Array(kernels?.stride ?? 0);
  const decisions = new Float64Array(machines.length);
  const inDouble = (frame: Frame): Float64Array => {
    read(frame, vector);
    kernels?.fill(vector, 1, values);
    for (let m = 0; m < machines.length; m++) {
      decisions[m] = decide(machines[m] as Machine, kernels === undefined ? vector : values, 0, byVectors);
    }
    return decisions;
  };
  const inSingle = (decide: (vector: Float64Array) => Float64Array) => (frame: Frame) => {
    read(frame, vector);
    return decide(vector);
  };
  const run = single === undefined ? inDouble : inSingle(single);
  const block = (vote: Vote | undefined): BlockCompiler | undefined =>
    fields === undefined || kernels === undefined
      ? undefined
      : (columns) => machinesBlock(fields, kernels, machines, vote, columns);
  if (functionName === 'regression') {
    machines[1]?.element.refuse('a regression has one machine');
    const compiled = block(undefined);
    return {
      ...(compiled === undefined ? {} : { block: compiled }),
      evaluate: (frame) => ({ value: run(frame)[0] as number }),
    };
  }
  const vote = float ? voteFloat(context, machines) : compileVote(context, machines);
  const compiled = block(vote);
  return {
    categories: vote.categories,
    ...(compiled === undefined ? {} : { block: compiled }),
    evaluate: (frame) => {
      const scores = new Float64Array(vote.categories.length);
      const best = vote.decide(run(frame), scores);
      if (best < 0)
        throw new RecordError(element.name, run(frame)[0], 'a value that rounds to 0 or 1', 'computation');
      return { value: vote.labels[best], probabilities: scores };
    },
  };
}
