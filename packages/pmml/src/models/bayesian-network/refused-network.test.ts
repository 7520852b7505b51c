import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `f string categorical u v w
z string categorical a b`;

const yes = (p: string) =>
  `<ValueProbability value="a" probability="${p}"/><ValueProbability value="b" probability="0.5"/>`;
const given = (value: string) =>
  `<DiscreteConditionalProbability><ParentValue parent="f" value="${value}"/>${yes('0.5')}</DiscreteConditionalProbability>`;

refusedChanges(
  'a Bayesian network',
  FIELDS,
  `<BayesianNetworkModel functionName="classification">${schema('f', 'z:target')}<BayesianNetworkNodes>
<DiscreteNode name="f"><ValueProbability value="u" probability="0.5"/><ValueProbability value="v" probability="0.5"/></DiscreteNode><DiscreteNode name="z">${given('u')}${given('v')}</DiscreteNode></BayesianNetworkNodes></BayesianNetworkModel>`,
  [
    ['a node twice', 'DiscreteNode name="f"', 'DiscreteNode name="z"', 'DiscreteNode', '"z" is there twice'],
    ['a combination that is not there', given('v'), '', 'DiscreteNode', 'no probabilities'],
    ['a combination twice', given('v'), given('u'), 'DiscreteConditionalProbability', 'there twice'],
    ['a parent value that is not there', given('v'), given('w'), 'ParentValue', 'no such value'],
    [
      'a parent that is not there',
      '<ParentValue parent="f" value="u"/>',
      '<ParentValue parent="g" value="u"/>',
      'ParentValue',
      '"g"',
    ],
    [
      'a value twice',
      '<ValueProbability value="b"',
      '<ValueProbability value="a"',
      'ValueProbability',
      '"a" is there twice',
    ],
    [
      'a probability above 1',
      'value="u" probability="0.5"',
      'value="u" probability="1.5"',
      'ValueProbability',
      'probability="1.5"',
    ],
    [
      'probabilities beside conditional ones',
      given('v'),
      given('v') + yes('0.5'),
      'ValueProbability',
      'beside conditional ones',
    ],
  ],
);
