import { TRUE } from '../../predicates/contract.js';
import type { Value } from '../../types/value.js';
import type { CompiledModel, ModelContext, ModelResult, ScoredModel } from '../contract.js';
import type { MissingTreatment } from './methods.js';
import type { Segment } from './segments.js';

const MISSING: ModelResult = { value: undefined };

/** A chain: each segment sees the outputs of those before it, the last one that ran answers. */
export function chain(segments: readonly Segment[], treatment: MissingTreatment): CompiledModel {
  const last = segments.at(-1) as Segment;
  const features = featuresOf(segments.map((s) => s.scored));
  return {
    ...features,
    evaluate: (frame) => {
      let result = MISSING;
      let by: ScoredModel | undefined;
      for (const { predicate, scored } of segments) {
        if (predicate !== undefined && predicate(frame) !== TRUE) continue;
        result = scored.score(frame);
        by = scored;
        if (result.value === undefined && treatment === 'returnMissing' && scored !== last.scored) {
          // Steps that only prepare fields predict nothing; a prediction that is missing ends the chain.
          if (scored.target !== undefined) return MISSING;
        }
      }
      return features.adapt(result, by);
    },
  };
}

/** Like a chain, but every segment's target is part of the answer (JPMML's x-multiModelChain). */
export function multiChain({ targets }: ModelContext, segments: readonly Segment[]): CompiledModel {
  return {
    evaluate: (frame) => {
      const values = new Map<string, Value>();
      let result = MISSING;
      for (const { predicate, scored } of segments) {
        if (predicate !== undefined && predicate(frame) !== TRUE) continue;
        result = scored.score(frame);
        if (result.targets !== undefined) for (const [name, value] of result.targets) values.set(name, value);
        else if (scored.target !== undefined) values.set(scored.target.name, result.value);
      }
      const first = targets[0];
      return { value: first === undefined ? result.value : values.get(first.name), targets: values };
    },
  };
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
  const adapt = (result: ModelResult, by: ScoredModel | undefined): ModelResult => {
    if (single || by === undefined) return result;
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
      return (result: ModelResult, frame: Parameters<CompiledModel['evaluate']>[0]): Value => {
        const { origin, original } = result as ModelResult & { origin?: ScoredModel; original?: ModelResult };
        const read = origin === undefined ? undefined : readers.get(origin);
        return read === undefined || original === undefined ? undefined : read(original, frame);
      };
    },
  };
}
