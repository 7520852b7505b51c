import { RecordError } from '../../errors.js';
import type { Frame } from '../../fields/frame.js';
import type { DataType } from '../../types/data-type.js';
import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { decimalText } from '../cast.js';
import { columnOf, each } from '../columns.js';
import type { Expression } from '../contract.js';

/** Compiles a call of a built-in function; refuses calls it cannot answer. */
export type FunctionCompiler = (args: readonly Expression[], element: XmlElement) => Expression;

/** Reads an argument as a number; undefined = missing. */
export function numeric(
  { read, outcomes }: Expression,
  element: XmlElement,
): (frame: Frame) => number | undefined {
  const name = element.attr('function') ?? element.name;
  for (const value of outcomes ?? []) {
    if (typeof value === 'string' && Number.isNaN(numberOf(value)))
      element.refuse(`${JSON.stringify(value)} among its arguments is not a number`);
  }
  return (frame) => {
    const value = read(frame);
    if (typeof value === 'number' || value === undefined) return value;
    const number = numberOf(value);
    if (Number.isNaN(number)) throw new RecordError(name, value, 'a number', 'computation');
    return number;
  };
}

/** How an argument is written: doubles keep their decimal point. */
export function textOf({ dataType }: Expression): (value: Value) => string {
  if (dataType === 'double' || dataType === 'float') {
    const float = dataType === 'float';
    return (value) => (typeof value === 'number' ? decimalText(value, float) : String(value));
  }
  return (value) => (typeof value === 'string' ? value : String(value));
}

export function argumentAt(args: readonly Expression[], index: number, element: XmlElement): Expression {
  return args[index] ?? element.refuse(`it has ${args.length} arguments, too few`);
}

/** Refuses a call whose number of arguments is outside `least..most`. */
export function arity(args: readonly Expression[], element: XmlElement, least: number, most = least): void {
  if (args.length >= least && args.length <= most) return;
  const wanted =
    least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  element.refuse(`function ${element.attr('function')} has ${args.length} arguments, not ${wanted}`);
}

/** A function of one number. */
export function unary(run: (x: number) => number, type: DataType | 'same' = 'double'): FunctionCompiler {
  return (args, element) => {
    arity(args, element, 1);
    const first = argumentAt(args, 0, element);
    const x = numeric(first, element);
    const dataType = type === 'same' ? first.dataType : type;
    const float = dataType === 'float';
    return {
      dataType,
      read: (frame) => {
        const value = x(frame);
        if (value === undefined) return undefined;
        return float ? Math.fround(run(value)) : run(value);
      },
      column: (columns) => {
        const place = columnOf(first, columns);
        const rounded = float ? (v: number) => Math.fround(run(v)) : run;
        return place === undefined ? undefined : columns.compute([place], each(rounded));
      },
    };
  };
}

/** A function of values that is missing as soon as one of them is. */
export function strict(
  least: number,
  most: number,
  dataType: DataType | undefined,
  run: (values: readonly Value[], element: XmlElement) => Value,
): FunctionCompiler {
  return (args, element) => {
    arity(args, element, least, most);
    const reads = args.map((a) => a.read);
    return {
      dataType,
      read: (frame) => {
        const values: Value[] = [];
        for (const read of reads) {
          const value = read(frame);
          if (value === undefined) return undefined;
          values.push(value);
        }
        return run(values, element);
      },
    };
  };
}

/** The type that values of both types fit in. */
export function widest(a: DataType | undefined, b: DataType | undefined): DataType {
  if (a === 'double' || b === 'double' || a === undefined || b === undefined) return 'double';
  if (a === 'float' || b === 'float') return 'float';
  return 'integer';
}
