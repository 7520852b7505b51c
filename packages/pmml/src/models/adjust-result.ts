import type { Field } from '../fields/field.js';
import type { TargetRule } from '../output/targets.js';
import type { Value } from '../types/value.js';
import type { CompiledModel, ModelResult } from './contract.js';

/** What Targets and the precision of the target do to a result. */
export interface Adjustment {
  result(result: ModelResult): ModelResult;
  /** The same for a prediction alone that is there, of a model of one target. */
  value(value: Value): Value;
}

/** Predictions are in the precision of their field. */
export const TO_FLOAT: Adjustment = {
  result: (result) => {
    const value = toFloat(result.value);
    return Object.is(value, result.value) ? result : { ...result, value };
  },
  value: toFloat,
};

function toFloat(value: Value): Value {
  return typeof value === 'number' ? Math.fround(value) : value;
}

/** Undefined where results stay as they are. */
export function adjustment(
  targets: readonly Field[],
  model: CompiledModel,
  rules: readonly TargetRule[],
): Adjustment | undefined {
  const float = targets[0]?.dataType === 'float';
  if (rules.length === 0) return float ? TO_FLOAT : undefined;
  const first = rules.find((r) => r.field === undefined || r.field === targets[0]?.name);
  const { priors } = first ?? { priors: new Map<string, number>() };
  const categories = model.categories ?? [...priors.keys()];
  const table = priors.size === 0 ? undefined : categories.map((c) => priors.get(c) ?? Number.NaN);
  const adjust = (given: Value): Value => {
    const value = first === undefined ? given : first.apply(given);
    return float ? toFloat(value) : value;
  };
  return {
    value: adjust,
    result: (result) => {
      const value = adjust(result.value);
      let { targets: others } = result;
      if (others !== undefined) {
        const adjusted = new Map<string, Value>(others);
        for (const rule of rules) {
          if (rule.field !== undefined) adjusted.set(rule.field, rule.apply(others.get(rule.field)));
        }
        others = adjusted;
      }
      const probabilities = result.value === undefined && table !== undefined ? table : result.probabilities;
      if (
        Object.is(value, result.value) &&
        probabilities === result.probabilities &&
        others === result.targets
      )
        return result;
      return { ...result, value, probabilities, targets: others };
    },
  };
}
