import { RecordError } from '../errors.js';
import type { Value } from '../types/value.js';
import { keyOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import { parseNumber } from '../xml/element.js';
import { checkColumn, inlineTable, readTable } from '../xml/inline-table.js';
import type { CompiledDocument } from './document.js';

interface Expectation {
  readonly name: string;
  readonly column: string;
  readonly precision: number;
  readonly zero: number;
  readonly read: (answer: ReadonlyMap<string, Value>) => Value;
}

/**
 * Scores the rows of `ModelVerification` and refuses the model where an answer is not the expected one: beyond
 * `precision` relative to the expected number, or `zeroThreshold` where that is about zero.
 */
export function verifyModel({ layout, scored, open }: CompiledDocument): void {
  const element = open.element.child('ModelVerification');
  if (element === undefined) return;
  const fields = element.needChild('VerificationFields').all('VerificationField');
  const inputs = new Set(open.context.activeFields);
  const outputs = new Map(scored.outputs.map((o) => [o.field.name, o] as const));
  const targets = new Set(scored.targets.map((t) => t.name));
  const expectations: Expectation[] = [];
  const given: { name: string; column: string }[] = [];
  for (const field of fields) {
    const name = field.need('field');
    const column = field.attr('column') ?? name;
    given.push({ name, column });
    if (inputs.has(name) || (!outputs.has(name) && !targets.has(name))) continue;
    const precision = field.number('precision', 1e-6);
    const zero = field.number('zeroThreshold', 1e-16);
    expectations.push({ name, column, precision, zero, read: (answer) => answer.get(name) });
  }
  if (expectations.length === 0) return;
  const frame = layout.frame({});
  const rows = readTable(inlineTable(element));
  for (const { column } of expectations) checkColumn(rows, column, element);
  rows.forEach((row, index) => {
    const record: Record<string, unknown> = {};
    for (const { name, column } of given) record[name] = row(column);
    layout.reset(frame, record);
    const answer = new Map<string, Value>();
    try {
      const result = scored.score(frame);
      for (const { name } of scored.targets) answer.set(name, result.targets?.get(name) ?? result.value);
      for (const [name, { field }] of outputs) answer.set(name, field.read(frame));
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      fail(element, index, error.message);
    }
    for (const expectation of expectations)
      compare(element, index, row(expectation.column), expectation, answer);
  });
}

function fail(element: XmlElement, index: number, reason: string): never {
  return element.refuse(`row ${index + 1} does not verify: ${reason}`);
}

function compare(
  element: XmlElement,
  index: number,
  cell: string | undefined,
  { name, precision, zero, read }: Expectation,
  answer: ReadonlyMap<string, Value>,
): void {
  if (cell === undefined) return;
  const actual = read(answer);
  const expected = parseNumber(cell);
  if (typeof actual === 'number' && expected !== undefined) {
    if (actual === expected || (Number.isNaN(actual) && Number.isNaN(expected))) return;
    const near =
      Math.abs(expected) <= zero
        ? Math.abs(actual) <= zero
        : Math.abs(actual - expected) <= precision * Math.abs(expected);
    if (near) return;
  } else if (actual !== undefined && keyOf(actual).toLowerCase() === cell.toLowerCase()) return;
  fail(element, index, `${name} is ${actual === undefined ? 'missing' : keyOf(actual)}, not ${cell}`);
}
