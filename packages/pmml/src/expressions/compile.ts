import type { Scope } from '../fields/scope.js';
import type { XmlElement } from '../xml/element.js';
import type { Expression } from './contract.js';

/** Compiles an expression element; its fields are resolved in `scope`. */
export function compileExpression(element: XmlElement, scope: Scope): Expression {
  switch (element.name) {
    case 'FieldRef': {
      const field = scope.field(element.need('field'), element);
      return { read: field.read, dataType: field.dataType, opType: field.opType };
    }
    default:
      return element.refuse('this expression is not supported');
  }
}
