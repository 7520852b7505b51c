import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

/** A tree that asks for x, then for z, with a penalty of 0.5 and a confidence of 0.8 everywhere. */
const model = loadPmmlSync(
  document(
    'x double continuous\nz double continuous\nk string categorical A B',
    `<TreeModel functionName="classification" missingValuePenalty="0.5">${schema('x', 'z', 'k:target')}
    <Output><OutputField name="c" feature="confidence"/><OutputField name="node" feature="entityId"/></Output>
    <Node id="root"><True/>${node('low', 'lessThan')}${node('high', 'greaterOrEqual')}</Node></TreeModel>`,
  ),
);

function node(id: string, operator: string): string {
  const ask = (field: string): string =>
    `<SimplePredicate field="${field}" operator="${operator}" value="0"/>`;
  return `<Node id="${id}" score="A"><CompoundPredicate booleanOperator="surrogate">${ask('x')}${ask('z')}<True/>
    </CompoundPredicate><ScoreDistribution value="A" recordCount="1" confidence="0.8"/></Node>`;
}

test('each predicate that a surrogate decides costs one penalty, whichever way and whichever surrogate', () => {
  expect(model.predict({ x: -1 })).toEqual({ c: 0.8, node: 'low' });
  expect(model.predict({ x: 1 })).toEqual({ c: 0.8, node: 'high' });
  expect(model.predict({ z: -1 })).toEqual({ c: 0.4, node: 'low' });
  expect(model.predict({ z: 1 })).toEqual({ c: 0.2, node: 'high' });
  expect(model.predict({})).toEqual({ c: 0.4, node: 'low' });
});
