import { RecordError } from '../../errors.js';
import type { Frame } from '../../fields/frame.js';
import { keyOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import type { Rule, Rules } from './rules.js';
import { compileRules } from './rules.js';

const CRITERIA = ['firstHit', 'weightedSum', 'weightedMax'] as const;

/** Which rule decides, and how sure it is of each category (NaN = it says nothing). */
interface Decision {
  readonly rule: number;
  readonly confidences: Float64Array;
}

type Select = (frame: Frame) => Decision | undefined;

/** RuleSetModel (PMML 4.4, "Ruleset"). The first of the selection methods is the one that is used. */
export function compileRuleSetModel(context: ModelContext): CompiledModel {
  const { element, functionName } = context;
  if (functionName !== 'classification') element.refuse(`functionName="${functionName}"`);
  const ruleSet = element.needChild('RuleSet');
  const method =
    ruleSet.all('RuleSelectionMethod')[0] ?? ruleSet.refuse('element <RuleSelectionMethod> is missing');
  method.need('criterion');
  const criterion = method.choice('criterion', CRITERIA) as (typeof CRITERIA)[number];
  const rules = compileRules(ruleSet, context);
  refuseTwice(
    rules.list.map((r) => r.id),
    (i) => (rules.list[i] as Rule).element,
  );
  const fallback = ruleSet.attr('defaultScore');
  const categories = [
    ...new Set(
      [
        ...rules.list.map((r) => r.score),
        ...(fallback === undefined ? [] : [fallback]),
        ...distributed(rules.list),
      ].map((s) => keyOf(context.category(s))),
    ),
  ];
  const at = (score: string): number => categories.indexOf(keyOf(context.category(score)));
  const scores = Int32Array.from(rules.list, (r) => at(r.score));
  const values = categories.map((c) => context.category(c));
  const shares = rules.list.map((rule) => distribution(rule, categories.length, at));
  const select = selector(criterion, rules, scores, categories.length);
  const otherwise = defaultResult(ruleSet, context, categories);
  return {
    categories,
    evaluate: (frame) => {
      const decision = select(frame);
      if (decision === undefined) return otherwise();
      const { rule, confidences } = decision;
      return {
        value: values[scores[rule] as number],
        entityId: (rules.list[rule] as Rule).id,
        confidences,
        probabilities: shares[rule],
      };
    },
  };
}

/** What a row gets that no rule fires for: the default score, which counts only with a confidence of its own. */
function defaultResult(
  ruleSet: XmlElement,
  context: ModelContext,
  categories: readonly string[],
): () => ModelResult {
  const score = ruleSet.attr('defaultScore');
  const confidence = ruleSet.number('defaultConfidence');
  const refuse = (lacking: string) => (): never => {
    const expected = `a row some rule fires for (the RuleSet has no ${lacking})`;
    throw new RecordError(context.target?.name ?? '', undefined, expected, 'computation');
  };
  if (score === undefined) return refuse('defaultScore');
  const value = context.category(score);
  if (confidence === undefined) return refuse('defaultConfidence');
  const confidences = Float64Array.from(categories, (c) => (c === keyOf(value) ? confidence : Number.NaN));
  return () => ({ value, confidences });
}

function distributed(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ element }) => element.all('ScoreDistribution').map((s) => s.need('value')));
}

/** Probabilities by category from the rule's ScoreDistributions. */
function distribution(
  { element }: Rule,
  size: number,
  at: (score: string) => number,
): Float64Array | undefined {
  const entries = element.all('ScoreDistribution');
  if (entries.length === 0) return undefined;
  refuseTwice(
    entries.map((e) => e.need('value')),
    (i) => entries[i] as XmlElement,
  );
  const total = entries.reduce((sum, e) => sum + e.needNumber('recordCount'), 0);
  const out = new Float64Array(size);
  for (const entry of entries) {
    out[at(entry.need('value'))] = entry.number('probability') ?? entry.needNumber('recordCount') / total;
  }
  return out;
}

function selector(
  criterion: (typeof CRITERIA)[number],
  rules: Rules,
  scores: Int32Array,
  size: number,
): Select {
  const { list } = rules;
  const alone = (rule: number): Decision => {
    const confidences = new Float64Array(size).fill(Number.NaN);
    confidences[scores[rule] as number] = (list[rule] as Rule).confidence;
    return { rule, confidences };
  };
  if (criterion === 'weightedSum') return weightedSum(rules, scores, size);
  const first = criterion === 'firstHit';
  return (frame) => {
    let best = -1;
    rules.fire(frame, (rule) => {
      if (best < 0 || (list[rule] as Rule).weight > (list[best] as Rule).weight) best = rule;
      return first;
    });
    return best < 0 ? undefined : alone(best);
  };
}

/** The category whose rules weigh most together; confidence is that weight per rule that fired. */
function weightedSum({ list, fire }: Rules, scores: Int32Array, size: number): Select {
  return (frame) => {
    const sums = new Float64Array(size);
    const heaviest = new Int32Array(size).fill(-1);
    const order: number[] = [];
    let fired = 0;
    fire(frame, (rule) => {
      const category = scores[rule] as number;
      const { weight } = list[rule] as Rule;
      fired++;
      sums[category] = (sums[category] as number) + weight;
      const known = heaviest[category] as number;
      if (known < 0) order.push(category);
      if (known < 0 || weight > (list[known] as Rule).weight) heaviest[category] = rule;
      return false;
    });
    if (fired === 0) return undefined;
    // Of categories that weigh the same the one whose rule fired first wins.
    let winner = order[0] as number;
    for (const category of order)
      if ((sums[category] as number) > (sums[winner] as number)) winner = category;
    for (let i = 0; i < size; i++) if ((heaviest[i] as number) < 0) sums[i] = Number.NaN;
    for (let i = 0; i < size; i++) sums[i] = (sums[i] as number) / fired;
    return { rule: heaviest[winner] as number, confidences: sums };
  };
}
