import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import type { OutputSpec } from '../../output/spec.js';
import type { Value } from '../../types/value.js';
import { compareValues, keyOf, sameValue } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { CompiledModel, FeatureReader, ModelContext, ModelResult } from '../contract.js';
import { COMPLETE, NO_FIT, OPEN, rankRules, readRanked, selectRules } from '../rules/ranked-rules.js';
import type { Sequence, SequenceBase, Step } from './sequences.js';
import { occurs, readDelimiter, readSequences } from './sequences.js';

interface SequenceRule {
  readonly id: string;
  readonly antecedent: Sequence;
  readonly consequent: Sequence;
  /** Antecedent and consequent as one sequence. */
  readonly whole: readonly Step[];
  readonly confidence: number;
  readonly support: number;
  readonly lift: number;
}

interface SequenceResult extends ModelResult {
  /** What each rule is to the row. */
  readonly fits: Uint8Array;
}

/**
 * SequenceModel (PMML 4.4). A row is one history: the active field lists its items, a field with usage `order`
 * tells which of them belong to one event (without it each is an event). The answer is the ids of the rules whose
 * antecedent was seen and whose consequent is still to come, most confident first.
 */
export function compileSequenceModel(context: ModelContext): CompiledModel<SequenceResult> {
  const { element, functionName } = context;
  if (functionName !== 'sequences') element.refuse(`functionName="${functionName}"`);
  const base = readSequences(element);
  const rules = element.all('SequenceRule').map((rule) => readRule(rule, base));
  const events = eventReader(context, base);
  const confidences = rules.map((r) => r.confidence);
  const order = rankRules(confidences, 'descending');
  return {
    evaluate: (frame) => {
      const seen = events(frame);
      const fits = Uint8Array.from(rules, ({ antecedent, whole }) =>
        !occurs(antecedent.steps, seen) ? NO_FIT : occurs(whole, seen) ? COMPLETE : OPEN,
      );
      const ids = selectRules(order, fits, 'exclusiveRecommendation', Infinity).map(
        (i) => (rules[i] as SequenceRule).id,
      );
      return { value: ids, entityId: ids[0], fits };
    },
    output: (spec) => ruleOutput(spec, rules),
  };
}

function readRule(element: XmlElement, { sequences }: SequenceBase): SequenceRule {
  const side = (name: string): Sequence => {
    const reference = element.needChild(name).needChild('SequenceReference');
    return sequences.get(reference.need('seqId')) ?? reference.refuse('there is no such Sequence');
  };
  const antecedent = side('AntecedentSequence');
  const consequent = side('ConsequentSequence');
  const delimiter = element.child('Delimiter');
  const link = delimiter === undefined ? { sameEvent: false, gap: true } : readDelimiter(delimiter);
  const [first, ...rest] = consequent.steps;
  return {
    id: element.need('id'),
    antecedent,
    consequent,
    whole: [...antecedent.steps, { ...(first as Step), ...link }, ...rest],
    confidence: element.needNumber('confidence'),
    support: element.needNumber('support'),
    lift: element.number('lift', Number.NaN),
  };
}

function eventReader(context: ModelContext, { items }: SequenceBase): (frame: Frame) => Uint8Array[] {
  const { scope, element } = context;
  const named = (usage: string): Field[] =>
    element
      .needChild('MiningSchema')
      .all('MiningField')
      .filter((f) => (f.attr('usageType') ?? 'active') === usage)
      .map((f) => scope.field(f.need('name'), f));
  const [field, ...others] = named('active');
  if (field === undefined || others.length > 0)
    return element.refuse('it needs exactly one active field, the items');
  for (const item of element.all('Item')) {
    const own = item.attr('field') ?? field.name;
    if (own !== field.name)
      item.refuse(`items of field ${JSON.stringify(own)} are not supported beside others`);
  }
  if (field.taxonomy !== undefined)
    element.refuse(
      `field ${JSON.stringify(field.name)} has a taxonomy: items of several levels are not supported`,
    );
  const [time, ...more] = named('order');
  if (more.length > 0) element.refuse('it has more than one field of usage "order"');
  const index = new Map(items.map((text, i) => [categoryKey(field.dataType, text), i]));
  return (frame) => {
    const values = asList(field.read(frame));
    const times = time === undefined ? undefined : asList(time.read(frame));
    const rows = values.map((_, i) => i);
    if (times !== undefined) rows.sort((a, b) => compareValues(times[a], times[b]) || a - b);
    const events: Uint8Array[] = [];
    let last: Value;
    for (const row of rows) {
      const now = times?.[row];
      if (events.length === 0 || now === undefined || !sameValue(now, last)) {
        events.push(new Uint8Array(items.length));
      }
      last = now;
      const at = index.get(keyOf(values[row]));
      if (at !== undefined) (events.at(-1) as Uint8Array)[at] = 1;
    }
    return events;
  };
}

function asList(value: Value): readonly Value[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function ruleOutput(
  spec: OutputSpec,
  rules: readonly SequenceRule[],
): FeatureReader<SequenceResult> | undefined {
  const read = ruleReader(spec.feature === 'ruleValue' ? spec.ruleFeature : spec.feature);
  if (read === undefined) return undefined;
  const { rankBasis } = spec;
  if (rankBasis === 'leverage' || rankBasis === 'affinity')
    return spec.element.refuse(`rankBasis="${rankBasis}" is not for sequence rules`);
  const measure = rules.map((r) => r[rankBasis]);
  const ranked = readRanked(spec, rankRules(measure, spec.rankOrder), (i) => read(rules[i] as SequenceRule));
  return ({ fits }) => ranked(fits);
}

function ruleReader(feature: string): ((rule: SequenceRule) => Value) | undefined {
  const shown = ({ texts }: Sequence): string => texts.map((set) => `{${set.join(',')}}`).join('->');
  const measure = (value: number): Value => (Number.isNaN(value) ? undefined : value);
  switch (feature) {
    case 'entityId':
    case 'ruleId':
      return ({ id }) => id;
    case 'antecedent':
      return ({ antecedent }) => shown(antecedent);
    case 'consequent':
      return ({ consequent }) => shown(consequent);
    case 'rule':
      return ({ antecedent, consequent }) => `${shown(antecedent)}->${shown(consequent)}`;
    case 'confidence':
      return ({ confidence }) => measure(confidence);
    case 'support':
      return ({ support }) => measure(support);
    case 'lift':
      return ({ lift }) => measure(lift);
    default:
      return undefined;
  }
}
