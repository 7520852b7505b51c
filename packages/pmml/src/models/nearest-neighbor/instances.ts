import type { Field } from '../../fields/field.js';
import { INVALID, parserOf } from '../../types/data-type.js';
import type { Value } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { checkColumn, inlineTable, readTable } from '../../xml/inline-table.js';
import type { ComparedField } from '../comparison/compared-field.js';
import type { ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import { TrainingFrames } from './training-frame.js';

/** `TrainingInstances`: what the model remembers. */
export interface Instances {
  readonly ids: readonly string[];
  /** Encoded values, a row of `fields` after the other. */
  readonly references: Float64Array;
  /** Values of the targets, by target and instance. */
  readonly targets: readonly (readonly Value[])[];
}

export function readInstances(context: ModelContext, fields: readonly ComparedField[]): Instances {
  const { element, scope } = context;
  const training = element.needChild('TrainingInstances');
  const isTransformed = training.boolean('isTransformed', false);
  const columns = training.needChild('InstanceFields').all('InstanceField');
  const idVariable = element.attr('instanceIdVariable');
  const names = columns.map((c) => c.need('field'));
  refuseTwice(names, (i) => columns[i] as XmlElement);
  const known = names.map((name) => scope.find(name));
  for (const { name } of context.targets) {
    if (!names.includes(name))
      training.refuse(`target ${JSON.stringify(name)} is not among the InstanceFields`);
  }
  if (idVariable !== undefined && !names.includes(idVariable)) {
    training.refuse(`instanceIdVariable ${JSON.stringify(idVariable)} is not among the InstanceFields`);
  }
  const at = fields.map(({ field }) => names.indexOf(field.name));
  if (isTransformed && at.includes(-1)) {
    const absent = fields[at.indexOf(-1)] as ComparedField;
    training.refuse(`field ${JSON.stringify(absent.field.name)} is not among the InstanceFields`);
  }
  const frames = new TrainingFrames(scope.layout, known);
  const rows = readTable(inlineTable(training));
  if (rows.length === 0) training.refuse('it has no instances');
  const columnNames = columns.map((c, i) => c.attr('column') ?? (names[i] as string));
  for (const [i, column] of columnNames.entries()) checkColumn(rows, column, columns[i] as XmlElement);
  const references = new Float64Array(rows.length * fields.length);
  const ids: string[] = [];
  const targets: Value[][] = context.targets.map(() => []);
  const targetAt = context.targets.map(({ name }) => names.indexOf(name));
  for (const [r, row] of rows.entries()) {
    const texts = columnNames.map(row);
    const values = texts.map((text, i) => typed(known[i], text, training, r));
    const frame = at.includes(-1) ? frames.frame(values) : undefined;
    for (const [i, { field, encoder }] of fields.entries()) {
      const own = at[i] as number;
      references[r * fields.length + i] =
        own >= 0
          ? encodeText(texts[own], encoder.text)
          : encoder.value(frame === undefined ? undefined : field.read(frame));
    }
    ids.push((idVariable === undefined ? undefined : texts[names.indexOf(idVariable)]) ?? String(r + 1));
    for (const [t, column] of targetAt.entries()) {
      (targets[t] as Value[]).push(typed(context.targets[t], texts[column], training, r));
    }
  }
  return { ids, references, targets };
}

function encodeText(text: string | undefined, encode: (text: string) => number): number {
  return text === undefined || text === '' ? Number.NaN : encode(text);
}

function typed(field: Field | undefined, text: string | undefined, table: XmlElement, row: number): Value {
  if (text === undefined || field === undefined) return text;
  const value = parserOf(field.dataType)(text);
  if (value !== INVALID) return value;
  if (text.trim() === '') return undefined;
  return table.refuse(`row ${row + 1}: ${JSON.stringify(text)} is no ${field.dataType} (${field.name})`);
}
