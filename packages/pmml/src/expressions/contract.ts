import type { Derivation } from '../blocks/derived.js';
import type { Field } from '../fields/field.js';
import type { Reader } from '../fields/frame.js';
import type { DataType, OpType } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';

/** A compiled expression; the type is undefined where the document leaves it open. */
export interface Expression extends Derivation {
  readonly read: Reader;
  readonly dataType: DataType | undefined;
  readonly opType?: OpType | undefined;
  /** The value, where it is the same for every row. */
  readonly constant?: Value;
  /** Values of the document that it answers for some rows. */
  readonly outcomes?: readonly Value[];
  /** The field, where it is a bare reference. */
  readonly field?: Field;
}

/** A `DefineFunction`, instantiated at each call: its body is compiled against the arguments. */
export interface FunctionDefinition {
  readonly name: string;
  call(args: readonly Expression[], caller: XmlElement): Expression;
}
