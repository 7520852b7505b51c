import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import { indexOfMax } from '../regression/normalization.js';
import type { Machine } from './machine.js';

/** How the decisions of several machines make a category. */
export interface Vote {
  readonly labels: readonly Value[];
  readonly categories: readonly string[];
  /** The winner by index, -1 where the values stand for no category; `scores` (NaN = none) are by category. */
  decide(decisions: Float64Array, scores: Float64Array): number;
}

export function compileVote(context: ModelContext, machines: readonly Machine[]): Vote {
  const { element } = context;
  const method = element.choice(
    'classificationMethod',
    ['OneAgainstAll', 'OneAgainstOne'] as const,
    'OneAgainstAll',
  );
  const alternate = element.attr('alternateBinaryTargetCategory');
  const seconds = machines.map((m) => m.alternateTargetCategory ?? alternate);
  const firsts = machines.map((m) => m.targetCategory ?? m.element.refuse('it has no targetCategory'));
  const named = [...firsts, ...seconds, alternate].filter((c) => c !== undefined);
  const labels = [...new Set(named)].map((c) => context.category(c));
  const categories = labels.map(keyOf);
  const place = (text: string): number => categories.indexOf(keyOf(context.category(text)));
  const size = categories.length;
  if (method === 'OneAgainstOne' && machines.length === 1 && alternate !== undefined)
    return { labels, categories, decide: binary(place(firsts[0] as string), place(alternate)) };
  if (method === 'OneAgainstOne' || (machines.length === 1 && alternate !== undefined)) {
    const pairs = machines.map(({ element: machine, threshold }, i) => {
      const second = seconds[i] ?? machine.refuse('it has no alternateTargetCategory');
      return { threshold, low: place(firsts[i] as string), high: place(second) };
    });
    // A value below the threshold is a vote for the target category, else for the alternate one.
    const choice = ({ threshold, low, high }: (typeof pairs)[number], decision: number): number =>
      decision < threshold ? low : high;
    return {
      labels,
      categories,
      decide: (decisions, scores) => {
        scores.fill(0);
        for (let m = 0; m < pairs.length; m++) {
          const winner = choice(pairs[m] as (typeof pairs)[number], decisions[m] as number);
          scores[winner] = (scores[winner] as number) + 1;
        }
        const most = scores[indexOfMax(scores)] as number;
        // Of categories with as many votes the one that was voted for first wins.
        let m = 0;
        let best = choice(pairs[0] as (typeof pairs)[number], decisions[0] as number);
        while (scores[best] !== most && ++m < pairs.length)
          best = choice(pairs[m] as (typeof pairs)[number], decisions[m] as number);
        for (let c = 0; c < size; c++) scores[c] = (scores[c] as number) / pairs.length;
        return best;
      },
    };
  }
  refuseTwice(firsts, (i) => (machines[i] as Machine).element);
  const places = firsts.map(place);
  // The specification's default: the smallest value is the nearest category.
  const sign = element.boolean('maxWins', false) ? 1 : -1;
  return {
    labels,
    categories,
    decide: (decisions, scores) => {
      scores.fill(Number.NaN);
      places.forEach((c, m) => {
        scores[c] = decisions[m] as number;
      });
      return indexOfMax(scores.map((s) => sign * s));
    },
  };
}

/** The same in single precision, for the scores and for what decisions are compared with. */
export function voteFloat(context: ModelContext, machines: readonly Machine[]): Vote {
  const vote = compileVote(
    context,
    machines.map((m) => ({ ...m, threshold: Math.fround(m.threshold) })),
  );
  return {
    ...vote,
    decide: (decisions, scores) => {
      const winner = vote.decide(decisions, scores);
      for (let c = 0; c < scores.length; c++) scores[c] = Math.fround(scores[c] as number);
      return winner;
    },
  };
}

/** One machine for two categories: its value is 1 for the one and 0 for the other, up to rounding. */
function binary(one: number, zero: number): Vote['decide'] {
  return (decisions, scores) => {
    const value = Math.round(decisions[0] as number);
    const winner = value === 1 ? one : value === 0 ? zero : -1;
    scores.fill(winner < 0 ? Number.NaN : 0);
    if (winner >= 0) scores[winner] = 1;
    return winner;
  };
}
