import type { XmlElement } from '../../xml/element.js';
import { refuseTwice } from '../refuse-twice.js';

/** A set of items with how it follows the one before it. */
export interface Step {
  readonly items: Int32Array;
  /** In the same event as the set before it. */
  readonly sameEvent: boolean;
  /** Other events may lie between. */
  readonly gap: boolean;
}

export interface Sequence {
  readonly steps: readonly Step[];
  /** Items by set, as they are shown. */
  readonly texts: readonly (readonly string[])[];
}

/** What the `Item`, `Itemset`/`SetPredicate` and `Sequence` elements of a SequenceModel say. */
export interface SequenceBase {
  /** Values of items by index. */
  readonly items: readonly string[];
  readonly sequences: ReadonlyMap<string, Sequence>;
}

export function readSequences(model: XmlElement): SequenceBase {
  const elements = model.all('Item');
  const items = elements.map((e) => e.need('value'));
  refuseTwice(
    elements.map((e) => e.need('id')),
    (i) => elements[i] as XmlElement,
  );
  for (const name of ['timeWindowWidth', 'minimumTime', 'maximumTime']) {
    if (model.number(name, 0) !== 0) model.refuse(`${name}: windows of time are not supported`);
  }
  const constraints = model.child('Constraints');
  const limit = constraints === undefined ? undefined : timeLimit(constraints);
  if (limit !== undefined) constraints?.refuse(`${limit}: windows of time are not supported`);
  const byId = new Map(elements.map((e, i) => [e.need('id'), i]));
  model.all('SetPredicate')[0]?.refuse('SetPredicate is not supported, Itemset is');
  for (const name of ['Itemset', 'Sequence', 'SequenceRule']) {
    const all = model.all(name);
    refuseTwice(
      all.map((e) => e.need('id')),
      (i) => all[i] as XmlElement,
    );
  }
  const sets = new Map(
    model.all('Itemset').map((set) => {
      const refs = set
        .all('ItemRef')
        .map((r) => byId.get(r.need('itemRef')) ?? r.refuse('there is no such Item'));
      return [set.need('id'), Int32Array.from(refs)] as const;
    }),
  );
  const shown = elements.map((e, i) => e.attr('mappedValue') ?? (items[i] as string));
  const sequences = new Map(
    model.all('Sequence').map((element) => {
      const steps = readSteps(element, sets);
      const texts = steps.map((s) => Array.from(s.items, (i) => shown[i] as string));
      return [element.need('id'), { steps, texts }] as const;
    }),
  );
  return { items, sequences };
}

/** A limit on time, which occurrences of rules would have to keep; those on numbers of items their sets keep already. */
function timeLimit(constraints: XmlElement): string | undefined {
  return constraints.attributeNames.find(
    (name) =>
      /^maximum.*Time$/.test(name) || (/^minimum.*Time$/.test(name) && constraints.number(name, 0) !== 0),
  );
}

function readSteps(sequence: XmlElement, sets: ReadonlyMap<string, Int32Array>): Step[] {
  const steps: Step[] = [];
  let next = { sameEvent: false, gap: true };
  for (const child of sequence.children) {
    if (child.name === 'Delimiter') next = readDelimiter(child);
    if (child.name !== 'SetReference') continue;
    const items = sets.get(child.need('setId')) ?? child.refuse('there is no such set');
    steps.push({ items, ...next });
    next = { sameEvent: false, gap: true };
  }
  if (steps.length === 0) sequence.refuse('it has no SetReference');
  return steps;
}

/** How a set, or a consequent, follows what stands before the delimiter. */
export function readDelimiter(element: XmlElement): { sameEvent: boolean; gap: boolean } {
  element.need('delimiter');
  element.need('gap');
  const kind = element.choice(
    'delimiter',
    ['sameTimeWindow', 'acrossTimeWindows'] as const,
    'acrossTimeWindows',
  );
  const gap = element.choice('gap', ['true', 'false', 'unknown'] as const, 'unknown');
  return { sameEvent: kind === 'sameTimeWindow', gap: gap !== 'false' };
}

/**
 * Whether a sequence is in a row of events (sets of items as flags): its steps in order, each in a later event
 * than the one before it, or in the same one where its delimiter says so.
 */
export function occurs(steps: readonly Step[], events: readonly Uint8Array[]): boolean {
  const holds = (step: Step, event: number): boolean => {
    for (const item of step.items) if ((events[event] as Uint8Array)[item] === 0) return false;
    return true;
  };
  // What failed once from a place fails again: with it the search is linear in steps × events².
  const failed = new Uint8Array(steps.length * (events.length + 1));
  const from = (at: number, previous: number): boolean => {
    const step = steps[at];
    if (step === undefined) return true;
    const place = at * (events.length + 1) + previous + 1;
    if (failed[place] === 1) return false;
    const first = at === 0;
    if (!first && step.sameEvent) {
      if (holds(step, previous) && from(at + 1, previous)) return true;
    } else {
      const last = first || step.gap ? events.length - 1 : Math.min(previous + 1, events.length - 1);
      for (let event = previous + 1; event <= last; event++) {
        if (holds(step, event) && from(at + 1, event)) return true;
      }
    }
    failed[place] = 1;
    return false;
  };
  return from(0, -1);
}
