import { TRUE } from '../../predicates/contract.js';
import type { Value } from '../../types/value.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { featuresOf } from './chain.js';
import type { Segment } from './segments.js';

const MISSING: ModelResult = { value: undefined };

/** The first segment whose predicate holds answers. */
export function selectFirst(context: ModelContext, segments: readonly Segment[]): CompiledModel {
  void context;
  const features = featuresOf(segments.map((s) => s.scored));
  return {
    ...features,
    evaluate: (frame) => {
      for (const { predicate, scored } of segments) {
        if (predicate === undefined || predicate(frame) === TRUE)
          return features.adapt(scored.score(frame), scored);
      }
      return MISSING;
    },
  };
}

/** Every segment whose predicate holds answers: the prediction is the list of theirs. */
export function selectAll(segments: readonly Segment[]): CompiledModel {
  return {
    evaluate: (frame) => {
      const values: Value[] = [];
      for (const { predicate, scored } of segments) {
        if (predicate === undefined || predicate(frame) === TRUE) values.push(scored.score(frame).value);
      }
      return values.length === 0 ? MISSING : { value: values };
    },
  };
}
