import type { Derivation } from '../blocks/derived.js';
import { registerDerived } from '../blocks/derived.js';
import type { Input } from '../blocks/input.js';
import { composed, inputOf, registerInput } from '../blocks/input.js';
import { castDerivation } from '../expressions/cast.js';
import type { Expression } from '../expressions/contract.js';
import type { DataType } from '../types/data-type.js';
import type { Reader } from './frame.js';

const NARROWER: ReadonlySet<DataType | undefined> = new Set(['float', 'integer']);

/** Tells blocks how `read`, which gives an expression as a value of `type`, comes about. */
export function deriveForBlocks(read: Reader, expression: Expression, type: DataType, name: string): void {
  // A bare reference is known by the field that it refers to.
  if (read === expression.read && expression.field !== undefined) return;
  const { map, column, ofRecord } = castDerivation(expression, type, name);
  registerDerived(read, { map, column, ofRecord });
  const input = derivedInput(expression, map, type);
  if (input !== undefined) registerInput(read, input);
}

/** What is made of one input is an input of another treatment. */
function derivedInput(
  { read, dataType }: Expression,
  map: Derivation['map'],
  type: DataType,
): Input | undefined {
  const bare = inputOf(read);
  // An input as a double is the input.
  if (bare !== undefined && type === 'double' && NARROWER.has(dataType)) return bare;
  const source = map && inputOf(map.of);
  if (map === undefined || source === undefined) return undefined;
  const input = composed(source, map.to);
  return bare?.plain === 'double' && type === 'float'
    ? { ...input, plain: 'float', range: bare.range }
    : input;
}
