import { RecordError } from '../../errors.js';
import type { Frame } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, ModelContext, ModelResult, ScoredModel } from '../contract.js';
import { chainBlock } from './chain-block.js';
import type { MissingTreatment } from './methods.js';
import type { Segment } from './segments.js';
import { isActive, runSegment } from './segments.js';

const MISSING: ModelResult = { value: undefined };

/** A chain: each segment sees the outputs of those before it, the last one that ran answers. */
export function chain(
  { targets, element }: ModelContext,
  segments: readonly Segment[],
  treatment: MissingTreatment,
): CompiledModel {
  const features = featuresOf(segments.map((s) => s.scored));
  const skips = treatment === 'skipSegment';
  const block = targets.length > 1 || skips ? undefined : chainBlock(segments, features.categories ?? []);
  return {
    ...features,
    ...(block !== undefined && { block }),
    evaluate: (frame) => {
      let result: ModelResult | undefined;
      let by: ScoredModel | undefined;
      for (const segment of segments) {
        if (!isActive(segment, frame)) continue;
        const own = runSegment(segment, frame);
        // As if it had not run: what stands before it is the answer.
        if (skips && own.value === undefined && own.targets === undefined && result !== undefined) continue;
        by = segment.scored;
        result = own;
        if (own.value !== undefined || own.targets !== undefined) continue;
        if (treatment === 'returnMissing') return MISSING;
        refuseUnpredicted(segment, frame);
      }
      if (result === undefined || by === undefined) {
        // With several targets nothing says which of them is missing.
        if (targets.length > 1) throw noSegment(element);
        return MISSING;
      }
      return withTargets(features.adapt(result, by), by, targets.length > 1);
    },
  };
}

/** A step without a prediction has nothing to say in the outputs that are read off it: they are no values. */
function refuseUnpredicted({ scored }: Segment, frame: Frame): void {
  for (const { field, slot, computed } of scored.outputs) {
    if (!computed && frame.values[slot] === undefined)
      throw new RecordError(field.name, undefined, 'a prediction', 'missing');
  }
}

/** In a model of several targets the answer is about those of the segment that gave it. */
function withTargets(result: ModelResult, by: ScoredModel, many: boolean): ModelResult {
  if (!many || result.targets !== undefined || by.target === undefined) return result;
  return { ...result, targets: new Map([[by.target.name, result.value]]) };
}

/** Like a chain, but every segment's target is part of the answer (JPMML's x-multiModelChain). */
export function multiChain(
  { targets, element }: ModelContext,
  segments: readonly Segment[],
  treatment: MissingTreatment,
): CompiledModel {
  return {
    evaluate: (frame) => {
      const values = new Map<string, Value>();
      let result: ModelResult | undefined;
      for (const segment of segments) {
        if (!isActive(segment, frame)) continue;
        const { target } = segment.scored;
        result = runSegment(segment, frame);
        if (result.value === undefined && result.targets === undefined) {
          if (treatment === 'returnMissing') return MISSING;
          refuseUnpredicted(segment, frame);
        }
        if (result.targets !== undefined) for (const [name, value] of result.targets) values.set(name, value);
        else if (target !== undefined) values.set(target.name, result.value);
      }
      if (result === undefined) throw noSegment(element);
      const first = targets[0];
      return { value: first === undefined ? result.value : values.get(first.name), targets: values };
    },
  };
}

function noSegment(element: XmlElement): RecordError {
  return new RecordError(
    element.name,
    undefined,
    'values for which one of its segments applies',
    'computation',
  );
}

/**
 * Categories and output readers where any of several models may answer: categories are united, and a result is
 * brought into their order. Results remember the model they came from.
 */
export function featuresOf(models: readonly ScoredModel[]) {
  const united = [...new Set(models.flatMap((m) => m.model.categories ?? []))];
  const places = new Map(
    models.map((m) => [m, (m.model.categories ?? []).map((c) => united.indexOf(c))] as const),
  );
  const spread = (
    table: ArrayLike<number> | undefined,
    place: readonly number[],
  ): Float64Array | undefined => {
    if (table === undefined) return undefined;
    const out = new Float64Array(united.length).fill(Number.NaN);
    place.forEach((to, from) => {
      out[to] = table[from] as number;
    });
    return out;
  };
  const single = models.length === 1;
  // Most chains end in the one model that has categories: its results are passed on as they are.
  const asIs = new Set(
    models.filter((m) => (m.model.categories ?? []).join('\u0000') === united.join('\u0000')),
  );
  const state = { remembers: false };
  const adapt = (result: ModelResult, by: ScoredModel | undefined): ModelResult => {
    if (single || by === undefined || (!state.remembers && asIs.has(by))) return result;
    const place = places.get(by) as readonly number[];
    return {
      ...result,
      origin: by,
      original: result,
      probabilities: spread(result.probabilities, place),
      confidences: spread(result.confidences, place),
    } as ModelResult;
  };
  return {
    ...(united.length === 0 ? {} : { categories: united }),
    adapt,
    output: (spec: Parameters<NonNullable<CompiledModel['output']>>[0]) => {
      const readers = new Map(models.map((m) => [m, m.model.output?.(spec)] as const));
      if ([...readers.values()].every((r) => r === undefined)) return undefined;
      if (single) return [...readers.values()][0];
      state.remembers = true;
      return (result: ModelResult, frame: Parameters<CompiledModel['evaluate']>[0]): Value => {
        const { origin, original } = result as ModelResult & { origin?: ScoredModel; original?: ModelResult };
        const read = origin === undefined ? undefined : readers.get(origin);
        return read === undefined || original === undefined ? undefined : read(original, frame);
      };
    },
  };
}
