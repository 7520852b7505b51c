import { describe, expect, test } from 'vitest';
import { loadPmmlSync, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const value = (v: string, p: number): string => `<ValueProbability value="${v}" probability="${p}"/>`;
const both = (p: number): string => value('yes', p) + value('no', 1 - p);
const given = (parents: Record<string, string>, p: number): string =>
  `<DiscreteConditionalProbability>${Object.entries(parents)
    .map(([k, v]) => `<ParentValue parent="${k}" value="${v}"/>`)
    .join('')}${both(p)}</DiscreteConditionalProbability>`;

/** Rain and sprinkler make the grass wet; the puddle's depth depends on rain. */
const NODES = `
  <DiscreteNode name="wet">${given({ rain: 'yes', sprinkler: 'yes' }, 0.99)}${given({ rain: 'yes', sprinkler: 'no' }, 0.8)}
    ${given({ rain: 'no', sprinkler: 'yes' }, 0.9)}${given({ rain: 'no', sprinkler: 'no' }, 0)}</DiscreteNode>
  <DiscreteNode name="rain">${both(0.2)}</DiscreteNode>
  <DiscreteNode name="sprinkler">${given({ rain: 'yes' }, 0.01)}${given({ rain: 'no' }, 0.4)}</DiscreteNode>
  <ContinuousNode name="depth">
    ${[
      ['yes', 5],
      ['no', 1],
    ]
      .map(
        ([v, mean]) => `<ContinuousConditionalProbability><ParentValue parent="rain" value="${v}"/>
        <ContinuousDistribution><NormalDistributionForBN><Mean><Constant dataType="double">${mean}</Constant></Mean>
        <Variance><Constant dataType="double">4</Constant></Variance></NormalDistributionForBN></ContinuousDistribution>
        </ContinuousConditionalProbability>`,
      )
      .join('')}
  </ContinuousNode>`;

function network(target: string, nodes = NODES): string {
  const names = ['rain', 'sprinkler', 'wet', 'depth'];
  return document(
    'rain string categorical\nsprinkler string categorical\nwet string categorical\ndepth double continuous',
    `<BayesianNetworkModel functionName="classification">
      ${schema(...names.map((n) => (n === target ? `${n}:target` : n)))}
      <Output><OutputField name="answer" feature="predictedValue"/>
        <OutputField name="p" feature="probability" value="yes" dataType="double" optype="continuous"/></Output>
      <BayesianNetworkNodes>${nodes}</BayesianNetworkNodes>
    </BayesianNetworkModel>`,
  );
}

describe('Bayesian networks', () => {
  const rain = loadPmmlSync(network('rain'));

  test('nothing known: the prior', () => {
    expect(rain.predict({})).toEqual({ answer: 'no', p: expect.closeTo(0.2, 12) });
  });

  test('evidence below, with the unknown cause summed out', () => {
    const yes = 0.2 * (0.01 * 0.99 + 0.99 * 0.8);
    const no = 0.8 * (0.4 * 0.9);
    expect(rain.predict({ wet: 'yes' }).p).toBeCloseTo(yes / (yes + no), 12);
  });

  test('a known cause explains the other one away', () => {
    const yes = 0.2 * 0.01 * 0.99;
    const no = 0.8 * 0.4 * 0.9;
    expect(rain.predict({ wet: 'yes', sprinkler: 'yes' }).p).toBeCloseTo(yes / (yes + no), 12);
  });

  test('an observed continuous node weighs by its density', () => {
    const yes = 0.2 * Math.exp(-0.5);
    const no = 0.8 * Math.exp(-0.5);
    expect(rain.predict({ depth: 3 }).p).toBeCloseTo(yes / (yes + no), 12);
    expect(rain.predict({ depth: 7 }).answer).toBe('yes');
  });

  test('a target at the end of the arrows', () => {
    expect(loadPmmlSync(network('wet')).predict({ rain: 'no' }).p).toBeCloseTo(0.4 * 0.9, 12);
  });

  test('a continuous target: the mean over what its parents may be', () => {
    const depth = loadPmmlSync(network('depth').replaceAll('<OutputField name="p"', '<OutputField name="q"'));
    expect(depth.predict({ rain: 'yes' }).answer).toBeCloseTo(5, 12);
    expect(depth.predict({}).answer).toBeCloseTo(0.2 * 5 + 0.8 * 1, 12);
  });

  test('a value the node does not have refuses the row; impossible evidence has no answer', () => {
    expect(() => rain.predict({ wet: 'damp' })).toThrow(RecordError);
    const dry = loadPmmlSync(network('sprinkler'));
    expect(dry.predict({ rain: 'no', wet: 'yes' })).toEqual({ answer: 'yes', p: 1 });
  });

  test('cycles and gaps are refused', () => {
    const loop = `<DiscreteNode name="rain">${given({ wet: 'yes' }, 1)}${given({ wet: 'no' }, 1)}</DiscreteNode>
      <DiscreteNode name="wet">${given({ rain: 'yes' }, 1)}${given({ rain: 'no' }, 1)}</DiscreteNode>`;
    expect(() => loadPmmlSync(network('rain', loop))).toThrow(/cycle/);
    const gap = `<DiscreteNode name="rain">${given({ moon: 'yes' }, 1)}</DiscreteNode>`;
    expect(() => loadPmmlSync(network('rain', gap))).toThrow(/there is no node "moon"/);
  });
});
