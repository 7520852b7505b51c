import type { OutputSpec } from '../../output/spec.js';
import type { Value } from '../../types/value.js';
import type { CompiledModel, FeatureReader, ModelContext, ModelResult } from '../contract.js';
import type { AssociationRule, ItemSet, RuleMeasure } from './rules.js';
import { compileRuleBase, MEASURES } from './rules.js';

interface AssociationResult extends ModelResult {
  /** What each rule is to the row: bits `ANTECEDENT`, `CONSEQUENT`. */
  readonly fits: Uint8Array;
}

const ANTECEDENT = 1;
const CONSEQUENT = 2;

type Algorithm = OutputSpec['algorithm'];

/**
 * AssociationModel (PMML 4.4, "Association Rules"). A row is one transaction: its items are a list in the active
 * field. Without Output the answer is the ids of the rules that recommend something new, most confident first.
 */
export function compileAssociationModel(context: ModelContext): CompiledModel<AssociationResult> {
  const { element, functionName } = context;
  if (functionName !== 'associationRules') element.refuse(`functionName="${functionName}"`);
  const { rules, transaction } = compileRuleBase(context);
  const order = ranking(rules, 'confidence', 'descending');
  return {
    evaluate: (frame) => {
      const present = transaction(frame);
      const fits = new Uint8Array(rules.length);
      for (let i = 0; i < fits.length; i++) {
        const { antecedent, consequent } = rules[i] as AssociationRule;
        if (!contains(present, antecedent)) continue;
        fits[i] = contains(present, consequent) ? ANTECEDENT | CONSEQUENT : ANTECEDENT;
      }
      const ids = select(order, fits, 'exclusiveRecommendation', Infinity).map(
        (i) => (rules[i] as AssociationRule).id,
      );
      return { value: ids, entityId: ids[0], fits };
    },
    output: (spec) => ruleOutput(spec, rules),
  };
}

function contains(present: Uint8Array, { items }: ItemSet): boolean {
  for (const item of items) if (present[item] === 0) return false;
  return true;
}

/** Rules in rank order; equals stay in document order, rules without the measure come last. */
function ranking(
  rules: readonly AssociationRule[],
  basis: RuleMeasure,
  direction: OutputSpec['rankOrder'],
): Int32Array {
  const sign = direction === 'descending' ? -1 : 1;
  const key = (i: number): number => {
    const value = (rules[i] as AssociationRule).measures[basis];
    return Number.isNaN(value) ? Infinity : sign * value;
  };
  const keys = rules.map((_, i) => key(i));
  const order = rules
    .map((_, i) => i)
    .sort((a, b) => {
      const [x, y] = [keys[a] as number, keys[b] as number];
      return x < y ? -1 : x > y ? 1 : a - b;
    });
  return Int32Array.from(order);
}

function select(order: Int32Array, fits: Uint8Array, algorithm: Algorithm, limit: number): number[] {
  const found: number[] = [];
  for (const i of order) {
    if (found.length >= limit) break;
    const fit = fits[i] as number;
    const takes =
      algorithm === 'recommendation'
        ? fit !== 0
        : algorithm === 'exclusiveRecommendation'
          ? fit === ANTECEDENT
          : fit === (ANTECEDENT | CONSEQUENT);
    if (takes) found.push(i);
  }
  return found;
}

function ruleOutput(
  spec: OutputSpec,
  rules: readonly AssociationRule[],
): FeatureReader<AssociationResult> | undefined {
  const feature = spec.feature === 'ruleValue' ? spec.ruleFeature : spec.feature;
  const read = ruleReader(feature);
  if (read === undefined) return undefined;
  const { algorithm, rank } = spec;
  const order = ranking(rules, spec.rankBasis, spec.rankOrder);
  if (spec.isMultiValued || rank <= 0) {
    const limit = rank <= 0 ? Infinity : rank;
    return ({ fits }) => select(order, fits, algorithm, limit).map((i) => read(rules[i] as AssociationRule));
  }
  return ({ fits }) => {
    const at = select(order, fits, algorithm, rank)[rank - 1];
    return at === undefined ? undefined : read(rules[at] as AssociationRule);
  };
}

function ruleReader(feature: string): ((rule: AssociationRule) => Value) | undefined {
  switch (feature) {
    case 'entityId':
    case 'ruleId':
      return ({ id }) => id;
    case 'antecedent':
      return ({ antecedent }) => antecedent.texts;
    case 'consequent':
      return ({ consequent }) => consequent.texts;
    case 'rule':
      return ({ antecedent, consequent }) =>
        `{${antecedent.texts.join(',')}}->{${consequent.texts.join(',')}}`;
    default: {
      const measure = MEASURES.find((m) => m === feature);
      if (measure === undefined) return undefined;
      return ({ measures }) => (Number.isNaN(measures[measure]) ? undefined : measures[measure]);
    }
  }
}
