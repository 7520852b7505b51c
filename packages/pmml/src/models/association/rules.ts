import type { Frame } from '../../fields/frame.js';
import { checkCount } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import { transactionReader } from './transaction.js';

export const MEASURES = ['confidence', 'support', 'lift', 'leverage', 'affinity'] as const;
export type RuleMeasure = (typeof MEASURES)[number];

/** An `AssociationRule`; measures that are not given are NaN. */
export interface AssociationRule {
  readonly id: string;
  readonly antecedent: ItemSet;
  readonly consequent: ItemSet;
  readonly measures: Readonly<Record<RuleMeasure, number>>;
}

/** An `Itemset`: its items by index, and as they are shown. */
export interface ItemSet {
  readonly items: Int32Array;
  readonly texts: readonly string[];
}

export interface RuleBase {
  readonly rules: readonly AssociationRule[];
  /** The items of a row: 1 where an item is there. */
  transaction(frame: Frame): Uint8Array;
}

export function compileRuleBase(context: ModelContext): RuleBase {
  const { element } = context;
  const items = element.all('Item');
  refuseTwice(
    items.map((item) => item.need('id')),
    (i) => items[i] as XmlElement,
  );
  const index = new Map(items.map((item, i) => [item.need('id'), i]));
  const texts = items.map((item) => item.attr('mappedValue') ?? item.need('value'));
  const sets = new Map<string, ItemSet>();
  for (const set of element.all('Itemset')) {
    const refs = set.all('ItemRef').map((ref) => {
      const id = ref.need('itemRef');
      return index.get(id) ?? ref.refuse(`there is no Item ${JSON.stringify(id)}`);
    });
    if (sets.has(set.need('id'))) set.refuse(`the id ${JSON.stringify(set.need('id'))} is used twice`);
    checkCount(set, 'numberOfItems', refs.length, 'items');
    sets.set(set.need('id'), { items: Int32Array.from(refs), texts: refs.map((i) => texts[i] as string) });
  }
  const setOf = (rule: XmlElement, side: 'antecedent' | 'consequent'): ItemSet => {
    const id = rule.need(side);
    return sets.get(id) ?? rule.refuse(`there is no Itemset ${JSON.stringify(id)}`);
  };
  const ruleElements = element.all('AssociationRule');
  const named = ruleElements.filter((rule) => rule.attr('id') !== undefined);
  refuseTwice(
    named.map((rule) => rule.need('id')),
    (i) => named[i] as XmlElement,
  );
  const rules = ruleElements.map((rule, i) => ({
    id: rule.attr('id') ?? String(i + 1),
    antecedent: setOf(rule, 'antecedent'),
    consequent: setOf(rule, 'consequent'),
    measures: measuresOf(rule),
  }));
  return { rules, transaction: transactionReader(context, items) };
}

function measuresOf(rule: XmlElement): Record<RuleMeasure, number> {
  const measure = (name: RuleMeasure): number => rule.number(name, Number.NaN);
  return {
    confidence: rule.needNumber('confidence'),
    support: rule.needNumber('support'),
    lift: measure('lift'),
    leverage: measure('leverage'),
    affinity: measure('affinity'),
  };
}
