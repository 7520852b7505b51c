import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { EMBEDDED_ELEMENTS } from '../model-elements.js';
import type { SegmentedModel } from '../scored-contract.js';
import { surfacingOutputs } from '../surfacing-outputs.js';
import { chain, multiChain } from './chain.js';
import { combineProbabilities, combineVotes } from './combine-categories.js';
import { combineNumbers } from './combine-numbers.js';
import { compileForest } from './forest.js';
import type { Method, MissingTreatment } from './methods.js';
import { METHODS, MISSING_TREATMENTS } from './methods.js';
import type { Segment } from './segments.js';
import { compileSegment, segmentScope } from './segments.js';
import { selectAll, selectFirst } from './select.js';
import { compileSequence } from './sequence.js';

/** MiningModel (PMML 4.4, "Multiple Models"). */
export function compileMiningModel(context: ModelContext): SegmentedModel {
  const { element } = context;
  const steps = element.children.filter((c) => EMBEDDED_ELEMENTS.has(c.name));
  if (steps.length > 0) return compileSequence(context, steps);
  const segmentation = element.needChild('Segmentation');
  segmentation.need('multipleModelMethod');
  const method = segmentation.choice('multipleModelMethod', METHODS) as Method;
  const treatment = missingTreatment(segmentation);
  const threshold = segmentation.number('missingThreshold') ?? segmentation.number('x-missingThreshold', 1);
  const segments = segmentation.all('Segment').map((s) => compileSegment(context, s));
  if (method.endsWith('Vote') && context.functionName === 'regression')
    segmentation.refuse(`multipleModelMethod="${method}" is not for numbers`);
  if (segments.length === 0) segmentation.refuse('it has no segments');
  if (!(threshold >= 0 && threshold <= 1)) segmentation.refuse(`missingThreshold="${threshold}" is no share`);
  const ids = new Set<string>();
  for (const { id, element: segment } of segments) {
    if (id !== undefined && ids.has(id)) segment.refuse(`the id ${JSON.stringify(id)} is used twice`);
    if (id !== undefined) ids.add(id);
  }
  const model = combined(context, segments, method, treatment, threshold);
  const byId = new Map(segments.map((s, i) => [s.id ?? String(i + 1), s]));
  const surfaces = method === 'modelChain' || method === 'x-multiModelChain' || method === 'selectFirst';
  const forests =
    model.forests ??
    segments.filter((s) => s.predicate === undefined).flatMap((s) => s.scored.model.forests ?? []);
  return {
    ...model,
    forests,
    outputScope: segmentScope(context),
    surfacing: surfaces ? surfacingOutputs(segments, runs(method)) : [],
    segment: (id) => {
      const found = byId.get(id);
      if (found === undefined) return undefined;
      if (found.kept.slot < 0) found.kept.slot = context.scope.layout.slot();
      const { slot } = found.kept;
      return {
        scored: found.scored,
        // A forest walks its trees together: one that is asked for is walked once more.
        result: (_, frame) =>
          model.forests === undefined || surfaces
            ? (frame.values[slot] as unknown as ModelResult | undefined)
            : found.scored.score(frame),
      };
    },
  };
}

/** How many of its segments run for a row. */
function runs(method: Method): 'all' | 'one' | 'some' {
  return method === 'modelChain' ? 'all' : method === 'selectFirst' ? 'one' : 'some';
}

function missingTreatment(segmentation: Parameters<typeof compileSegment>[1]): MissingTreatment | undefined {
  const standard = segmentation.choice('missingPredictionTreatment', MISSING_TREATMENTS);
  return standard ?? segmentation.choice('x-missingPredictionTreatment', MISSING_TREATMENTS);
}

function combined(
  context: ModelContext,
  segments: readonly Segment[],
  method: Method,
  given: MissingTreatment | undefined,
  threshold: number,
): CompiledModel {
  const treatment = given ?? 'continue';
  switch (method) {
    case 'modelChain':
      return chain(context, segments, treatment);
    case 'x-multiModelChain':
      return multiChain(context, segments, treatment);
    case 'selectFirst':
      return selectFirst(segments, treatment);
    case 'selectAll':
      return selectAll(segments, treatment);
    case 'majorityVote':
    case 'weightedMajorityVote':
      if (context.functionName === 'regression')
        context.element.refuse(`multipleModelMethod="${method}" is not for numbers`);
      break;
    default:
  }
  const general = (): CompiledModel => {
    if (method === 'majorityVote') return combineVotes(context, segments, false, given, threshold);
    if (method === 'weightedMajorityVote') return combineVotes(context, segments, true, given, threshold);
    return context.functionName === 'regression'
      ? combineNumbers(context, segments, method, treatment, threshold)
      : combineProbabilities(context, segments, method, treatment, threshold);
  };
  return compileForest(context, segments, method, general) ?? general();
}
