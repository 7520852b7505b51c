import type { Frame } from '../../fields/frame.js';
import type { Predicate } from '../../predicates/contract.js';
import { PREDICATES, TRUE } from '../../predicates/contract.js';
import { predicateChild } from '../../predicates/parse.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';

/** A `SimpleRule`. */
export interface Rule {
  readonly element: XmlElement;
  readonly id: string;
  readonly score: string;
  readonly weight: number;
  readonly confidence: number;
}

/** A rule, or the rules that stand below a CompoundRule. */
interface Node {
  readonly predicate: Predicate;
  readonly rule: number;
  readonly inner: readonly Node[];
}

/** The rules of a RuleSet in document order, and how they fire. */
export interface Rules {
  readonly list: readonly Rule[];
  /** Calls `hit` with each rule that fires, in order, until it answers true. */
  fire(frame: Frame, hit: (rule: number) => boolean): void;
}

export function compileRules(ruleSet: XmlElement, context: ModelContext): Rules {
  const list: Rule[] = [];
  const compile = (parent: XmlElement): Node[] =>
    parent.children.flatMap((element) => {
      if (element.name === 'SimpleRule') {
        const predicate = context.predicate(predicateChild(element));
        return [{ predicate, rule: list.push(simpleRule(element, list.length)) - 1, inner: [] }];
      }
      if (element.name !== 'CompoundRule') {
        if (!PREDICATES.has(element.name) && element.name.endsWith('Rule')) element.refuse('it is no rule');
        return [];
      }
      return [{ predicate: context.predicate(predicateChild(element)), rule: -1, inner: compile(element) }];
    });
  const nodes = compile(ruleSet);
  const walk = (level: readonly Node[], frame: Frame, hit: (rule: number) => boolean): boolean => {
    for (const { predicate, rule, inner } of level) {
      if (predicate(frame) !== TRUE) continue;
      if (rule >= 0 ? hit(rule) : walk(inner, frame, hit)) return true;
    }
    return false;
  };
  return { list, fire: (frame, hit) => void walk(nodes, frame, hit) };
}

function simpleRule(element: XmlElement, index: number): Rule {
  return {
    element,
    id: element.attr('id') ?? String(index + 1),
    score: element.need('score'),
    weight: element.number('weight', 1),
    confidence: element.number('confidence', 1),
  };
}
