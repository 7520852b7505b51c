import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const MODEL = document(
  'size double continuous\ncolour string categorical\nn integer continuous\nclass string categorical yes no',
  `<NaiveBayesModel functionName="classification" threshold="0.01">
    ${schema('size', 'colour', 'n', 'class:target')}
    <Output>
      <OutputField name="class" feature="predictedValue"/>
      <OutputField name="p" feature="probability" value="yes" dataType="double" optype="continuous"/>
    </Output>
    <BayesInputs>
      <BayesInput fieldName="colour">
        <PairCounts value="red"><TargetValueCounts>
          <TargetValueCount value="yes" count="30"/><TargetValueCount value="no" count="0"/>
        </TargetValueCounts></PairCounts>
        <PairCounts value="blue"><TargetValueCounts>
          <TargetValueCount value="yes" count="10"/><TargetValueCount value="no" count="20"/>
        </TargetValueCounts></PairCounts>
      </BayesInput>
      <BayesInput fieldName="size">
        <TargetValueStats>
          <TargetValueStat value="yes"><GaussianDistribution mean="1" variance="4"/></TargetValueStat>
          <TargetValueStat value="no"><GaussianDistribution mean="3" variance="1"/></TargetValueStat>
        </TargetValueStats>
      </BayesInput>
      <BayesInput fieldName="n">
        <TargetValueStats>
          <TargetValueStat value="yes"><PoissonDistribution mean="2"/></TargetValueStat>
          <TargetValueStat value="no"><UniformDistribution lower="0" upper="10"/></TargetValueStat>
        </TargetValueStats>
      </BayesInput>
    </BayesInputs>
    <BayesOutput fieldName="class"><TargetValueCounts>
      <TargetValueCount value="yes" count="40"/><TargetValueCount value="no" count="20"/>
    </TargetValueCounts></BayesOutput>
  </NaiveBayesModel>`,
);

const share = (yes: number, no: number): number => yes / (yes + no);
const normal = (x: number, mean: number, variance: number): number =>
  Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

test('counts, densities and priors multiply; nothing falls below the threshold', () => {
  const model = loadPmmlSync(MODEL);
  expect(model.predict({})).toEqual({ class: 'yes', p: expect.closeTo(2 / 3, 12) });
  expect(model.predict({ colour: 'red' }).p).toBeCloseTo(share(40 * 0.75, 20 * 0.01), 12);
  expect(model.predict({ colour: 'unseen' }).p).toBeCloseTo(2 / 3, 12);
  expect(model.predict({ size: 2 }).p).toBeCloseTo(share(40 * normal(2, 1, 4), 20 * normal(2, 3, 1)), 12);
  expect(model.predict({ size: 500 }).p).toBeCloseTo(2 / 3, 12);
  expect(model.predict({ n: 3 }).p).toBeCloseTo(share((40 * Math.exp(-2) * 8) / 6, 20 * 0.1), 12);
  expect(model.predict({ n: 40 }).p).toBeCloseTo(2 / 3, 12);
});
