import type { Reader } from '../fields/frame.js';
import type { DataType, OpType } from '../types/data-type.js';
import type { Value } from '../types/value.js';

/** A compiled expression; the type is undefined where the document leaves it open. */
export interface Expression {
  readonly read: Reader;
  readonly dataType: DataType | undefined;
  readonly opType?: OpType | undefined;
  /** The value, where it is the same for every row. */
  readonly constant?: Value;
}

/** A `DefineFunction`, instantiated at each call: its body is compiled against the arguments. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arity: number;
  call(args: readonly Expression[]): Expression;
}
