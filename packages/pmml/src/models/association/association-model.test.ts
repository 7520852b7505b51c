import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

function basket(outputs: string): string {
  const itemset = (id: number, ...items: number[]): string =>
    `<Itemset id="${id}">${items.map((i) => `<ItemRef itemRef="${i}"/>`).join('')}</Itemset>`;
  return document(
    'who string categorical\nitem string categorical',
    `<AssociationModel functionName="associationRules" numberOfTransactions="9" minimumSupport="0" minimumConfidence="0"
        numberOfItems="3" numberOfItemsets="4" numberOfRules="3">
      ${schema('who:group', 'item')}${outputs}
      <Item id="1" value="tea"/><Item id="2" value="milk"/><Item id="3" value="cake"/>
      ${itemset(1, 1)}${itemset(2, 2)}${itemset(3, 3)}${itemset(4, 1, 2)}
      <AssociationRule id="A" antecedent="1" consequent="2" support="0.5" confidence="0.6" lift="1.5"/>
      <AssociationRule id="B" antecedent="1" consequent="3" support="0.2" confidence="0.9"/>
      <AssociationRule antecedent="4" consequent="3" support="0.1" confidence="0.7" lift="2"/>
    </AssociationModel>`,
  );
}

const output = (attributes: string): string => `<Output><OutputField name="o" ${attributes}/></Output>`;
const ask = (attributes: string, ...item: string[]) =>
  loadPmmlSync(basket(output(attributes))).predict({ who: 'x', item }).o;

describe('association rules', () => {
  const all = 'feature="ruleId" rank="0" isMultiValued="1"';

  test('each algorithm selects its own rules, ranked', () => {
    expect(ask(`${all} algorithm="recommendation"`, 'tea', 'milk')).toEqual(['B', '3', 'A']);
    expect(ask(`${all} algorithm="exclusiveRecommendation"`, 'tea', 'milk')).toEqual(['B', '3']);
    expect(ask(`${all} algorithm="ruleAssociation"`, 'tea', 'milk')).toEqual(['A']);
    expect(ask(all, 'cake')).toEqual([]);
  });

  test('rank and basis pick one rule; what has no measure comes last', () => {
    expect(ask('feature="ruleId" rankBasis="lift" algorithm="recommendation" rank="1"', 'tea', 'milk')).toBe(
      '3',
    );
    expect(ask('feature="ruleId" rankBasis="lift" algorithm="recommendation" rank="3"', 'tea', 'milk')).toBe(
      'B',
    );
    expect(ask('feature="ruleId" rankBasis="support" rankOrder="ascending"', 'tea', 'milk')).toBe('3');
    expect(ask('feature="ruleId" rank="4"', 'tea')).toBeNull();
  });

  test('rules are shown by the items they name', () => {
    expect(ask('feature="rule" rank="2"', 'tea', 'milk')).toBe('{tea,milk}->{cake}');
    expect(ask('feature="consequent"', 'tea')).toEqual(['cake']);
    expect(ask('feature="ruleValue" ruleFeature="antecedent"', 'tea')).toEqual(['tea']);
    expect(ask('feature="lift"', 'tea')).toBeNull();
  });

  test('without Output the answer is what may be recommended; a single item is a transaction too', () => {
    const model = loadPmmlSync(basket(''));
    expect(model.predict({ item: 'tea' })).toEqual({ predictedValue: ['B', 'A'] });
  });

  test('items may be fields of their own', () => {
    const text = basket(output('feature="ruleId" algorithm="recommendation" rank="0" isMultiValued="1"'))
      .replace('<DataField name="item"', '<DataField name="tea" dataType="boolean" optype="categorical"/>$&')
      .replace('<MiningField name="item"/>', '<MiningField name="tea"/><MiningField name="item"/>')
      .replace('value="milk"', 'value="item=milk"')
      .replace('value="cake"', 'value="sweet" field="item" category="cake"');
    const model = loadPmmlSync(text);
    expect(model.predict({ tea: true, item: ['milk'] }).o).toEqual(['B', '3', 'A']);
    expect(model.predict({ tea: true }).o).toEqual(['B', 'A']);
    expect(model.predict({ tea: false, item: ['milk', 'cake'] }).o).toEqual([]);
    expect(() => loadPmmlSync(text.replace('item=milk', 'milk'))).toThrow(
      /no active field is named after it/,
    );
  });
});
