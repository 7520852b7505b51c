import type { OneField } from '../blocks/derived.js';
import { Frame } from '../fields/frame.js';
import type { Value } from '../types/value.js';
import type { Expression } from './contract.js';

/** Arguments that read a cell read no frame. */
const NO_FRAME = new Frame([], {});

/**
 * A call whose arguments are functions of one field, or constants, as a function of that field: `make` makes the call
 * once more, of arguments that read a cell in place of the row.
 */
export function mapOfCall(
  args: readonly Expression[],
  make: (args: readonly Expression[]) => Expression,
): OneField | undefined {
  const source = args.find((a) => a.map !== undefined)?.map;
  if (source === undefined) return undefined;
  const cell: { value: Value } = { value: undefined };
  const inner: Expression[] = [];
  for (const argument of args) {
    const { map } = argument;
    if (map === undefined && argument.constant === undefined) return undefined;
    if (map !== undefined && map.of !== source.of) return undefined;
    inner.push(map === undefined ? argument : { ...argument, read: () => map.to(cell.value) });
  }
  const { read } = make(inner);
  return {
    of: source.of,
    numeric: source.numeric,
    to: (value) => {
      cell.value = value;
      return read(NO_FRAME);
    },
  };
}
