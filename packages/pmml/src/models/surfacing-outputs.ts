import type { Frame } from '../fields/frame.js';
import type { Value } from '../types/value.js';
import type { OutputSlot, ScoredModel } from './contract.js';

/**
 * Outputs of models inside a model (segments, embedded ones) as they surface in the answer; of equal names the last one
 * that has a value. Where all of them run, that is the last one; where one of them runs, an output that all have is its
 * own. Otherwise only the row tells.
 */
export function surfacingOutputs(
  models: readonly { readonly scored: ScoredModel }[],
  run: 'all' | 'one' | 'some',
): OutputSlot[] {
  const common = (name: string): boolean =>
    models.every(({ scored }) => scored.outputs.some(({ field }) => field.name === name));
  const byName = new Map<string, OutputSlot>();
  for (const { scored } of models) {
    for (const output of scored.outputs) {
      const before = byName.get(output.field.name)?.field;
      const { field } = output;
      const read = before === undefined ? field.read : (f: Frame): Value => field.read(f) ?? before.read(f);
      const answers =
        output.request !== undefined &&
        (run === 'all' || (run === 'one' ? common(field.name) : before === undefined));
      const request = answers ? ({ of: 'output', read: field.read } as const) : undefined;
      byName.set(field.name, { ...output, field: { ...field, read }, computed: true, request });
    }
  }
  return [...byName.values()];
}
