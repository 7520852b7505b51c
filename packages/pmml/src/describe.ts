import type { CompiledDocument } from './load/document.js';
import type { InputInfo, ModelInfo, OutputInfo } from './model-info.js';
import type { InputBinding } from './models/model-scope.js';
import { Temporal } from './types/temporal.js';

/** What the model says about itself. */
export function describeModel(document: CompiledDocument, outputs: readonly OutputInfo[]): ModelInfo {
  const { scored, open, version } = document;
  return {
    name: open.element.attr('modelName'),
    function: scored.functionName,
    element: scored.element,
    version,
    algorithm: open.element.attr('algorithmName'),
    inputs: open.inputs.map(describeInput),
    outputs,
    targets: scored.targets.map(({ name, dataType, opType }) => ({ name, dataType, opType })),
  };
}

function describeInput({ name, data, mining }: InputBinding): InputInfo {
  const values = data.categories.map((v) => (v instanceof Temporal ? v.toString() : (v as string)));
  return {
    name,
    ...(data.displayName === undefined ? {} : { displayName: data.displayName }),
    usage: mining.usage,
    dataType: data.dataType,
    opType: mining.opType ?? data.opType,
    ...(values.length === 0 ? {} : { values }),
    ...(data.intervals.length === 0 ? {} : { intervals: data.intervals }),
    hasReplacement: mining.missingReplacement !== undefined,
  };
}
