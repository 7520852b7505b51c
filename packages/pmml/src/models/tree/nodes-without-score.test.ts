import { expect, test } from 'vitest';
import { loadPmmlSync, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

/** A root without a score over a leaf for x < 0 without one, and a leaf for x < 1 that scores 5. */
function tree(attributes: string) {
  const leaf = (limit: number, score: string): string =>
    `<Node${score}><SimplePredicate field="x" operator="lessThan" value="${limit}"/></Node>`;
  const model = loadPmmlSync(
    document(
      'x double continuous\ny double continuous',
      `<TreeModel functionName="regression" ${attributes}>${schema('x', 'y:target')}
      <Node><True/>${leaf(0, '')}${leaf(1, ' score="5"')}</Node></TreeModel>`,
    ),
  );
  return (x: number | null) => model.predict({ x }).y;
}

test.each(['', ' missingValuePenalty="0.5"'])(
  'a row that ends at a node without a score is refused%s',
  (more) => {
    const predict = tree(`missingValueStrategy="lastPrediction"${more}`);
    expect(predict(0.5)).toBe(5);
    expect(() => predict(-1)).toThrow(RecordError);
    expect(() => predict(null)).toThrow(RecordError);
    expect(predict(2)).toBeNull();
  },
);

test.each(['', ' missingValuePenalty="0.5"'])(
  'there is no last prediction to return where a node has none%s',
  (more) => {
    const predict = tree(`noTrueChildStrategy="returnLastPrediction"${more}`);
    expect(predict(0.5)).toBe(5);
    expect(predict(2)).toBeNull();
  },
);
