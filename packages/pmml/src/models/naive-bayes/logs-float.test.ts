import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const f = Math.fround;
const log = (x: number): number => f(Math.log(f(x)));

const MODEL = loadPmmlSync(
  document(
    'x double continuous\ng string categorical u v\nk string categorical A B',
    `<NaiveBayesModel functionName="classification" threshold="0.013" x-mathContext="float">${schema('x', 'g', 'k:target')}
    <Output><OutputField name="A" feature="probability" value="A"/><OutputField name="B" feature="probability" value="B"/></Output>
    <BayesInputs><BayesInput fieldName="g">
    <PairCounts value="u"><TargetValueCounts><TargetValueCount value="A" count="3"/><TargetValueCount value="B" count="0"/></TargetValueCounts></PairCounts>
    <PairCounts value="v"><TargetValueCounts><TargetValueCount value="A" count="4"/><TargetValueCount value="B" count="5"/></TargetValueCounts></PairCounts>
    </BayesInput><BayesInput fieldName="x"><TargetValueStats>
    <TargetValueStat value="A"><GaussianDistribution mean="0.2" variance="0.6"/></TargetValueStat>
    <TargetValueStat value="B"><GaussianDistribution mean="0.5" variance="0.8"/></TargetValueStat></TargetValueStats></BayesInput></BayesInputs>
    <BayesOutput fieldName="k"><TargetValueCounts><TargetValueCount value="A" count="7"/><TargetValueCount value="B" count="5"/></TargetValueCounts></BayesOutput></NaiveBayesModel>`,
  ),
);

const gauss = (x: number, mean: number, variance: number): number =>
  Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** Shares of two sums of logarithms, of which the first is the larger one. */
const shares = (a: number, b: number): unknown => {
  const small = f(2.7182817 ** f(b - a));
  const sum = f(1 + small);
  return { A: f(1 / sum), B: f(small / sum) };
};

test('in single precision shares and densities are floats, and so are their logarithms and sums', () => {
  const a = f(f(log(7) + log(3 / 7)) + log(gauss(0.37, 0.2, 0.6)));
  // What was never seen counts as the threshold.
  const b = f(f(log(5) + log(0.013)) + log(gauss(0.37, 0.5, 0.8)));
  expect(MODEL.predict({ g: 'u', x: 0.37 })).toEqual(shares(a, b));
});

test('in single precision a missing value adds nothing', () => {
  expect(MODEL.predict({ x: 0.1 })).toEqual(
    shares(f(log(7) + log(gauss(0.1, 0.2, 0.6))), f(log(5) + log(gauss(0.1, 0.5, 0.8)))),
  );
});
