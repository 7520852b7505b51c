import type { OutputSpec } from '../../output/spec.js';
import type { Value } from '../../types/value.js';
import type { CompiledModel, FeatureReader, ModelContext, ModelResult } from '../contract.js';
import { COMPLETE, OPEN, rankRules, readRanked, selectRules } from '../rules/ranked-rules.js';
import type { AssociationRule, ItemSet, RuleMeasure } from './rules.js';
import { compileRuleBase, MEASURES } from './rules.js';

interface AssociationResult extends ModelResult {
  /** What each rule is to the row. */
  readonly fits: Uint8Array;
}

/**
 * AssociationModel (PMML 4.4, "Association Rules"). A row is one transaction: its items are a list in the active
 * field. Without Output the answer is the ids of the rules that recommend something new, most confident first.
 */
export function compileAssociationModel(context: ModelContext): CompiledModel<AssociationResult> {
  const { element, functionName } = context;
  if (functionName !== 'associationRules') element.refuse(`functionName="${functionName}"`);
  const { rules, transaction } = compileRuleBase(context);
  const order = rankRules(measured(rules, 'confidence'), 'descending');
  return {
    evaluate: (frame) => {
      const present = transaction(frame);
      const fits = new Uint8Array(rules.length);
      for (let i = 0; i < fits.length; i++) {
        const { antecedent, consequent } = rules[i] as AssociationRule;
        if (!contains(present, antecedent)) continue;
        fits[i] = contains(present, consequent) ? COMPLETE : OPEN;
      }
      const ids = selectRules(order, fits, 'exclusiveRecommendation', Infinity).map(
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

function ruleOutput(
  spec: OutputSpec,
  rules: readonly AssociationRule[],
): FeatureReader<AssociationResult> | undefined {
  const read = ruleReader(spec.feature === 'ruleValue' ? spec.ruleFeature : spec.feature);
  if (read === undefined) return undefined;
  const order = rankRules(measured(rules, spec.rankBasis), spec.rankOrder);
  const ranked = readRanked(spec, order, (i) => read(rules[i] as AssociationRule));
  return ({ fits }) => ranked(fits);
}

function measured(rules: readonly AssociationRule[], basis: RuleMeasure): number[] {
  return rules.map((r) => r.measures[basis]);
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
