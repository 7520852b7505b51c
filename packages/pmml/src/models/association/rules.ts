import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import { keyOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { ModelContext } from '../contract.js';

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
  const index = new Map(items.map((item, i) => [item.need('id'), i]));
  const texts = items.map((item) => item.attr('mappedValue') ?? item.need('value'));
  const sets = new Map<string, ItemSet>();
  for (const set of element.all('Itemset')) {
    const refs = set.all('ItemRef').map((ref) => {
      const id = ref.need('itemRef');
      return index.get(id) ?? ref.refuse(`there is no Item ${JSON.stringify(id)}`);
    });
    sets.set(set.need('id'), { items: Int32Array.from(refs), texts: refs.map((i) => texts[i] as string) });
  }
  const setOf = (rule: XmlElement, side: 'antecedent' | 'consequent'): ItemSet => {
    const id = rule.need(side);
    return sets.get(id) ?? rule.refuse(`there is no Itemset ${JSON.stringify(id)}`);
  };
  const rules = element.all('AssociationRule').map((rule, i) => ({
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
    confidence: measure('confidence'),
    support: measure('support'),
    lift: measure('lift'),
    leverage: measure('leverage'),
    affinity: measure('affinity'),
  };
}

/** An item is a value of the transaction field, or of a field of its own (`field`, and `category` of it). */
function transactionReader(context: ModelContext, items: readonly XmlElement[]): RuleBase['transaction'] {
  const readers = new Map<string, { field: Field; items: Map<string, number[]> }>();
  for (const [i, item] of items.entries()) {
    const own = item.attr('field');
    const name = own ?? transactionField(context, item);
    const field = context.scope.field(name, item);
    const reader = readers.get(name) ?? { field, items: new Map<string, number[]>() };
    readers.set(name, reader);
    const text = own === undefined ? item.need('value') : (item.attr('category') ?? item.need('value'));
    const key = categoryKey(field.dataType, text);
    reader.items.set(key, [...(reader.items.get(key) ?? []), i]);
  }
  const list = [...readers.values()];
  return (frame) => {
    const present = new Uint8Array(items.length);
    for (const { field, items: known } of list) {
      const value = field.read(frame);
      const values = Array.isArray(value) ? value : [value];
      for (const v of values) {
        if (v === undefined) continue;
        for (const at of known.get(keyOf(v)) ?? []) present[at] = 1;
      }
    }
    return present;
  };
}

/** The one active field that is not the transaction's id. */
function transactionField({ activeFields, element }: ModelContext, item: XmlElement): string {
  const fields = element.needChild('MiningSchema').all('MiningField');
  const isActive = (name: string): boolean =>
    fields.some((f) => f.attr('name') === name && (f.attr('usageType') ?? 'active') === 'active');
  const found = activeFields.filter(isActive);
  if (found.length !== 1) item.refuse('it names no field, and the model has not exactly one active field');
  return found[0] as string;
}
