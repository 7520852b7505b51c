import type { BlockKernel, ResultRequest } from './blocks/contract.js';
import type { BuildRow, ResultCell } from './blocks/row-builder.js';
import { rowBuilder } from './blocks/row-builder.js';
import type { Frame } from './fields/frame.js';
import type { OutputInfo } from './model-info.js';
import type { ModelResult, ScoredModel } from './models/contract.js';
import { Temporal } from './types/temporal.js';
import type { Value } from './types/value.js';

/** How the answer of one row is written: names fixed at load, values read by slot. */
export interface Answer {
  readonly fields: readonly OutputInfo[];
  build(result: ModelResult, frame: Frame): Record<string, unknown>;
  /** Builds rows off a kernel's results; undefined where it cannot give all that the answer shows. */
  ofBlock(kernel: BlockKernel): BuildRow | undefined;
}

interface Column extends OutputInfo {
  readonly read: (result: ModelResult, frame: Frame) => Value;
  readonly request?: ResultRequest | undefined;
}

/** Name of the prediction where the model names neither a target nor an output. */
const UNNAMED = 'predictedValue';

export function compileAnswer(scored: ScoredModel, results: 'outputs' | 'all'): Answer {
  const shown = scored.outputs.filter((o) => results === 'all' || o.isFinal);
  const columns: Column[] = [];
  const taken = new Set<string>();
  const add = (column: Column): void => {
    if (taken.has(column.name)) return;
    taken.add(column.name);
    columns.push(column);
  };
  const outputs = shown.map(
    ({ field, request }): Column => ({
      name: field.name,
      dataType: field.dataType,
      opType: field.opType,
      read: (_, frame) => field.read(frame),
      request,
    }),
  );
  if (results === 'all' || shown.length === 0) for (const column of targetColumns(scored)) add(column);
  for (const column of outputs) add(column);
  if (shown.length === 0) for (const column of probabilityColumns(scored)) add(column);
  return {
    fields: columns.map(({ name, dataType, opType }) => ({ name, dataType, opType })),
    build: (result, frame) => {
      const answer: Record<string, unknown> = {};
      for (const { name, read } of columns) answer[name] = plain(read(result, frame));
      return answer;
    },
    ofBlock: (kernel) => {
      const cells: ResultCell[] = [];
      // An output that is not shown may still refuse a row: the kernel has to know of it too.
      const all = [
        ...columns,
        ...scored.outputs.map(({ field, request }) => ({ name: field.name, request })),
      ];
      for (const [i, { name, request }] of all.entries()) {
        const cell = request === undefined ? undefined : resultCell(name, request, kernel);
        if (cell === undefined) return undefined;
        if (i < columns.length) cells.push(cell);
      }
      return rowBuilder(cells);
    },
  };
}

const NO_NUMBERS = new Float64Array(0);
const NO_INDEX = new Int32Array(0);

function resultCell(name: string, request: ResultRequest, kernel: BlockKernel): ResultCell | undefined {
  const column = kernel.result(request);
  if (column === undefined) return undefined;
  if ('numbers' in column) return { name, numbers: column.numbers, index: NO_INDEX, table: undefined };
  return { name, numbers: NO_NUMBERS, index: column.index, table: column.table.map(plain) };
}

function targetColumns({ targets, functionName }: ScoredModel): Column[] {
  if (targets.length === 0) {
    const regression = functionName === 'regression' || functionName === 'timeSeries';
    const dataType = regression ? 'double' : 'string';
    return [
      {
        name: UNNAMED,
        dataType,
        opType: regression ? 'continuous' : 'categorical',
        read: (r) => r.value,
        request: { of: 'value' },
      },
    ];
  }
  return targets.map(({ name, dataType, opType }) => ({
    name,
    dataType,
    opType,
    read: (r) => (r.targets === undefined ? r.value : r.targets.get(name)),
    request: targets.length === 1 ? { of: 'value' } : undefined,
  }));
}

function probabilityColumns({ model, functionName }: ScoredModel): Column[] {
  if (functionName !== 'classification') return [];
  return (model.categories ?? []).map((category, index) => ({
    name: `probability(${category})`,
    dataType: 'double',
    opType: 'continuous',
    read: (r) => {
      const p = r.probabilities?.[index];
      return p === undefined || Number.isNaN(p) ? undefined : p;
    },
    request: { of: 'probability', index },
  }));
}

/** A value as callers get it: missing is null, dates are text. */
function plain(value: Value): unknown {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (value === undefined) return null;
  if (value instanceof Temporal) return value.toString();
  return Array.isArray(value) ? value.map(plain) : value;
}
