import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const set = (id: string, ...items: readonly string[]): string =>
  `<Itemset id="${id}">${items.map((i) => `<ItemRef itemRef="${i}"/>`).join('')}</Itemset>`;
const sequence = (id: string, ...parts: readonly string[]): string =>
  `<Sequence id="${id}">${parts.join('')}</Sequence>`;
const ref = (id: string): string => `<SetReference setId="${id}"/>`;
const rule = (id: string, from: string, to: string, confidence: number, delimiter = ''): string =>
  `<SequenceRule id="${id}" numberOfSets="2" occurrence="1" support="0.1" confidence="${confidence}">
    <AntecedentSequence><SequenceReference seqId="${from}"/></AntecedentSequence>${delimiter}
    <ConsequentSequence><SequenceReference seqId="${to}"/></ConsequentSequence></SequenceRule>`;
const NEXT = '<Delimiter delimiter="acrossTimeWindows" gap="false"/>';

function sequences(outputs = ''): string {
  return document(
    'who string categorical\nday integer continuous\nitem string categorical',
    `<SequenceModel functionName="sequences">${schema('who:group', 'day:order', 'item')}${outputs}
      <Item id="1" value="a"/><Item id="2" value="b"/><Item id="3" value="c"/>
      ${set('A', '1')}${set('B', '2')}${set('C', '3')}${set('AB', '1', '2')}
      ${sequence('a', ref('A'))}${sequence('c', ref('C'))}
      ${sequence('a-b', ref('A'), NEXT, ref('B'))}
      ${sequence('ab', ref('AB'))}
      ${rule('r1', 'a', 'c', 0.5)}${rule('r2', 'a-b', 'c', 0.9)}${rule('r3', 'ab', 'c', 0.7)}
    </SequenceModel>`,
  );
}

describe('sequence rules', () => {
  const model = loadPmmlSync(sequences());
  const ask = (item: readonly string[], day: readonly number[]) =>
    model.predict({ item, day }).predictedValue;

  test('antecedents are looked for in the order of the events', () => {
    expect(ask(['a', 'b'], [1, 2])).toEqual(['r2', 'r1']);
    expect(ask(['b', 'a'], [2, 1])).toEqual(['r2', 'r1']);
    expect(ask(['b', 'a'], [1, 2])).toEqual(['r1']);
  });

  test('items of one time are one event', () => {
    expect(ask(['a', 'b'], [1, 1])).toEqual(['r3', 'r1']);
  });

  test('without a gap the next event must hold it', () => {
    expect(ask(['a', 'x', 'b'], [1, 2, 3])).toEqual(['r1']);
    expect(ask(['a', 'x', 'a', 'b'], [1, 2, 3, 4])).toEqual(['r2', 'r1']);
  });

  test('what has come already is recommended no more', () => {
    expect(ask(['a', 'c'], [1, 2])).toEqual([]);
    expect(ask(['c', 'a'], [1, 2])).toEqual(['r1']);
  });

  test('ranked outputs', () => {
    const output = (attributes: string): unknown =>
      loadPmmlSync(sequences(`<Output><OutputField name="o" ${attributes}/></Output>`)).predict({
        item: ['a', 'b', 'c'],
        day: [1, 2, 3],
      }).o;
    expect(output('feature="rule" algorithm="ruleAssociation"')).toBe('{a}->{b}->{c}');
    expect(output('feature="ruleId" algorithm="recommendation" rank="2"')).toBe('r1');
    expect(output('feature="confidence" algorithm="recommendation" rank="0" isMultiValued="1"')).toEqual([
      0.9, 0.5,
    ]);
    expect(output('feature="ruleId"')).toBeNull();
  });
});
