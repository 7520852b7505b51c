import type { Frame } from '../../fields/frame.js';
import { roundingOf } from '../../math/rounding.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { indexOfMax } from '../regression/normalization.js';
import { probabilitiesBlock, votesBlock } from './ensemble-block.js';
import type { Method, MissingTreatment } from './methods.js';
import { medianOf, WEIGHTED } from './methods.js';
import { MissingShare, refuseNothing } from './missing-share.js';
import type { Segment } from './segments.js';
import { haveFixedWeights, isActive, runSegment, weightOf } from './segments.js';

const MISSING: ModelResult = { value: undefined };

/** Every category the segments or the dictionary speak of, in the order of the dictionary where it has one. */
export function ensembleCategories({ target }: ModelContext, segments: readonly Segment[]): string[] {
  const seen = new Set<string>();
  for (const { scored } of segments) for (const category of scored.model.categories ?? []) seen.add(category);
  const listed = (target?.categories ?? []).map(keyOf).filter((c) => seen.has(c));
  return [...new Set([...listed, ...seen])];
}

/** Votes: each segment gives its weight to the category it predicts. */
export function combineVotes(
  context: ModelContext,
  segments: readonly Segment[],
  weighted: boolean,
  treatment: MissingTreatment | undefined,
  threshold: number,
): CompiledModel {
  const round = roundingOf(context.math);
  const categories = ensembleCategories(context, segments);
  if (categories.length === 0) return combineNames(segments, weighted, treatment, threshold);
  const index = new Map(categories.map((c, i) => [c, i]));
  const typed = categories.map((c) => context.category(c));
  const count = (votes: Float64Array, order: readonly number[], total: number): number => {
    const best = winnerOf(votes, order);
    divide(votes, total, round);
    return best;
  };
  return {
    categories,
    block: (columns) =>
      weighted && !haveFixedWeights(segments)
        ? undefined
        : votesBlock(segments, weighted, categories, typed, count, round, columns),
    evaluate: (frame: Frame): ModelResult => {
      const votes = new Float64Array(categories.length);
      const order: number[] = [];
      let total = 0;
      const share = new MissingShare(threshold);
      for (const segment of segments) {
        if (!isActive(segment, frame)) continue;
        const { value } = runSegment(segment, frame);
        const given = weighted ? weightOf(segment, frame) : 1;
        share.count(given, value === undefined);
        if (value === undefined) {
          if (treatment === 'returnMissing') return MISSING;
          continue;
        }
        const at = index.get(keyOf(value));
        if (at !== undefined) {
          if (votes[at] === 0) order.push(at);
          votes[at] = round((votes[at] as number) + given);
        }
        total = round(total + given);
      }
      if (share.isTooLarge()) return MISSING;
      if (share.isAll()) refuseNothing(context.element);
      const best = winnerOf(votes, order);
      if (total === 0 || best < 0) return MISSING;
      // Missing votes stand for election too, unless they are skipped; the others share the probability.
      if (treatment !== 'skipSegment' && share.missing > (votes[best] as number)) return MISSING;
      divide(votes, total, round);
      return { value: typed[best], probabilities: votes };
    },
  };
}

/** Of equal categories the one that was voted for first wins. */
function winnerOf(votes: Float64Array, order: readonly number[]): number {
  return order.reduce((a, b) => ((votes[b] as number) > (votes[a] as number) ? b : a), order[0] ?? -1);
}

function divide(votes: Float64Array, total: number, round: (v: number) => number): void {
  for (let i = 0; i < votes.length; i++) votes[i] = round((votes[i] as number) / total);
}

/** Votes for what is not listed beforehand: clusters. */
function combineNames(
  segments: readonly Segment[],
  weighted: boolean,
  treatment: MissingTreatment | undefined,
  threshold: number,
): CompiledModel {
  return {
    evaluate: (frame: Frame): ModelResult => {
      const votes = new Map<string, { value: Value; weight: number }>();
      const share = new MissingShare(threshold);
      for (const segment of segments) {
        if (!isActive(segment, frame)) continue;
        const { value } = runSegment(segment, frame);
        const given = weighted ? weightOf(segment, frame) : 1;
        share.count(given, value === undefined);
        if (value === undefined) {
          if (treatment === 'returnMissing') return MISSING;
          continue;
        }
        const vote = votes.get(keyOf(value)) ?? { value, weight: 0 };
        vote.weight += given;
        votes.set(keyOf(value), vote);
      }
      let best: { value: Value; weight: number } | undefined;
      for (const vote of votes.values()) if (best === undefined || vote.weight > best.weight) best = vote;
      if (best === undefined || share.isTooLarge()) return MISSING;
      return { value: best.value, entityId: keyOf(best.value) };
    },
  };
}

/** Probabilities of the segments, combined category by category. */
export function combineProbabilities(
  context: ModelContext,
  segments: readonly Segment[],
  method: Method,
  treatment: MissingTreatment,
  threshold: number,
): CompiledModel {
  const { element, math } = context;
  const categories = ensembleCategories(context, segments);
  const index = new Map(categories.map((c, i) => [c, i]));
  const typed = categories.map((c) => context.category(c));
  const places = segments.map(({ scored }) =>
    (scored.model.categories ?? []).map((c) => index.get(c) as number),
  );
  const combine = combiner(method, categories.length, math);
  const weighted = WEIGHTED.has(method);
  if (combine === undefined) context.element.refuse(`multipleModelMethod="${method}" is not for categories`);
  return {
    categories,
    block: (columns) =>
      weighted && !haveFixedWeights(segments)
        ? undefined
        : probabilitiesBlock(segments, places, typed, combine as Combine, columns),
    evaluate: (frame: Frame): ModelResult => {
      const rows: Float64Array[] = [];
      const weights: number[] = [];
      const share = new MissingShare(threshold);
      let incomplete = false;
      for (let s = 0; s < segments.length; s++) {
        const segment = segments[s] as Segment;
        if (!isActive(segment, frame)) continue;
        const { value, probabilities } = runSegment(segment, frame);
        const weight = weighted ? weightOf(segment, frame) : 1;
        if (value === undefined || probabilities === undefined) {
          if (treatment === 'returnMissing') return MISSING;
          incomplete = true;
          share.count(weight, true);
          continue;
        }
        share.count(weight, false);
        const row = new Float64Array(categories.length);
        const place = places[s] as number[];
        for (let i = 0; i < place.length; i++) row[place[i] as number] = probabilities[i] as number;
        rows.push(row);
        weights.push(weight);
      }
      if (incomplete && treatment === 'continue') return MISSING;
      if (share.isTooLarge()) return MISSING;
      if (share.isAll()) refuseNothing(element);
      if (rows.length === 0) return MISSING;
      const probabilities = (combine as Combine)(rows, weights);
      return { value: typed[indexOfMax(probabilities)], probabilities };
    },
  };
}

/** Combines a row of probabilities for each segment; the rows are the function's own to write to. */
type Combine = (rows: readonly Float64Array[], weights: readonly number[]) => Float64Array;

function combiner(method: Method, size: number, math: ModelContext['math']): Combine | undefined {
  const round = roundingOf(math);
  const combine = plainCombiner(method, size, round);
  if (combine === undefined || math === 'double') return combine;
  return (rows, weights) => {
    for (const row of rows) for (let i = 0; i < size; i++) row[i] = round(row[i] as number);
    return combine(rows, weights);
  };
}

function plainCombiner(method: Method, size: number, round: (v: number) => number): Combine | undefined {
  const weighted: Combine = (rows, weights) => {
    const out = new Float64Array(size);
    const total = weights.reduce((a, b) => round(a + round(b)), 0);
    rows.forEach((row, r) => {
      const weight = round(weights[r] as number);
      for (let i = 0; i < size; i++) out[i] = round((out[i] as number) + round((row[i] as number) * weight));
    });
    return out.map((v) => round(v / total));
  };
  switch (method) {
    case 'average':
      return (rows) =>
        weighted(
          rows,
          rows.map(() => 1),
        );
    case 'weightedAverage':
      return weighted;
    case 'median':
      return (rows) =>
        Float64Array.from({ length: size }, (_, i) => medianOf(rows.map((r) => r[i] as number)));
    case 'max':
      // The segment that is surest of a category answers for all of them; the earlier category wins a tie.
      return (rows) => {
        let surest = rows[0] as Float64Array;
        let highest = -Infinity;
        for (let c = 0; c < size; c++) {
          for (const row of rows) {
            if ((row[c] as number) > highest) [surest, highest] = [row, row[c] as number];
          }
        }
        return surest.slice();
      };
    case 'sum':
    case 'weightedSum':
      return undefined;
    default:
      return undefined;
  }
}
