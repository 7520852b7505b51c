import type { Value } from '../../types/value.js';
import type { CompiledModel, ModelResult } from '../contract.js';
import { featuresOf } from './chain.js';
import type { MissingTreatment } from './methods.js';
import type { Segment } from './segments.js';
import { isActive, runSegment } from './segments.js';
import { selectBlock } from './select-block.js';

const MISSING: ModelResult = { value: undefined };

/**
 * The first segment whose predicate holds answers, or the first that has an answer where others are skipped; its id
 * is the entity of the answer.
 */
export function selectFirst(segments: readonly Segment[], treatment: MissingTreatment): CompiledModel {
  const { adapt, output, ...features } = featuresOf(segments.map((s) => s.scored));
  const ids = segments.map((s, i) => s.id ?? String(i + 1));
  return {
    ...features,
    block: (columns) =>
      selectBlock(segments, ids, features.categories ?? [], treatment === 'skipSegment', columns),
    output: (spec) =>
      spec.feature === 'entityId' ? (result) => (result as Selected).segmentId : output(spec),
    evaluate: (frame): ModelResult => {
      for (let i = 0; i < segments.length; i++) {
        const segment = segments[i] as Segment;
        if (!isActive(segment, frame)) continue;
        const result = runSegment(segment, frame);
        if (result.value === undefined && treatment === 'skipSegment') continue;
        const selected: Selected = { ...adapt(result, segment.scored), segmentId: ids[i] };
        return selected;
      }
      return MISSING;
    },
  };
}

interface Selected extends ModelResult {
  readonly segmentId: string | undefined;
}

/** Every segment whose predicate holds answers: the prediction is the list of theirs. */
export function selectAll(segments: readonly Segment[], treatment: MissingTreatment): CompiledModel {
  return {
    evaluate: (frame) => {
      const values: Value[] = [];
      for (const segment of segments) {
        if (!isActive(segment, frame)) continue;
        const { value } = runSegment(segment, frame);
        if (value === undefined && treatment === 'returnMissing') return MISSING;
        if (value !== undefined || treatment !== 'skipSegment') values.push(value);
      }
      return values.length === 0 ? MISSING : { value: values };
    },
  };
}
