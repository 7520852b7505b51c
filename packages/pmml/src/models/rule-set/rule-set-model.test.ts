import { describe, expect, test } from 'vitest';
import { loadPmmlSync, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

function rules(criterion: string, defaults = 'defaultScore="none" defaultConfidence="0.1"'): string {
  const at = (x: number): string => `<SimplePredicate field="x" operator="greaterThan" value="${x}"/>`;
  return document(
    'x double continuous\nd string categorical',
    `<RuleSetModel functionName="classification">
      ${schema('x', 'd:target')}
      <Output>
        <OutputField name="d" feature="predictedValue"/>
        <OutputField name="rule" feature="entityId" dataType="string" optype="categorical"/>
        <OutputField name="sure" feature="confidence" dataType="double" optype="continuous"/>
      </Output>
      <RuleSet ${defaults}>
        <RuleSelectionMethod criterion="${criterion}"/>
        <SimpleRule id="r1" score="b" weight="0.7" confidence="0.9">${at(10)}</SimpleRule>
        <CompoundRule>${at(0)}
          <SimpleRule id="r2" score="a" weight="0.6" confidence="0.6">${at(1)}</SimpleRule>
          <SimpleRule id="r3" score="a" weight="0.36" confidence="0.36">${at(-99)}</SimpleRule>
        </CompoundRule>
      </RuleSet>
    </RuleSetModel>`,
  );
}

describe('rule sets', () => {
  const answer = (criterion: string, x: number) => loadPmmlSync(rules(criterion)).predict({ x });

  test('the first rule that fires', () => {
    expect(answer('firstHit', 11)).toEqual({ d: 'b', rule: 'r1', sure: 0.9 });
    expect(answer('firstHit', 5)).toEqual({ d: 'a', rule: 'r2', sure: 0.6 });
  });

  test('the heaviest rule', () => {
    expect(answer('weightedMax', 11)).toEqual({ d: 'b', rule: 'r1', sure: 0.9 });
  });

  test('the heaviest category: its weight by rule that fired', () => {
    expect(answer('weightedSum', 11)).toEqual({ d: 'a', rule: 'r2', sure: expect.closeTo(0.32, 12) });
  });

  test('rules of a compound rule count only where its predicate holds', () => {
    expect(answer('firstHit', -1)).toEqual({ d: 'none', rule: null, sure: 0.1 });
  });

  test('a row no rule fires for needs a default, and the default its confidence', () => {
    for (const defaults of ['', 'defaultScore="none"']) {
      expect(() => loadPmmlSync(rules('firstHit', defaults)).predict({ x: -1 })).toThrow(RecordError);
    }
  });

  test('of categories that weigh the same the one whose rule fires first wins', () => {
    const even = rules('weightedSum').replace('weight="0.7"', 'weight="0.96"');
    expect(loadPmmlSync(even).predict({ x: 11 }).d).toBe('b');
    const swapped = even.replace('defaultScore="none"', 'defaultScore="a"').replace(/score="b"/, 'score="c"');
    expect(loadPmmlSync(swapped).predict({ x: 11 }).d).toBe('c');
  });
});
